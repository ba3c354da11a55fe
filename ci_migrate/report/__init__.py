"""What people and machines see of a run: one file per format."""

import sys
from importlib import import_module
from pathlib import Path

from ci_migrate.errors import BadFile, Place
from ci_migrate.run import Run


def deliver(run: Run, format: str, output: Path | None, *, color: bool) -> None:
    """Report a run in a format, to a file or to standard output; raises BadFile if that fails.

    Text is drawn where standard output is a terminal. A refused run is no text and no patch.
    """
    if format in ("text", "patch") and run.changeset.failures:
        return
    if format == "text" and output is None and sys.stdout.isatty():
        from ci_migrate.report.terminal import draw  # rich takes longer than a small run

        draw(run, color=color)
        return
    text: str = import_module(f"{__name__}.{format}").render(run)
    if output is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        what = f"can't write the report: {error.strerror}"
        raise BadFile(what, place=Place(str(output)), hint="check the path") from error
