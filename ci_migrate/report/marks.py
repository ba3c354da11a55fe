"""The hunks of a run as places with words, for what shows notes beside lines of files."""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.changeset import FileChange
from ci_migrate.report.diff import Hunk, hunks
from ci_migrate.run import Run

_SHOWN = 20  # lines of a hunk


class Mark(NamedTuple):
    """A hunk: the lines `first` to `last` of the file as it is now, and what is told of them."""

    change: FileChange
    hunk: Hunk
    first: int
    last: int
    operations: str
    diff: str


def marks(run: Run) -> Iterator[Mark]:
    """Yield the hunks of all files, in their order."""
    names = [bound.name for bound in run.recipe.operations]
    if run.recipe.back:
        names.reverse()
    for change in run.changeset.files:
        told = ", ".join(dict.fromkeys(names[index] for index in change.operations))
        for hunk in hunks(change):
            first, last = _lines(hunk, written=run.outcome == "applied")
            yield Mark(change, hunk, first, last, told, _diff(hunk))


def _lines(hunk: Hunk, *, written: bool) -> tuple[int, int]:
    """Return the first and the last line that changes, before or after; or else that above it."""
    own, number = ("+", hunk.new.start) if written else ("-", hunk.old.start)
    touched: list[int] = []
    others: list[int] = []
    for line in hunk.lines:
        if line.mark in (own, " "):
            number += 1
        if line.mark == own:
            touched.append(number)
        elif line.mark != " ":
            others.append(max(number, 1))
    lines = touched or others
    return lines[0], lines[-1]


def _diff(hunk: Hunk) -> str:
    lines = [f"{line.mark}{line.text.rstrip()}" for line in hunk.lines if line.mark != " "]
    more = [f"… and {len(lines) - _SHOWN} lines more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])
