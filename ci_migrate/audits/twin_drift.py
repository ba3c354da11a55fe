"""Find copies of a job in other pipelines that no longer agree with it since a change.

Severity: note. Only with a side before: two jobs are twins if they had the same label, but for what
it tells of GPUs, and the same commands, or the same files that they depend on. What mirrors have of
their own counts too.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ci_migrate.document import Node, Scalar, Sequence, resolved
from ci_migrate.finding import Finding
from ci_migrate.job import Job
from ci_migrate.job_fields import find_field
from ci_migrate.survey import Survey

_What = Literal["commands", "files"]
_Key = tuple[str, str, str | None, str]
_SAID: dict[_What, str] = {"commands": "commands", "files": "dependencies"}


class _Copy(NamedTuple):
    """What a job runs or depends on by its own fields; `own` is the job, or a mirror of it."""

    job: Job
    own: Job
    items: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return what a person calls it."""
        return self.job.name if self.own is self.job else self.own.name

    @property
    def identity(self) -> _Key:
        """Return what no other has, and what stays the same in a change."""
        job = self.job
        mirror = "" if self.own is job else self.own.name
        return job.document.path, job.name, None if job.key else job.queue_name, mirror


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the jobs that changed, and whose twins did not change with them."""
    for what in _SAID if before else ():
        assert before is not None  # noqa: S101 (for the types)
        old, new = (_copies(side, side.touched, what) for side in (before, now))
        changed = [key for key, copy in new.items() if key in old and old[key].items != copy.items]
        if any(now.pipeline_of(key[0]) for key in changed):
            labels = [label for key in changed if (label := new[key].job.label)]
            yield from _of_changed(now, before, changed, labels, what)


def _of_changed(
    now: Survey, before: Survey, changed: list[_Key], labels: list[str], what: _What
) -> Iterator[Finding]:
    words = {_longest(label) for label in labels}
    sides = (side.also(words) for side in (before, now))
    old, new = (_copies(side, side.jobs, what) for side in sides)
    by_label: dict[str, list[_Copy]] = {}
    for copy in old.values():
        by_label.setdefault(_plain(copy.job.label or ""), []).append(copy)
    for key in changed:
        was = old[key]
        alike = by_label[_plain(was.job.label)] if was.job.label else []
        left = [
            new[twin.identity]
            for twin in alike
            if _are_twins(now, was, twin)
            and twin.identity in new
            and twin.items == new[twin.identity].items
        ]
        if left:
            yield _finding(new[key], left, what)


def _longest(label: str) -> str:
    """Return the longest word of a label, which its twins have too."""
    words: list[str] = _WORD.findall(_AROUND.sub("", label))
    return max(words or [label], key=len)


def _copies(survey: Survey, jobs: tuple[Job, ...], what: _What) -> dict[_Key, _Copy]:
    """Return the jobs and mirrors that have such items, by what tells them apart."""
    found: dict[_Key, _Copy] = {}
    twice = set()
    for job in jobs:
        name = getattr(job.names, what)
        for own in survey.mirrored((job,)) if name else ():
            field = find_field(own.node, name)
            copy = _Copy(job, own, tuple(_texts(field.value)) if field else ())
            if copy.identity in found:
                twice.add(copy.identity)
            if copy.items:
                found[copy.identity] = copy
    return {key: copy for key, copy in found.items() if key not in twice}


def _texts(written: Node) -> Iterator[str]:
    node = resolved(written)
    for item in node.items if isinstance(node, Sequence) else (node,):
        text = resolved(item) if item else None
        if isinstance(text, Scalar):
            yield " ".join(text.value.split())


def _are_twins(survey: Survey, one: _Copy, other: _Copy) -> bool:
    """Say whether two have the same items, and are in two pipelines, or one mirrors the other."""
    if one.identity == other.identity or one.items != other.items:
        return False
    same_job = one.identity[:3] == other.identity[:3]
    paths = (one.job.document.path, other.job.document.path)
    apart = survey.pipeline_of(paths[0]) != survey.pipeline_of(paths[1])
    return same_job or (apart and _tags_fit(one.job.label or "", other.job.label or ""))


def _tags_fit(one: str, other: str) -> bool:
    """Say whether one label tells of no other kinds of machines than the other."""
    mine, theirs = (set(_TAG.findall(label.upper())) for label in (one, other))
    return mine <= theirs or theirs <= mine


_TAG = re.compile(r"(?<![A-Z0-9])(?:\d+X)?((?:GH|MI|[ABHL])\d+)(?![A-Z0-9])")
_WORD = re.compile(r"\w+")
_AROUND = re.compile(r"\([^()]*\)")


def _plain(label: str) -> str:
    """Return a label without the brackets in which GPUs stand."""
    without = _AROUND.sub(
        lambda m: "" if _TAG.search(m[0].upper()) or "GPU" in m[0] else m[0], label
    )
    return " ".join(without.lower().split())


def _finding(new: _Copy, twins: list[_Copy], what: _What) -> Finding:
    job, twin = new.job, twins[0]
    field = find_field(new.own.node, getattr(job.names, what))
    place = job.document.place(field.value if field else new.own.node)
    where = twin.job.document.place(twin.own.node)
    message = f"the {_SAID[what]} of '{new.name}' are no longer those of '{twin.name}' ({where})"
    message += f", and of {len(twins) - 1} more" if len(twins) > 1 else ""
    return Finding(place, message, "note", subject=f"{job.document.path}: {new.name}: {what}")
