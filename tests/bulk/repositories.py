"""Git repositories on disk to run campaigns in."""

import os
import subprocess
import sys
from pathlib import Path

RECIPE = """\
name: move
title: Move the jobs of the old queue
dialect: vllm-test-areas
parameters:
  to: {default: new}
operations:
  - set-queue: {jobs: {queue: old}, to: $to, expect: 1}
"""
FILE = ".buildkite/test_areas/a.yaml"
OLD = "steps:\n- label: A\n  device: old  # stays\n"
NEW = OLD.replace("old ", "new ")
DONE = "steps:\n- label: A\n  device: new\n"
TWO = OLD + "- label: B\n  device: old\n"  # which is refused
AUTHOR = "Bot <bot@example.org>"


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
    run = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return run.stdout.strip()


def bare(path: Path, files: dict[str, str]) -> Path:
    """Make a bare repository with one commit, or without any, and return its path."""
    path.mkdir(parents=True)
    git(path, "init", "-q", "--bare", "-b", "main")
    git(path, "config", "uploadpack.allowFilter", "true")
    if files:
        commit(path, files)
    return path


def commit(repository: Path, files: dict[str, str], branch: str = "main") -> str:
    """Put a commit with these files on a branch of a bare repository, and return its name."""
    work = repository.parents[1] / "work" / repository.name
    if not work.exists():
        git(repository.parent, "clone", "-q", str(repository), str(work))
    git(work, "fetch", "-q", "origin")
    there = git(repository, "branch", "--list", branch)
    git(work, "checkout", "-q", "-B", branch, *([f"origin/{branch}"] if there else []))
    for name, text in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    git(work, "add", "-A")
    git(work, "commit", "-q", "--allow-empty", "-m", "a commit")
    git(work, "push", "-q", "origin", branch)
    return git(work, "rev-parse", "HEAD")


def campaign(folder: Path, more: str = "", *, to: str = "push") -> Path:
    """Write a recipe and a campaign over the repositories in `repos`, and return its path."""
    (folder / "move.yaml").write_text(RECIPE)
    path = folder / "campaign.toml"
    head = f'recipes = ["./move.yaml"]\nauthor = "{AUTHOR}"\n'
    path.write_text(f'{head}{more}\n[sources]\nfolder = "repos"\n[publish]\nto = "{to}"\n')
    return path


def bulk(*words: str, cwd: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ci_migrate", "bulk", *words]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **env}
    )


def shown(repository: Path, revision: str, path: str = FILE) -> str:
    """Return a file of a bare repository at a revision."""
    run = ["git", "show", f"{revision}:{path}"]
    return subprocess.run(run, cwd=repository, check=True, capture_output=True).stdout.decode()


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
