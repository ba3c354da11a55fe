"""What a hostile tree and a hostile recipe bring into reports: nothing unseen, and no line of theirs."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ci_migrate.report.visible import json_text, one_line, visible
from tests.test_cli import cli

UNSEEN = "\x1b\x07\x7f\x9b\u061c\u200b\u200e\u202e\u2028\u2029\u2060\u2064\u2066\ufeff\ufff9\ufffb\U000e0000\U000e007f"
FORGED = "FORGED"  # begins a line only where a line feed was let through
NAME = f"a\n{FORGED} \x1b[31m\u202e\u200b\u2028\U000e0041"
LABEL = "L\\n" + FORGED + "\\e[31m\\u202e\\u200b\\u2028\\U000e0041"
RECIPE = f"""\
name: r
title: "T\\n{FORGED}\\e[31m\\u202e"
dialect: vllm-test-areas
parameters: {{p: {{default: old, help: "h\\n{FORGED}\\e"}}}}
operations:
  - set-queue: {{jobs: {{queue: $p}}, to: new}}
"""
COMMANDS = {
    "list": ("list",),
    "show": ("show", "r"),
    "jobs": ("jobs",),
    "jobs as JSON": ("jobs", "--format", "json"),
    "jobs as CSV": ("jobs", "--format", "csv"),
    "text": ("apply", "r", "--dry-run"),
    "patch": ("apply", "r", "--dry-run", "--format", "patch"),
    "JSON": ("apply", "r", "--dry-run", "--format", "json"),
    "markdown": ("apply", "r", "--dry-run", "--format", "markdown"),
    "GitHub": ("apply", "r", "--dry-run", "--format", "github"),
    "SARIF": ("apply", "r", "--dry-run", "--format", "sarif"),
    "Buildkite": ("apply", "r", "--dry-run", "--format", "buildkite"),
    "check": ("apply", "r", "--check"),
    "a check": ("check", "r"),
    "a check as JSON": ("check", "r", "--format", "json"),
    "audit": ("audit",),
    "audit as JSON": ("audit", "--format", "json"),
    "audit as markdown": ("audit", "--format", "markdown"),
    "audit for GitHub": ("audit", "--format", "github"),
    "audit as SARIF": ("audit", "--format", "sarif"),
    "audit as a recipe": ("audit", "--format", "recipe"),
    "audit's fixes": ("audit", "--fix", "--dry-run"),
    "audit's baseline": ("audit", "--write-baseline"),
    "test": ("test", "r"),
    "infer": ("infer", "before", "after"),
    "undo": ("undo",),
    "new": ("new", "fresh", "--root", NAME),
    "a wrong option": ("apply", f"--\x1b[31m{NAME}"),
    "a wrong choice": ("apply", "r", "--format", NAME),
    "no such recipe": ("apply", NAME),
}
EXACT_IN_A_PIPE = {"jobs as CSV", "patch", "infer"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    job = f'- label: "{LABEL}"\n  device: old\n  commands:\n  - echo \u202e\n'
    for folder in (".buildkite", "before/.buildkite", "after/.buildkite"):
        (tmp_path / folder).mkdir(parents=True)
        text = job.replace("old", "new") if folder.startswith("after") else job
        (tmp_path / folder / f"{NAME}.yaml").write_text(f"steps:\n{text}")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "r.yaml").write_text(RECIPE)
    (tmp_path / NAME).mkdir()
    case = tmp_path / "tests" / "recipes" / "r" / NAME / "before"
    case.mkdir(parents=True)
    return tmp_path


def on_terminal(words: tuple[str, ...], cwd: Path) -> str:
    """Run a command in a terminal without colors and return all that it shows."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-m", "ci_migrate", *words]
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
    os.close(ours)
    assert process.returncode in (0, 1, 2, 3), shown
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux tells that the other end is closed
        return b""


def check(text: str) -> None:
    assert text
    assert visible(text) == text
    assert not [line for line in text.split("\n") if line.lstrip().startswith(FORGED)]
    assert "Traceback" not in text


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_terminal_shows(tree: Path, name: str) -> None:
    if name == "undo":
        assert cli("apply", "r", cwd=tree).returncode == 0
    check(on_terminal(COMMANDS[name], tree))


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in EXACT_IN_A_PIPE])
def test_what_a_pipe_gets(tree: Path, name: str) -> None:
    if name == "undo":
        assert cli("apply", "r", cwd=tree).returncode == 0
    run = cli(*COMMANDS[name], cwd=tree)
    check(run.stdout + run.stderr)


def test_a_pipe_gets_patch_and_csv_exactly(tree: Path) -> None:
    assert "\u202e" in cli(*COMMANDS["patch"], cwd=tree).stdout
    assert NAME in cli(*COMMANDS["jobs as CSV"], cwd=tree).stdout


def test_what_verify_says(tree: Path) -> None:
    (tree / "change.patch").write_text(cli(*COMMANDS["patch"], cwd=tree).stdout)
    for words in (
        ("git", "init", "-q"),
        ("git", "add", "-A"),
        ("git", "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "m"),
    ):
        subprocess.run(words, cwd=tree, check=True)
    for format in ("text", "json"):
        words = ("verify", "change.patch", "--base", "HEAD", "--recipe", "r", "--format", format)
        check(on_terminal((*words, "--param", "p=other"), tree))


def test_a_name_with_a_line_feed_is_a_change_to_infer(tree: Path) -> None:
    assert "set-queue" in cli(*COMMANDS["infer"], cwd=tree).stdout


def test_a_folded_diff_has_its_name_in_one_line(tree: Path) -> None:
    text = cli(*COMMANDS["markdown"], cwd=tree).stdout
    (line,) = [line for line in text.split("\n") if "<summary>" in line]
    assert line.endswith("</summary>")
    assert "\\n" in line


@pytest.mark.parametrize("character", UNSEEN + "\udcff\ud800")
def test_each_unseen_character(character: str) -> None:
    for spelled in (visible(character), json_text(character)):
        assert character not in spelled
        assert spelled.isascii()
    assert json.loads(json_text(character)) == character


def test_what_stays() -> None:
    assert visible("a\tb\n\u00e9\U0001f9ea") == "a\tb\n\u00e9\U0001f9ea"
    assert one_line("a\nb\r") == "a\\nb\\r"
