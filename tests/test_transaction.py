"""Runs that are killed at every step, runs at once, and runs undone: all files new or all old."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ci_migrate.errors import BadFile, Refused
from ci_migrate.files import Folder
from ci_migrate.journal import Journal
from ci_migrate.transaction import recover, settle, undo, write
from tests.test_cli import cli, git
from tests.test_files import change

State = dict[str, tuple[bytes, int]]

OLD = {"a.txt": b"one\r\n", "sub/b.txt": "zwei \u00e9".encode(), "c.txt": b"three\n"}
CHANGES = (
    change("a.txt", "one\r\n", "ONE\r\n"),
    change("new/deep/d.txt", None, "d\n"),
    change("sub/b.txt", "zwei \u00e9", None),
    change("c.txt", "three\n", "3\n"),
)
NEW = {"a.txt": b"ONE\r\n", "new/deep/d.txt": b"d\n", "c.txt": b"3\n"}

# Every call by which the writing phase may change or look at the disk, or give the lock back.
CALLS = [
    "open",
    "close",
    "fsync",
    "ftruncate",
    "pwrite",
    "fchmod",
    "fchown",
    "mkdir",
    "rmdir",
    "link",
    "rename",
    "replace",
    "unlink",
    "stat",
    "lstat",
]


def fill(root: Path) -> Path:
    for path, content in OLD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / "a.txt").chmod(0o754)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fill(tmp_path / "root")


def contents(root: Path) -> dict[str, bytes]:
    """Return all files, those that a run leaves behind too, but for the journal."""
    files = (path for path in root.rglob("*") if path.is_file())
    named = {path.relative_to(root).as_posix(): path for path in files}
    return {n: p.read_bytes() for n, p in named.items() if not n.startswith(".ci-migrate/")}


def folders(root: Path) -> set[str]:
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}
    return {name for name in found if not name.startswith(".ci-migrate")}


def clear(root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@contextmanager
def counting(at: int, action: Callable[[], None]) -> Iterator[list[int]]:
    """Call `action` before or after the call number `at`: even numbers before, odd ones after."""
    count = [0]
    kept = {name: getattr(os, name) for name in CALLS}

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] - 1 == at:
                action()
            result = call(*arguments, **options)
            count[0] += 1
            if count[0] - 1 == at:
                action()
            return result

        return called

    for name, call in kept.items():
        setattr(os, name, counted(call))
    try:
        yield count
    finally:
        for name, call in kept.items():
            setattr(os, name, call)


def killed(action: Callable[[], object], at: int) -> bool:
    """Do something in a process of its own that is killed at a call; say whether it came to that."""
    child = os.fork()
    if child == 0:
        try:
            with counting(at, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                action()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def check_whole(root: Path) -> bool:
    """Check that all files are old or all new, and nothing else is left; say whether they are new."""
    found = contents(root)
    assert found in (OLD, NEW)
    assert folders(root) == ({"new", "new/deep", "sub"} if found == NEW else {"sub"})
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o754
    assert Journal.of(str(root)).current_plan() is None
    return found == NEW


def test_killed_at_every_call(root: Path, figure: Callable[[str, int], None]) -> None:
    """The points tried are printed by `make guarantees`."""
    points = new = 0
    while killed(lambda: write(Folder.open(root), CHANGES), points):
        settle(Folder.open(root), writing=True)
        new += check_whole(root)
        clear(root)
        fill(root)
        points += 1
    assert check_whole(root)
    assert points > 100
    assert 0 < new < points
    figure("kill points: of a run", points)


def test_killed_while_it_recovers(root: Path, figure: Callable[[str, int], None]) -> None:
    """Whatever a recovery had begun, the next one ends it."""
    at = points = 0
    while killed(lambda: write(Folder.open(root), CHANGES), at):
        inner = 0
        while True:
            recovering = killed(lambda: settle(Folder.open(root), writing=True), inner)
            settle(Folder.open(root), writing=True)
            check_whole(root)
            if not recovering:
                break
            clear(root)
            fill(root)
            killed(lambda: write(Folder.open(root), CHANGES), at)
            inner += 11
            points += 1
        clear(root)
        fill(root)
        at += 13
    assert points > 30
    figure("kill points: of a recovery", points)


def failing(number: int) -> Callable[[], None]:
    def fail() -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [28, 13], ids=["disk full", "no permission"])
def test_a_failure_at_every_call(
    root: Path, number: int, figure: Callable[[str, int], None]
) -> None:
    """One call fails and those after it work; then the run is whole at once, or is after a recovery."""
    at = 0
    while True:
        with counting(at, failing(number)) as count, suppress(BadFile, Refused, OSError):
            write(Folder.open(root), CHANGES)
        if count[0] < at:
            break
        settle(Folder.open(root), writing=True)
        check_whole(root)
        clear(root)
        fill(root)
        at += 1
    assert at > 100
    figure("calls that fail: of a run", at)


def test_all_calls_fail_from_one_on(root: Path) -> None:
    """A disk that is full stays full: nothing more is written, and a later recovery has room."""
    at = 0
    while True:
        broken = False

        def fail() -> None:
            nonlocal broken
            broken = True

        kept = {name: getattr(os, name) for name in ("open", "link", "mkdir", "pwrite", "fsync")}

        def full(call: Callable[..., Any]) -> Callable[..., Any]:
            def called(*arguments: Any, **options: Any) -> Any:
                if broken:  # noqa: B023 (each round has its own)
                    raise OSError(28, os.strerror(28))
                return call(*arguments, **options)

            return called

        with counting(at, fail) as count:
            for name in kept:
                setattr(os, name, full(getattr(os, name)))
            with suppress(BadFile, Refused, OSError):
                write(Folder.open(root), CHANGES)
        for name, call in kept.items():
            setattr(os, name, call)
        if count[0] < at:
            break
        settle(Folder.open(root), writing=True)
        check_whole(root)
        clear(root)
        fill(root)
        at += 2
    assert at > 100


def test_two_runs_at_once(root: Path) -> None:
    journal = Journal.of(str(root))
    with journal.locked():
        run = subprocess.run(
            [sys.executable, "-c", SECOND, str(root)], capture_output=True, text=True, check=True
        )
    assert f"another run is writing here: process {os.getpid()} on " in run.stdout
    assert ", for 0 s" in run.stdout or ", for 1 s" in run.stdout
    assert contents(root) == OLD
    write(Folder.open(root), CHANGES)
    assert contents(root) == NEW


SECOND = """
import sys
from pathlib import Path
from ci_migrate.errors import Refused
from ci_migrate.files import Folder
from ci_migrate.journal import Journal
from ci_migrate.transaction import undo, write
for action in (lambda: write(Folder.open(Path(sys.argv[1])), ()), lambda: undo(Folder.open(Path(sys.argv[1])))):
    try:
        action()
    except Refused as error:
        print(error)
