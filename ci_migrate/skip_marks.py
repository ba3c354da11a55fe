"""The tests of a file that are skipped, found by its text, so that little has to be parsed."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ci_migrate.errors import CiMigrateError, Place

if TYPE_CHECKING:
    from ci_migrate.marking import Marked
    from ci_migrate.pytest_marks import Skip

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
    if sign not in text:
        return
    for match in _DECORATED.finditer(text):
        if sign not in match[0] or not wanted(match[0]):
            continue
        lines = text.count("\n", 0, match.start())
        code = f"{match[0]}(): pass\n"
        if not match["indent"]:
            yield Decorated(match["name"], match[0], "\n" * lines + code)
        elif classes := _CLASS.findall(text, 0, match.start()):
            around = f"class {classes[-1]}:\n"
            name = f"{classes[-1]}::{match['name']}"
            yield Decorated(name, match[0], "\n" * (lines - 1) + around + code)


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
