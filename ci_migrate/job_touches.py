"""Which fields of which jobs a change touches, and which operation did it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, resolved
from ci_migrate.errors import Place
from ci_migrate.job import Job
from ci_migrate.job_pairs import pairs
from ci_migrate.survey import Survey

Plain: TypeAlias = "str | tuple[Plain, ...] | tuple[tuple[Plain, Plain], ...] | None"


class Touch(NamedTuple):
    """A field of a job, or of its file for all jobs in it, before and after, None where it is not.

    The `names` are the keys and labels of the job, or of all jobs where it is `beside` them. With
    no field, the job is new or gone. The `operation` is empty for a change that no recipe has made.
    """

    names: frozenset[str]
    field: str
    before: Plain
    after: Plain
    operation: str
    place: Place
    beside: bool = False


def touches(sides: Sequence[Survey], operations: Sequence[str]) -> tuple[Touch, ...]:
    """Return what each step between two sides touches, by the operation that made the step."""
    steps = zip(sides[:-1], sides[1:], operations, strict=True)
    return tuple(one for old, new, operation in steps for one in _step(old, new, operation))


def _step(before: Survey, after: Survey, operation: str) -> Iterator[Touch]:
    for pair in pairs(before, after):
        names = frozenset(_names(pair.before) + _names(pair.after))
        old = _fields(pair.before) if pair.before else {}
        new = _fields(pair.after) if pair.after else {}
        place = pair.job.document.place(pair.job.node)
        if not pair.before or not pair.after:
            yield Touch(names, "", None, None, operation, place)
        for field in dict.fromkeys((*old, *new)):
            if old.get(field) != new.get(field):
                yield Touch(names, field, old.get(field), new.get(field), operation, place)
    yield from _of_files(before, after, operation)


def _names(job: Job | None) -> tuple[str, ...]:
    return tuple(name for name in (job.key, job.label) if name) if job else ()


def _fields(job: Job) -> dict[str, Plain]:
    """Return the fields of a job, and the file that it stands in."""
    return {**_plain_fields(job.node), "(file)": job.document.path}


def _of_files(before: Survey, after: Survey, operation: str) -> Iterator[Touch]:
    """Yield the fields beside the jobs of a file, which all its jobs may have from there."""
    old, new = before.jobs_by_file, after.jobs_by_file
    for path in old.keys() & new.keys():
        had, has = _beside(old[path]), _beside(new[path])
        names = frozenset(name for job in (*old[path], *new[path]) for name in _names(job))
        for field in sorted(had.keys() | has.keys()):
            if had.get(field) != has.get(field):
                sides = had.get(field), has.get(field)
                yield Touch(names, field, *sides, operation, Place(path), beside=True)


def _beside(jobs: tuple[Job, ...]) -> dict[str, Plain]:
    document: Document = jobs[0].document
    starts = [job.node.span.start for job in jobs]
    found: dict[str, Plain] = {}
    for root in document.roots:
        for entry in root.entries if isinstance(root, Mapping) else ():
            span = entry.value.span
            if isinstance(entry.key, Scalar) and not any(
                span.start <= start < span.end for start in starts
            ):
                found[entry.key.value] = _plain(entry.value)
    return found


def _plain_fields(node: Mapping) -> dict[str, Plain]:
    return {
        key.value: _plain(entry.value)
        for entry in node.entries
        if isinstance(key := resolved(entry.key), Scalar)
    }


def _plain(node: Node | None) -> Plain:
    match resolved(node):
        case Scalar(value=value):
            return value
        case Mapping(entries=entries):
            return tuple((_plain(entry.key), _plain(entry.value)) for entry in entries)
        case None | Alias():
            return None
        case other:
            return tuple(map(_plain, other.items))
