"""CircleCI: jobs as entries of `jobs`, which workflows run, on resource classes and executors.

Source: circleci.com/docs/reference/configuration-reference (jobs, steps, workflows, `requires`).
"""

from collections.abc import Iterator

from ci_migrate.circleci_values import (
    CLASS,
    Call,
    Place,
    calls,
    executors,
    name_and_said,
    queues,
    roots,
    values_of,
)
from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, parse, parts
from ci_migrate.errors import BadFile, Refused
from ci_migrate.errors import Place as FilePlace
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference
from ci_migrate.lookup import Found, child, follow, items_of, keys_of, origin
from ci_migrate.style import Value
from ci_migrate.tree import Tree, files_with

NAME = "circleci"
GLOBS = (".circleci/**/*.yml", ".circleci/**/*.yaml")
FIELDS = Fields(queue=CLASS, commands="steps", env="environment", parallelism="parallelism")
EXAMPLE = Example(
    ".circleci/config.yml",
    """\
version: 2.1

jobs:
  kernels:
    docker:
      - image: cimg/python:3.12
    resource_class: {queue}  # stays where it is
    steps:
      - checkout
      - run: pytest -v kernels

workflows:
  all:
    jobs:
      - kernels
""",
)

# What a job may have from an executor that is not here.
_OF_EXECUTOR = frozenset(("docker", "environment", "machine", "macos", "shell", CLASS))
_PARTS = frozenset(("commands", "executors", "jobs", "orbs", "workflows"))


def understands(document: Document) -> int:
    """Say whether a file has jobs, workflows or what they are made of."""
    return 2 if any(keys_of(root) & _PARTS for root in roots(document)) else 0


def names(document: Document) -> Fields:
    """Return the names that a new job has."""
    return FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the entries of `jobs`, in every document of the file."""
    return tuple(
        _job(part, name, Place(document, root, found), _calls_of(name, document, tree))
        for root in roots(document)
        for part, name, found in _entries(child(root, "jobs"))
    )


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return the names of jobs that the workflows of a file run, and other files have."""
    document = parse(path, text)
    return tuple(sorted({one.name for one in calls(document) if not _is_defined(one)}))


def references(document: Document) -> Iterator[Reference]:
    """Yield what names a job in a workflow: what runs it, and `requires`.

    A workflow may call a job by another name, and then that is what is required.
    """
    for root in roots(document):
        for workflow in values_of(child(root, "workflows")):
            yield from _in_workflow(document, child(workflow, "jobs"))


def minutes(job: Job, minutes: int) -> str:
    """Return the number; no field of a job takes it."""
    return str(minutes)


def queue(job: Job, name: str) -> Content:
    """Return the queue's name."""
    return Content(Value(name))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return nothing: no command is known that reads a list."""
    return ()


def gpus_needed(entry: str, place: FilePlace, tree: Tree) -> int:
    """Refuse: nothing tells how many GPUs something needs."""
    what = "a CircleCI configuration does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _entries(found: Found | None) -> Iterator[tuple[Part, str, Found]]:
    """Yield the jobs in a mapping, with where they stand and their names."""
    for part in parts(found.node) if found and isinstance(found.node, Mapping) else ():
        name = follow(part.key) if part.key else None
        inner = follow(part.value, found.through) if found else None
        if name and name.text and inner and isinstance(inner.node, Mapping) and name.text != "<<":
            yield part, name.text, inner


def _calls_of(name: str, document: Document, tree: Tree) -> tuple[Call, ...]:
    """Return what runs a job: workflows of its file, and of files that have no such job."""
    found = [call for call in calls(document) if call.name == name]
    for path, text in files_with(tree, GLOBS, (name,)):
        if path != document.path:
            try:
                others = calls(parse(path, text))
            except BadFile as error:
                tree.note(error)
                continue
            found += [call for call in others if call.name == name and not _is_defined(call)]
    return tuple(found)


def _is_defined(call: Call) -> bool:
    """Say whether a job that is run is of the same file, or of an orb."""
    return "/" in call.name or child(child(call.root, "jobs"), call.name) is not None


def _job(part: Part, name: str, place: Place, called: tuple[Call, ...]) -> Job:
    node = place.found.node
    assert isinstance(node, Mapping)  # noqa: S101 (for the types)
    origins = {one.identity: one for one in queues(place, called)}
    keys = keys_of(place.found)
    for executor in executors(place, called):
        own = keys_of(executor.found) - {"description", "parameters"}
        keys |= own if executor.found else _OF_EXECUTOR
    return Job(
        document=place.document,
        part=part,
        node=node,
        names=FIELDS,
        key=name,
        label=None,
        queues=tuple(origins.values()),
        commands=tuple(_commands(place.document, child(place.found, "steps"))),
        inherited=keys - {key.value for key, _ in node.entries if isinstance(key, Scalar)},
    )


def _commands(document: Document, steps: Found | None) -> Iterator[Origin]:
    """Yield what the steps run, those with a condition too."""
    for step in items_of(steps):
        run = child(step, "run")
        command = child(run, "command") if run and run.text is None else run
        if command is not None and (written := origin(document, command)):
            yield written
        for condition in ("when", "unless"):
            yield from _commands(document, child(child(step, condition), "steps"))


def _in_workflow(document: Document, jobs: Found | None) -> Iterator[Reference]:
    if jobs is None or not isinstance(jobs.node, Sequence):
        return
    items = [(Part(jobs.node, n), item) for n, item in enumerate(items_of(jobs))]
    named = [(part, pair) for part, item in items if (pair := name_and_said(item))]
    others = {_other_name(said) for _, (_, said) in named}
    for part, (name, said) in named:
        if isinstance(name.node, Scalar) and _text(said, "type") != "approval":
            yield Reference(document, name.node, name.flow, part=part, within="file")
        for item in items_of(child(said, "requires")):
            pair = name_and_said(item)
            node = pair[0].node if pair else None
            if isinstance(node, Scalar) and node.value not in others:
                yield Reference(document, node, item.flow, within="file")


def _other_name(said: Found | None) -> str | None:
    """Return the name by which a workflow calls a job, if it is not the job's own."""
    return _text(said, "name") or _text(child(said, "matrix"), "alias")


def _text(found: Found | None, key: str) -> str | None:
    inner = child(found, key)
    return inner.text if inner else None
