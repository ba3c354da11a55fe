"""Values that are not the same for every job: from a table, from another field, by arithmetic."""

import math
import re
from decimal import Decimal
from typing import NamedTuple

from ci_migrate.errors import Refused
from ci_migrate.job import Holder, Job
from ci_migrate.job_fields import field_text
from ci_migrate.style import Value
from ci_migrate.tables import Table


class Factor(NamedTuple):
    """A number to multiply with, such as `1.5`."""

    number: Decimal

    @classmethod
    def parse(cls, text: str) -> "Factor":
        """Read a number above zero, such as `2` or `1.5`; raises ValueError otherwise."""
        if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) or not Decimal(text):
            raise ValueError("is no number to multiply with; write for example 1.5")
        return cls(Decimal(text))

    def times(self, number: int) -> int:
        """Return the product, rounded up to a whole number."""
        return math.ceil(number * self.number)


class Summand(NamedTuple):
    """A whole number to add, such as `30` or `-5`."""

    number: int

    @classmethod
    def parse(cls, text: str) -> "Summand":
        """Read a whole number other than 0, such as `30` or `-5`; raises ValueError otherwise."""
        if not re.fullmatch(r"[+-]?\d{1,9}", text) or not int(text):
            raise ValueError("is no whole number to add; write for example 30")
        return cls(int(text))


def from_table(table: Table, job: Holder) -> Value | None:
    """Return what a table holds for a job, by its key or else its label; None if nothing."""
    return next((table.values[name] for name in _names(job) if name in table.values), None)


def check_all_found(table: Table, jobs: tuple[Holder, ...], hint: str) -> None:
    """Check that each name of a table is the key or the label of a job; raises Refused if not."""
    names = {name for job in jobs for name in _names(job)}
    missing = [name for name in table.values if name not in names]
    if missing and jobs:
        what = f"no chosen job has the key or label '{missing[0]}', which the table names"
        raise Refused(what, place=jobs[0].document.place(jobs[0].node), hint=hint)


def slug_of(job: Holder, field: str) -> Value:
    """Return the text of a field in small letters, digits and single hyphens.

    Raises Refused if the job does not have it or nothing would be left.
    """
    text = field_text(job, field)
    slug = re.sub(r"[^a-z0-9]+", "-", (text or "").lower()).strip("-")
    if not slug:
        what = f"job '{job.name}' has no {field} to make a name of"
        raise Refused(what, place=job.document.place(job.node), hint=f"give it a {field}")
    return Value(slug)


def _names(job: Holder) -> tuple[str, ...]:
    if isinstance(job, Job):
        return tuple(name for name in (job.key, job.label) if name is not None)
    return (job.name,)
