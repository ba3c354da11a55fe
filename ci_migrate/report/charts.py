"""What a run comes to in numbers, as charts that a page can draw."""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.impact import Impact
from ci_migrate.report.diff import counts, hunks
from ci_migrate.run import Run

_BARS = 20


class Bar(NamedTuple):
    """A named row: its parts, each the name of a style and a number."""

    name: str
    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Return the sum of the parts."""
        return sum(number for _, number in self.parts)


class Chart(NamedTuple):
    """Rows of bars on one scale; `rest` counts the rows that are not shown."""

    title: str
    bars: tuple[Bar, ...]
    rest: int = 0


def charts(run: Run) -> Iterator[Chart]:
    """Yield the charts of a run that have more than nothing to show."""
    if run.impact is not None:
        yield from _queues(run.impact)
    edits = tuple(Bar(done.name, (("edits", done.edits),)) for done in run.changeset.done)
    if any(bar.total for bar in edits):
        yield Chart("Edits by operation", edits)
    if run.changeset.files:
        yield _longest("Lines by file", tuple(_lines(run)))


def _queues(impact: Impact) -> Iterator[Chart]:
    """Yield GPU-minutes by queue, if any are known, and jobs by queue."""
    for title, number in (("GPU-minutes by queue", 1), ("Jobs by queue", 0)):
        bars = [
            Bar(f"{queue.name or '(no queue)'}, {side}", ((side, load[number]),))
            for queue in impact.queues
            for side, load in (("before", queue.before), ("after", queue.after))
        ]
        if any(bar.total for bar in bars):
            yield Chart(title, tuple(bars[: 2 * _BARS]), max(0, len(impact.queues) - _BARS))


def _lines(run: Run) -> Iterator[Bar]:
    for change in run.changeset.files:
        added, removed = counts(hunks(change))
        yield Bar(change.path, (("plus", added), ("minus", removed)))


def _longest(title: str, bars: tuple[Bar, ...]) -> Chart:
    longest = sorted(bars, key=lambda bar: -bar.total)[:_BARS]
    return Chart(title, tuple(longest), len(bars) - len(longest))
