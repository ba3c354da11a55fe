"""The main job on vLLM's real files, where they are."""

import os
import subprocess
from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.changeset import Changeset
from ci_migrate.engine import migrate
from ci_migrate.recipe import parse_recipe
from tests.memory import Memory
from tests.shared import SHARED, needs_shared, tree

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "recipes" / "b200-to-k8s.yaml"
TEST_FILE = "tests/v1/e2e/spec_decode/test_spec_decode.py"


def apply(files: dict[str, str]) -> tuple[Changeset, dict[str, str]]:
    """Run the recipe; return what it says, and the files after."""
    recipe = bind(parse_recipe(str(RECIPE), RECIPE.read_text()), {})
    changeset = migrate(recipe, Memory(files), second_reader=True)
    changes = {c.path: c.after for c in changeset.files if c.after is not None}
    return changeset, {**files, **changes}


def before() -> dict[str, str]:
    """Return vLLM's data files before the change, with a test file of the same shape."""
    example = ROOT / "examples" / "vllm" / TEST_FILE
    return {**tree(SHARED / "vllm" / "before"), TEST_FILE: example.read_text()}


@needs_shared
def test_the_data_files_are_those_of_the_pull_request() -> None:
    changeset, after = apply(before())
    assert changeset.failures == ()
    assert len(changeset.files) == 5
    expected = {**tree(SHARED / "vllm" / "before"), **tree(SHARED / "vllm" / "after")}
    assert {path: text for path, text in after.items() if path != TEST_FILE} == expected


@needs_shared
def test_a_second_run_changes_nothing() -> None:
    _, after = apply(before())
    changeset, _ = apply(after)
    assert (changeset.files, changeset.failures) == ((), ())


@needs_shared
def test_all_jobs_move_where_earlier_waves_have_not_happened() -> None:
    """All 22 jobs are on the old queue; what the earlier waves changed beside it is the same."""
    old = tree(SHARED / "replays" / "f65376125" / "before")
    files = {**{p: t for p, t in before().items() if p.startswith("tests/")}, **old}
    changeset, after = apply(files)
    assert changeset.failures == ()
    assert changeset.done[0].summary == "22 jobs from b200 to b200-k8s"
    moved = {
        path: text.replace("device: b200\n", "device: b200-k8s\n") for path, text in old.items()
    }
    areas = {path for path in old if path != ".buildkite/test_areas/lm_eval.yaml"}
    assert {path: after[path] for path in areas} == {path: moved[path] for path in areas}


HALF = {
    "the job is missing": (
        ".buildkite/test_areas/lm_eval.yaml",
        "key: lm-eval-small-models-b200",
        "key: lm-eval-small-models-b300",
        ".buildkite/test_areas/lm_eval.yaml:40:3: split-job: no job has the key",
    ),
    "a test was renamed": (
        TEST_FILE,
        "def test_mtp_correctness",
        "def test_mtp_accuracy",
        f"{TEST_FILE}:",
    ),
    "the case is gone": (TEST_FILE, '"deepseek"', '"other"', f"{TEST_FILE}:"),
    "a model's config is gone": (
        "tests/evals/gsm8k/configs/models-blackwell.txt",
        "Qwen3-0.6B-FP8.yaml",
        "Qwen3-0.7B-FP8.yaml",
        "tests/evals/gsm8k/configs/models-blackwell.txt:1:1: split-job: 'Qwen3-0.7B",
    ),
}


@needs_shared
@pytest.mark.parametrize(("path", "old", "new", "error"), HALF.values(), ids=HALF.keys())
def test_a_tree_that_fits_half_is_refused_whole(path: str, old: str, new: str, error: str) -> None:
    files = before()
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    changeset, after = apply(files)
    assert after == files
    (failure,) = changeset.failures
    assert failure.error.line(f"{failure.name}: ").startswith(error)
    assert failure.place.path == str(RECIPE)


VLLM = os.environ.get("CI_MIGRATE_VLLM_GIT")
COMMIT = "1ff9d335355c6f60afc3b8a5b4c15f36ab1ccfa6"


@needs_shared
@pytest.mark.skipif(VLLM is None, reason="CI_MIGRATE_VLLM_GIT names no clone of vLLM")
def test_the_test_file_is_that_of_the_pull_request() -> None:
    """The real test file is code of vLLM, and is read from a clone of it."""
    assert VLLM is not None

    def at(revision: str, path: str) -> str:
        command = ["git", "-C", VLLM, "show", f"{revision}:{path}"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    parent = {path: at(f"{COMMIT}^", path) for path in (TEST_FILE, "pyproject.toml")}
    changeset, after = apply({**before(), **parent})
    assert changeset.failures == ()
    assert after[TEST_FILE] == at(COMMIT, TEST_FILE)
