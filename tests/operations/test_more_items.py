"""rename-field, replace-item, move-item and shard-job."""

import textwrap

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = ".buildkite/test_areas/area.yaml"
ALL = 'jobs: {file: "**"}'


def steps(text: str) -> dict[str, str]:
    return {PATH: "steps:\n" + text}


RENAME = {
    "a field": ("field: n, to: m", "- a: 1\n  n: 2  # c\n", "- a: 1\n  m: 2  # c\n"),
    "nested": ("field: m.amd.d, to: e", "- m:\n    amd: {d: 1}\n", "- m:\n    amd: {e: 1}\n"),
    "in quotes": ("field: n, to: m", "- 'n': 2\n", "- 'm': 2\n"),
    "with a list": ("field: c, to: d", "- c:\n  - x\n- e: 1\n", "- d:\n  - x\n- e: 1\n"),
}


@pytest.mark.parametrize(("options", "before", "after"), RENAME.values(), ids=RENAME)
def test_rename_field(options: str, before: str, after: str) -> None:
    assert changed(f"  - rename-field: {{{ALL}, {options}}}\n", steps(before)) == steps(after)


@pytest.mark.parametrize("text", ["- m: 1\n", "- a: {n: 1}\n", "- a: n\n"])
def test_rename_field_leaves_alone(text: str) -> None:
    assert changed(f"  - rename-field: {{{ALL}, field: n, to: m}}\n", steps(text)) == steps(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("- n: 1\n  m: 2\n", "has a field m already"),
        ("- &a {n: 1}\n- *a\n", "repeated by the alias"),
    ],
)
def test_rename_field_refuses(text: str, error: str) -> None:
    assert error in refusal(f"  - rename-field: {{{ALL}, field: n, to: m}}\n", steps(text))


REPLACE = {
    "by another": ("item: a, by: b", "- c:\n  - x\n  - a  # c\n", "- c:\n  - x\n  - b  # c\n"),
    "by several": (
        "item: a, by: [b, c: d]",
        "- c:\n  # of a\n  - 'a'\n  - x\n",
        "- c:\n  # of a\n  - 'b'\n  - c: d\n  - x\n",
    ),
    "in brackets": ("item: a, by: [b, c]", "- c: [a, x]\n", "- c: [b, c, x]\n"),
    "a block of lines": (
        "item: '*x*', by: b",
        "- c:\n  - |\n    x\n  - y\n",
        "- c:\n  - b\n  - y\n",
    ),
    "over two lines": ("item: '*x*', by: b", "- c:\n  - 'x\n    y'  # c\n", "- c:\n  - 'b'  # c\n"),
    "by a list": ("item: a, by: [[b, e]]", "- c:\n  - a  # c\n", "- c:\n  - - b  # c\n    - e\n"),
    "every one that fits": ("item: 'a*', by: b", "- c: [a1, x, a2]\n", "- c: [b, x, b]\n"),
}


@pytest.mark.parametrize(("options", "before", "after"), REPLACE.values(), ids=REPLACE)
def test_replace_item(options: str, before: str, after: str) -> None:
    operation = f"  - replace-item: {{{ALL}, list: c, {options.replace('c: d', '{c: d}')}}}\n"
    assert changed(operation, steps(before)) == steps(after)


REPLACE_STAYS = {
    "no such item": ("item: a, by: b", "- c: [b]\n"),
    "the same item": ("item: a, by: a", "- c: [a]\n"),
    "one of its own": ("item: a, by: [a, b]", "- c: [a, b]\n"),
}


@pytest.mark.parametrize(("options", "text"), REPLACE_STAYS.values(), ids=REPLACE_STAYS)
def test_replace_item_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - replace-item: {{{ALL}, list: c, {options}}}\n", steps(text)) == steps(text)


def test_replace_item_refuses() -> None:
    again = f"  - replace-item: {{{ALL}, list: c, item: a, by: [a, b]}}\n"
    assert "fits a new item too" in refusal(again, steps("- c: [a]\n"))
    comment = f"  - replace-item: {{{ALL}, list: c, item: '*x*', by: b}}\n"
    assert "would be lost" in refusal(comment, steps("- c:\n  - |  # c\n    x\n"))


MOVE = {
    "behind": ("item: a, after: c", "- c:\n  - a\n  - b\n  - c\n", "- c:\n  - b\n  - c\n  - a\n"),
    "before, with its comment": (
        "item: c, before: a",
        "- c:\n    - a\n    # of c\n    - c\n  n: 1\n",
        "- c:\n    # of c\n    - c\n    - a\n  n: 1\n",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), MOVE.values(), ids=MOVE)
def test_move_item(options: str, before: str, after: str) -> None:
    assert changed(f"  - move-item: {{{ALL}, list: c, {options}}}\n", steps(before)) == steps(after)


