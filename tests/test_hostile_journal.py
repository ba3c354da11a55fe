"""A journal that came with somebody's tree: nothing outside the tree is written, read or emptied."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci_migrate.errors import BadFile, CiMigrateError, Refused
from ci_migrate.file_steps import digest
from ci_migrate.files import Folder
from ci_migrate.transaction import settle, undo, write
from tests.test_cli import cli
from tests.test_files import change

MINE = b"mine\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "sub").mkdir(parents=True)
    (tmp_path / "root" / "a.txt").write_text("old\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "mine").write_bytes(MINE)
    return tmp_path / "root"


def outside(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root.parent / "outside").iterdir()}


def plant(root: Path, where: str, target: Path, **more: object) -> Path:
    """Write a plan of a run that would put other bytes in the place of a file."""
    folder = root / ".ci-migrate" / "journal" / where
    folder.mkdir(parents=True)
    kept = target.parent / ".x.00000000.old.ci-migrate"
    step: dict[str, object] = {
        "path": target.name,
        "target": str(target),
        "fresh": str(target.parent / ".x.00000000.new.ci-migrate"),
        "kept": str(kept),
        "before": digest(b"theirs\n"),
        "after": digest(target.read_bytes()) if target.exists() else None,
        "mode": 0o644,
    }
    plan = {"version": 1, "recipe": "r", "time": 0.0, "steps": [{**step, **more}], "folders": []}
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "old-0").write_text("theirs\n")
    return folder


OUT: dict[str, Callable[[Path], Path]] = {
    "a path outside": lambda root: root.parent / "outside" / "mine",
    "dots": lambda root: root / ".." / "outside" / "mine",
    "a link": lambda root: root / "link" / "mine",
}


@pytest.mark.parametrize("target", OUT.values(), ids=OUT)
@pytest.mark.parametrize("where", ["current", "last"])
def test_a_plan_that_leads_out(root: Path, where: str, target: Callable[[Path], Path]) -> None:
    (root / "link").symlink_to(root.parent / "outside")
    plant(root, where, target(root))
    folder = Folder.open(root)
    with pytest.raises(Refused, match="the journal leads out of the tree"):
        settle(folder, writing=True) if where == "current" else undo(folder)
    assert outside(root) == {"mine": MINE}


def test_old_content_that_is_another(root: Path) -> None:
    folder = plant(root, "last", root / "a.txt", before=digest(MINE))
    with pytest.raises(Refused, match="not what it was"):
        undo(Folder.open(root))
    (folder / "old-0").unlink()
    (folder / "old-0").symlink_to(root.parent / "outside" / "mine")
    with pytest.raises(BadFile, match="can't read"):
        undo(Folder.open(root))
    assert (root / "a.txt").read_text() == "old\n"


@pytest.mark.parametrize("name", [".ci-migrate", "journal", "current", "last", "lock"])
def test_links_in_the_journal(root: Path, name: str) -> None:
    parts = {".ci-migrate": "", "journal": ".ci-migrate"}
    folder = root / parts.get(name, ".ci-migrate/journal")
    folder.mkdir(parents=True, exist_ok=True)
    target = root.parent / "outside"
    (folder / name).symlink_to(target / "mine" if name == "lock" else target)
    with pytest.raises(CiMigrateError):
        write(Folder.open(root), (change("a.txt", "old\n", "new\n"),))
    assert outside(root) == {"mine": MINE}
    assert (root / "a.txt").read_text() == "old\n"


@pytest.mark.parametrize(
    "name",
    [".", "lock", "current", "last", "current/plan.json", "last/plan.json", "current/commit"],
)
def test_a_pipe_in_the_journal(root: Path, name: str) -> None:
    """A pipe where the journal has a file or a folder: nobody waits for what is written there."""
    path = root / ".ci-migrate" / "journal" / name
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    (root / "r.yaml").write_text(
        "name: r\ntitle: T\noperations:\n  - add-lines: {file: a.txt, lines: [new]}\n"
    )
    for command in (["apply", "r.yaml", "--dry-run"], ["undo"], ["recover"], ["apply", "r.yaml"]):
        run = cli(*command, cwd=root)
        assert run.returncode in (0, 3, 4), run.stderr
        assert run.stderr.count("\n") <= 1
    written = (root / "a.txt").read_text()
    assert written == ("old\nnew\n" if run.returncode == 0 else "old\n")


ODD = {
    "no JSON": "{",
    "a list": "[]",
    "no steps": "{}",
    "odd steps": '{"recipe": "r", "time": 0, "folders": [], "steps": [{"x": 1}]}',
    "a number": '{"recipe": "r", "time": 0, "folders": [], "steps": 3}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_plans_that_are_none(root: Path, text: str) -> None:
    plant(root, "current", root / "a.txt")
    (root / ".ci-migrate" / "journal" / "current" / "plan.json").write_text(text)
    run = cli("recover", cwd=root)
    assert (run.returncode, run.stderr.count("\n")) == (4, 1)


@pytest.mark.parametrize("name", ["fresh", "kept"])
def test_names_that_no_run_gives(root: Path, name: str) -> None:
    plant(root, "current", root / "a.txt", **{name: str(root.parent / "outside" / "mine")})
    with pytest.raises(BadFile, match="is not beside"):
        settle(Folder.open(root), writing=True)
    assert outside(root) == {"mine": MINE}


@pytest.mark.parametrize("call", ["link", "replace", "fsync"])
def test_a_folder_that_becomes_a_link(
    root: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process puts a link in the place of a folder while files are written."""
    (root / "sub" / "b.txt").write_text("old\n")
    real = getattr(os, call)

    def swapped(*arguments: Any, **options: Any) -> Any:
        result = real(*arguments, **options)
        if not (root / "sub").is_symlink():
            os.rename(root / "sub", root / "moved")
            (root / "sub").symlink_to(root.parent / "outside")
        return result

    monkeypatch.setattr(os, call, swapped)
    changes = (change("a.txt", "old\n", "new\n"), change("sub/b.txt", "old\n", "new\n"))
    with pytest.raises(CiMigrateError):
        write(Folder.open(root), changes)
    assert outside(root) == {"mine": MINE}


def test_modes_and_links_within_the_root(root: Path) -> None:
    (root / "a.txt").chmod(0o755)
    (root / "sub" / "link").symlink_to("../a.txt")
    write(Folder.open(root), (change("sub/link", "old\n", "new\n"),))
    assert (root / "sub" / "link").is_symlink()
    assert (root / "a.txt").read_text() == "new\n"
    assert (root / "a.txt").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("command", ["new", "test"])
def test_commands_that_write_files_of_recipes(root: Path, command: str) -> None:
    """`new` and `test --update` follow no link that leads out of the root."""
    target = root.parent / "outside"
    case = root / "tests" / "recipes" / "b200-to-k8s" / "first"
    if command == "new":
        (root / ".ci-migrate").symlink_to(target)
        run = cli("new", "mine", cwd=root)
    else:
        (case / "before").mkdir(parents=True)
        (case / "before" / "x.txt").write_text("x\n")
        (case / "case.yaml").write_text("refused: ''\n")
        (case / "after").symlink_to(target)
        (root / "recipes").mkdir()
        text = (
            "name: b200-to-k8s\ntitle: T\noperations:\n  - add-lines: {file: x.txt, lines: [y]}\n"
        )
        (root / "recipes" / "b200-to-k8s.yaml").write_text(text)
        run = cli("test", "b200-to-k8s", "--update", cwd=root)
    assert (run.returncode, "leads out of the root" in run.stderr) == (3, True)
    assert outside(root) == {"mine": MINE}
