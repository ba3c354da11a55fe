"""Drawn test files × every operation on Python: pytest takes from them what is meant, or they are refused."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage, Refused
from ci_migrate.proof import Unproved
from ci_migrate.recipe import operation_names
from ci_migrate.text import splice
from tests.fuzz import yaml_operations
from tests.fuzz.profile import check_drawn
from tests.fuzz.python_files import (
    CONDITIONS,
    MARKS,
    NAMES,
    REASONS,
    Mark,
    Taken,
    collected,
    python_files,
)
from tests.memory import Memory, recipe

PATH = "tests/test_drawn.py"
Change = Callable[[tuple[Mark, ...]], tuple[Mark, ...]]


class Drawn(NamedTuple):
    """Options of an operation, and what it must do to the marks of the test or the case it names."""

    options: dict[str, Any]
    change: Change


def _mark(code: str) -> Mark:
    """Return what pytest makes of a mark's code."""
    return collected(f"import os, pytest\n@{code}\n{_NOTHING}")["test_one"].marks[0]


_NOTHING = "def test_one(): 0\ntest_two = test_one\nclass TestBoth:\n    test_one = test_one\n"


def _skip(condition: str, reason: str) -> str:
    return f"pytest.mark.skipif({condition}, reason={reason!r})"


def _with(mark: Mark) -> Change:
    return lambda marks: marks if mark in marks else (*marks, mark)


def _without(mark: Mark) -> Change:
    return lambda marks: tuple(other for other in marks if other != mark)


def _instead(old: Mark, new: Mark) -> Change:
    return lambda marks: tuple(new if mark == old else mark for mark in marks)


def skip_test(one: Callable[..., Any]) -> Drawn:
    condition, reason = one(*CONDITIONS), one(*REASONS)
    options = {
        "if": condition,
        "reason": reason,
        "imports": one([], ["import os", "import pytest"]),
    }
    return Drawn(options, _with(_mark(_skip(condition, reason))))


def add_mark(one: Callable[..., Any]) -> Drawn:
    mark = one(*MARKS[:3], "pytest.mark.xfail(raises=ValueError)")
    return Drawn({"mark": mark}, _with(_mark(mark)))


def remove_mark(one: Callable[..., Any]) -> Drawn:
    mark = one(*MARKS)
    return Drawn({"mark": mark, "imports": one([], ["import os"])}, _without(_mark(mark)))


def remove_skip(one: Callable[..., Any]) -> Drawn:
    number = one(0, 1)
    options = one({"reason": REASONS[number], "if": CONDITIONS[number]}, {"if": CONDITIONS[number]})
    return Drawn(options, _without(_mark(MARKS[2 + number])))


def set_skip_reason(one: Callable[..., Any]) -> Drawn:
    old, new = REASONS[1], one("newer: é", 'a "b"')
    marks = (_mark(_skip(CONDITIONS[1], reason)) for reason in (old, new))
    return Drawn({"from": old, "to": new}, _instead(*marks))


def set_skip_condition(one: Callable[..., Any]) -> Drawn:
    number, new = one(0, 1), one(*CONDITIONS)
    marks = (_mark(_skip(condition, REASONS[number])) for condition in (CONDITIONS[number], new))
    return Drawn({"from": CONDITIONS[number], "to": new}, _instead(*marks))


def replace_decorator(one: Callable[..., Any]) -> Drawn:
    old, new = one(*MARKS), one("pytest.mark.tryfirst", 'pytest.mark.usefixtures("a")')
    return Drawn({"from": old, "to": new}, _instead(_mark(old), _mark(new)))


def imports(one: Callable[..., Any]) -> Drawn:
    wanted = one("import os", "import re", "from math import sqrt", "from typing import Any")
    return Drawn({"import": wanted}, lambda marks: marks)


OPERATIONS: dict[str, tuple[Callable[[Callable[..., Any]], Drawn], str]] = {
    "skip-test": (skip_test, "test"),
    "skip-param": (skip_test, "case"),
    "add-mark": (add_mark, "either"),
    "remove-mark": (remove_mark, "either"),
    "remove-skip": (remove_skip, "either"),
    "set-skip-reason": (set_skip_reason, "either"),
    "set-skip-condition": (set_skip_condition, "either"),
    "replace-decorator": (replace_decorator, "test"),
    "add-import": (imports, "file"),
    "remove-import": (imports, "file"),
}


def test_every_operation_is_drawn() -> None:
    assert sorted([*OPERATIONS, *yaml_operations.OPERATIONS]) == sorted(operation_names())


@st.composite
def cases(draw: st.DrawFn, name: str) -> tuple[str, dict[str, Any], str, Change]:
    """Draw a file, the options of an operation, the test that they name, and what must change."""

    def one(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    made, where = OPERATIONS[name]
    drawn = made(one)
    test = one(*NAMES)
    options = {"file": PATH, **drawn.options}
    if where != "file":
        options["test"] = test
    if where == "case" or (where == "either" and one(True, False)):
        options["param"] = {"index": one(0, 1), "argument": one("x0", "x1")}
    return draw(python_files()), options, test, drawn.change


def check(name: str, text: str, options: dict[str, Any], test: str, change: Change) -> str:
    """Check what an operation makes of a file; return in a word what came of it."""
    stated = json.dumps({name: options}, ensure_ascii=False)
    changeset = migrate(recipe(f"  - {stated}\n"), Memory({PATH: text}))
    for failure in changeset.failures:
        assert isinstance(failure.error, Refused | BadUsage), failure
        assert not isinstance(failure.error, Unproved), failure
    if changeset.failures:
        return "refused"
    after = text
    for file in changeset.files:
        after = file.after or ""
        assert splice(text, file.edits) == after
        assert after.startswith("\ufeff") == text.startswith("\ufeff")
        assert after.count("\n") - after.count("\r\n") == 0 or "\r\n" not in text
    before = collected(text)
    expected = {**before, test: _changed(before[test], options.get("param"), change)}
    assert {key: _loose(value) for key, value in collected(after).items()} == {
        key: _loose(value) for key, value in expected.items()
    }
    return "proved" if changeset.files else "nothing to do"


def _changed(test: Taken, param: dict[str, Any] | None, change: Change) -> Taken:
    if param is None:
        return test._replace(marks=change(test.marks))
    number, argument = param["index"], param["argument"]
    cases = list(test.cases[argument])
    cases[number] = cases[number]._replace(marks=change(cases[number].marks))
    return test._replace(cases={**test.cases, argument: tuple(cases)})


def _loose(test: Taken) -> tuple[Any, ...]:
    """Return a test without the order of its marks, in which operations put new ones where they fit."""
    cases = {
        name: [(case.values, case.id, sorted(case.marks)) for case in row]
        for name, row in test.cases.items()
    }
    return sorted(test.marks), cases


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(name: str, figure: Callable[[str, int], None]) -> None:
    check_drawn(
        name,
        cases(name),
        check,
        lambda word, count: figure(f"fuzzing, pytest files: {word}", count),
    )
