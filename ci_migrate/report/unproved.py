"""What to send to the tool's maintainers where a change failed its proof."""

import platform
from collections.abc import Iterator
from importlib.metadata import version

from ci_migrate import __version__
from ci_migrate.changeset import Failure
from ci_migrate.proof import Unproved
from ci_migrate.report.visible import one_line
from ci_migrate.text import Edit, line_and_column

_LIBRARIES = ("PyYAML", "ruamel.yaml", "libcst")
_AROUND = 3  # lines above and below an edit
_EDITS = 5  # that are shown
_LONGEST = 300  # characters of a line, or of what is written


def report_of(failure: Failure) -> str:
    """Return the report of a failed proof, in lines of plain text; nothing for another failure."""
    if not isinstance(failure.error, Unproved):
        return ""
    return "".join(f"{one_line(line)}\n" for line in _lines(failure, failure.error))


def _lines(failure: Failure, error: Unproved) -> Iterator[str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield f"ci-migrate {__version__}, Python {platform.python_version()}, {libraries}"
    yield f"operation {failure.name} at {failure.place}, file {error.place}"
    yield f"fault: {error.fault}"
    for edit in error.edits[:_EDITS]:
        yield from _edit(error.before, edit)
    if len(error.edits) > _EDITS:
        yield f"and {len(error.edits) - _EDITS} edits more"


def _edit(before: str, edit: Edit) -> Iterator[str]:
    line, column = line_and_column(before, edit.span.start)
    old = edit.span.of(before)
    yield f"edit at {line}:{column}: {_cut(repr(old))} -> {_cut(repr(edit.text))}"
    lines = before.split("\n")
    last = line + old.count("\n")
    for number in range(max(1, line - _AROUND), min(len(lines), last + _AROUND) + 1):
        yield f"{number:>6} | {_cut(lines[number - 1])}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
