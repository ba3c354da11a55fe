"""The tests of a file that are skipped, found by its text, so that little has to be parsed."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

# From the first decorator of a definition to its name.
_DECORATED = re.compile(
    r"^(?P<indent>[ \t]*)@[^\n]*\n"
    r"(?:(?!(?P=indent)(?:async def|def|class) )[^\n]*\n)*?"
    r"(?P=indent)(?:async def|def|class) +(?P<name>\w+)",
    re.MULTILINE,
)
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_SIGN = "mark.skip"


class Decorated(NamedTuple):
    """A test with a skip among its decorators, or in one: its name as pytest has it.

    `code` is the text of the decorators; `alone` is a file of nothing but the test, on its lines.
    """

    name: str
    code: str
    alone: str


def skipped_in(text: str, wanted: Callable[[str], object]) -> Iterator[Decorated]:
    """Yield the skipped tests of a Python file of whose decorators `wanted` says so."""
    if _SIGN not in text:
        return
    for match in _DECORATED.finditer(text):
        if _SIGN not in match[0] or not wanted(match[0]):
            continue
        lines = text.count("\n", 0, match.start())
        code = f"{match[0]}(): pass\n"
        if not match["indent"]:
            yield Decorated(match["name"], match[0], "\n" * lines + code)
        elif classes := _CLASS.findall(text, 0, match.start()):
            around = f"class {classes[-1]}:\n"
            name = f"{classes[-1]}::{match['name']}"
            yield Decorated(name, match[0], "\n" * (lines - 1) + around + code)