MOVE |= {
    "to the top": ("item: c, place: first", "- c: \n  - a\n  - c\n", "- c: \n  - c\n  - a\n"),
    "to the end": ("item: a, place: last", "- c:\n  - a\n  - b\n", "- c:\n  - b\n  - a\n"),
}
MOVE_STAYS = {
    "first already": ("item: b, place: first", "- c:\n  - b\n  - a\n"),
    "last already": ("item: a, place: last", "- c:\n  - b\n  - a\n"),
    "there already": ("item: b, after: a", "- c:\n  - a\n  - b\n"),
    "nothing to stand behind": ("item: b, after: z", "- c:\n  - b\n  - a\n"),
    "no such item": ("item: z, before: a", "- c:\n  - b\n  - a\n"),
}


@pytest.mark.parametrize(("options", "text"), MOVE_STAYS.values(), ids=MOVE_STAYS)
def test_move_item_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - move-item: {{{ALL}, list: c, {options}}}\n", steps(text)) == steps(text)


def test_move_item_refuses() -> None:
    operation = f"  - move-item: {{{ALL}, list: c, item: 'a*', after: b}}\n"
    assert "2 items fit 'a*'" in refusal(operation, steps("- c:\n  - a1\n  - a2\n  - b\n"))
    flow = f"  - move-item: {{{ALL}, list: c, item: a, after: b}}\n"
    assert "no line of its own" in refusal(flow, steps("- c: [a, x, b]\n"))


ONE = "- label: L\n  commands:\n  - setup\n  - pytest x\n  n: 1\n"
TWO = "- label: L %N\n  commands:\n  - setup\n  - pytest x --shard-id=$$BUILDKITE_PARALLEL_JOB --num-shards=$$BUILDKITE_PARALLEL_JOB_COUNT\n  parallelism: 2\n  n: 1\n"


@pytest.mark.parametrize(
    ("shards", "before", "after"),
    [
        (2, ONE, TWO),
        (1, TWO, ONE),
        (3, TWO, TWO.replace(": 2", ": 3")),
        (
            2,
            ONE.replace("L", "'L'").replace("pytest x", "'pytest x'"),
            TWO.replace("L %N", "'L %N'").replace("pytest", "'pytest").replace("_COUNT", "_COUNT'"),
        ),
        (2, ONE.replace("pytest x", "|\n    pytest x"), TWO.replace("pytest x", "|\n    pytest x")),
        (2, TWO, TWO),
        (1, ONE, ONE),
    ],
)
def test_shard_job(shards: int, before: str, after: str) -> None:
    operation = f"  - shard-job: {{{ALL}, shards: {shards}, command: pytest, after: commands}}\n"
    assert changed(operation, steps(before)) == steps(after)


def test_shard_job_with_other_flags() -> None:
    operation = f"  - shard-job: {{{ALL}, shards: 2, command: p, flags: -n$$N, label: false, after: [z, first, label]}}\n"
    assert changed(operation, steps("- label: L\n  commands: [p]\n")) == steps(
        "- label: L\n  parallelism: 2\n  commands: [p -n$$N]\n"
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("- label: L\n  commands: [setup]\n", "no commands of job 'L' fit 'pytest'"),
        ("- label: L\n  commands: [pytest a, pytest b]\n", "2 commands of job 'L'"),
        ("- label: L\n  commands: [pytest --shard-id=$$BUILDKITE_PARALLEL_JOB]\n", "only in part"),
        (
            "- label: L\n  commands:\n  - |\n    pytest a\n    pytest b\n",
            "'pytest' is not in one whole line",
        ),
        ("- label: L\n  commands:\n  - |\n    pytest \\\n      a\n", "not in one whole line"),
    ],
)
def test_shard_job_refuses(text: str, error: str) -> None:
    operation = f"  - shard-job: {{{ALL}, shards: 2, command: pytest}}\n"
    assert error in refusal(operation, steps(text))


PLACES = {
    "a whole file": (
        "set-field: {at: {file: '*.yaml'}, field: runs, to: {group: g}}",
        "runs: x\njobs: 1\n",
        "runs:\n  group: g\njobs: 1\n",
    ),
    "every job of another kind": (
        "add-field: {at: {file: '*.yaml', path: 'jobs.*'}, field: timeout, value: 5, after: runs}",
        "jobs:\n  a:\n    runs: x\n  b:\n    runs: y\n",
        "jobs:\n  a:\n    runs: x\n    timeout: 5\n  b:\n    runs: y\n    timeout: 5\n",
    ),
    "items": (
        "rename-field: {at: {file: '*.yaml', path: 'jobs.a.steps[*]'}, field: uses, to: with}",
        "jobs:\n  a:\n    steps:\n    - uses: x\n    - uses: y\n",
        "jobs:\n  a:\n    steps:\n    - with: x\n    - with: y\n",
    ),
    "one item": (
        "remove-field: {at: {file: '*.yaml', path: 'a[1]'}, field: n}",
        "a:\n- {n: 1, m: 1}\n- {n: 1, m: 1}\n",
        "a:\n- {n: 1, m: 1}\n- {m: 1}\n",
    ),
    "a key with a dot": (
        'edit-item: {at: {file: "*.yaml", path: \'"a.b"\'}, list: c, find: x, replace: y}',
        "a.b:\n  c: [x, z]\n",
        "a.b:\n  c: [y, z]\n",
    ),
    "items of lists": (
        "insert-item: {at: {file: '*.yaml'}, list: tests, item: t2, after: t1}",
        "tests:\n- t1\n",
        "tests:\n- t1\n- t2\n",
    ),
}


