"""Reading and writing: all files or none, and nothing outside the root."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci_migrate.changeset import FileChange
from ci_migrate.errors import BadFile, Refused
from ci_migrate.files import Folder
from ci_migrate.globs import folders, matcher
from ci_migrate.text import Edit, Span
from ci_migrate.transaction import write


def change(path: str, before: str | None, after: str | None) -> FileChange:
    edit = Edit(Span(0, len(before or "")), after or "")
    return FileChange(path, before, after, (edit,), (0,))


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in _paths(folder) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in files
    }


def _paths(folder: Path) -> set[Path]:
    """Return what stands below a folder, but for the journal."""
    own = folder / ".ci-migrate"
    return {path for path in folder.rglob("*") if path != own and own not in path.parents}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"one\r\n")
    (folder / "sub" / "b.txt").write_bytes("zwei é".encode())
    (folder / "sub" / "b.txt").chmod(0o754)
    return folder


CHANGES = (
    change("a.txt", "one\r\n", "ONE\r\n"),
    change("new/deep/c.txt", None, "c\n"),
    change("sub/b.txt", "zwei é", None),
    change("sub/d.txt", None, ""),
)


AFTER = {"a.txt": b"ONE\r\n", "new/deep/c.txt": b"c\n", "sub/d.txt": b""}


def test_writes_all(root: Path) -> None:
    write(Folder.open(root), CHANGES)
    assert {path: content for path, (content, _) in state(root).items()} == AFTER


def test_the_mode_is_kept(root: Path) -> None:
    write(Folder.open(root), (change("sub/b.txt", "zwei é", "two\n"),))
    assert state(root)["sub/b.txt"] == (b"two\n", 0o754)


CALLS = ["open", "replace", "link", "unlink", "mkdir", "fchmod", "write"]


def _failing(call: Callable[..., Any], at: int, error: BaseException) -> Callable[..., Any]:
    count = 0

    def failing(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            raise error
        return call(*arguments, **options)

    return failing


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_whatever_fails_is_put_back(
    root: Path, name: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(root)
    folders_before = {path for path in _paths(root) if path.is_dir()}
    failures = 0
    for at in range(1, 60):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, _failing(getattr(os, name), at, error))
            try:
                write(Folder.open(root), CHANGES)
            except (BadFile, KeyboardInterrupt):
                failures += 1
            else:
                break
        if "new/deep/c.txt" in state(root):
            assert {path: content for path, (content, _) in state(root).items()} == AFTER
            break  # interrupted when all was done
        assert state(root) == before
        assert {path for path in _paths(root) if path.is_dir()} == folders_before
    expected_at_least = {"write": 0, "fchmod": 1, "link": 0}.get(name, 1)
    assert failures >= expected_at_least


def test_a_file_changed_since_it_was_read_stops_all(root: Path) -> None:
    (root / "a.txt").write_text("other")
    before = state(root)
    with pytest.raises(Refused, match=r"a\.txt: the file has changed since it was read"):
        write(Folder.open(root), tuple(reversed(CHANGES)))
    assert state(root) == before


def test_a_file_that_has_come_stops_all(root: Path) -> None:
    (root / "sub" / "d.txt").write_text("mine")
    with pytest.raises(Refused, match=r"sub/d\.txt: the file has changed"):
        write(Folder.open(root), CHANGES)


def test_without_second_names_files_are_copied(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", _failing(os.link, 1, OSError(1, "Operation not permitted")))
    before = state(root)
    monkeypatch.setattr(os, "unlink", _failing(os.unlink, 1, OSError(5, "Input/output error")))
    with pytest.raises(BadFile):
        write(Folder.open(root), CHANGES)
    assert state(root) == before


def test_a_link_inside_is_written_through(root: Path) -> None:
    (root / "link.txt").symlink_to("sub/b.txt")
    folder = Folder.open(root)
    assert folder.read("link.txt") == "zwei é".encode()
    write(folder, (change("link.txt", "zwei é", "two"),))
    assert (root / "link.txt").is_symlink()
    assert (root / "sub" / "b.txt").read_text() == "two"


@pytest.mark.parametrize("path", ["../out.txt", "link.txt", "far/out.txt", "/etc/passwd"])
def test_nothing_outside_the_root_is_read_or_written(root: Path, path: str) -> None:
    (root.parent / "out.txt").write_text("out")
    (root / "link.txt").symlink_to("../out.txt")
    (root / "far").symlink_to("..")
    folder = Folder.open(root)
    with pytest.raises(Refused, match="leads out of the root"):
        folder.read(path)
    with pytest.raises(Refused, match="leads out of the root"):
        write(folder, (change(path, "out", "in"),))
    assert (root.parent / "out.txt").read_text() == "out"


def test_two_ways_to_one_file_are_refused(root: Path) -> None:
    (root / "link.txt").symlink_to("a.txt")
    before = state(root)
    both = (change("a.txt", "one\r\n", "1"), change("link.txt", "one\r\n", "2"))
    with pytest.raises(Refused, match="two changes lead to this file"):
        write(Folder.open(root), both)
    assert state(root) == before


@pytest.mark.parametrize("path", ["a\0b", "x/\0"])
def test_a_path_with_a_nul(root: Path, path: str) -> None:
    with pytest.raises(Refused, match="no such path"):
        Folder.open(root).read(path)


def test_a_copy_that_fails_half_way_is_taken_away(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        Path(target).write_bytes(b"ha")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", _failing(os.link, 1, OSError(1, "Operation not permitted")))
    monkeypatch.setattr(shutil, "copy2", full)
    before = state(root)
    with pytest.raises(BadFile, match="No space left"):
        write(Folder.open(root), CHANGES)
    assert state(root) == before


def test_walking_follows_no_links(root: Path) -> None:
    (root / "loop").symlink_to(".")
    (root / "link.txt").symlink_to("a.txt")
    (root / ".git").mkdir()
    (root / ".git" / "e.txt").write_text("")
    folder = Folder.open(root)
    assert list(folder.paths(("**/*.txt",))) == ["a.txt", "sub/b.txt"]
    assert list(folder.paths(("loop/*.txt",))) == []


def test_what_is_no_file(root: Path) -> None:
    os.mkfifo(root / "pipe.txt")
    folder = Folder.open(root)
    assert folder.read("gone.txt") is None
    assert folder.read("a.txt/below") is None
    for path in ("sub", "pipe.txt"):
        with pytest.raises(BadFile, match=f"{path}: "):
            folder.read(path)
    assert list(folder.paths(("*.txt",))) == ["a.txt"]


def test_a_large_file_is_read_whole(root: Path) -> None:
    content = os.urandom(1 << 16) + b"end"
    (root / "a.txt").write_bytes(content)
    assert Folder.open(root).read("a.txt") == content


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such folder"):
        Folder.open(tmp_path / "gone")


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("a/*.yaml", "a/b.yaml", True),
        ("a/*.yaml", "a/b/c.yaml", False),
        ("a/**/*.yaml", "a/c.yaml", True),
        ("a/**/*.yaml", "a/b/c/d.yaml", True),
        ("a/**", "a/b/c", True),
        ("a?c", "abc", True),
        ("a.c", "abc", False),
        ("[a]", "a", False),
    ],
)
def test_globs(glob: str, path: str, fits: bool) -> None:
    assert bool(matcher((glob,)).fullmatch(path)) is fits


def test_the_fewest_folders_are_walked() -> None:
    assert folders(("a/b/*.x", "a/*.y", "c/**/d")) == ("a", "c")
    assert folders(("a/*", "*.x")) == ("",)
