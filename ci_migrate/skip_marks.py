"""The tests of a file that are skipped, found by its text, so that little has to be parsed."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ci_migrate.errors import CiMigrateError, Place

if TYPE_CHECKING:
    from ci_migrate.marking import Marked
    from ci_migrate.pytest_marks import Skip

_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?P<at>@)|(?P<kind>async def|def|class) +(?P<name>\w+))", re.MULTILINE
)
_SIGN = "mark.skip"


class Decorated(NamedTuple):
    """A test with decorators: its name as pytest has it.

    `code` is the text of the decorators; `alone` is a file of nothing but the test, on its lines.
    """

    name: str
    code: str
    alone: str


def decorated_in(text: str, sign: str, wanted: Callable[[str], object]) -> Iterator[Decorated]:
    """Yield the tests of a Python file with a sign in their decorators of which `wanted` says so.

    A method of a class has its name with it; other functions inside others are no tests.
    """
    lines, counted = 0, 0
    for start, around, match in _decorated(text) if sign in text else ():
        code = text[start : match.end()]
        if sign not in code or not wanted(code):
            continue
        lines, counted = lines + text.count("\n", counted, start), start
        alone = f"{code}(): pass\n"
        if not match["indent"]:
            yield Decorated(match["name"], code, "\n" * lines + alone)
        elif around:
            name = f"{around}::{match['name']}"
            yield Decorated(name, code, "\n" * (lines - 1) + f"class {around}:\n" + alone)


def _decorated(text: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    """Yield where the decorators of a definition begin, the class around it, and its own line."""
    starts: dict[str, int] = {}  # by indentation
    around = ""
    for match in _LINE.finditer(text):
        indent = match["indent"]
        if match["at"]:
            starts.setdefault(indent, match.start())
            continue
        if not indent:
            around = match["name"] if match["kind"] == "class" else ""
        if indent in starts:
            yield starts.pop(indent), around if indent else "", match
        starts = {one: at for one, at in starts.items() if len(one) < len(indent)}


class SkippedTest(NamedTuple):
    """A skip where it stands: on a test or on one of its cases, and the file's whole text."""

    marked: "Marked"
    skip: "Skip"
    text: str

    @property
    def place(self) -> Place:
        """Return where the mark stands."""
        return self.marked.place_of(self.skip.node)

    @property
    def name(self) -> str:
        """Return the name of the test, and of the case."""
        case = self.marked.case
        name = self.marked.test.name
        return name if case is None else f"{name}[{case.id or case.position}]"

    @property
    def identity(self) -> tuple[str, str | None, str | None]:
        """Return what is the same for the same skip in another version of the file."""
        return self.name, self.skip.condition, self.skip.reason


def skips_in(path: str, text: str, wanted: Callable[[str], object] = bool) -> Iterator[SkippedTest]:
    """Yield the skips of a Python file, of the decorators of which `wanted` says so.

    A test that can't be understood has none.
    """
    for decorated in decorated_in(text, _SIGN, wanted):
        with suppress(CiMigrateError):
            yield from _skips_of(path, text, decorated)


def _skips_of(path: str, text: str, decorated: Decorated) -> Iterator[SkippedTest]:
    from ci_migrate.marking import Marked  # only files with skips need it, and libcst
    from ci_migrate.pytest_cases import cases_of
    from ci_migrate.python_source import find_test, parse_python

    test = find_test(parse_python(path, decorated.alone), decorated.name)
    cases = (case for cases in cases_of(test) for case in cases)
    for marked in (Marked("", test, None), *(Marked("", test, case) for case in cases)):
        for skip in marked.skips:
            yield SkippedTest(marked, skip, text)
