"""The recipes of `.ci-migrate.toml` are checked, in one pass over the tree."""

import json
from pathlib import Path

import pytest

from ci_migrate.check import check, read_wanted
from ci_migrate.errors import BadUsage
from ci_migrate.files import Folder
from tests.test_cli import cli
from tests.test_formats import check_sarif

AREA = ".buildkite/test_areas/a.yaml"
STEPS = "steps:\n- label: One\n  device: b200\n"
RECIPE = """\
name: move
title: Move a queue
parameters:
  from: {default: b200}
  to: {default: b200-k8s}
operations:
  - set-queue: {jobs: {queue: $from}, to: $to}
"""
TOML = """\
[[check]]
recipe = "move"

[[check]]
recipe = "recipes/move.yaml"
parameters = {from = "h100", to = "h200"}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path, text in {AREA: STEPS, "recipes/move.yaml": RECIPE, ".ci-migrate.toml": TOML}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_what_is_left_is_told_by_recipe(tree: Path) -> None:
    run = cli("check", cwd=tree)
    assert (run.returncode, run.stderr) == (1, "")
    assert "+  device: b200-k8s\n" in run.stdout
    assert run.stdout.splitlines()[-2:] == [
        "FAIL  move --param from=b200 --param to=b200-k8s: 1 file left to migrate",
        "ok    recipes/move.yaml --param from=h100 --param to=h200: nothing left to change",
    ]
    cli("apply", "move", cwd=tree)
    run = cli("check", "--root", str(tree), cwd=tree.parent)
    assert (run.returncode, run.stdout.count("nothing left")) == (0, 2)


def test_named_recipes_and_json(tree: Path) -> None:
    (tree / ".ci-migrate.toml").unlink()
    run = cli("check", "move", "--format", "json", cwd=tree)
    told = json.loads(run.stdout)
    assert (run.returncode, [one["outcome"] for one in told["runs"]]) == (1, ["pending"])


def test_notes_beside_lines_are_as_many_as_are_shown(tree: Path) -> None:
    """Of a step, and so of all recipes together."""
    for number in range(7):
        (tree / AREA).with_name(f"{number}.yaml").write_text(STEPS)
    more = TOML.split("\n\n")[0] + '\nonly = ["**/?.yaml"]\n'
    (tree / ".ci-migrate.toml").write_text(f"{more}\n{TOML}")
    run = cli("check", "--format", "github", cwd=tree)
    lines = run.stdout.splitlines()
    assert (run.returncode, len([x for x in lines if x.startswith("::error ")])) == (1, 10)
    (rest,) = (line for line in lines if " more, in " in line)
    assert rest.startswith("::error title=ci-migrate::and 7 more, in 7 files: ")
    assert lines[-1].endswith(
        "--param to=h200: nothing to do: move has nothing left to change here"
    )


def test_what_is_left_as_a_comment(tree: Path) -> None:
    told = cli("check", "--format", "markdown", cwd=tree).stdout
    assert "- ❌ `move --param from=b200 --param to=b200-k8s`: 1 file left to migrate" in told
    assert "- ✅ `recipes/move.yaml --param from=h100 --param to=h200`: nothing to do" in told
    assert told.count("<details>") == told.count("</details>") == 1
    assert told.endswith("\n<!-- ci-migrate: check -->\n")


def test_a_comment_is_no_longer_than_one_may_be(tree: Path) -> None:
    (tree / AREA).write_text(STEPS.replace("b200", f"b200  # {'x' * 9000}"))
    one = TOML.split("\n\n")[0]
    (tree / ".ci-migrate.toml").write_text(f"{one}\n" * 30)
    told = cli("check", "--format", "markdown", cwd=tree).stdout
    assert len(told) <= 65_536
    assert (told.count("- ❌ "), told.count("### `move`")) == (30, 30)


def test_what_is_left_as_one_log(tree: Path) -> None:
    log = json.loads(cli("check", "--format", "sarif", cwd=tree).stdout)
    check_sarif(log)
    (run,) = log["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["move", "refused", "warning"]


def test_a_refusal_is_told_and_the_others_are_checked(tree: Path) -> None:
    refused = RECIPE.replace("{queue: $from}", "{key: none}").replace("name: move", "name: bad")
    (tree / "recipes/bad.yaml").write_text(refused)
    run = cli("check", "bad", "move", cwd=tree)
    assert run.returncode == 3
    assert "bad: set-queue: no job has the key 'none'" in run.stderr
    assert "FAIL  bad" in run.stdout
    assert "1 file left to migrate" in run.stdout


def test_every_file_is_read_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Folder.read
    paths: list[str] = []

    def counting(folder: Folder, path: str) -> bytes | None:
        paths.append(path)
        return read(folder, path)

    monkeypatch.setattr(Folder, "read", counting)
    monkeypatch.chdir(tree)
    assert [run.exit_code for run in check(read_wanted(tree), tree)] == [1, 0]
    assert paths.count(AREA) == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "this file lists no recipes"),
        ("[[check]]\n", "no recipe is named"),
        ('[[check]]\nrecipe = "a"\nparams = {}\n', "unknown key 'params'; did you mean"),
        ('[[check]]\nrecipe = "a"\nparameters = {n = 1}\n', "parameters have texts as values"),
        ('[[check]]\nrecipe = "a"\njobs = "x"\n', "jobs and only are lists of texts"),
        ("x = [\n", "mend the TOML"),
        ('[[check]]\nrecipe = "a"\n[other]\n', "this file lists no recipes"),
    ],
)
def test_a_wrong_file(tree: Path, text: str, error: str) -> None:
    (tree / ".ci-migrate.toml").write_text(text)
    with pytest.raises(BadUsage, match=error):
        read_wanted(tree)


def test_only_some_files_are_checked(tree: Path) -> None:
    (tree / ".ci-migrate.toml").write_text('[[check]]\nrecipe = "move"\nonly = ["x/**"]\n')
    assert cli("check", cwd=tree).returncode == 0
