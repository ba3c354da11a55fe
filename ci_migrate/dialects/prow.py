"""Prow: presubmits and postsubmits by repository, and periodics, each a pod on a build cluster.

Source: docs.prow.k8s.io/docs/jobs and /docs/inrepoconfig, and the Go types that they link to
(pkg.go.dev/sigs.k8s.io/prow/pkg/config, `JobBase` and `Presubmit`).
"""

import re
from collections.abc import Iterator

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, parts
from ci_migrate.entries import entry
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
from ci_migrate.text import Span, whole_number
from ci_migrate.tree import Tree

NAME = "prow"
GLOBS = (
    "config/jobs/**/*.yaml",
    "config/jobs/**/*.yml",
    "ci-operator/jobs/**/*.yaml",
    "**/prow/**/jobs/**/*.yaml",
    "**/prow/**/jobs/**/*.yml",
    ".prow.yaml",
    ".prow/**/*.yaml",
)
FIELDS = Fields(
    key="name",
    label="context",
    queue="cluster",
    timeout="decoration_config.timeout",
    files="run_if_changed",
)
EXAMPLE = Example(
    "config/jobs/example/kernels.yaml",
    """\
periodics:
- name: ci-kernels
  cluster: {queue}  # stays where it is
  interval: 6h
  decorate: true
  spec:
    containers:
    - image: golang:1.24
      command: [make, test]
""",
)

_BY_REPOSITORY = ("presubmits", "postsubmits")
_PERIODIC = "periodics"
_AFTER = "run_after_success"  # jobs in a job, in configurations of before 2020
_OWN = ("spec", "agent", "cluster", "decorate", "always_run", "interval", "cron")
_GPU = "nvidia.com/gpu"
_NAMED = ("rerun_command", "trigger")


def understands(document: Document) -> int:
    """Say whether a file has jobs with a field of Prow's, or presets for them."""
    if any(look_up(job, name) for _, job in _jobs(document) for name in _OWN):
        return 2
    return 1 if any(look_up(follow(root), "presets") for root in document.roots) else 0


def names(document: Document) -> Fields:
    """Return the names that a new job has."""
    return FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the jobs of all kinds, and those that run after others."""
    return tuple(_job(document, part, found) for part, found in _jobs(document))


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return nothing: presets add environment and volumes, and no value that a job is chosen by."""
    return ()


def references(document: Document) -> Iterator[Reference]:
    """Yield where a job's name stands in its own `rerun_command` and `trigger`."""
    for _, job in _jobs(document):
        name = text_at(job.node, FIELDS.key)
        for field in _NAMED if name else ():
            found = look_up(job, field)
            if name and found and isinstance(found.node, Scalar):
                for match in re.finditer(
                    rf"(?<![\w./-]){re.escape(name)}(?![\w-])", found.node.value
                ):
                    yield Reference(document, found.node, found.flow, Span(*match.span()))


def minutes(job: Job, minutes: int) -> str:
    """Return a duration as Go reads it; one that is there and lasts as long is kept."""
    old = text_at(job.node, FIELDS.timeout) or ""
    return old if _minutes(old) == minutes else f"{minutes}m"


def queue(job: Job, name: str) -> Content:
    """Return the queue's name."""
    return Content(Value(name))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return nothing: no command is known that reads a list."""
    return ()


def gpus_needed(entry: str, place: Place, tree: Tree) -> int:
    """Refuse: nothing tells how many GPUs something needs."""
    what = "a Prow job does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _jobs(document: Document) -> Iterator[tuple[Part, Found]]:
    for root in document.roots:
        top = follow(root)
        for kind in _BY_REPOSITORY:
            found = look_up(top, kind)
            if found and isinstance(found.node, Mapping):
                for repository in parts(found.node):
                    yield from _items(follow(repository.value, found.through))
            else:  # in the repository itself, which needs no name
                yield from _items(found)
        yield from _items(look_up(top, _PERIODIC))


def _items(found: Found | None) -> Iterator[tuple[Part, Found]]:
    if found is None or not isinstance(found.node, Sequence):
        return
    for part in parts(found.node):
        item = follow(part.value, found.through, flow=found.node.flow)
        if item and isinstance(item.node, Mapping) and look_up(item, FIELDS.key):
            yield part, item
            yield from _items(look_up(item, _AFTER))


def _job(document: Document, part: Part, found: Found) -> Job:
    node = found.node
    assert isinstance(node, Mapping)  # noqa: S101 (for the types)
    cluster = look_up(found, FIELDS.queue)
    queue = origin(document, cluster) if cluster else None
    return Job(
        document=document,
        part=part,
        node=node,
        names=FIELDS,
        key=text_at(node, FIELDS.key),
        label=text_at(node, FIELDS.label),
        queues=(queue,) if queue else (),
        commands=tuple(_commands(document, found)),
        gpus=_gpus(found),
        inherited=merged_names(node),
    )


def _containers(job: Found, kind: str = "containers") -> Iterator[Found]:
    yield from items_of(look_up(job, f"spec.{kind}"))


def _commands(document: Document, job: Found) -> Iterator[Origin]:
    for container in (*_containers(job, "initContainers"), *_containers(job)):
        yield from origins_at(document, container, "command")
        yield from origins_at(document, container, "args")


def _gpus(job: Found) -> int | None:
    """Return the GPUs of all containers; None where there are none to ask, or a number is none."""
    counts = [_limit(look_up(one, "resources.limits")) for one in _containers(job)]
    given = [count for count in counts if count is not None]
    return sum(given) if given and len(given) == len(counts) else None


def _limit(limits: Found | None) -> int | None:
    """Return how many GPUs limits allow; Kubernetes gives none without a limit."""
    own = entry(limits.node, _GPU) if limits and isinstance(limits.node, Mapping) else None
    if own is None:
        return 0
    found = follow(own.value)
    return whole_number(found.text) if found else None


_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def _minutes(duration: str) -> float | None:
    """Return how many minutes a duration as `1h30m` lasts; None for any other text."""
    match = _DURATION.fullmatch(duration)
    if match is None or not duration:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 60 + minutes + seconds / 60
