"""A run becomes a commit that says what made it, or is picked by hand, as whole processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import cli, git

AREA = ".buildkite/test_areas/a.yaml"
OTHER = ".buildkite/test_areas/b.yaml"
STEPS = (
    "steps:\n- label: One\n  key: {}1\n  device: b200\n- label: Two\n  key: {}2\n  device: b200\n"
)
RECIPE = """\
name: move
title: "Move a queue  # for good"
links: [https://example.org/1]
operations:
  - set-queue: {jobs: {queue: b200}, to: b200-k8s, expect: 4, leaves: 0}
  - move-lines: {from: lists/a.txt, to: lists/b.txt, lines: {entry: two}}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        AREA: STEPS.format("a", "a"),
        OTHER: STEPS.format("b", "b"),
        "recipes/move.yaml": RECIPE,
        "lists/a.txt": "one\ntwo\n",
        "other.txt": "x\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "config", "user.name", "A")
    git(tmp_path, "config", "user.email", "a@example.org")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    return tmp_path


def changed(tree: Path) -> list[str]:
    return git(tree, "diff", "--name-only").split()


def test_a_commit_says_what_made_it_and_is_verified(tree: Path) -> None:
    (tree / "other.txt").write_text("mine\n")
    run = cli("apply", "move", "--commit", "--branch", "wave-1", cwd=tree)
    assert run.returncode == 0, run.stderr
    assert run.stderr.startswith("committed as ")
    assert git(tree, "branch", "--show-current").strip() == "wave-1"
    message = git(tree, "log", "-1", "--format=%B")
    lines = message.splitlines()
    assert lines[0] == "Move a queue  # for good"
    assert "4 files, 5 lines added, 5 removed." in lines
    assert "- set-queue: 4 jobs from b200 to b200-k8s" in lines
    assert "To verify: ci-migrate verify COMMIT" in lines
    trailers = git(tree, "log", "-1", "--format=%(trailers:key=Ci-Migrate)")
    assert trailers.strip() == "Ci-Migrate: move"
    assert changed(tree) == ["other.txt"]
    assert git(tree, "show", "--name-only", "--format=").split() == [
        AREA,
        OTHER,
        "lists/a.txt",
        "lists/b.txt",
    ]
    verified = cli("verify", "HEAD", cwd=tree)
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize(
    "narrow", [("--only", "**/a.yaml"), ("--since", "HEAD~1"), ("--only", "lists/*")]
)
def test_a_commit_of_some_files_is_verified(tree: Path, narrow: tuple[str, ...]) -> None:
    (tree / AREA).write_text(STEPS.format("a", "a").replace("One", "Uno"))
    (tree / "lists/a.txt").write_text("two\none\n")
    git(tree, "commit", "-q", "-a", "-m", "More")
    run = cli("apply", "move", "--commit", *narrow, cwd=tree)
    assert run.returncode == 0, run.stderr
    assert "b200-k8s" not in (tree / OTHER).read_text()
    verified = cli("verify", "HEAD", cwd=tree)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert cli("apply", "move", "--check", *narrow, cwd=tree).returncode == 0


def test_staged_changes_are_left_alone(tree: Path) -> None:
    (tree / "other.txt").write_text("mine\n")
    git(tree, "add", "other.txt")
    run = cli("apply", "move", "--commit", cwd=tree)
    assert (run.returncode, run.stdout) == (3, "")
    assert "there are staged changes" in run.stderr
    assert changed(tree) == []


def test_a_hook_that_says_no(tree: Path) -> None:
    hook = tree / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    run = cli("apply", "move", "--commit", "--branch", "new", cwd=tree)
    assert run.returncode == 3
    assert "the files are written, but git does not commit them: not today" in run.stderr
    assert git(tree, "branch", "--format=%(refname:short)").split() == ["main"]
    assert git(tree, "diff", "--cached", "--name-only") == ""
    assert changed(tree) == [AREA, OTHER, "lists/a.txt"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--branch", "x"], "--branch goes with --commit; add it"),
        (["--commit", "--branch", "main"], "there is a branch 'main' already"),
        (["--commit", "--branch", "a..b"], "'a..b' is no name for a branch"),
        (["--commit", "--dry-run"], "--dry-run and --commit exclude each other"),
        (["--commit", "--interactive"], "--interactive and --commit exclude each other"),
        (["--since", "nothing"], "'nothing' is no commit here"),
    ],
)
def test_wrong_words(tree: Path, words: list[str], error: str) -> None:
    run = cli("apply", "move", *words, cwd=tree)
    assert (run.returncode, run.stdout) == (2, "")
    assert error in run.stderr
    assert changed(tree) == []


def test_outside_git_there_is_no_commit(tmp_path: Path) -> None:
    run = cli("apply", "b200-to-k8s", "--commit", cwd=tmp_path)
    assert run.returncode == 2
    assert "is in no git repository" in run.stderr


def interactive(tree: Path, answers: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ci_migrate", "apply", "move", "--interactive"]
    env = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, cwd=tree, env=env, input=answers, capture_output=True, text=True)


def test_pieces_are_asked_about(tree: Path) -> None:
    run = interactive(tree, "y\n?\nn\nd\ny\n")
    assert run.returncode == 0, run.stderr
    assert run.stderr.count("make this change [y,n,a,d,q,?]?") == 5
    assert "(4/4) set-queue" not in run.stderr
    assert "y - make this change" in run.stderr
    expected = STEPS.format("a", "a").replace("a1\n  device: b200", "a1\n  device: b200-k8s")
    assert (tree / AREA).read_text() == expected
    assert changed(tree) == [AREA, "lists/a.txt"]
    assert (tree / "lists/b.txt").read_text() == "two\n"
    assert "1 of 4 changes: 4 jobs from b200" in run.stdout


@pytest.mark.parametrize(
    ("answers", "files"),
    [("a\nn\n", [AREA, OTHER]), ("n\ny\nq\n", [AREA]), ("q\n", [])],
)
def test_answers_for_many(tree: Path, answers: str, files: list[str]) -> None:
    run = interactive(tree, answers)
    assert run.returncode == 0, run.stderr
    assert changed(tree) == files


def test_nobody_answers(tree: Path) -> None:
    run = interactive(tree, "y\n")
    assert run.returncode == 3
    assert "nobody answers; nothing was written" in run.stderr
    assert changed(tree) == []


def test_a_folder_of_a_repository(tree: Path) -> None:
    """What is verified is told from the root, and what lies outside of it does not escape."""
    top = tree.parent / "top"
    (top / "in").mkdir(parents=True)
    for path in [*tree.iterdir()]:
        path.rename(top / (path.name if path.name == ".git" else f"in/{path.name}"))
    (top / "out.txt").write_text("x\n")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "Move")
    (top / "in" / AREA).write_text(STEPS.format("a", "a").replace("One", "Uno"))
    git(top, "commit", "-q", "-a", "-m", "More")
    run = cli("apply", "move", "--root", "in", "--commit", "--since", "HEAD~1", cwd=top)
    assert run.returncode == 0, run.stderr
    assert git(top, "show", "--name-only", "--format=").split() == [f"in/{AREA}"]
    assert cli("verify", "HEAD", "--root", "in", cwd=top).returncode == 0
    (top / "out.txt").unlink()
    git(top, "commit", "-q", "-a", "--amend", "--no-edit")
    verified = cli("verify", "HEAD", "--root", "in", cwd=top)
    assert verified.returncode == 1
    assert "../out.txt: not made by the recipe" in verified.stdout
