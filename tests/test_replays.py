"""Real migrations of vLLM, each as a recipe, byte for byte on the whole tree."""

import os
import subprocess
from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.engine import migrate
from ci_migrate.recipe import parse_recipe
from tests.memory import Memory
from tests.shared import SHARED, needs_shared, tree

RECIPES = sorted((Path(__file__).parent / "replays").glob("*.yaml"))

# What people changed beside the migration, and no recipe says: path, and why.
RESIDUE = {
    "6521ccf28": {
        "tests/evals/gsm8k/configs/moe-refactor/config-h100.txt": "an editor ended the last line",
    },
    "feaf202e9": {
        "vllm/config/__init__.py": "the fix that the new marks test",
        "vllm/v1/worker/cpu_model_runner.py": "the same",
    },
}


@needs_shared
@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_replay(path: Path) -> None:
    recipe = bind(parse_recipe(str(path), path.read_text()), {})
    before = tree(SHARED / "replays" / path.stem / "before")
    after = {**before, **tree(SHARED / "replays" / path.stem / "after")}
    changeset = migrate(recipe, Memory(before), second_reader=True)
    assert [str(failure.error) for failure in changeset.failures] == []
    result = {**before, **{c.path: c.after for c in changeset.files if c.after is not None}}
    residue = {name for name in after if result[name] != after[name]}
    assert residue == RESIDUE.get(path.stem, {}).keys()
    again = migrate(recipe, Memory(result))
    assert [str(failure.error) for failure in again.failures] == []
    assert again.files == ()


def test_recipes_are_short() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in RECIPES)
    assert lengths[len(lengths) // 2] <= 15


VLLM = os.environ.get("CI_MIGRATE_VLLM_GIT")
PYTHON_RECIPES = sorted((Path(__file__).parent / "replays" / "python").glob("*.yaml"))


@pytest.mark.skipif(VLLM is None, reason="CI_MIGRATE_VLLM_GIT names no clone of vLLM")
@pytest.mark.parametrize("path", PYTHON_RECIPES, ids=lambda path: path.stem)
def test_python_replay(path: Path) -> None:
    """The files are code of vLLM, and are read from a clone of it."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(VLLM), *words]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    commit = path.stem
    changed = git("show", "--format=", "--name-only", commit).split()
    others = ["pyproject.toml", "vllm/__init__.py", "vllm/platforms/__init__.py"]
    before = {name: git("show", f"{commit}^:{name}") for name in [*changed, *others]}
    after = {**before, **{name: git("show", f"{commit}:{name}") for name in changed}}
    recipe = bind(parse_recipe(str(path), path.read_text()), {})
    changeset = migrate(recipe, Memory(before))
    assert [str(failure.error) for failure in changeset.failures] == []
    result = {**before, **{c.path: c.after for c in changeset.files if c.after is not None}}
    residue = {name for name in after if result[name] != after[name]}
    assert residue == RESIDUE.get(commit, {}).keys()
    again = migrate(recipe, Memory(result))
    assert [str(failure.error) for failure in again.failures] == []
    assert again.files == ()