@pytest.mark.parametrize(("operation", "before", "after"), PLACES.values(), ids=PLACES)
def test_places(operation: str, before: str, after: str) -> None:
    assert changed(f"  - {operation}\n", {"f.yaml": before}) == {"f.yaml": after}


def test_places_refused() -> None:
    operation = "  - set-field: {at: {file: none.yaml}, field: a, to: b}\n"
    assert refusal(operation, {}) == "none.yaml: no file fits; mend 'file'"


SELECT = {
    "GPUs": ("gpus: '>1'", "a"),
    "not": ("file: '**', not: {key: [a, b]}", "c"),
    "all": ("all: [{queue: q}, {key: '[ab]'}, {key: '*b*'}]", ""),
    "all that fit": ("all: [{queue: q}, {key: 'b*'}]", "b"),
}


@pytest.mark.parametrize(("jobs", "names"), SELECT.values(), ids=SELECT)
def test_selection(jobs: str, names: str) -> None:
    text = "- {key: a, num_devices: 2, n: 1}\n- {key: b, device: q, num_devices: 1, n: 1}\n- {key: c, n: 1}\n"
    after = "".join(
        line.replace("n: 1}", "n: 2}") if line[8:9] in names and names else line
        for line in text.splitlines(keepends=True)
    )
    assert changed(f"  - set-field: {{jobs: {{{jobs}}}, field: n, to: 2}}\n", steps(text)) == steps(
        after
    )


@pytest.mark.parametrize(
    "operation",
    [
        "set-field: {field: a, to: b}",
        "set-field: {jobs: {key: a}, at: {file: x}, field: a, to: b}",
        "set-field: {at: {file: x, path: 'a[b]'}, field: a, to: b}",
        "replace-item: {jobs: {key: a}, item: a, by: []}",
        "move-item: {jobs: {key: a}, item: a}",
        "shard-job: {jobs: {key: a}, shards: 0, command: x}",
    ],
)
def test_wrongly_told(operation: str) -> None:
    with pytest.raises(BadUsage):
        run(f"  - {operation}\n", {})


TESTS = """\
# slow ones
- tests/a.py

# since May
- tests/b.py  # flaky
- 'tests/c.py'
"""
IN_A_LIST = {
    "insert": (
        "insert-item",
        "item: tests/d.py, after: tests/a.py",
        "a.py\n",
        "a.py\n- tests/d.py\n",
    ),
    "insert at the end": (
        "insert-item",
        "item: tests/d.py, place: last",
        "c.py'\n",
        "c.py'\n- tests/d.py\n",
    ),
    "remove": ("remove-item", "item: tests/b.py", "# since May\n- tests/b.py  # flaky\n", ""),
    "edit": ("edit-item", "find: tests/b, replace: more/b", "tests/b", "more/b"),
    "replace": (
        "replace-item",
        "item: '*b.py', by: [x, y]",
        "tests/b.py  # flaky",
        "x  # flaky\n- y",
    ),
    "comment out": (
        "comment-out-item",
        "item: '*/c.py', note: see 1",
        "- 'tests/c.py'",
        "# - 'tests/c.py' see 1",
    ),
}


@pytest.mark.parametrize(("name", "options", "old", "new"), IN_A_LIST.values(), ids=IN_A_LIST)
@pytest.mark.parametrize("path", ["", "a.b"])
def test_a_file_that_is_a_list(name: str, options: str, old: str, new: str, path: str) -> None:
    below = "a:\n  b:\n" if path else ""
    indent = "  " if path else ""
    before = below + textwrap.indent(TESTS, indent)
    after = below + textwrap.indent(TESTS.replace(old, new), indent)
    at = f"at: {{file: ci/*.yaml, path: {path}}}" if path else "at: {file: ci/*.yaml}"
    operation = f"  - {name}: {{{at}, {options}}}\n"
    assert changed(operation, {"ci/tests.yaml": before}) == {"ci/tests.yaml": after}
    if name == "comment-out-item":
        back = operation.replace("comment-out", "uncomment")
        assert changed(back, {"ci/tests.yaml": after}) == {"ci/tests.yaml": before}


def test_which_list_is_told() -> None:
    files = {"ci/tests.yaml": "a: [x]\n"}
    operation = "  - remove-item: {at: {file: '**'}, item: x}\n"
    assert "which list of 'ci/tests.yaml' is meant is not said" in refusal(operation, files)
    assert "which list" in refusal(
        "  - edit-item: {at: {file: '**'}, find: x, replace: y}\n", files
    )
    with pytest.raises(BadUsage, match="'list' is missing"):
        run("  - remove-item: {jobs: {key: a}, item: x}\n", files)
    other = run(
        "  - insert-item: {at: {file: '**'}, list: b, item: x, place: last}\n", {"a.yaml": "[c]\n"}
    )
    assert [finding.message for _, finding in other.findings] == [
        "nothing that is chosen has a list b"
    ]
