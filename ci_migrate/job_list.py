"""List the jobs of a tree, to see what a selector would choose."""

from typing import Any, NamedTuple

from ci_migrate.document import parse
from ci_migrate.errors import BadUsage, CiMigrateError
from ci_migrate.job import Dialect, Job
from ci_migrate.job_fields import field_text
from ci_migrate.pattern import Pattern
from ci_migrate.selector import JobSelector
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


class JobList(NamedTuple):
    """The jobs that were found, and why files could not be understood."""

    rows: tuple[JobRow, ...]
    errors: tuple[CiMigrateError, ...]


def list_jobs(tree: Tree, dialect: Dialect, where: tuple[str, ...]) -> JobList:
    """Return the jobs that fit all of `where`, each `NAME=PATTERN` as in a recipe's selector.

    A name is `queue`, `key`, `label`, `command` or `file`, or else a field or a path of fields.
    Raises BadUsage for a condition that is not understood.
    """
    selectors = [_selector(condition) for condition in where]
    rows: list[JobRow] = []
    errors: list[CiMigrateError] = []
    for path in tree.paths(dialect.GLOBS):
        try:
            jobs = dialect.jobs(parse(path, decode(path, tree.read(path) or b"")), tree)
        except CiMigrateError as error:
            errors.append(error)
            continue
        chosen = (job for job in jobs if all(selector.fits(job) for selector in selectors))
        rows += [_row(job) for job in chosen]
    return JobList(tuple(rows), tuple(errors))


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


def _row(job: Job) -> JobRow:
    return JobRow(
        file=job.document.path,
        line=job.document.place(job.node).line or 1,
        key=job.key,
        label=job.label,
        queue=job.queue_name,
        gpus=field_text(job, "<gpus>"),
        timeout=field_text(job, "<timeout>"),
    )
