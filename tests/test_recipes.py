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
    write(root, "stays/before", "steps:\n- device: !q a\n")
    code, said = run(root)
    assert code == 1
    assert f"FAIL  mine/stays\n{PATH}:2:14: set-queue: the value has the tag !q" in said


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


def beside(root: Path, case: str, text: str) -> Path:
    path = root / "recipes" / "mine" / case / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_cases_beside_a_recipe(root: Path) -> None:
    beside(root, "near/before", "steps:\n- device: a\n")
    beside(root, "near/after", "steps:\n- device: b\n")
    said = "ok    mine/moves\nok    mine/near\nok    mine/stays\n3 of 3 cases pass\n"
    assert run(root) == (0, said)
    assert run(root, "recipes/mine.yaml") == (
        0,
        "ok    recipes/mine.yaml/near\n1 of 1 cases pass\n",
    )


def test_settings_of_a_case(root: Path) -> None:
    recipe = root / "recipes" / "mine.yaml"
    parameters = "parameters: {to: {default: b}}\noperations"
    recipe.write_text(RECIPE.replace("operations", parameters).replace("to: b}", "to: $to}"))
    beside(root, "other/before", "steps:\n- {key: x, device: a}\n- {key: y, device: a}\n")
    beside(root, "other/after", "steps:\n- {key: x, device: c}\n- {key: y, device: a}\n")
    settings = root / "recipes" / "mine" / "other" / "case.yaml"
    settings.write_text("parameters: {to: c}\njobs: x\n")
    assert run(root, "recipes/mine.yaml")[0] == 0
    settings.write_text("parameters: {too: c}\n")
    code, said = run(root, "recipes/mine.yaml")
    assert (code, said) == (2, "recipe 'mine' has no parameter 'too'; did you mean 'to'?\n")
    settings.write_text("parameter: {to: c}\n")
    assert run(root, "recipes/mine.yaml")[1].startswith(
        "recipes/mine/other/case.yaml:1:1: unknown option 'parameter'"
    )


def test_a_refusal_that_is_meant(root: Path) -> None:
    write(root, "stays/before", "steps:\n- device: !q a\n")
    settings = root / "tests" / "recipes" / "mine" / "stays" / "case.yaml"
    settings.write_text("refused: the value has the tag\n")
    assert run(root)[0] == 0
    settings.write_text("refused: something else\n")
    assert "FAIL  mine/stays\nrefused otherwise: " in run(root)[1]
    settings.write_text("refused: something\n")
    write(root, "stays/before", "steps:\n- device: c\n")
    assert "not refused, where 'something' was to be said" in run(root)[1]


def ci_migrate(root: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "ci_migrate", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def test_a_new_recipe_has_a_case_that_passes(tmp_path: Path) -> None:
    code, said = ci_migrate(tmp_path, "new", "my-move")
    assert (code, said.splitlines()[0]) == (0, "wrote .ci-migrate/recipes/my-move.yaml")
    assert run(tmp_path) == (0, "ok    my-move/first\n1 of 1 cases pass\n")
    code, said = ci_migrate(tmp_path, "show", "my-move")
    assert code == 0
    assert "  -  device: old-queue  # stays where it is\n  +  device: new-queue" in said
    recipe = (tmp_path / ".ci-migrate" / "recipes" / "my-move.yaml").read_text()
    assert recipe.startswith("# yaml-language-server: $schema=../recipe.schema.json\n")
    assert (tmp_path / ".ci-migrate" / "recipe.schema.json").exists()


def test_a_new_recipe_takes_nobodys_place(tmp_path: Path) -> None:
    assert ci_migrate(tmp_path, "new", "my-move")[0] == 0
    code, said = ci_migrate(tmp_path, "new", "my-move")
    assert (code, said.split(";")[0]) == (
        2,
        ".ci-migrate/recipes/my-move.yaml: this is there already",
    )
    assert ci_migrate(tmp_path, "new", "../x")[1].startswith("'../x' is no name for a recipe")
