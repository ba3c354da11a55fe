"""List the jobs of a tree, to see what a selector would choose."""

from collections import Counter
from typing import Any, NamedTuple

from ci_migrate.document import parse
from ci_migrate.errors import BadUsage, CiMigrateError, Place
from ci_migrate.finding import Finding
from ci_migrate.job import Dialect, Job
from ci_migrate.job_fields import field_text
from ci_migrate.pattern import Pattern
from ci_migrate.recipe import dialect_names, load_dialect
from ci_migrate.selector import JobSelector
from ci_migrate.several import member_of
from ci_migrate.tree import Tree, decode

_OWN = ("queue", "key", "label", "command")


class JobRow(NamedTuple):
    """A job in a line; `gpus` and `timeout`, in minutes, are as written, None where absent."""

    file: str
    line: int
    key: str | None
    label: str | None
    queue: str | None
    gpus: str | None
    timeout: str | None
    dialect: str


class JobList(NamedTuple):
    """The jobs that were found, why files could not be read, and files without jobs."""

    rows: tuple[JobRow, ...]
    errors: tuple[CiMigrateError, ...]
    without: tuple[Finding, ...]


def list_jobs(tree: Tree, dialect: Dialect, where: tuple[str, ...]) -> JobList:
    """Return the jobs that fit all of `where`, each `NAME=PATTERN` as in a recipe's selector.

    A name is `queue`, `key`, `label`, `command` or `file`, or else a field or a path of fields.
    Raises BadUsage for a condition that is not understood.
    """
    selectors = [_selector(condition) for condition in where]
    rows: list[JobRow] = []
    errors: list[CiMigrateError] = []
    without: list[Finding] = []
    for path in tree.paths(dialect.GLOBS):
        try:
            document = parse(path, decode(path, tree.read(path) or b""))
            jobs = dialect.jobs(document, tree)
        except CiMigrateError as error:
            errors.append(error)
            continue
        name = member_of(dialect, document).NAME if dialect.understands(document) else ""
        if not jobs:
            what = f"{name} that has no jobs" if name else "nothing that a CI system reads as jobs"
            without.append(Finding(Place(path), what))
        chosen = (job for job in jobs if all(selector.fits(job) for selector in selectors))
        rows += [_row(job, name or dialect.NAME) for job in chosen]
    return JobList(tuple(rows), tuple(errors), tuple(without))


class DialectRow(NamedTuple):
    """A dialect, how many files and jobs of a tree are of it, and which files may be."""

    name: str
    files: int
    jobs: int
    globs: tuple[str, ...]


def count_dialects(tree: Tree) -> tuple[DialectRow, ...]:
    """Return all dialects with what of a tree is of each; files that can't be read are left out."""
    every = load_dialect()
    files: Counter[str] = Counter()
    jobs: Counter[str] = Counter()
    for path in tree.paths(every.GLOBS):
        try:
            document = parse(path, decode(path, tree.read(path) or b""))
            found = every.jobs(document, tree)
        except CiMigrateError:
            continue
        if every.understands(document):
            name = member_of(every, document).NAME
            files[name] += 1
            jobs[name] += len(found)
    known = (load_dialect(name) for name in dialect_names())
    return tuple(DialectRow(d.NAME, files[d.NAME], jobs[d.NAME], d.GLOBS) for d in known)


def _selector(condition: str) -> JobSelector:
    name, equals, text = condition.partition("=")
    if not equals or not name or not text:
        raise BadUsage(f"'--where {condition}' has no pattern", hint="write --where NAME=PATTERN")
    if name == "file":
        return JobSelector(file=(text,))
    try:
        pattern = Pattern.parse(text)
    except ValueError as error:
        raise BadUsage(f"'{text}' {error}", hint="mend the pattern") from error
    part: dict[str, Any] = {name: (pattern,)} if name in _OWN else {"fields": {name: (pattern,)}}
    return JobSelector(**part)


def _row(job: Job, dialect: str) -> JobRow:
    return JobRow(
        file=job.document.path,
        line=job.document.place(job.node).line or 1,
        key=job.key,
        label=job.label,
        queue=job.queue_name,
        gpus=field_text(job, "<gpus>"),
        timeout=field_text(job, "<timeout>"),
        dialect=dialect,
    )
