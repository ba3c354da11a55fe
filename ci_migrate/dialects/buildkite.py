"""Buildkite's own pipelines: steps, also in groups, with `agents` as a map, a list or a text.

Source: buildkite.com/docs/pipelines/configure (step types, agents, build matrix, interpolation).
"""

import re
from collections.abc import Iterator

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Node, Part, Scalar, Sequence
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference
from ci_migrate.job_references import named_below
from ci_migrate.lookup import Found, follow, items_of, look_up, origin, origins_at, text_at
from ci_migrate.style import Value
from ci_migrate.text import Span
from ci_migrate.tree import Tree

NAME = "buildkite"
GLOBS = (".buildkite/**/*.yml", ".buildkite/**/*.yaml", "buildkite.yml", "buildkite.yaml")
FIELDS = Fields(
    key="key",
    label="label",
    queue="agents.queue",
    timeout="timeout_in_minutes",
    commands="commands",
    env="env",
    condition="if",
    needs="depends_on",
    files="if_changed",
    parallelism="parallelism",
)
EXAMPLE = Example(
    ".buildkite/pipeline.yml",
    """\
steps:
  - label: ":pytest: Kernels"
    key: kernels
    command: pytest -v kernels
    agents:
      queue: {queue}  # stays where it is
""",
)

_KEYS = ("key", "id", "identifier")
_COMMANDS = ("commands", "command", "plugins")
_OTHERS = ("wait", "waiter", "block", "input", "manual", "trigger", "group")


def understands(document: Document) -> int:
    """Say whether a file has steps that an agent runs."""
    return 1 if any(True for root in document.roots for _ in _steps(root)) else 0


def names(document: Document) -> Fields:
    """Return the names that a new step has."""
    return FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the command steps, those in groups too; `agents` of the pipeline are theirs."""
    found = []
    for root in document.roots:
        default = look_up(follow(root), "agents")
        found += [_job(document, part, item, default) for part, item in _steps(root)]
    return tuple(found)


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return nothing: each file stands for itself."""
    return ()


def references(document: Document) -> Iterator[Reference]:
    """Yield what stands below `depends_on`: a text, an item of a list, or its `step`."""
    for root in document.roots:
        yield from named_below(document, root, FIELDS.needs)


def minutes(job: Job, minutes: int) -> str:
    """Return the number of minutes."""
    return str(minutes)


def queue(job: Job, name: str) -> Content:
    """Return the queue's name."""
    return Content(Value(name))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return nothing: no command is known that reads a list."""
    return ()


def gpus_needed(entry: str, place: Place, tree: Tree) -> int:
    """Refuse: nothing tells how many GPUs something needs."""
    what = "a Buildkite pipeline does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _steps(root: Node, seen: set[int] | None = None) -> Iterator[tuple[Part, Found]]:
    """Yield the command steps of a pipeline, or of a list of steps, with where they stand.

    A group that aliases repeat is looked at once: those that hold one another twice would take for
    ever.
    """
    seen = set() if seen is None else seen
    top = follow(root)
    steps = top if top and isinstance(top.node, Sequence) else look_up(top, "steps")
    if steps is None or not isinstance(steps.node, Sequence) or id(steps.node) in seen:
        return
    seen.add(id(steps.node))
    for position, item in enumerate(steps.node.items):
        found = follow(item, steps.through, flow=steps.node.flow)
        if found is None or not isinstance(found.node, Mapping):
            continue
        if look_up(found, "group") is not None and look_up(found, "steps") is not None:
            yield from _steps(item, seen)
        elif any(look_up(found, name) is not None for name in _COMMANDS) and not any(
            look_up(found, name) is not None for name in _OTHERS
        ):
            yield Part(steps.node, position), found


def _job(document: Document, part: Part, found: Found, default: Found | None) -> Job:
    node = found.node
    assert isinstance(node, Mapping)  # noqa: S101 (for the types)
    key = next((name for name in _KEYS if look_up(found, name) is not None), "key")
    label = "name" if look_up(found, "label") is None and look_up(found, "name") else "label"
    commands = next((name for name in _COMMANDS if look_up(found, name) is not None), "commands")
    own = look_up(found, "agents")
    agents = own or default
    via = "" if own else "the pipeline's agents"
    queues = [made for one in _queues(document, agents, via) for made in _values(one, found)]
    return Job(
        document=document,
        part=part,
        node=node,
        names=FIELDS._replace(key=key, label=label, commands=commands),
        key=text_at(node, key),
        label=text_at(node, label),
        queues=tuple(queues),
        commands=origins_at(document, found, commands),
        inherited=frozenset({"agents"} if own is None and default else ()),
    )


def _queues(document: Document, agents: Found | None, via: str) -> Iterator[Origin]:
    """Yield where the queue is written: the field `queue`, or what follows `queue=` in a text."""
    if agents is None:
        return
    if isinstance(agents.node, Mapping):
        queue = look_up(agents, "queue")
        if queue and (written := origin(document, queue, via=via)):
            yield written
        return
    for item in items_of(agents):
        written = origin(document, item, via=via)
        rule = _RULE.match(written.node.value) if written else None
        if written and rule:
            yield written._replace(span=Span(*rule.span(1)))


_RULE = re.compile(r"\s*queue\s*=\s*(.*\S)\s*\Z", re.S)
_MATRIX = re.compile(r"\{\{\s*matrix(?:\.([\w-]+))?\s*\}\}")
_DEFAULT = re.compile(r"\$\{\w+:?-([^{}$]+)\}")


def _values(written: Origin, step: Found) -> Iterator[Origin]:
    """Yield where a queue comes from: itself, a matrix, or the default of a variable."""
    text = written.text
    if (matrix := _MATRIX.fullmatch(text)) is not None:
        values = list(_matrix(written.document, step, matrix[1]))
        yield from values or [written._replace(opaque=True)]
    elif (default := _DEFAULT.fullmatch(text)) is not None:
        start = written.span.start
        span = Span(start + default.start(1), start + default.end(1))
        yield written._replace(span=span, via="the default of a variable")
    else:
        yield written._replace(opaque="$" in text or "{{" in text)


def _matrix(document: Document, step: Found, name: str | None) -> Iterator[Origin]:
    """Yield the values of a step's matrix, of one dimension if it has names."""
    matrix = look_up(step, "matrix")
    setup = matrix if matrix and isinstance(matrix.node, Sequence) else look_up(matrix, "setup")
    values = look_up(setup, name) if name else setup
    for value in items_of(values):
        if (written := origin(document, value, via="matrix")) is not None:
            yield written._replace(once=True)
    adjustments = look_up(matrix, "adjustments") if matrix else None
    for adjustment in items_of(adjustments):
        added = look_up(adjustment, f"with.{name}" if name else "with")
        written = origin(document, added, via="matrix") if added else None
        if written is not None and isinstance(written.node, Scalar):
            yield written
