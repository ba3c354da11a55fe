"""What undoes an operation, told by its own words alone, and whether these suffice."""

import dataclasses
from collections.abc import Sized
from typing import Any, NamedTuple, Protocol, runtime_checkable

from ci_migrate.content import Content
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.pattern import Pattern
from ci_migrate.selector import JobSelector
from ci_migrate.style import Value


class Undoing(NamedTuple):
    """The operation that undoes another one: its name, and its options by their field names."""

    name: str
    options: dict[str, Any]


@runtime_checkable
class Reversible(Protocol):
    """An operation that can say what undoes it."""

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""


def swapped(operation: Any, **options: Any) -> Undoing:
    """Return the operation of the same kind and options, but for those given."""
    name = type(operation).__module__.rpartition(".")[2].replace("_", "-")
    fields = {f.name: getattr(operation, f.name) for f in dataclasses.fields(operation)}
    return Undoing(name, fields | options)


def check_told(jobs: JobSelector | None, expect: int | None) -> None:
    """Check that a recipe tells which jobs it changed, or how many; raises Refused if not.

    Others may have been before as the chosen ones are now, and must not change.
    """
    if expect is None and not (jobs is not None and jobs.names_jobs):
        what = "which jobs it changed is not said"
        raise Refused(what, hint="name them by key or label, or say how many with 'expect'")


def check_no_imports(imports: Sized) -> None:
    """Check that no imports may be added; raises Refused if some may."""
    if imports:
        what = "which of its imports were there before is not said"
        raise Refused(what, hint="undo it by hand")


def exact(pattern: Pattern | None, what: str) -> str:
    """Return the text of an exact pattern; raises Refused for any other, or none."""
    if pattern is None or pattern.kind != "exact":
        raise Refused(f"{what} is not said exactly", hint="write it out")
    return pattern.text


def text(content: Content | None, what: str) -> str:
    """Return the text of a content that is one; raises Refused for any other, or none."""
    if content is None or not isinstance(content.form, Value):
        raise Refused(f"{what} is no single text", hint="undo it by hand")
    return content.form.text


def moved(jobs: JobSelector | None, field: str, old: str, new: str) -> JobSelector | None:
    """Return the selector for the jobs as they are once a field has another value.

    Raises Refused where what it says of the field is not the old value.
    """
    if jobs is None:
        return None
    for part in (*jobs.any, *jobs.all, *jobs.not_, *jobs.except_):
        if field in part.fields or field in part.without:
            what = f"its selector asks for {field} inside 'any', 'all' or 'except'"
            raise Refused(what, hint="undo it by hand")
    if field not in jobs.fields:
        return jobs
    if not any(pattern.fits(old) for pattern in jobs.fields[field]):
        raise Refused(f"its selector asks for another {field}", hint="undo it by hand")
    fields = {**jobs.fields, field: (Pattern.exactly(new),)}
    return dataclasses.replace(jobs, fields=fields)
