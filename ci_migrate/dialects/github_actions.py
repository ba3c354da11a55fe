"""GitHub Actions: workflows, whose jobs are entries of `jobs`, and actions, which have steps alone.

Source: docs.github.com, "Workflow syntax for GitHub Actions", "Metadata syntax reference" (actions)
and "Reusing workflow configurations" (workflows that call others; anchors).
"""

import posixpath
from collections.abc import Iterator

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Node, Part, Scalar, Sequence, parts
from ci_migrate.errors import Place, Refused
from ci_migrate.github_expressions import names_below
from ci_migrate.github_runners import Site, jobs_of, name_of, runner_inputs, runners
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference
from ci_migrate.lookup import Found, follow, items_of, look_up, origin, text_at
from ci_migrate.style import Value
from ci_migrate.text import Span
from ci_migrate.tree import Tree

NAME = "github-actions"
GLOBS = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    "**/action.yml",
    "**/action.yaml",
)
FIELDS = Fields(
    label="name",
    queue="runs-on",
    timeout="timeout-minutes",
    commands="steps",
    env="env",
    condition="if",
    needs="needs",
)
EXAMPLE = Example(
    ".github/workflows/test.yml",
    """\
name: Test
on: push
jobs:
  kernels:
    name: Kernels
    runs-on: {queue}  # stays where it is
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - run: pytest -v kernels
""",
)
# A job that calls a workflow has none of what the called jobs have.
_CALLING = Fields(label="name", condition="if", needs="needs")
_ACTION = Fields(commands="steps")

# What a workflow says for those of its jobs that do not say it themselves.
_FOR_ALL = ("env", "defaults", "permissions")


def understands(document: Document) -> int:
    """Say whether a file has jobs with a runner, a workflow or steps, or is an action."""
    known = ("runs-on", "uses", "steps")
    for top in _tops(document):
        if _is_action(document):
            return 2 if look_up(top, "runs.using") is not None else 0
        found = [site.job for _, site in jobs_of(Site(document, top, None))]
        if any(look_up(job, name) is not None for job in found for name in known):
            return 2
    return 0


def names(document: Document) -> Fields:
    """Return the names that a new job has."""
    return _ACTION if _is_action(document) else FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the entries of `jobs`, or what an action runs."""
    if _is_action(document):
        return tuple(job for top in _tops(document) for job in _action(document, top))
    workflows = (Site(document, top, None) for top in _tops(document))
    return tuple(_job(job, part, tree) for site in workflows for part, job in jobs_of(site))


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return the name of a workflow that others can call, to which they may leave the runner."""
    return (posixpath.basename(path),) if "workflow_call" in text else ()


def references(document: Document) -> Iterator[Reference]:
    """Yield the names in the `needs` of jobs, and in expressions: `needs.NAME`, `jobs.NAME`."""
    for top in () if _is_action(document) else _tops(document):
        needed: dict[Span, Reference] = {}
        for _, site in jobs_of(Site(document, top, None)):
            for found in items_of(look_up(site.job, "needs")):
                if isinstance(found.node, Scalar):
                    named = Reference(document, found.node, found.flow, within="file")
                    needed[found.node.span] = named
        yield from needed.values()
        yield from _in_expressions(document, top.node)


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
    what = "a GitHub workflow does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _is_action(document: Document) -> bool:
    folder, name = posixpath.split(document.path)
    return name in ("action.yml", "action.yaml") and folder != ".github/workflows"


def _tops(document: Document) -> Iterator[Found]:
    for root in document.roots:
        if (top := follow(root)) is not None:
            yield top


def _job(site: Site, part: Part, tree: Tree) -> Job:
    found = site.job
    assert found is not None  # noqa: S101 (for the types)
    assert isinstance(found.node, Mapping)  # noqa: S101 (for the types)
    shared = (name for name in _FOR_ALL if look_up(site.workflow, name) is not None)
    return Job(
        document=site.document,
        part=part,
        node=found.node,
        names=_names(site, found, tree),
        key=name_of(part),
        label=text_at(found.node, FIELDS.label),
        queues=runners(site, tree),
        commands=tuple(_commands(site.document, look_up(found, "steps"))),
        inherited=frozenset(name for name in shared if look_up(found, name) is None),
        scope=site.document.path,
    )


def _names(site: Site, job: Found, tree: Tree) -> Fields:
    """Return what a job's fields are called; the field for its queue is the one that is there."""
    if look_up(job, "uses") is not None:
        inputs = [f"with.{name}" for name in runner_inputs(site, tree)]
        there = [name for name in inputs if look_up(job, name) is not None]
        return _CALLING._replace(queue=there[0] if len(there) == 1 else "")
    parts_ = [n for n in ("runs-on.group", "runs-on.labels") if look_up(job, n) is not None]
    return FIELDS._replace(queue=parts_[0]) if len(parts_) == 1 else FIELDS


def _commands(document: Document, steps: Found | None) -> Iterator[Origin]:
    """Yield what steps run, those too that run beside one another."""
    for step in items_of(steps):
        run = look_up(step, "run")
        if run and (written := origin(document, run)):
            yield written
        yield from _commands(document, look_up(step, "parallel"))


def _action(document: Document, top: Found) -> Iterator[Job]:
    """Yield what an action runs; a file has just this one, and it stays where it is."""
    node = top.node
    for part in parts(node) if isinstance(node, Mapping) else ():
        runs = follow(part.value)
        if name_of(part) == "runs" and runs and isinstance(runs.node, Mapping):
            yield Job(
                document=document,
                part=None,
                node=runs.node,
                names=_ACTION,
                key=None,
                label=text_at(node, "name"),
                commands=tuple(_commands(document, look_up(runs, "steps"))),
                scope=document.path,
            )


def _in_expressions(document: Document, node: Node, key: str = "") -> Iterator[Reference]:
    """Yield the jobs that expressions name, in each text where it is written."""
    for part in parts(node) if isinstance(node, Sequence | Mapping) else ():
        name = name_of(part) or key
        if isinstance(part.value, Scalar):
            yield from _in_text(document, part.value, name, flow=part.parent.flow)
        else:
            yield from _in_expressions(document, part.value, name)


def _in_text(document: Document, node: Scalar, key: str, *, flow: bool) -> Iterator[Reference]:
    if "needs" in node.value or "jobs" in node.value:
        for span in names_below(node.value, ("needs", "jobs"), bare=key == "if"):
            yield Reference(document, node, flow, span)
