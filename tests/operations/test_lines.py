"""move-lines, add-lines and remove-lines: what they change, leave and refuse."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

A, B = "lists/a.txt", "lists/b.txt"
CONFIGS = {"lists/one": "server_args: ''\n", "lists/two": "server_args: -tp 2\n"}
MOVE = f"  - move-lines: {{from: {A}, to: {B}, lines: {{entry: 't*'}}}}\n"


MOVES = {
    "to a new list": ("one\ntwo\n", None, "one\n", "two\n"),
    "to the end of a list": ("one\ntwo\n", "x\n", "one\n", "x\ntwo\n"),
    "to a list without final line end": ("one\ntwo", "x", "one\n", "x\ntwo\n"),
    "with its comment": ("# all\n\n# big\ntwo\none\n", "", "# all\n\none\n", "# big\ntwo\n"),
    "in their order": ("ten\none\ntwo\n", None, "one\n", "ten\ntwo\n"),
    "windows": ("one\r\ntwo\r\n", "x\r\n", "one\r\n", "x\r\ntwo\r\n"),
}


@pytest.mark.parametrize(("a", "b", "a_after", "b_after"), MOVES.values(), ids=MOVES)
def test_move_lines(a: str, b: str | None, a_after: str, b_after: str) -> None:
    files = {A: a} if b is None else {A: a, B: b}
    assert changed(MOVE, files) == {A: a_after, B: b_after}


def test_move_lines_by_what_they_need() -> None:
    operation = f"  - move-lines: {{from: {A}, to: {B}, lines: {{gpus: '>=2'}}}}\n"
    after = changed(operation, {**CONFIGS, A: "one\ntwo\n"})
    assert (after[A], after[B]) == ("one\n", "two\n")


def test_move_lines_leaves_alone() -> None:
    assert changed(MOVE, {A: "one\n", B: "two\n"}) == {A: "one\n", B: "two\n"}


REFUSALS = {
    "no list": ({}, f"{A}: the list does not exist"),
    "in both": ({A: "one\ntwo\n", B: "two\n"}, f"{A}:2:1: 'two' stands in {B} already"),
    "none would stay": ({A: "two\n"}, f"{A}:1:1: no entry would stay in {A}"),
}


@pytest.mark.parametrize(("files", "error"), REFUSALS.values(), ids=REFUSALS)
def test_move_lines_refuses(files: dict[str, str], error: str) -> None:
    assert refusal(MOVE, files).startswith(error)


@pytest.mark.parametrize(
    "options", [f"from: {A}, to: {A}, lines: {{entry: x}}", f"from: {A}, to: {B}, lines: {{}}"]
)
def test_move_lines_that_is_wrong(options: str) -> None:
    with pytest.raises(BadUsage, match=r"test\.yaml:5:"):
        run(f"  - move-lines: {{{options}}}\n", {})


ADDS = {
    "at the end": ("one\n", "one\ntwo\nten\n"),
    "some are there": ("two\n", "two\nten\n"),
    "all are there": ("ten\ntwo\n", "ten\ntwo\n"),
    "no final line end": ("one", "one\ntwo\nten\n"),
    "windows": ("one\r\n", "one\r\ntwo\r\nten\r\n"),
    "only a comment": ("# two\n", "# two\ntwo\nten\n"),
}


@pytest.mark.parametrize(("before", "after"), ADDS.values(), ids=ADDS)
def test_add_lines(before: str, after: str) -> None:
    operation = f"  - add-lines: {{file: {A}, lines: [two, ten]}}\n"
    assert changed(operation, {A: before}) == {A: after}


def test_add_lines_to_no_list() -> None:
    operation = f"  - add-lines: {{file: {A}, lines: two}}\n"
    assert refusal(operation, {}).startswith(f"{A}: the list does not exist")


REMOVES = {
    "one": ("one\ntwo\n", "one\n"),
    "with its comment": ("# of two\ntwo\none\n", "one\n"),
    "several": ("two\none\nten\n", "one\n"),
    "none": ("one\n", "one\n"),
    "a comment is none": ("# two\n\none\n", "# two\n\none\n"),
}


@pytest.mark.parametrize(("before", "after"), REMOVES.values(), ids=REMOVES)
def test_remove_lines(before: str, after: str) -> None:
    operation = f"  - remove-lines: {{file: {A}, lines: {{entry: [two, '/t.n/']}}}}\n"
    assert changed(operation, {A: before}) == {A: after}


def test_remove_lines_refuses_to_empty_a_list() -> None:
    operation = f"  - remove-lines: {{file: {A}, lines: {{entry: two}}}}\n"
    assert refusal(operation, {A: "two\n"}).startswith(f"{A}:1:1: no entry would stay")
