"""insert-item, remove-item, edit-item, comment-out-item and comment-out-job."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = ".buildkite/test_areas/area.yaml"
ALL = 'jobs: {file: "**"}'


def commands(*lines: str) -> dict[str, str]:
    """Return a job whose commands are these lines."""
    return {PATH: "steps:\n- label: A\n  commands:\n" + "".join(f"{line}\n" for line in lines)}


def flow(text: str) -> dict[str, str]:
    return {PATH: f"steps:\n- {{label: A, commands: {text}}}\n"}


INSERT = {
    "behind": ("after: a", ["  - a", "  - b"], ["  - a", "  - new", "  - b"]),
    "behind the last that fits": (
        "after: 'a*'",
        ["  - a", "  - ab"],
        ["  - a", "  - ab", "  - new"],
    ),
    "before": ("before: b", ["  - a", "  - b"], ["  - a", "  - new", "  - b"]),
    "before the first": ("before: a", ["  - a"], ["  - new", "  - a"]),
    "deeper, wider": ("after: a", ["    -   a"], ["    -   a", "    -   new"]),
    "with comments": (
        "after: a",
        ["  - a  # c", "    # deeper", "  # of b", "  - b"],
        ["  - a  # c", "    # deeper", "  - new", "  # of b", "  - b"],
    ),
    "before one with a comment": (
        "before: b",
        ["  - a", "  # of b", "  - b"],
        ["  - a", "  - new", "  # of b", "  - b"],
    ),
    "behind a quoted one": ("after: a", ["  - 'a'"], ["  - 'a'", "  - 'new'"]),
    "behind several lines": (
        "after: a b",
        ["  - >-", "    a", "    b"],
        ["  - >-", "    a", "    b", "  - new"],
    ),
}


@pytest.mark.parametrize(("place", "before", "after"), INSERT.values(), ids=INSERT)
def test_insert_item(place: str, before: list[str], after: list[str]) -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: new, {place}}}\n"
    assert changed(operation, commands(*before)) == commands(*after)


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("after: a", "[a, b]", "[a, new, b]"),
        ("before: a", "[a]", "[new, a]"),
        ("after: b", "[a, b ]", "[a, b, new ]"),
    ],
)
def test_insert_item_in_brackets(place: str, before: str, after: str) -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: new, {place}}}\n"
    assert changed(operation, flow(before)) == flow(after)


ENDS = {
    "the top": ("place: first", ["  # of a", "  - a"], ["  - x", "  # of a", "  - a"]),
    "the end": ("place: last", ["  - a", "    # more"], ["  - a", "    # more", "  - x"]),
}


@pytest.mark.parametrize(("place", "before", "after"), ENDS.values(), ids=ENDS)
def test_insert_item_at_an_end(place: str, before: list[str], after: list[str]) -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: x, {place}}}\n"
    assert changed(operation, commands(*before)) == commands(*after)


NO_LIST = (
    "insert-item: {jobs: {key: a}, list: comands, item: x, place: last}",
    "edit-item: {jobs: {key: a}, list: [comands, scripts], find: x, replace: y}",
    "edit-item: {jobs: {key: b}, find: x, replace: y}",
    "replace-item: {jobs: {key: b}, item: x, by: y}",
    "move-item: {jobs: {key: a}, list: label, item: x, place: last}",
    "insert-item: {at: {file: '**', path: 'steps[*]'}, list: comands, item: x, place: last}",
)
LIST = (
    "insert-item: {jobs: {key: a}, list: commands, item: z, after: y}",
    "edit-item: {jobs: {key: [a, b]}, find: y, replace: z}",
    "edit-item: {jobs: {key: a}, list: [comands, commands], find: y, replace: z}",
    "edit-item: {jobs: {file: other/**}, list: comands, find: y, replace: z}",
)


def test_remove_item_that_is_a_text_in_the_place_of_a_list() -> None:
    operation = f"  - remove-item: {{{ALL}, list: depends_on, item: x, prune: true}}\n"
    files = {PATH: "steps:\n- label: A\n  depends_on: x  # c\n- label: B\n  depends_on: y\n"}
    after = files[PATH].replace("  depends_on: x  # c\n", "")
    assert changed(operation, files) == {PATH: after}
    said = refusal(operation.replace(", prune: true", ""), files)
    assert said == f"{PATH}:3:15: nothing would be left here; see 'prune'"


def test_jobs_that_can_have_no_such_list_are_left_alone() -> None:
    prow = {"config/jobs/a.yaml": "periodics:\n- {name: a, cron: x}\n"}
    needs = {".gitlab-ci.yml": "b:\n  script: x\n  needs: [x, y]\n"}
    operation = f"  - remove-item: {{{ALL}, list: <needs>, item: x}}\n"
    after = needs[".gitlab-ci.yml"].replace("[x, y]", "[y]")
    assert changed(operation, {**prow, **needs}, "") == {**prow, ".gitlab-ci.yml": after}
    for all_ in (ALL, "jobs: {key: a}"):
        said = refusal(operation.replace(ALL, all_), prow, "")
        assert "'a' can have no field for needs in its CI system" in said


TWO = {PATH: "steps:\n- {key: a, label: x, commands: [x]}\n- {key: b}\n"}


@pytest.mark.parametrize("operation", NO_LIST)
def test_a_list_that_none_of_the_jobs_has(operation: str) -> None:
    (done,) = run(f"  - {operation}\n", TWO).done
    (finding,) = done.findings
    assert finding.message.startswith("nothing that is chosen has a list ")


@pytest.mark.parametrize("operation", LIST)
def test_a_list_that_one_of_them_has(operation: str) -> None:
    changeset = run(f"  - {operation}\n", TWO)
    assert changeset.findings == ()


def test_insert_item_into_an_empty_list() -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: x, place: last}}\n"
    assert changed(operation, flow("[]")) == flow("[x]")
    assert "not written as []" in refusal(operation, flow("[ ]"))


SOURCE = {
    "over two lines": ('"a\n  b"', ["  - x"], ["  - x", '  - "a', '      b"']),
    "in an indented list": ('"a\n  b"', ["    -   x"], ["    -   x", '    -   "a', '          b"']),
    "with a comment": ("a  # c", ["  - x"], ["  - x", "  - a  # c"]),
    "a mapping": ("{a:   1}", ["  - x"], ["  - x", "  - {a:   1}"]),
    "that is there": ("'a'", ["  - x", "  - a"], ["  - x", "  - a"]),
    "a mapping that is there": ("{a:   1}", ["  - x", "  - a: 1"], ["  - x", "  - a: 1"]),
}


@pytest.mark.parametrize(("source", "before", "after"), SOURCE.values(), ids=SOURCE)
def test_insert_item_as_it_stands(source: str, before: list[str], after: list[str]) -> None:
    lines = "".join(f"        {line}\n" for line in source.split("\n"))
    operation = f"  - insert-item:\n      {ALL}\n      list: commands\n      place: last\n      item: !source |\n{lines}"
    assert changed(operation, commands(*before)) == commands(*after)


@pytest.mark.parametrize("source", ["'*a'", "' a'", "'a: b: c'", "'--- a'"])
def test_source_that_is_no_single_value(source: str) -> None:
    operation = f"  - insert-item: {{{ALL}, list: c, place: last, item: !source {source}}}\n"
    with pytest.raises(BadUsage, match=r"source is|this source"):
        run(operation, {})


def test_insert_item_with_parts() -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: {{a: [b], c: d}}, after: x}}\n"
    after = commands("  - x", "  - a:", "    - b", "    c: d", "  - y")
    assert changed(operation, commands("  - x", "  - y")) == after
    assert changed(operation, flow("[x]")) == flow("[x, {a: [b], c: d}]")


def test_insert_item_quotes_what_needs_quotes() -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: '!x/', after: a}}\n"
    assert changed(operation, commands("  - a")) == commands("  - a", '  - "!x/"')


LIKE_OTHERS = {
    "of two kinds": (["  - 'b'", '  - "a"'], "  - new"),
    "all in the same": (['  - "b"', '  - "a"'], '  - "new"'),
    "all in single quotes": (["  - 'b'", "  - 'a'"], "  - 'new'"),
    "for they need them": (['  - "!b"', '  - "a: b"'], "  - new"),
    "one without": (['  - "b"', "  - a"], "  - new"),
    "one with parts": (['  - "b"', "  - {a: b}"], "  - new"),
}


@pytest.mark.parametrize(("lines", "new"), LIKE_OTHERS.values(), ids=LIKE_OTHERS)
def test_insert_item_in_the_quotes_of_the_others(lines: list[str], new: str) -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: new, place: last}}\n"
    assert changed(operation, commands(*lines)) == commands(*lines, new)
    first = operation.replace("last", "first")
    assert changed(first, commands(*lines)) == commands(new, *lines)


def test_insert_item_in_the_quotes_of_the_others_in_brackets() -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: 3.10, place: last}}\n"
    assert changed(operation, flow('["3.8", "3.9"]')) == flow('["3.8", "3.9", "3.10"]')
    assert changed(operation, flow("[3.8, 3.9]")) == flow("[3.8, 3.9, 3.10]")


@pytest.mark.parametrize("lines", [["  - new", "  - a"], ["  - b"], ["  - 'new'"]])
def test_insert_item_leaves_alone(lines: list[str]) -> None:
    operation = f"  - insert-item: {{{ALL}, list: commands, item: new, after: a}}\n"
    assert changed(operation, commands(*lines)) == commands(*lines)


@pytest.mark.parametrize("place", ["after: a, before: b", "expect: 1"])
def test_insert_item_in_no_clear_place(place: str) -> None:
    with pytest.raises(BadUsage, match="told by one of"):
        run(f"  - insert-item: {{{ALL}, list: commands, item: new, {place}}}\n", {})


REMOVE = {
    "first": (["  - x", "  - a"], ["  - a"]),
    "between": (["  - a", "  - x  # c", "  - b"], ["  - a", "  - b"]),
    "with its comment": (["  - a", "  # of x", "  - x", "  - b"], ["  - a", "  - b"]),
    "comment of the next stays": (["  - x", "  # of b", "  - b"], ["  # of b", "  - b"]),
    "twice": (["  - x", "  - a", "  - x"], ["  - a"]),
    "several lines": (["  - a", "  - |-", "    x", "  - b"], ["  - a", "  - b"]),
    "blank lines around": (["  - a", "", "  - x", "", "  - b"], ["  - a", "", "  - b"]),
    "a blank line above": (["  - a", "", "  - x", "  - b"], ["  - a", "", "  - b"]),
    "quoted": (["  - 'x'", "  - a"], ["  - a"]),
    "no such item": (["  - xy", "  - a"], ["  - xy", "  - a"]),
}


@pytest.mark.parametrize(("before", "after"), REMOVE.values(), ids=REMOVE)
def test_remove_item(before: list[str], after: list[str]) -> None:
    operation = f"  - remove-item: {{{ALL}, list: commands, item: x}}\n"
    assert changed(operation, commands(*before)) == commands(*after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[x, a]", "[a]"),
        ("[a, x]", "[a]"),
        ("[a, x, b]", "[a, b]"),
        ("[ a , x ]", "[ a ]"),
        ("[x, x, a, x, x]", "[a]"),
    ],
)
def test_remove_item_in_brackets(before: str, after: str) -> None:
    operation = f"  - remove-item: {{{ALL}, list: commands, item: x}}\n"
    assert changed(operation, flow(before)) == flow(after)


def test_the_last_item_of_a_file_without_final_line_end() -> None:
    operation = f"  - remove-item: {{{ALL}, list: commands, item: x}}\n"
    before = {PATH: commands("  - a", "  - x")[PATH][:-1]}
    assert changed(operation, before) == {PATH: commands("  - a")[PATH][:-1]}
    windows = {PATH: before[PATH].replace("\n", "\r\n")}
    after = commands("  - a")[PATH][:-1].replace("\n", "\r\n")
    assert changed(operation, windows) == {PATH: after}


@pytest.mark.parametrize("lines", [["  - x"], ["  - x", "  - x"]])
def test_remove_item_refuses_to_empty_a_list(lines: list[str]) -> None:
    operation = f"  - remove-item: {{{ALL}, list: commands, item: x}}\n"
    assert "nothing would be left here" in refusal(operation, commands(*lines))


EDIT = {
    "plain": ("find: old, replace: new", "  - run old --x old", "  - run new --x new"),
    "pattern": ("find: '/o(l)d/', replace: 'n\\1w'", "  - run old", "  - run nlw"),
    "taken away": ("find: ' --old', replace: ''", "  - run --old --x", "  - run --x"),
    "at the end": ("find: '/run$/', replace: 'run --x'", "  - run", "  - run --x"),
    "double quotes": ("find: old, replace: 'a\"b'", '  - "run old"', '  - "run a\\"b"'),
    "single quotes": ("find: old, replace: it's", "  - 'run old'", "  - 'run it''s'"),
    "a block of lines": (
        "find: old, replace: new",
        "  - |\n    run old\n    x",
        "  - |\n    run new\n    x",
    ),
    "a folded block": (
        "find: old, replace: new",
        "  - >-\n    run\n    old",
        "  - >-\n    run\n    new",
    ),
    "plain, over two lines": ("find: old, replace: new", "  - run\n    old", "  - run\n    new"),
    "over a fold": ("find: run old, replace: x", "  - run\n    old z", "  - x z"),
    "over a fold of a block": (
        "find: run old, replace: x",
        "  - >\n    run\n    old z",
        "  - >\n    x z",
    ),
    "over an empty line": (
        "find: '/n\\no/', replace: 'n o'",
        "  - 'run\n\n    old'",
        "  - 'run old'",
    ),
    "over an escaped line end": (
        "find: run old, replace: x",
        '  - "run \\\n    old z"',
        '  - "x z"',
    ),
    "escaped": ("find: 'ol\u0064', replace: new", '  - "run ol\\x64"', '  - "run new"'),
    "a line more in a block": (
        'find: old, replace: "a\\nb"',
        "  - |\n    run old\n    x",
        "  - |\n    run a\n    b\n    x",
    ),
    "a line more in double quotes": ('find: old, replace: "a\\nb"', '  - "old"', '  - "a\\nb"'),
    "needs quotes now": ("find: old, replace: 'a: b'", "  - run old", '  - "run a: b"'),
    "not there": ("find: old, replace: new", "  - run", "  - run"),
    "a backslash": ("find: old, replace: 'a\\b'", "  - run old", "  - run a\\b"),
}


@pytest.mark.parametrize(("options", "before", "after"), EDIT.values(), ids=EDIT)
def test_edit_item(options: str, before: str, after: str) -> None:
    operation = f"  - edit-item: {{{ALL}, {options}}}\n"
    assert changed(operation, commands(before)) == commands(after)


EDIT_REFUSALS = {
    "needs quotes, over two lines": (
        "find: run old, replace: 'x: y'",
        "  - run\n    old",
        "can't be replaced as this text is written",
    ),
    "a line more in a folded block": (
        'find: old, replace: "a\\nb"',
        "  - >\n    run\n    old",
        "can't be replaced as this text is written",
    ),
    "a blank at the end of a line": (
        "find: ' old', replace: ' '",
        "  - run old\n    x",
        "can't be replaced as this text is written",
    ),
    "behind an alias": ("find: old, replace: x", "  - &a old\n  - *a", "this is repeated by"),
}


@pytest.mark.parametrize(("options", "line", "error"), EDIT_REFUSALS.values(), ids=EDIT_REFUSALS)
def test_edit_item_refuses(options: str, line: str, error: str) -> None:
    assert error in refusal(f"  - edit-item: {{{ALL}, {options}}}\n", commands(line))


COMMENT = {
    "one line": (["  - a", "  - x"], ["  - a", "  # - x -- why"]),
    "several lines": (["  - |-", "    x", "  - a"], ["  # - |-", "  #   x -- why", "  - a"]),
    "a comment behind": (["  - x  # c", "  - a"], ["  # - x  # c -- why", "  - a"]),
    "done": (["  # - x -- why", "  - a"], ["  # - x -- why", "  - a"]),
}


@pytest.mark.parametrize(("before", "after"), COMMENT.values(), ids=COMMENT)
def test_comment_out_item(before: list[str], after: list[str]) -> None:
    operation = f"  - comment-out-item: {{{ALL}, list: commands, item: x, note: -- why}}\n"
    assert changed(operation, commands(*before)) == commands(*after)


def test_comment_out_item_refuses_to_empty_a_list() -> None:
    operation = f"  - comment-out-item: {{{ALL}, list: commands, item: x}}\n"
    assert "nothing would be left here" in refusal(operation, commands("  - x"))


JOBS = "steps:\n- label: A\n  c:\n  - x\n\n  # inside\n  d: 1\n\n# of B\n- label: B\n"
GONE = "steps:\n# - label: A\n#   c:\n#   - x\n\n#   # inside\n#   d: 1\n\n# of B\n- label: B\n"


def test_comment_out_job() -> None:
    operation = "  - comment-out-job: {jobs: {label: A}, expect: 1}\n"
    assert changed(operation, {PATH: JOBS}) == {PATH: GONE}


def test_comment_out_job_knows_what_never_was() -> None:
    error = refusal("  - comment-out-job: {jobs: {label: Bb}}\n", {PATH: JOBS})
    assert "no job has the label 'Bb'" in error


PRUNED = {
    "options, among others": ("p:\n  - d#1: {i: x}\n  - e\n", "p:\n  - e\n"),
    "the last one": ("p:\n  - d#1:\n      i: x\n  q: r\n", "q: r\n"),
    "no options": ("q: r\n  p: [d#1]\n", "q: r\n"),
}


@pytest.mark.parametrize(("before", "after"), PRUNED.values(), ids=PRUNED)
def test_remove_item_by_its_key(before: str, after: str) -> None:
    operation = '  - remove-item: {jobs: {file: "**"}, list: p, item: "d#*", prune: true}\n'
    path = ".buildkite/test_areas/area.yaml"
    files = {path: f"steps:\n- {before}"}
    assert changed(operation, files) == {path: f"steps:\n- {after}"}


def test_remove_item_leaves_no_empty_list() -> None:
    operation = '  - remove-item: {jobs: {file: "**"}, list: p, item: "d#*"}\n'
    files = {".buildkite/test_areas/area.yaml": "steps:\n- q: r\n  p:\n  - d#1: {i: x}\n"}
    assert "nothing would be left here" in refusal(operation, files)
