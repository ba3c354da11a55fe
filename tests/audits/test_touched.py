"""Which jobs a change may have changed, so that the others need not be audited twice."""

import pytest

from ci_migrate.engine import migrate
from ci_migrate.recipe import load_dialect
from ci_migrate.touched import untouched
from ci_migrate.tree import Tree
from ci_migrate.trees import Laid
from tests.memory import Memory, recipe

FILE = ".buildkite/test_areas/evals.yaml"
ONE = "- label: {0}\n  key: {0}\n  device: h100\n  commands: [pytest {0}]\n"
FILES = {FILE: "group: Evals\nsteps:\n" + "".join(map(ONE.format, "abc"))}


def _left(
    operations: str, files: dict[str, str] = FILES, dialect: str = "vllm-test-areas"
) -> list[str]:
    tree = Memory(files)
    changeset = migrate(recipe(operations, dialect=dialect), tree)
    assert changeset.failures == ()
    after = Laid(tree, {change.path: change.content for change in changeset.files})
    known = load_dialect(dialect)
    sides = untouched(changeset.files, tree, after, known)
    texts = []
    trees: tuple[Tree, Tree] = (tree, after)
    for names, side in zip(sides, trees, strict=True):
        texts.append(sorted(span.of((side.read(path) or b"").decode()) for path, span in names))
    assert texts[0] == texts[1]
    return texts[0]


def _text(name: str) -> str:
    return ONE.format(name).removeprefix("- ").rstrip("\n")


@pytest.mark.parametrize(
    ("operation", "left"),
    [
        pytest.param("set-queue: {jobs: {key: b}, to: b200}", "ac", id="a value"),
        pytest.param("add-field: {jobs: {key: c}, field: <timeout>, value: 9}", "ab", id="a line more"),
        pytest.param("delete-job: {jobs: {key: b}}", "ac", id="a job less"),
        pytest.param("copy-job: {job: b, set: {key: d, label: D}}", "ac", id="a job more"),
        pytest.param("add-lines: {file: a.txt, lines: [x]}", "", id="another file"),
        pytest.param("edit-text: {files: .buildkite/test_areas/evals.yaml, find: Evals, replace: Other}", "", id="around all"),
    ],
)  # fmt: skip
def test_jobs_that_no_edit_meets_are_left_out(operation: str, left: str) -> None:
    files = {**FILES, "a.txt": "y\n"}
    assert _left(f"- {operation}\n", files) == [_text(name) for name in left]


def test_a_file_with_aliases_is_looked_at_whole() -> None:
    text = (
        FILES[FILE]
        .replace("device: h100", "device: &q h100", 1)
        .replace("device: h100", "device: *q", 1)
    )
    assert _left("- add-field: {jobs: {key: c}, field: <timeout>, value: 9}\n", {FILE: text}) == []


def test_a_file_that_others_use_is_looked_at_whole() -> None:
    text = ".base:\n  tags: [old]\na:\n  tags: [old]\n  script: [x]\nb:\n  extends: .base\n  script: [x]\n"
    change = "- set-queue: {jobs: {key: a}, to: new}\n"
    assert _left(change, {".gitlab-ci.yml": text}, "gitlab-ci") == []


def test_a_job_that_reads_a_changed_list_may_differ() -> None:
    files = {
        FILE: FILES[FILE].replace("pytest a", "pytest a --config-list-file=l.txt"),
        "l.txt": "x\n",
    }
    change = "- add-lines: {file: l.txt, lines: [y]}\n- set-queue: {jobs: {key: c}, to: b200}\n"
    assert _left(change, files) == [_text("b")]
