"""Tell for each value that is made otherwise which change of a job in the tree it is from."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ci_migrate.job_touches import Plain, Touch
from ci_migrate.rendered import JobDiff, Rendered, ValueChange


class Explained(NamedTuple):
    """A value that is made otherwise, and what of the tree explains it; nothing if nothing does."""

    change: ValueChange
    touches: tuple[Touch, ...]


class ExplainedJob(NamedTuple):
    """A job that was made otherwise, with all of its values."""

    diff: JobDiff
    values: tuple[Explained, ...]


def explained(
    diffs: Iterable[JobDiff],
    touches: tuple[Touch, ...],
    sources: Callable[[Rendered], tuple[str, ...]],
) -> tuple[ExplainedJob, ...]:
    """Return the jobs that differ with an explanation of each value.

    A value is explained by a change of the job that it was made of, whose names `sources` gives:
    of the field of the same name; else of fields that the generator does not hand on by their name;
    else of a field whose text stands in the value.
    """
    found = []
    for diff in diffs:
        jobs = [job for job in (diff.before, diff.after) if job]
        names = {name for job in jobs for name in sources(job)}
        own = [one for one in touches if (one.names & names if diff.name else one.beside)]
        handed_on = {path[0] for job in jobs for path in job.leaves if path}
        found.append(
            ExplainedJob(
                diff, tuple(Explained(one, _why(one, own, handed_on)) for one in diff.changes)
            )
        )
    return tuple(found)


def _why(change: ValueChange, touches: list[Touch], handed_on: set[str]) -> tuple[Touch, ...]:
    """Return the touches that explain a change, by the first way in which some do."""
    head = change.path[0] if change.path else ""
    ways: tuple[Callable[[Touch], bool], ...] = (
        lambda touch: touch.field == "",
        lambda touch: touch.field == head,
        lambda touch: touch.field not in handed_on,
        lambda touch: _stands_in(touch, change),
    )
    for way in ways:
        if fitting := tuple(touch for touch in touches if way(touch)):
            return fitting
    return ()


def _stands_in(touch: Touch, change: ValueChange) -> bool:
    """Say whether what a field was, and what it is, stands in a value before and after."""
    sides = ((touch.before, change.before), (touch.after, change.after))
    return all(_holds(value, text) for value, text in sides)


def _holds(value: Plain, text: str | None) -> bool:
    words = [_bare(word) for word in _texts(value)]
    return not words or (text is not None and any(word and word in _bare(text) for word in words))


def _texts(value: Plain) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return [text for part in value for text in _texts(part)]


def _bare(text: str) -> str:
    """Return only letters and digits: a generator may make a key of a label."""
    return re.sub(r"[\W_]+", "", text.lower())
