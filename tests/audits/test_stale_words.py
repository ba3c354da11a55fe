"""A queue that jobs have left, where it is still named."""

import pytest

from ci_migrate.audits import stale_words
from tests.audits.surveys import FILE, lines, survey
from tests.memory import run
from tests.shared import SHARED, needs_shared, tree

OTHER = ".buildkite/test_areas/other.yaml"


def _files(queue: str, comment: str = "", **more: str) -> dict[str, str]:
    job = f"steps:\n- label: A\n  key: a\n  device: {queue}\n  commands: [x]\n{comment}"
    return {FILE: job, **more}


def _named(path: str, place: str, times: str = "still", queue: str = "b200") -> str:
    return f"{path}:{place} note '{queue}' is named here {times}, and the last job has left it"


OLD = "# - label: B\n#   device: b200\n"
FOUND = [
    pytest.param({FILE: _files("h100", OLD)[FILE]}, [_named(FILE, "7:13")], id="a job in a comment"),
    pytest.param({**_files("h100"), "docs/ci.md": "The `b200` queue.\nb200, too.\n"}, [_named("docs/ci.md", "1:6", "2 times")], id="a document"),
    pytest.param({**_files("h100"), "tools/run.sh": "queue=b200\n"}, [_named("tools/run.sh", "1:7")], id="a script"),
    pytest.param({**_files("h100"), ".buildkite/tools/a.py": "'b200'\n"}, [_named(".buildkite/tools/a.py", "1:2")], id="beside the jobs"),
]  # fmt: skip
QUIET = [
    pytest.param({**_files("h100", OLD), OTHER: _files("b200")[FILE].replace("a\n", "b\n")}, id="another job is on it"),
    pytest.param({**_files("h100"), OTHER: "steps:\n- label: C\n  device: h100\n  mirror: {b: {device: b200}}\n"}, id="a mirror is on it"),
    pytest.param(_files("h100", "# b200-k8s, models-b200.txt, b200/x, b200.txt, B200, b2000\n"), id="other words"),
    pytest.param({**_files("h100"), "CHANGELOG.md": "b200\n", "src/a.py": "b200\n"}, id="history and code"),
    pytest.param(_files("b200", OLD), id="no change"),
]  # fmt: skip


@pytest.mark.parametrize(("after", "expected"), FOUND)
def test_finds(after: dict[str, str], expected: list[str]) -> None:
    assert lines("stale-words", after, _files("b200")) == expected
    assert lines("stale-words", after) == []


@pytest.mark.parametrize("after", QUIET)
def test_is_quiet(after: dict[str, str]) -> None:
    assert lines("stale-words", after, _files("b200")) == []


def test_a_queue_of_a_common_word_is_not_looked_for() -> None:
    files = {**_files("h100"), "docs/ci.md": "large\n"}
    assert lines("stale-words", files, _files("large")) == []


@pytest.mark.parametrize(("other", "expected"), [("h100", 1), ("b200", 0)])
def test_of_some_files_all_others_count(other: str, expected: int) -> None:
    files = {**_files("b200", OLD), OTHER: _files(other)[FILE].replace("key: a", "key: b")}
    move = "  - set-queue: {jobs: {key: a}, to: h100}\n"
    (change,) = run(move, files).files
    sides = [survey({**files, FILE: change.after or ""}), survey(files)]
    for side in sides:
        side.only = frozenset((FILE,))
    assert len(list(stale_words.findings(*sides))) == expected


@needs_shared
def test_the_real_change_left_a_comment() -> None:
    before, after = (tree(SHARED / "vllm" / side) for side in ("before", "after"))
    assert lines("stale-words", after, before) == [
        _named(".buildkite/test_areas/compile.yaml", "86:7")
    ]
