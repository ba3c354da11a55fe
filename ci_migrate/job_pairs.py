"""Which job of one side of a change is which of the other, and what came of one that is split."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

from ci_migrate.job import Job
from ci_migrate.survey import Survey


class Pair(NamedTuple):
    """A job before and after, or on one side only.

    What it runs `came_of` another job: of itself under its old name, or of one that ran it before.
    """

    before: Job | None
    after: Job | None
    came_of: str = ""

    @property
    def job(self) -> Job:
        """Return it as it is now, or as it was if it is gone."""
        job = self.after or self.before
        assert job is not None  # noqa: S101 (a pair has one at least)
        return job


def pairs(before: Survey, after: Survey) -> Iterator[Pair]:
    """Yield each job that a change may touch once: those after, and then those that are gone.

    Jobs are the same by their name, first in one file and then elsewhere. One that is gone and one
    that is new are the same if they alone run the same.
    """
    old, new = ([*survey.mirrored(survey.touched)] for survey in (before, after))
    found = tuple(new)
    same: list[tuple[Job, Job]] = []
    for key in (_in_file, _in_scope):
        same += _matched(old, new, key, key)
    renamed = _matched(old, new, lambda job: _ran(job, before), lambda job: _ran(job, after))
    earlier = {_identity(job): Pair(one, job) for one, job in same}
    earlier.update({_identity(job): Pair(one, job, one.name) for one, job in renamed})
    lost: dict[str, str] = {}
    if new:
        lost.update((text, job.name) for job in old for text in _ran(job, before))
        for one, job in same:
            lost.update((text, job.name) for text in _ran(one, before) - _ran(job, after))
    for job in found:
        counts = Counter(lost[text] for text in _ran(job, after) if text in lost) if lost else {}
        most = max(counts, key=lambda name: counts[name], default="")
        yield earlier.get(_identity(job)) or Pair(None, job, most)
    yield from (Pair(job, None) for job in old)


def _identity(job: Job) -> Hashable:
    return *job.identity, job.name  # two jobs may share what makes a mirror


def _matched(
    old: list[Job], new: list[Job], old_key: "_Key", new_key: "_Key"
) -> list[tuple[Job, Job]]:
    """Take from both lists, and return, the jobs of the same key, in their order."""
    waiting: dict[Hashable, deque[Job]] = defaultdict(deque)
    if new:
        for job in old:
            waiting[old_key(job)].append(job)
    found = []
    rest = []
    for job in new:
        if waiting and (ones := waiting.get(new_key(job))):
            found.append((ones.popleft(), job))
        else:
            rest.append(job)
    taken = {_identity(job) for job, _ in found}
    old[:] = [job for job in old if _identity(job) not in taken]
    new[:] = rest
    return found


_Key = Callable[[Job], Hashable]


def _in_file(job: Job) -> Hashable:
    return job.document.path, job.name


def _in_scope(job: Job) -> Hashable:
    return job.scope, job.name


def _ran(job: Job, survey: Survey) -> frozenset[str]:
    """Return what a job runs: the entries of the lists that it reads, and its other commands."""
    uses = survey.lists(job)
    reading = {use.command.identity for use in uses}
    entries = (line.entry for use in uses for line in survey.list_at(use.path).lines)
    others = (one.text.strip() for one in job.commands if one.identity not in reading)
    return frozenset((*entries, *others))
