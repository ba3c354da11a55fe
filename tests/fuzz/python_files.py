"""Test files in many layouts, and what pytest itself takes from them."""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import pytest
from hypothesis import strategies as st

from ci_migrate.text import BYTE_ORDER_MARK

_T = TypeVar("_T")


class Mark(NamedTuple):
    """A mark as pytest sees it: its name and the values that it is called with."""

    name: str
    arguments: str


class Case(NamedTuple):
    """A case of a test: its values, its own id and its marks."""

    values: str
    id: str | None
    marks: tuple[Mark, ...]


class Taken(NamedTuple):
    """A test: its marks from above, and the cases of each `parametrize` by its first argument."""

    marks: tuple[Mark, ...]
    cases: dict[str, tuple[Case, ...]]


CONDITIONS = ('os.getenv("A", "1")', "os.getenv('B', '2')", 'not os.getenv("A", "3")')
REASONS = ("no kernel", "see #12: é 🧪", 'it\'s "big"')
MARKS = (
    "pytest.mark.xfail",
    'pytest.mark.filterwarnings("error")',
    *(f"pytest.mark.skipif({CONDITIONS[n]}, reason={REASONS[n]!r})" for n in (0, 1)),
    'pytest.mark.skip(reason="no kernel")',
)
VALUES = ("1", "2", '"deep/seek"', "'é 🧪'", "None", "(1, 2)", "[3]", '"x" "y"')
NAMES = ("test_one", "test_two", "TestBoth::test_one")


@st.composite
def python_files(draw: st.DrawFn) -> str:
    """Draw a file of three tests, one of them in a class."""
    write = _Writer(draw)
    text = write.one("", "", '"""Tests, é."""\n', "# coding: utf-8\n", "\n# why\n")
    text += write.one("", "from __future__ import annotations\n\n")
    text += write.one(
        "import os\nimport pytest\n",
        "import os  # for env\n\nimport pytest as pytest\nimport sys\n",
    )
    text += write.one(
        "", "from math import (\n    floor,  # down\n    sqrt,\n)\n", "import re, math\n"
    )
    text += write.one("", "\nVALUE = sqrt = 4\n", "\n\ndef helper(x):\n    return x\n")
    text += "\n\n" + write.test("test_one", "") + "\n\n" + write.test("test_two", "")
    inside = write.one("    ", "  ", "\t")
    text += f"\n\n{write.one('', '@pytest.mark.xfail' + chr(10))}class TestBoth:{write.one('', '  # both')}\n"
    text += write.test("test_one", inside)
    text += write.one("", "\n\nif __name__ == '__main__':\n    pytest.main()\n")
    text = text.replace("\n", write.one("\n", "\n", "\r\n"))
    return write.one("", "", BYTE_ORDER_MARK) + text.rstrip(
        "\r\n" if write.one(0, 1, 2) == 0 else ""
    )


class _Writer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, *choices: _T) -> _T:
        return self.draw(st.sampled_from(choices))

    def test(self, name: str, indent: str) -> str:
        """Return the lines of a test, with its decorators."""
        count = self.one(0, 1, 2)
        lines = self.draw(st.lists(st.sampled_from(MARKS), max_size=4, unique=True))
        lines += [self.parametrize(f"x{n}", indent) for n in range(count)]
        text = ""
        for line in self.draw(st.permutations(lines)):
            text += self.one("", "", "", f"{indent}# above\n")
            text += f"{indent}@{self.laid(line, indent)}{self.one('', '', '  # why', ' #é')}\n"
        arguments = ", ".join(
            [*(["self"] if indent else []), *(f"x{n}, y{n}" for n in range(count))]
        )
        body = self.one("pass", "assert True  # é", 'text = """\nnot code\n"""')
        return (
            f"{text}{indent}{self.one('', 'async ')}def {name}({arguments}):\n{indent}    {body}\n"
        )

    def laid(self, code: str, indent: str) -> str:
        """Return a call with its arguments on lines of their own, now and then."""
        if code.startswith("pytest.mark.skip") and self.one(0, 1, 2) == 0:
            name, _, inner = code[:-1].partition("(")
            return f"{name}(\n{indent}    {inner}{self.one('', ',', ',  # last')}\n{indent})"
        return code

    def parametrize(self, name: str, indent: str) -> str:
        names = self.one(
            f'"{name}, y{name[1:]}"', f"['{name}', 'y{name[1:]}']", f'("{name}", "y{name[1:]}")'
        )
        cases = [self.case(indent + " " * 8) for _ in range(self.one(1, 2, 3))]
        if self.one(0, 1, 2) == 0 and not any("\n" in case or "#" in case for case in cases):
            return f"pytest.mark.parametrize({names}, [{', '.join(cases)}])"
        inner = "".join(
            f"{self.one('', '', f'{indent}        # case' + chr(10))}{indent}        {case},"
            f"{self.one('', '', '  # é')}\n"
            for case in cases
        )
        return f"pytest.mark.parametrize(\n{indent}    {names},\n{indent}    [\n{inner}{indent}    ],\n{indent})"

    def case(self, indent: str) -> str:
        one, other = self.one(*VALUES), self.one(*VALUES)
        marks = self.draw(st.lists(st.sampled_from(MARKS), min_size=1, max_size=3, unique=True))
        many = f"[{', '.join(marks)}]" if len(marks) > 1 or self.one(True, False) else marks[0]
        return self.one(
            f"({one}, {other})",
            f"[{one}, {other}]",
            f"(\n{indent}    {one},  # one\n{indent}    {other},\n{indent})",
            f"pytest.param({one}, {other})",
            f'pytest.param({one}, {other}, id="named {len(one)}{len(other)}")',
            f"pytest.param({one}, {other}, marks={many})",
            f"pytest.param(\n{indent}    {one},\n{indent}    {other},\n{indent}    marks={many},  # m\n{indent})",
        )


def collected(text: str) -> dict[str, Taken]:
    """Run a file, and return its tests by name as pytest takes them."""
    space: dict[str, Any] = {"__name__": "drawn"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text.removeprefix(BYTE_ORDER_MARK), "drawn.py", "exec"), space)  # noqa: S102
    found = {name: space[name] for name in NAMES[:2]} | {NAMES[2]: space["TestBoth"].test_one}
    return {name: _test(function) for name, function in found.items()}


def _test(function: Callable[..., Any]) -> Taken:
    marks = list(reversed(getattr(function, "pytestmark", [])))
    cases = [mark.args for mark in marks if mark.name == "parametrize"]
    return Taken(
        tuple(_mark(mark) for mark in marks if mark.name != "parametrize"),
        {_first(names): tuple(map(_case, values)) for names, values in cases},
    )


def _first(names: Any) -> str:
    return str((names.split(",") if isinstance(names, str) else names)[0]).strip()


def _case(given: Any) -> Case:
    if isinstance(given, type(pytest.param())):
        return Case(
            repr(tuple(given.values)), given.id and str(given.id), tuple(map(_mark, given.marks))
        )
    return Case(repr(tuple(given)), None, ())


def _mark(given: Any) -> Mark:
    mark = getattr(given, "mark", given)
    return Mark(mark.name, f"{mark.args} {mark.kwargs}")
