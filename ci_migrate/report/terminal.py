"""Draw the report of a run in a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ci_migrate.report.text import HEAD, Line, head, rows, tail
from ci_migrate.run import Run


def draw(run: Run, *, color: bool) -> None:
    """Print the report with its styles, or without where the user wants no color."""
    console = Console(no_color=None if color else True, highlight=False)
    _print(console, head(run, mark_words=True))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name, justify in zip(HEAD, ("left", "right", "right", "left"), strict=True):
        table.add_column(name, justify=justify, no_wrap=name != "", overflow="fold")  # type: ignore[arg-type]
    for row in rows(run):
        table.add_row(*map(Text, row))
    console.print(table)
    _print(console, tail(run))


def _print(console: Console, lines: Iterable[Line]) -> None:
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)
