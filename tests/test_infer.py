"""Recipes drafted from changes: what they make of the old files, and what they leave unexplained."""

import os
from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.engine import migrate
from ci_migrate.git import Revision
from ci_migrate.infer.draft import Inference, infer
from ci_migrate.recipe import parse_recipe
from tests.memory import Memory
from tests.shared import SHARED, needs_shared, tree
from tests.test_cli import cli, git

ROOT = Path(__file__).parents[1]
VLLM = os.environ.get("CI_MIGRATE_VLLM_GIT")

PATH = ".buildkite/area.yaml"


def drafted(before: dict[str, str], after: dict[str, str]) -> Inference:
    """Draft a recipe, and check that it makes of the one tree the other, but what it says."""
    changed = tuple(
        sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
    )
    found = infer(
        Memory(before), Memory(after), changed, dialects=("vllm-test-areas",), name="draft"
    )
    if not found.operations:
        return found
    changeset = migrate(bind(parse_recipe("draft.yaml", found.text), {}), Memory(before))
    assert [str(failure.error) for failure in changeset.failures] == []
    result: dict[str, str | None] = {**before, **{c.path: c.after for c in changeset.files}}
    differ = {path for path in result.keys() | after.keys() if result.get(path) != after.get(path)}
    assert differ == {finding.place.path for finding in found.unexplained}
    return found


REPLAYS = {
    path.name: (path / "before", path / "after") for path in sorted((SHARED / "replays").glob("*"))
}
REPLAYS["1ff9d3353"] = (SHARED / "vllm" / "before", SHARED / "vllm" / "after")
LEFT = {"6521ccf28": 1}  # the end of a last line, which an editor added


@needs_shared
@pytest.mark.parametrize("name", REPLAYS)
def test_real_migrations(name: str) -> None:
    before = tree(REPLAYS[name][0])
    found = drafted(before, {**before, **tree(REPLAYS[name][1])})
    assert len(found.unexplained) == LEFT.get(name, 0)


OPERATIONS = {
    "1ff9d3353": ["set-queue", "split-job"],
    "f65376125": ["set-queue"],
    "7a576e2c7": ["remove-item"],
    "2488a82f8": ["split-commands"],
}


@needs_shared
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operations_that_a_person_would_name(name: str) -> None:
    before = tree(REPLAYS[name][0])
    found = drafted(before, {**before, **tree(REPLAYS[name][1])})
    assert list(found.operations) == OPERATIONS[name]
    assert len(found.text.splitlines()) <= 60


A = "- label: A\n  key: a\n  device: q\n  commands:\n  - one\n  - two -x 1\n"
B = "- label: B\n  key: b\n  device: q\n  source_file_dependencies:\n    - x/\n  commands:\n  - one\n"
C = "- label: C\n  timeout_in_minutes: 5\n  commands:\n  - three\n"
JOBS = A + B + C
STEPS = {
    "a queue": (JOBS.replace("device: q", "device: r"), ["set-queue"]),
    "one job's queue": (A.replace(": q", ": r") + B + C, ["set-queue"]),
    "a field": (JOBS.replace(": 5", ": 6"), ["set-field"]),
    "a field, to a list": (JOBS.replace(": 5", ": [x]"), ["set-field"]),
    "a new field": (JOBS.replace("  commands", "  n: 1\n  commands"), ["add-field"]),
    "a new field with parts": (
        JOBS.replace("  commands", "  env:\n    X: '1'\n    Y: z\n  commands"),
        ["add-field"],
    ),
    "a lost field": (JOBS.replace("  device: q\n", ""), ["remove-field"]),
    "a field's name": (JOBS.replace("device", "agent"), ["rename-field"]),
    "a new item": (JOBS.replace("  - one\n", "  - one\n  - more\n"), ["insert-item"]),
    "a new first item": (JOBS.replace("  - three", "  - two\n  - three"), ["insert-item"]),
    "an item as it stands": (
        JOBS.replace("  - three\n", '  - three\n  - "a\n    b"\n'),
        ["insert-item"],
    ),
    "a lost item": (JOBS.replace("  - two -x 1\n", ""), ["remove-item"]),
    "an item in a comment": (JOBS.replace("  - two", "  # - two"), ["comment-out-item"]),
    "words of an item": (JOBS.replace("-x 1", "-x 2"), ["edit-item"]),
    "an item by two": (JOBS.replace("  - three\n", "  - 3a\n  - 3b\n"), ["replace-item"]),
    "a label": (JOBS.replace("label: B", "label: Bb"), ["rename-job"]),
    "a key": (JOBS.replace("key: b", "key: bb"), ["rename-job"]),
    "a lost job": (A + C, ["delete-job"]),
    "a job in a comment": (
        A + "".join(f"# {x}\n" for x in B.splitlines()) + C,
        ["comment-out-job"],
    ),
    "a new job": (JOBS + "- label: 'New'  # now\n  n: [1]\n", ["add-job"]),
    "a new job with dollars": (JOBS + "- label: N\n  n:\n  - |\n    $x \\$y ${z}\n", ["add-job"]),
    "a copy": (A + A.replace("A", "D").replace("key: a", "key: d") + B + C, ["copy-job"]),
    "another order": (B + A + C, ["move-job"]),
    "two at once": (
        JOBS.replace("device: q", "device: r").replace("  - three", "  - four"),
        ["set-queue", "edit-item"],
    ),
    "a dollar": (JOBS.replace("three", "$name ${x} $X"), ["edit-item"]),
    "a star": (JOBS.replace("  - three\n", "  - 't*'\n  - u\n"), ["replace-item"]),
}


