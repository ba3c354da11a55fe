"""The hook, the action and the examples: valid by their tools, and what the action's scripts do."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_cli import EXAMPLE

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "pull-requests"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-actions", ROOT / "action.yml"),
        ("github-workflows", EXAMPLES / "github.yml"),
        ("buildkite", EXAMPLES / "buildkite.yml"),
        ("gitlab-ci", EXAMPLES / "gitlab.yml"),
    ],
)
def test_files_fit_the_schema_of_their_system(schema: str, path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    run = subprocess.run([*command, str(path)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_the_hook_is_one_by_its_own_tool() -> None:
    pytest.importorskip("pre_commit")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_no_script_has_an_expression_in_its_text() -> None:
    scripts = [step["run"] for step in STEPS]
    assert len(scripts) == 4
    assert not [script for script in scripts if "${{" in script]


FAKE_GH = """\
#!/bin/sh
printf '%s\\n' "$@" >> "$LOG"
case "$*" in *--paginate*) [ "$FOUND" = fail ] && exit 1; [ -z "$FOUND" ] || echo "$FOUND";; esac
case "$*" in *"$DENIED"*) exit 1;; esac
"""


class Runner:
    """Runs the steps of the action, with a `gh` that writes down what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bin_ = folder / "bin"
        bin_.mkdir()
        self._command(
            bin_ / "ci-migrate", f'#!/bin/sh\nexec "{sys.executable}" -m ci_migrate "$@"\n'
        )
        self._command(bin_ / "gh", FAKE_GH)
        self.output, self.summary, self.log = (folder / x for x in ("output", "summary", "log"))
        for path in (self.output, self.summary, self.log):
            path.touch()
        self.env = {
            **os.environ,
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "BIN": str(bin_),
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "ROOT": str(EXAMPLE),
            "RECIPE": "b200-to-k8s",
            "PARAMS": "",
            "CHECK": "false",
            "LOG": str(self.log),
            "AUTHOR": "github-actions[bot]",
            "COMMENTS": "repos/o/r/issues/7/comments",
            "ONE": "repos/o/r/issues/comments",
            "REPORT": str(folder / "ci-migrate.md"),
            "FOUND": "",
            "DENIED": "nothing",
        }

    def step(self, number: int, **env: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[number]["run"]]
        return subprocess.run(
            command, env={**self.env, **env}, cwd=self.folder, capture_output=True, text=True
        )

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())

    @staticmethod
    def _command(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_dry_run_is_reported(runner: Runner) -> None:
    run = runner.step(1, PARAMS="from=b200\n\nto=b200-new\n")
    assert (run.returncode, run.stderr) == (0, "")
    assert re.search(
        r"::notice file=\S*\.buildkite/test_areas/lm_eval.yaml,line=21,endLine=", run.stdout
    )
    report = Path(runner.outputs["report"]).read_text()
    assert "--param to=b200-new" in report
    assert runner.summary.read_text() == report
    assert runner.outputs["code"] == "0"


def test_a_check_fails_at_its_end(runner: Runner) -> None:
    run = runner.step(1, CHECK="true")
    assert run.returncode == 0
    assert "::error file=" in run.stdout
    assert runner.outputs["code"] == "1"
    assert runner.step(3, CODE="1").returncode == 1


@pytest.mark.parametrize("recipe", ["$(touch evil)", "--help", "`touch evil`; touch evil"])
def test_words_of_others_stay_words(runner: Runner, recipe: str) -> None:
    run = runner.step(1, RECIPE=recipe, PARAMS="a=$(touch evil)\nb=`touch evil`")
    assert run.returncode == 0
    assert runner.outputs["code"] == "2"
    assert not (runner.folder / "evil").exists()
    assert runner.step(2).returncode == 0
    assert runner.log.read_text() == ""


def test_a_first_comment_is_made(runner: Runner) -> None:
    runner.step(1)
    assert runner.step(2).returncode == 0
    words = runner.log.read_text().splitlines()
    assert words[words.index("POST") :][:2] == ["POST", "repos/o/r/issues/7/comments"]
    assert f"body=@{runner.env['REPORT']}" in words


def test_a_comment_that_is_there_is_updated(runner: Runner) -> None:
    runner.step(1)
    assert runner.step(2, FOUND="41\n42").returncode == 0
    words = runner.log.read_text().splitlines()
    assert words[words.index("PATCH") :][:2] == ["PATCH", "repos/o/r/issues/comments/41"]
    assert "POST" not in words


@pytest.mark.parametrize(("found", "method"), [("", None), ("41", "PATCH")])
def test_where_nothing_is_left_only_a_comment_that_is_there_says_so(
    runner: Runner, found: str, method: str | None
) -> None:
    runner.step(1, ROOT=str(runner.folder), RECIPE=str(_quiet(runner.folder)))
    assert runner.step(2, FOUND=found).returncode == 0
    words = runner.log.read_text().splitlines()
    assert [word for word in words if word in ("PATCH", "POST")] == ([method] if method else [])


def _quiet(folder: Path) -> Path:
    path = folder / "quiet.yaml"
    path.write_text(
        "name: quiet\ntitle: Nothing\noperations:\n  - set-queue: {jobs: {queue: a}, to: b}\n"
    )
    return path


@pytest.mark.parametrize("env", [{"FOUND": "fail"}, {"DENIED": "POST"}])
def test_without_permission_there_is_a_warning(runner: Runner, env: dict[str, str]) -> None:
    runner.step(1)
    run = runner.step(2, **env)
    assert run.returncode == 0
    assert run.stdout.startswith("::warning title=ci-migrate::")
