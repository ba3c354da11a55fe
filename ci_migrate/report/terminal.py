"""Draw the report of a run in a terminal."""

from rich.console import Console
from rich.text import Text

from ci_migrate.report.text import lines
from ci_migrate.run import Run


def draw(run: Run, *, color: bool) -> None:
    """Print the report with its styles, or plain where the terminal or the user wants no color."""
    console = Console(no_color=True if not color else None, highlight=False)
    for line in lines(run, mark_words=True):
        console.print(Text.assemble(*line), soft_wrap=True)
