"""A diff in which every byte can be seen."""

from collections.abc import Iterator
from difflib import unified_diff


def exact_diff(old: bytes | None, new: bytes | None, named: str, renamed: str) -> Iterator[str]:
    """Yield the lines of a diff of two files, None for no file; `⏎` ends each line."""
    yield from unified_diff(_lines(old), _lines(new), named, renamed, n=2)


def _lines(content: bytes | None) -> list[str]:
    """Return lines in which blanks at the end, tabs and line ends can be seen."""
    if content is None:
        return []
    lines = content.decode(errors="backslashreplace").split("\n")
    ended = [f"{_seen(line)}⏎\n" for line in lines[:-1]]
    return [*ended, f"{_seen(lines[-1])} (no line end)\n"] if lines[-1] else ended


def _seen(line: str) -> str:
    text = line.rstrip(" \t\r")
    blanks = line[len(text) :].replace(" ", "·").replace("\r", "␍")
    return (text + blanks).replace("\t", "→\t").replace("\ufeff", "<BOM>")
