"""What is shown while a campaign runs: a display, a line for each event, or JSON lines."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ci_migrate.bulk.states import Step, Watch
from ci_migrate.report.bulk_text import line

_LONG = 10.0  # seconds without a word


@contextmanager
def watching(format: str, total: int, going: int) -> Iterator[Watch]:
    """Give what is to be told of each repository; on a terminal text is one display.

    Of the `total`, some may be done already: those that are `going` are still to be told of.
    """
    if format == "json":
        yield _json_lines
    elif sys.stderr.isatty() and sys.stdout.isatty():
        with _display(total, total - going) as watch:
            yield watch
    else:
        yield _text_lines


def pause(seconds: float) -> None:
    """Let time pass, and say so on standard error where a person may wonder."""
    if seconds >= _LONG:
        print(f"nothing goes out for {seconds:.0f} s", file=sys.stderr, flush=True)
    time.sleep(seconds)


def _json_lines(name: str, steps: tuple[Step, ...]) -> None:
    for step in steps:
        event = {"time": time.time(), "repository": name, "state": step.state, **step.data}
        print(json.dumps(event), flush=True)


def _text_lines(name: str, steps: tuple[Step, ...]) -> None:
    if steps:
        print(line(name, steps), flush=True)


@contextmanager
def _display(total: int, done: int) -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    columns = (BarColumn(None), MofNCompleteColumn(), TextColumn("{task.fields[told]}"), Left())
    last: dict[str, str] = {}
    start = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), expand=True) as progress:
        bar = progress.add_task("", total=total, completed=done, told="")

        def watch(name: str, steps: tuple[Step, ...]) -> None:
            last[name] = steps[-1].state if steps else last.get(name, "as before")
            found = Counter(last.values())
            wrong = {"unchanged", "refused", "failed", "as before"}
            changed = sum(count for state, count in found.items() if state not in wrong)
            rate = 60 * len(last) / max(time.monotonic() - start, 0.001)
            told = f"{changed} changed, {found['refused']} refused, {found['failed']} failed"
            progress.update(bar, completed=done + len(last), told=f"{told}, {rate:.0f}/min")

        yield watch
