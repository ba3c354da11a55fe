"""Bazel's own CI: tasks by name, each on a platform, with a matrix of values for them.

Source: buildkite/README.md of github.com/bazelbuild/continuous-integration, and its bazelci.py
(`load_config`, `expand_task_config`, `get_platform_for_task`), which the Bazel Central Registry's
presubmits share.
"""

import re
from collections.abc import Iterator

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, parts, resolved
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference
from ci_migrate.lookup import (
    Found,
    follow,
    items_of,
    look_up,
    merged_names,
    origin,
    origins_at,
    text_at,
)
from ci_migrate.style import Value
from ci_migrate.tree import Tree

NAME = "bazelci"
GLOBS = (
    ".bazelci/**/*.yml",
    ".bazelci/**/*.yaml",
    ".bcr/**/presubmit.yml",
    "modules/*/*/presubmit.yml",
)
FIELDS = Fields(
    label="name",
    queue="platform",
    commands="shell_commands",
    env="environment",
    parallelism="shards",
)
EXAMPLE = Example(
    ".bazelci/presubmit.yml",
    """\
tasks:
  kernels:
    name: Kernels
    platform: {queue}  # stays where it is
    test_targets:
    - //kernels/...
""",
)

_SECTIONS = ("", "bcr_test_module")
_COMMANDS = ("shell_commands", "batch_commands")
_TARGETS = ("run_targets", "build_targets", "test_targets", "coverage_targets")
_OWN = ("platform", "bazel", *_COMMANDS, *_TARGETS)
_MATRIX = re.compile(r"\$\{\{\s*(\w+)\s*\}\}")


def understands(document: Document) -> int:
    """Say whether a file has tasks with a field of theirs."""
    found = (task for _, _, task in _tasks(document))
    return 2 if any(look_up(task, name) for task in found for name in _OWN) else 0


def names(document: Document) -> Fields:
    """Return the names that a new task has; its key is its own name."""
    return FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the tasks of a file and of its test module, in `tasks` or in `platforms`."""
    return tuple(_job(document, *found) for found in _tasks(document))


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return nothing: a file that is imported keeps what it says to itself."""
    return ()


def references(document: Document) -> Iterator[Reference]:
    """Yield nothing: tasks do not name one another."""
    return iter(())


def minutes(job: Job, minutes: int) -> str:
    """Return the number; no task has a field for it."""
    return str(minutes)


def queue(job: Job, name: str) -> Content:
    """Return the queue's name."""
    return Content(Value(name))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return nothing: no command is known that reads a list."""
    return ()


def gpus_needed(entry: str, place: Place, tree: Tree) -> int:
    """Refuse: nothing tells how many GPUs something needs."""
    what = "a task of Bazel's CI does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _sections(document: Document) -> Iterator[Found]:
    """Yield what may hold tasks and a matrix for them."""
    for root in document.roots:
        top = follow(root)
        for name in _SECTIONS:
            if (found := look_up(top, name) if name else top) is not None:
                yield found


def _tasks(document: Document) -> Iterator[tuple[Found, Part, Found]]:
    """Yield each task with what holds its matrix, and where it stands."""
    for section in _sections(document):
        tasks = look_up(section, "platforms") or look_up(section, "tasks")
        if tasks is None or not isinstance(tasks.node, Mapping | Sequence):
            continue
        for part in parts(tasks.node):
            found = follow(part.value, tasks.through, flow=tasks.node.flow)
            named = part.key is None or _key(part) not in (None, "<<")
            if found and named and isinstance(found.node, Mapping):
                yield section, part, found


def _key(part: Part) -> str | None:
    """Return an entry's key; None for an item, or a key that is no text."""
    key = resolved(part.key)
    return key.value if isinstance(key, Scalar) else None


def _job(document: Document, section: Found, part: Part, task: Found) -> Job:
    node = task.node
    assert isinstance(node, Mapping)  # noqa: S101 (for the types)
    own = next((name for name in _COMMANDS if look_up(task, name)), FIELDS.commands)
    queues = [made for one in _platforms(document, part, task) for made in _values(one, section)]
    runs = (origins_at(document, task, name) for name in (*_COMMANDS, *_TARGETS))
    return Job(
        document=document,
        part=part,
        node=node,
        names=FIELDS._replace(commands=own),
        key=_key(part),
        label=text_at(node, FIELDS.label),
        queues=tuple(queues),
        commands=tuple(command for some in runs for command in some),
        inherited=merged_names(node),
    )


def _platforms(document: Document, part: Part, task: Found) -> Iterator[Origin]:
    """Yield where a platform is written: the field, or else the task's own key."""
    own = look_up(task, FIELDS.queue)
    key = Found(part.key, flow=part.parent.flow) if isinstance(part.key, Scalar) else None
    via = "" if own else "the task's key"
    for found in items_of(own or key):
        if (written := origin(document, found, via=via)) is not None:
            yield written


def _values(written: Origin, section: Found) -> Iterator[Origin]:
    """Yield where a platform comes from: itself, or the matrix beside the tasks."""
    name = _MATRIX.fullmatch(written.text)
    if name is None:
        yield written._replace(opaque="${{" in written.text)
        return
    values = list(_matrix(written.document, section, name[1]))
    yield from values or [written._replace(opaque=True)]


def _matrix(document: Document, section: Found, name: str) -> Iterator[Origin]:
    """Yield the values of one dimension, and where they are excluded by their text."""
    found = look_up(section, f"matrix.{name}")
    node = found.node if found else None
    if found and isinstance(node, Mapping):  # an alias for each value, which `exclude` names
        values = [follow(entry.value, found.through, flow=node.flow) for entry in node.entries]
        made = (origin(document, value, via="matrix") for value in values if value)
        yield from (one for one in made if one)
        return
    texts = set()
    for item in items_of(found):
        if (value := origin(document, item, via="matrix")) is not None:
            texts.add(value.text)
            yield value._replace(once=True)
    for excluded in items_of(look_up(section, "matrix.exclude")):
        named = look_up(excluded, name)
        value = origin(document, named, via="matrix") if named else None
        if value is not None and value.text in texts:
            yield value
