"""Draw the report of a run in a terminal."""

from collections.abc import Iterable

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from ci_migrate.impact import Impact
from ci_migrate.report import impact
from ci_migrate.report.text import HEAD, Line, head, rows, tail
from ci_migrate.report.visible import one_line
from ci_migrate.run import Run


def draw(run: Run, *, color: bool) -> None:
    """Print the report with its styles, or without where the user wants no color."""
    console = Console(no_color=None if color else True, highlight=False)
    _print(console, head(run, mark_words=True))
    _print_table(console, HEAD, [tuple(map(Text, row)) for row in rows(run)], "lrrl")
    if run.impact is not None:
        _draw_impact(console, run.impact)
    _print(console, tail(run))


def _print(console: Console, lines: Iterable[Line]) -> None:
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)


def _draw_impact(console: Console, found: Impact) -> None:
    console.print(f"\n{impact.headline(found)}\n", style="bold")
    bars = [*impact.bars(found)]
    if bars:
        taken = max(len(bar.queue) for bar in bars) + 35
        width = max(8, min(40, console.width - taken))
        drawn = [
            (*map(Text, (one_line(bar.queue), *bar[1:4])), Text(bar.drawn(width), _SIDES[bar.side]))
            for bar in bars
        ]
        _print_table(console, impact.HEAD, drawn, "llrrl")
        console.print()
    if told := [(Text(row.kind), Text(one_line(row.text))) for row in impact.rows(found)]:
        _print_table(console, ("", ""), told, "ll")
        console.print()


_SIDES = {"before": "dim cyan", "after": "cyan"}


def _print_table(
    console: Console, head: tuple[str, ...], lines: Iterable[tuple[Text, ...]], sides: str
) -> None:
    """Print rows under heads, each column to the left or right; the last one is folded."""
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=any(head)
    )
    for number, (name, side) in enumerate(zip(head, sides, strict=True)):
        last = number == len(head) - 1
        justify: JustifyMethod = "right" if side == "r" else "left"
        table.add_column(name, justify=justify, no_wrap=not last, overflow="fold")
    for line in lines:
        table.add_row(*line)
    console.print(table)