"""


def test_the_lock_of_a_killed_run_is_gone(root: Path) -> None:
    def hold() -> None:
        with Journal.of(str(root)).locked():
            os.kill(os.getpid(), signal.SIGKILL)

    assert killed(hold, 10_000)
    with Journal.of(str(root)).locked():
        pass


def test_undo(root: Path) -> None:
    write(Folder.open(root), CHANGES)
    assert undo(Folder.open(root)) == tuple(change.path for change in CHANGES)
    assert contents(root) == OLD
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o754
    with pytest.raises(Refused, match="there is no run to undo"):
        undo(Folder.open(root))


def test_undo_restores_the_mode_of_a_file_that_went(root: Path) -> None:
    (root / "sub" / "b.txt").chmod(0o711)
    write(Folder.open(root), CHANGES)
    undo(Folder.open(root))
    assert stat.S_IMODE((root / "sub" / "b.txt").stat().st_mode) == 0o711


def test_undo_is_the_last_run_only(root: Path) -> None:
    write(Folder.open(root), CHANGES)
    write(Folder.open(root), (change("c.txt", "3\n", "4\n"),))
    undo(Folder.open(root))
    assert contents(root) == NEW


def test_undo_of_what_was_changed_since(root: Path) -> None:
    write(Folder.open(root), CHANGES)
    (root / "c.txt").write_text("mine\n")
    with pytest.raises(Refused, match=r"c\.txt: this file was changed since the run"):
        undo(Folder.open(root))
    assert contents(root) == {**NEW, "c.txt": b"mine\n"}


def test_undo_killed_at_every_call(root: Path, figure: Callable[[str, int], None]) -> None:
    at = 0
    while True:
        write(Folder.open(root), CHANGES)
        ended = not killed(lambda: undo(Folder.open(root)), at)
        settle(Folder.open(root), writing=True)
        found = contents(root)
        assert found in (OLD, NEW)
        clear(root)
        fill(root)
        if ended:
            assert found == OLD
            break
        at += 1
    assert at > 100
    figure("kill points: of an undo", at)


def test_a_run_that_was_killed_is_not_looked_over(root: Path) -> None:
    at = 0
    while not (root / ".ci-migrate" / "journal" / "current" / "commit").exists():
        clear(root)
        fill(root)
        assert killed(lambda: write(Folder.open(root), CHANGES), at)
        at += 5
    with pytest.raises(Refused, match="an earlier run was killed here while it wrote"):
        settle(Folder.open(root), writing=False)
    assert settle(Folder.open(root), writing=True)
    assert contents(root) == NEW
    assert not settle(Folder.open(root), writing=False)


def test_what_can_not_be_ended_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = 0
    while not (root / ".ci-migrate" / "journal" / "current" / "commit").exists():
        assert killed(lambda: write(Folder.open(root), CHANGES), at)
        at += 5
    monkeypatch.setattr(os, "unlink", lambda path: failing(13)())
    monkeypatch.setattr(os, "replace", lambda *paths: failing(13)())
    with pytest.raises(BadFile, match="can't be taken back: Permission denied; mend this"):
        recover(Journal.of(str(root)))
    monkeypatch.undo()
    recover(Journal.of(str(root)))
    check_whole(root)


def test_what_was_changed_after_a_kill_is_not_lost(root: Path) -> None:
    at = 0
    while not (root / ".ci-migrate" / "journal" / "current" / "commit").exists():
        assert killed(lambda: write(Folder.open(root), CHANGES), at)
        at += 5
    (root / "c.txt").write_text("mine\n")
    with pytest.raises(
        Refused, match=r"c\.txt: this file was changed since the run that was killed"
    ):
        settle(Folder.open(root), writing=True)
    assert (root / "c.txt").read_text() == "mine\n"
    (root / "c.txt").write_bytes(OLD["c.txt"])
    settle(Folder.open(root), writing=True)
    assert contents(root) == NEW


def test_git_keeps_the_journal(root: Path) -> None:
    git(root, "init", "-q")
    write(Folder.open(root), CHANGES)
    assert not (root / ".ci-migrate").exists()
    assert (root / ".git" / "ci-migrate" / "last" / "plan.json").exists()
    assert Journal.of(str(root / "sub")).folder == root / ".git" / "ci-migrate"


def test_a_linked_work_tree_has_a_journal_of_its_own(root: Path, tmp_path: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    git(root, "worktree", "add", "-q", str(tmp_path / "linked"))
    write(Folder.open(tmp_path / "linked"), CHANGES)
    assert (root / ".git" / "worktrees" / "linked" / "ci-migrate" / "last").is_dir()
    assert not (root / ".git" / "ci-migrate").exists()


RECIPE = """\
name: move
title: Move
dialect: vllm-test-areas
operations:
  - set-queue: {jobs: {queue: a}, to: b}
"""


def test_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "move.yaml").write_text(RECIPE)
    path = tmp_path / ".buildkite" / "area.yaml"
    path.parent.mkdir()
    path.write_text("steps:\n- device: a\n")
    assert cli("apply", "move", cwd=tmp_path).returncode == 0
    done = cli("undo", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "put back .buildkite/area.yaml\n")
    assert path.read_text() == "steps:\n- device: a\n"
    none = cli("undo", cwd=tmp_path)
    assert (none.returncode, none.stderr[-24:]) == (3, "there is no run to undo\n")
    assert cli("recover", cwd=tmp_path).stdout == "there is nothing to recover\n"
