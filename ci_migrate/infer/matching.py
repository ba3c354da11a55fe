"""Which job of a tree after a change is which job of the tree before it."""

from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from ci_migrate.job import Job
from ci_migrate.meaning import meaning_of_node

_ALIKE = 0.6  # of two jobs' parts, from which on one may come of the other


class Pair(NamedTuple):
    """A job before and after."""

    before: Job
    after: Job


class Matching(NamedTuple):
    """Jobs that are on both sides, those that are gone, and those that are new."""

    pairs: tuple[Pair, ...]
    gone: tuple[Job, ...]
    new: tuple[Job, ...]


def match(before: tuple[Job, ...], after: tuple[Job, ...]) -> Matching:
    """Match jobs by key, then by label, and what is left by what it holds, within a file."""
    pairs: list[Pair] = []
    old, new = list(before), list(after)
    for name in (_key_and_file, _key, _label_and_file, _label):
        for pair in list(_by_name(old, new, name)):
            pairs.append(pair)
            old.remove(pair.before)
            new.remove(pair.after)
    for job in list(old):
        same_file = [other for other in new if other.document.path == job.document.path]
        best = max(same_file, key=lambda other: likeness(job, other), default=None)
        if best is not None and likeness(job, best) >= _ALIKE:
            pairs.append(Pair(job, best))
            old.remove(job)
            new.remove(best)
    order = {_place(job): n for n, job in enumerate(before)}
    pairs.sort(key=lambda pair: order[_place(pair.before)])
    return Matching(tuple(pairs), tuple(old), tuple(new))


def likeness(one: Job, other: Job) -> float:
    """Return how much of two jobs is the same, from 0 to 1."""
    meanings = meaning_of_node(one.node), meaning_of_node(other.node)
    return SequenceMatcher(None, *meanings, autojunk=False).ratio()


def alike(one: Job, other: Job) -> bool:
    """Say whether one job may be a changed copy of the other."""
    return likeness(one, other) >= _ALIKE


def _by_name(before: list[Job], after: list[Job], name: Callable[[Job], object]) -> Iterator[Pair]:
    counts = Counter(map(name, before)), Counter(map(name, after))
    known = {name(job): job for job in after}
    for job in before:
        own = name(job)
        if own is not None and counts[0][own] == counts[1][own] == 1:
            yield Pair(job, known[own])


def _key(job: Job) -> object:
    return job.key


def _label(job: Job) -> object:
    return job.label


def _key_and_file(job: Job) -> object:
    return job.key and (job.document.path, job.key)


def _label_and_file(job: Job) -> object:
    return job.label and (job.document.path, job.label)


def _place(job: Job) -> tuple[str, int]:
    return job.document.path, job.node.span.start
