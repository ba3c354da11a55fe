"""sort-lines, create-list, rename-list and partition-lines."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

A = "lists/a.txt"
SORT = {
    "entries": ("", "c\na\nb\n", "a\nb\nc\n"),
    "capitals first": ("", "b\nC\na\n", "C\na\nb\n"),
    "letters alike": (", ignore-case: true", "b\nC\na\n", "a\nb\nC\n"),
    "with their comments": ("", "c\n# of a\na\n", "# of a\na\nc\n"),
    "each paragraph": ("", "# x\n\nb\na\n\nd\nc\n", "# x\n\na\nb\n\nc\nd\n"),
    "no final line end": ("", "b\na", "a\nb"),
    "windows": ("", "b\r\na\r\n", "a\r\nb\r\n"),
}


@pytest.mark.parametrize(("options", "before", "after"), SORT.values(), ids=SORT)
def test_sort_lines(options: str, before: str, after: str) -> None:
    assert changed(f"  - sort-lines: {{file: {A}{options}}}\n", {A: before}) == {A: after}


@pytest.mark.parametrize("text", ["", "a\nb\n", "# all\na\nb\n", "b\n\na\n", "b\n# c\n\na"])
def test_sort_lines_leaves_alone(text: str) -> None:
    assert changed(f"  - sort-lines: {{file: {A}}}\n", {A: text}) == {A: text}


def test_sort_lines_refuses() -> None:
    operation = f"  - sort-lines: {{file: {A}}}\n"
    assert refusal(operation, {A: "# all\nb\na\n"}).startswith(f"{A}:2:1: the comment above")
    assert refusal(operation, {}) == f"{A}: the list does not exist; add the list"


CREATE = f"  - create-list: {{file: {A}, lines: ['# all', b, a]}}\n"


def test_create_list() -> None:
    assert changed(CREATE, {}) == {A: "# all\nb\na\n"}


@pytest.mark.parametrize("text", ["# all\nb\na\n", "b\n# other\na"])
def test_create_list_leaves_alone(text: str) -> None:
    assert changed(CREATE, {A: text}) == {A: text}


@pytest.mark.parametrize("text", ["b\n", "b\na\nc\n", "a\nb\n", "\n"])
def test_create_list_refuses(text: str) -> None:
    assert "the list exists, with other entries" in refusal(CREATE, {A: text})


OLD, NEW = "tests/configs/old.txt", "tests/configs/new.txt"
RENAME = f"  - rename-list: {{from: {OLD}, to: {NEW}, also: ['docs/**', '**/*.sh']}}\n"
AREA = ".buildkite/area.yaml"


def job(name: str) -> str:
    return (
        f"steps:\n- label: A\n  commands:\n  - pytest t.py --config-list-file=configs/{name}.txt\n"
    )


def test_rename_list() -> None:
    files = {
        OLD: "a\n",
        AREA: job("old") + "  - pytest t.py --config-list-file configs/old.txt # x\n",
        "docs/a.md": "See old.txt, `configs/old.txt` and /repo/tests/configs/old.txt.\n",
        "run.sh": "cat tests/configs/old.txt other/old.txt old.txt.bak xold.txt\n",
    }
    assert changed(RENAME, files) == {
        NEW: "a\n",
        AREA: job("new") + "  - pytest t.py --config-list-file configs/new.txt # x\n",
        "docs/a.md": "See new.txt, `configs/new.txt` and /repo/tests/configs/new.txt.\n",
        "run.sh": "cat tests/configs/new.txt other/old.txt old.txt.bak xold.txt\n",
    }


def test_rename_list_leaves_alone() -> None:
    files = {NEW: "a\n", AREA: job("new"), "src/a.md": "old.txt\n"}
    assert changed(RENAME, files) == files
    other = {OLD: "a\n", AREA: job("older"), "src/a.md": "old.txt\n", "run.sh": "old_txt\n"}
    assert changed(RENAME, other) == {NEW: "a\n", **{k: v for k, v in other.items() if k != OLD}}


def test_rename_list_refuses() -> None:
    assert refusal(RENAME, {}).startswith(f"{OLD}: the list does not exist")
    assert refusal(RENAME, {OLD: "", NEW: ""}).startswith(f"{NEW}: a list has this name")
    with pytest.raises(BadUsage, match="in its folder"):
        run(f"  - rename-list: {{from: {OLD}, to: elsewhere.txt}}\n", {})


CONFIGS = {"lists/one": "server_args: ''\n", "lists/two": "server_args: -tp 2\n"}
B, C = "lists/b.txt", "lists/c.txt"


def partition(*into: str) -> str:
    return f"  - partition-lines: {{from: {A}, into: [{', '.join(into)}]}}\n"


LARGE, REST = f"{{to: {B}, lines: {{gpus: '>1'}}}}", f"{{to: {C}}}"
PARTITIONS = {
    "all go": ((LARGE, REST), "one\ntwo\n", {B: "two\n", C: "one\n"}),
    "some stay": ((LARGE, f"{{to: {A}}}"), "one\ntwo\n", {A: "one\n", B: "two\n"}),
    "with comments": ((LARGE, REST), "# 1\none\n# 2\ntwo", {B: "# 2\ntwo\n", C: "# 1\none\n"}),
    "by names": (
        (f"{{to: {B}, lines: {{entry: t*}}}}", f"{{to: {C}, lines: {{entry: o*}}}}"),
        "one\ntwo\n",
        {B: "two\n", C: "one\n"},
    ),
    "windows": ((LARGE, REST), "one\r\ntwo\r\n", {B: "two\r\n", C: "one\r\n"}),
}


@pytest.mark.parametrize(("into", "text", "after"), PARTITIONS.values(), ids=PARTITIONS)
def test_partition_lines(into: tuple[str, ...], text: str, after: dict[str, str]) -> None:
    assert changed(partition(*into), {**CONFIGS, A: text}) == {**CONFIGS, **after}


@pytest.mark.parametrize(
    ("into", "files"),
    [
        ((LARGE, REST), {B: "two\n", C: "one\n"}),
        ((LARGE, f"{{to: {A}}}"), {A: "one\n", B: "two\n"}),
        ((LARGE, f"{{to: {A}}}"), {A: "one\n"}),
    ],
)
def test_partition_lines_leaves_alone(into: tuple[str, ...], files: dict[str, str]) -> None:
    assert changed(partition(*into), {**CONFIGS, **files}) == {**CONFIGS, **files}


PARTITION_REFUSALS = {
    "to no part": (f"{{to: {C}, lines: {{entry: x}}}}", "one\n", {}, ":1:1: 'one' goes to no part"),
    "to two": (f"{{to: {C}, lines: {{entry: two}}}}", "two\n", {}, ":1:1: 'two' goes to 2 parts"),
    "there already": (REST, "one\ntwo\n", {B: "two\n"}, ":2:1: 'two' stands in lists/b.txt"),
    "a heading would be lost": (REST, "# all\n\none\ntwo\n", {}, ":3:1: comments that belong to"),
}


@pytest.mark.parametrize(
    ("part", "text", "more", "error"), PARTITION_REFUSALS.values(), ids=PARTITION_REFUSALS
)
def test_partition_lines_refuses(part: str, text: str, more: dict[str, str], error: str) -> None:
    found = refusal(partition(LARGE, part), {**CONFIGS, A: text, **more})
    assert found.startswith(A + error)


@pytest.mark.parametrize("into", [(REST,), (REST, f"{{to: {B}}}"), (LARGE, LARGE)])
def test_partition_lines_wrongly_told(into: tuple[str, ...]) -> None:
    with pytest.raises(BadUsage):
        run(partition(*into), {})
