"""What people and machines see of a run: one file per format."""

import os
import sys
from importlib import import_module
from pathlib import Path

from ci_migrate.errors import BadFile, Place
from ci_migrate.report.visible import visible
from ci_migrate.run import Run


def on_terminal() -> bool:
    """Return whether standard output is a terminal, where text must be made visible."""
    return sys.stdout is not None and sys.stdout.isatty()


def check_output(output: Path | None) -> None:
    """Check, before anything is done, that a report can be written; raises BadFile if not."""
    if output is None:
        return
    folder = output.parent
    if output.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        what = "a report can't be written here"
        raise BadFile(what, place=Place(str(output)), hint="check the path")


def deliver(run: Run, format: str, output: Path | None, *, color: bool) -> None:
    """Report a run in a format, to a file or to standard output; raises BadFile if that fails.

    Text is drawn where standard output is a terminal. A refused run is no text and no patch.
    """
    if format in ("text", "patch") and run.changeset.failures:
        return
    try:
        drawn = output is None and on_terminal()
        if format == "text" and drawn:
            from ci_migrate.report.terminal import draw  # rich takes longer than a small run

            draw(run, color=color)
            return
        # A name that is not UTF-8 is in the text as surrogates, which are spelled out.
        text: str = import_module(f"{__name__}.{format}").render(run)
        text = visible(text) if drawn else text
        _write(text.encode(errors="backslashreplace"), output)
    except BrokenPipeError:
        _silence()  # the reader has seen enough
    except OSError as error:
        _silence()
        done = "; the changes are written" if run.outcome == "applied" else ""
        what = f"the report can't be written: {error.strerror}{done}"
        place = Place(str(output or "standard output"))
        raise BadFile(what, place=place, hint="check where it goes") from error


def _silence() -> None:
    """Keep Python from writing what is left to a broken output when it ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(content: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(content)
    elif sys.stdout is not None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
