"""The jobs that a change of their file may have changed, on both of its sides."""

from collections.abc import Iterator

from ci_migrate.changeset import FileChange
from ci_migrate.document import parse
from ci_migrate.errors import CiMigrateError
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Job
from ci_migrate.text import Span
from ci_migrate.tree import Tree

JobName = tuple[str, Span]  # as `Job.identity`


def untouched(
    files: tuple[FileChange, ...], before: Tree, after: Tree, dialect: Dialect
) -> tuple[frozenset[JobName], frozenset[JobName]]:
    """Return the jobs before, and those after, that are the same text in the same surroundings.

    An edit that stands in no job may change all of its file, and so may one in a file with aliases,
    or in one that others use; such a file has no job that is surely the same. Nor is a job that
    names a changed file of another kind, such as a list.
    """
    fits = matcher(dialect.GLOBS).fullmatch
    lists = [file.path.rpartition("/")[2] for file in files if not fits(file.path)]
    sides: tuple[set[JobName], set[JobName]] = (set(), set())
    for change in files:
        found = _unchanged(change, before, after, dialect)
        texts = change.before or "", change.after or ""
        for side, jobs, text in zip(sides, found, texts, strict=True):
            side |= {job for job in jobs if not any(name in job[1].of(text) for name in lists)}
    return frozenset(sides[0]), frozenset(sides[1])


def _unchanged(
    change: FileChange, before: Tree, after: Tree, dialect: Dialect
) -> tuple[set[JobName], set[JobName]]:
    if change.before is None or change.after is None:
        return set(), set()
    try:
        old, new = parse(change.path, change.before), parse(change.path, change.after)
        if old.aliases or new.aliases or dialect.used_by(change.path, change.before):
            return set(), set()
        left = _names(dialect.jobs(old, before)), _names(dialect.jobs(new, after))
    except CiMigrateError:
        return set(), set()
    changed: tuple[set[JobName], set[JobName]] = (set(), set())
    for spans in _edited(change):
        hit = [_met(names, span) for names, span in zip(left, spans, strict=True)]
        if not any(hit):
            return set(), set()
        for side, names in zip(changed, hit, strict=True):
            side |= names
    return left[0] - changed[0], left[1] - changed[1]


def _names(jobs: tuple[Job, ...]) -> set[JobName]:
    return {job.identity for job in jobs}


def _met(names: set[JobName], span: Span) -> set[JobName]:
    return {name for name in names if span.start <= name[1].end and name[1].start <= span.end}


def _edited(change: FileChange) -> Iterator[tuple[Span, Span]]:
    """Yield what each edit replaces, and where what it wrote stands after all of them."""
    shift = 0
    for edit in sorted(change.edits):
        start = edit.span.start + shift
        yield edit.span, Span(start, start + len(edit.text))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
