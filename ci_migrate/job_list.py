"""List the jobs of a tree, to see what a selector would choose, and what was not understood."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ci_migrate.document import Document, parse
from ci_migrate.errors import BadUsage, CiMigrateError, Place
from ci_migrate.finding import Finding
from ci_migrate.globs import matcher
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
    """The jobs that were found, why files could not be read, and files without jobs.

    `elsewhere` are the YAML files that stand where the dialect has none.
    """

    rows: tuple[JobRow, ...]
    errors: tuple[CiMigrateError, ...]
    without: tuple[Finding, ...]
    elsewhere: tuple[str, ...]


def list_jobs(tree: Tree, dialect: Dialect, where: tuple[str, ...]) -> JobList:
    """Return the jobs that fit all of `where`, each `NAME=PATTERN` as in a recipe's selector.

    A name is `queue`, `key`, `label`, `command` or `file`, or else a field or a path of fields.
    Raises BadUsage for a condition that is not understood.
    """
    selectors = [_selector(condition) for condition in where]
    rows: list[JobRow] = []
    without: list[Finding] = []
    noting = _Noting(tree)
    for document, jobs in _read(noting, dialect):
        name = member_of(dialect, document).NAME if dialect.understands(document) else ""
        if not jobs:
            without.append(Finding(Place(document.path), _why_none(document, name)))
        chosen = (job for job in jobs if all(selector.fits(job) for selector in selectors))
        rows += [_row(job, name or dialect.NAME) for job in chosen]
    return JobList(tuple(rows), noting.errors, tuple(without), _elsewhere(tree, dialect))


class DialectRow(NamedTuple):
    """A dialect, how many files and jobs of a tree are of it, and which files may be."""

    name: str
    files: int
    jobs: int
    globs: tuple[str, ...]


class DialectCount(NamedTuple):
    """All dialects with what of a tree is of each, and the files that are of none.

    Those are files that could not be read, files that no dialect understands where it is looked
    for, and YAML files `elsewhere`.
    """

    rows: tuple[DialectRow, ...]
    errors: tuple[CiMigrateError, ...]
    unknown: tuple[str, ...]
    elsewhere: tuple[str, ...]


def count_dialects(tree: Tree) -> DialectCount:
    """Return how much of a tree is of each dialect."""
    every, noting = load_dialect(), _Noting(tree)
    files: Counter[str] = Counter()
    jobs: Counter[str] = Counter()
    unknown: list[str] = []
    for document, found in _read(noting, every):
        if not every.understands(document):
            unknown.append(document.path)
            continue
        name = member_of(every, document).NAME
        files[name] += 1
        jobs[name] += len(found)
    known = (load_dialect(name) for name in dialect_names())
    rows = tuple(DialectRow(d.NAME, files[d.NAME], jobs[d.NAME], d.GLOBS) for d in known)
    return DialectCount(rows, noting.errors, tuple(unknown), _elsewhere(tree, every))


class _Noting:
    """A tree that keeps what is said of files that can't be read, each thing once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.told: dict[str, CiMigrateError] = {}

    @property
    def errors(self) -> tuple[CiMigrateError, ...]:
        return tuple(self.told.values())

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        return self.tree.paths(globs)

    def read(self, path: str) -> bytes | None:
        return self.tree.read(path)

    def note(self, error: CiMigrateError) -> None:
        self.told.setdefault(str(error), error)


def _read(tree: _Noting, dialect: Dialect) -> Iterator[tuple[Document, tuple[Job, ...]]]:
    """Yield the files in which a dialect is looked for, with their jobs; notes what is no YAML."""
    for path in tree.paths(dialect.GLOBS):
        try:
            document = parse(path, decode(path, tree.read(path) or b""))
            jobs = dialect.jobs(document, tree)
        except CiMigrateError as error:
            tree.note(error)
            continue
        yield document, jobs


def _why_none(document: Document, name: str) -> str:
    if not document.roots:
        return "no YAML in it, or comments alone"
    return f"{name} that has no jobs" if name else "nothing that a CI system reads as jobs"


_YAML = ("**/*.yml", "**/*.yaml")


def _elsewhere(tree: Tree, dialect: Dialect) -> tuple[str, ...]:
    """Return the YAML files that are not looked at; first those that another root would show."""
    looked_at = matcher(dialect.GLOBS).fullmatch
    below = matcher(tuple(f"**/{glob}" for glob in dialect.GLOBS)).fullmatch
    paths = (path for path in tree.paths(_YAML) if not looked_at(path))
    return tuple(sorted(paths, key=lambda path: (below(path) is None, path)))


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