@pytest.mark.parametrize(("after", "operations"), STEPS.values(), ids=STEPS)
def test_steps(after: str, operations: list[str]) -> None:
    found = drafted({PATH: "steps:\n" + JOBS}, {PATH: "steps:\n" + after})
    assert (list(found.operations), found.unexplained) == (operations, ())


L, M = "lists/l.txt", "lists/m.txt"
FILES = {PATH: "group: g\nsteps:\n" + JOBS, L: "a\nb\nc\n", M: "x\n", "docs/d.md": "use q, q2\n"}
CHANGES = {
    "moved lines": ({L: "a\nc\n", M: "x\nb\n"}, ["move-lines"]),
    "new lines": ({L: "a\nb\nc\nd\n"}, ["add-lines"]),
    "lost lines": ({L: "b\nc\n"}, ["remove-lines"]),
    "a new list": ({"lists/n.txt": "# n\nn\n"}, ["create-list"]),
    "a list's order": ({L: "c\nb\na\n"}, []),
    "text": ({"docs/d.md": "use r, q2\n"}, ["edit-text"]),
    "the top of a file": ({PATH: "group: h\nsteps:\n" + JOBS}, ["set-field"]),
    "a job to another file": (
        {PATH: "group: g\nsteps:\n" + A + C, ".buildkite/b.yaml": "steps:\n" + B},
        ["move-job"],
    ),
}


@pytest.mark.parametrize(("changes", "operations"), CHANGES.values(), ids=CHANGES)
def test_changes_of_files(changes: dict[str, str], operations: list[str]) -> None:
    found = drafted(FILES, {**FILES, **changes})
    assert list(found.operations) == operations
    assert bool(found.unexplained) == (not operations)


def test_a_renamed_list() -> None:
    before = {
        PATH: f"steps:\n- label: A\n  commands: [t --config-list-file=/vllm-workspace/{L}]\n",
        L: "a\n",
    }
    after = {PATH: before[PATH].replace("l.txt", "k.txt"), "lists/k.txt": "a\n"}
    found = drafted(before, after)
    assert found.operations[-1] == "rename-list" or "rename-list" in found.operations
    assert found.unexplained == ()


def test_what_is_not_explained_is_said() -> None:
    before = {PATH: "steps:\n" + JOBS}
    after = {PATH: "steps:\n# new\n" + JOBS.replace(": 5", ": 6") + "# end\n", "img.png": "x"}
    found = drafted(before, after)
    assert list(found.operations) == ["set-field"]
    assert [str(f.place) for f in found.unexplained] == [f"{PATH}:2", f"{PATH}:19", "img.png"]
    assert found.unexplained[0].message == "0 lines became 1: # new"


def test_what_no_recipe_can_say_is_not_explained() -> None:
    before = {PATH: "steps:\n" + JOBS}
    block = "  env:\n  - run: |\n      # a block at the very left of its source\n      x\n"
    found = drafted(
        before, {PATH: "steps:\n" + JOBS.replace("  commands", block + "  commands", 1)}
    )
    assert found.unexplained


