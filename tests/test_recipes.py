"""Every case of every built-in recipe, byte for byte, and the command that runs cases."""

import subprocess
import sys
from pathlib import Path

import pytest

from ci_migrate.cases import Case, find_cases, run_case

ROOT = Path(__file__).parents[1]
CASES = find_cases(ROOT, ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.recipe}-{case.name}")
def test_case(case: Case) -> None:
    assert run_case(case, ROOT, update=False) == ""


def test_every_built_in_recipe_has_cases() -> None:
    assert {case.recipe for case in CASES} == {path.stem for path in (ROOT / "recipes").glob("*")}


RECIPE = """\
name: mine
title: Mine
dialect: vllm-test-areas
operations:
  - set-queue: {jobs: {queue: a}, to: b}
"""
PATH = ".buildkite/area.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "mine.yaml").write_text(RECIPE)
    write(tmp_path, "moves/before", "steps:\n- device: a \n")
    write(tmp_path, "moves/after", "steps:\n- device: b \n")
    write(tmp_path, "stays/before", "steps:\n- device: c\n")
    return tmp_path


def write(root: Path, folder: str, text: str) -> Path:
    path = root / "tests" / "recipes" / "mine" / folder / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def run(root: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "ci_migrate", "test", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def test_cases_that_pass(root: Path) -> None:
    assert run(root) == (0, "ok    mine/moves\nok    mine/stays\n2 of 2 cases pass\n")


def test_what_can_not_be_seen_is_shown(root: Path) -> None:
    write(root, "moves/after", "steps:\r\n- device: b\n\t")
    code, said = run(root, "mine")
    assert code == 1
    assert "-steps:␍⏎\n" in said
    assert "-- device: b⏎\n+- device: b·⏎\n" in said.replace("-→\t (no line end)\n", "") or (
        "+- device: b·⏎\n" in said
    )
    assert "(no line end)" in said
    assert said.endswith("1 of 2 cases pass\n")


def test_a_case_that_is_refused(root: Path) -> None:
    write(root, "stays/before", "q: &q a\nsteps:\n- device: *q\n")
    code, said = run(root)
    assert code == 1
    assert f"FAIL  mine/stays\n{PATH}:3:11: set-queue: the value is the alias *q" in said


def test_update(root: Path) -> None:
    after = write(root, "moves/after", "old\n")
    assert run(root, "--update")[0] == 0
    assert after.read_text() == "steps:\n- device: b \n"
    assert not (root / "tests/recipes/mine/stays/after").exists()
    assert run(root)[0] == 0


def test_recipes_without_cases(root: Path) -> None:
    code, said = run(root, "min")
    assert (code, said.split(";")[0]) == (2, "recipe 'min' has no cases here")
    (root / "empty").mkdir()
    assert run(root / "empty") == (1, "0 of 0 cases pass\n")