TEST = """\
import pytest


@pytest.mark.slow
@pytest.mark.parametrize(
    "x",
    [
        "a",
        pytest.param("b", marks=pytest.mark.skipif(1 > 0, reason="old")),
    ],
)
def test_x(x):
    pass


class TestY:
    @pytest.mark.skipif(1 > 0, reason="old")
    def test_y(self):
        pass
"""
MARKS = {
    "a skip": (
        TEST.replace("class", '@pytest.mark.skipif(1 > 2, reason="new")\nclass'),
        ["skip-test"],
    ),
    "a case": (
        TEST.replace('"a",', 'pytest.param("a", marks=pytest.mark.skipif(1 > 2, reason="n")),'),
        ["skip-param"],
    ),
    "a mark": (TEST.replace("class", "@pytest.mark.slow\nclass"), ["add-mark"]),
    "a lost mark": (TEST.replace("@pytest.mark.slow\n", ""), ["remove-mark"]),
    "a lost skip": (
        TEST.replace('    @pytest.mark.skipif(1 > 0, reason="old")\n', ""),
        ["remove-skip"],
    ),
    "a reason": (TEST.replace("old", "new"), ["set-skip-reason", "set-skip-reason"]),
    "a condition": (TEST.replace("1 > 0", "1 > 2"), ["set-skip-condition", "set-skip-condition"]),
    "a condition and a reason": (
        TEST.replace(
            '    @pytest.mark.skipif(1 > 0, reason="old")',
            '    @pytest.mark.skipif(1 > 3, reason="n")',
        ),
        ["set-skip-condition", "set-skip-reason"],
    ),
    "a decorator": (TEST.replace("mark.slow", "mark.fast"), ["replace-decorator"]),
    "an import": (
        TEST.replace("import pytest", "import os\n\nimport pytest").replace(
            "class", '@pytest.mark.skipif(os.name == "x", reason="new")\nclass'
        ),
        ["skip-test"],
    ),
    "an import alone": (
        TEST.replace("import pytest", "import os\n\nimport pytest"),
        ["add-import"],
    ),
}


@pytest.mark.parametrize(("after", "operations"), MARKS.values(), ids=MARKS)
def test_marks(after: str, operations: list[str]) -> None:
    found = drafted({"tests/t.py": TEST}, {"tests/t.py": after})
    assert list(found.operations) == operations
    assert bool(found.unexplained) == (not operations)


PYTHON = ROOT / "tests" / "replays" / "python"


@pytest.mark.skipif(VLLM is None, reason="CI_MIGRATE_VLLM_GIT names no clone of vLLM")
@pytest.mark.parametrize("commit", [*sorted(p.stem for p in PYTHON.glob("*.yaml")), "1ff9d3353"])
def test_real_changes_of_marks(commit: str) -> None:
    """What a person changed in test files is drafted, all of it or all but what is said."""
    old, new = Revision(str(VLLM), f"{commit}^"), Revision(str(VLLM), commit)
    paths = old.objects.keys() | new.objects.keys()
    changed = [path for path in paths if old.objects.get(path) != new.objects.get(path)]
    found = infer(old, new, tuple(sorted(changed)), dialects=("vllm-test-areas",), name="draft")
    assert len(found.unexplained) == UNEXPLAINED.get(commit, 0), found


UNEXPLAINED = {"feaf202e9": 3}  # places in two files that are no tests


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_the_command_line(tmp_path: Path) -> None:
    after = {**FILES, PATH: FILES[PATH].replace(": q", ": r")}
    write(tmp_path / "old", FILES)
    write(tmp_path / "new", after)
    run = cli("infer", "old", "new", "--name", "move", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("name: move\ntitle: Change .buildkite/area.yaml\n")
    assert "  - set-queue: {jobs: {queue: q}, to: r, leaves: 0}\n" in run.stdout
    write(tmp_path / "new", {PATH: "# top\n" + after[PATH]})
    run = cli("infer", "old", "new", "--output", "r.yaml", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"{PATH}:1: not explained: 0 lines became 1: # top\n"
    assert "set-queue" in (tmp_path / "r.yaml").read_text()


def test_two_revisions(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    write(tmp_path, {L: "a\nb\n"})
    git(tmp_path, "commit", "-qam", "two")
    run = cli("infer", "HEAD^", "HEAD", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "  - remove-lines: {file: lists/l.txt, lines: {entry: [c]}}\n" in run.stdout
    assert cli("infer", "HEAD", "HEAD", cwd=tmp_path).stderr.startswith("'HEAD' and 'HEAD' do not")
    wrong = cli("infer", "HEAD", "nowhere", cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr[:27]) == (2, "'nowhere' is no revision he")
