"""The journal of a repository: a lock that one run holds, and what a run writes, step by step.

It stands in git's own folder where there is one, and else in `.ci-migrate/journal` below the root.
"""

import fcntl
import json
import os
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from ci_migrate.errors import BadFile, Place, Refused

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
_PLAN = "plan.json"
_COMMIT = "commit"  # from here on the run is finished, whatever happens
_ABORT = "abort"  # from here on it is taken back


class Step(NamedTuple):
    """One file of a run: its absolute path, and the names beside it that the run uses.

    `fresh` holds the new content until it takes the place of the file, `kept` the old content from
    then on. Digests are SHA-256 in hex; None where there is no file.
    """

    path: str
    target: str
    fresh: str
    kept: str
    before: str | None
    after: str | None
    mode: int | None


class Plan(NamedTuple):
    """What a run writes: the recipe, when, each file, and the folders that it makes."""

    recipe: str
    time: float
    steps: tuple[Step, ...]
    folders: tuple[str, ...]


class Journal:
    """The journal's folder; what it holds survives the run that wrote it.

    Files are written below `top` only, whatever a plan says: a journal can come with a tree that
    somebody else has made.
    """

    def __init__(self, folder: Path, top: Path) -> None:
        self.folder = folder
        self.top = os.path.realpath(top)
        self.current = folder / "current"
        self.last = folder / "last"

    @classmethod
    def of(cls, root: str) -> "Journal":
        """Return the journal for a root."""
        git, top = _git_folder(Path(root))
        if git:
            return cls(Path(os.path.realpath(git)) / "ci-migrate", top)
        return cls(Path(os.path.realpath(root)) / ".ci-migrate" / "journal", Path(root))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; raises Refused, with its owner and its age, if another run holds it."""
        path = self.folder / "lock"
        self._check_folders()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(path, flags, 0o666)
        except OSError as error:
            what = f"the journal can't be written: {error.strerror}"
            raise BadFile(what, place=Place(str(path)), hint="check its permissions") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise BadFile("the lock is not a file", place=Place(str(path)), hint="remove it")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = _owner(descriptor)
            os.close(descriptor)
            what = f"another run is writing here: {owner}"
            raise Refused(what, place=Place(str(path)), hint="wait for it to end") from error
        try:
            owned = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(owned).encode(), 0)
            yield
        finally:
            os.close(descriptor)  # which gives the lock back, as the end of the process does

    def begin(self, plan: Plan) -> None:
        """Write what will be done, before anything of it is."""
        shutil.rmtree(self.current, ignore_errors=True)
        self.current.mkdir()
        fresh = self.current / f"{_PLAN}.new"
        with open(fresh, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(_as_json(plan), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.current / _PLAN)

    def commit(self) -> None:
        """Decide that the run is to be finished: all that it needs is on the disk."""
        descriptor = os.open(self.current / _COMMIT, os.O_WRONLY | os.O_CREAT, 0o666)
        os.fsync(descriptor)
        os.close(descriptor)

    def abort(self) -> None:
        """Decide that the run is to be taken back; this takes no room on the disk."""
        with suppress(FileNotFoundError):
            os.rename(self.current / _COMMIT, self.current / _ABORT)

    @property
    def committed(self) -> bool:
        """Say whether the current run is to be finished."""
        return (self.current / _COMMIT).exists()

    def current_plan(self) -> Plan | None:
        """Return the plan of a run that has not ended; None if there is none, or it did nothing."""
        return self._read(self.current)

    def last_plan(self) -> Plan | None:
        """Return the plan of the last run that ended."""
        return self._read(self.last)

    def end(self, *, keep: bool) -> None:
        """Make the current run the last one, or forget it."""
        if not keep:
            shutil.rmtree(self.current, ignore_errors=True)
            return
        if self.current.exists():
            shutil.rmtree(self.last, ignore_errors=True)
            os.replace(self.current, self.last)

    def forget(self) -> None:
        """Forget the last run."""
        shutil.rmtree(self.last, ignore_errors=True)

    def old(self, number: int, *, last: bool = True) -> Path:
        """Return where the old content of a run's file is kept."""
        return (self.last if last else self.current) / f"old-{number}"

    def _check_folders(self) -> None:
        for folder in (self.folder, self.current, self.last):
            if os.path.realpath(folder) != str(folder):
                what = "the journal is a link, which is not followed"
                raise Refused(what, place=Place(str(folder)), hint="remove it")
            if folder.exists() and not folder.is_dir():
                what = "something else stands where the journal has its folder"
                raise BadFile(what, place=Place(str(folder)), hint="remove it")

    def _read(self, folder: Path) -> Plan | None:
        """Read a plan; raises BadFile if it is none, Refused if it leads out of the top."""
        self._check_folders()
        path = folder / _PLAN
        try:
            plan = _as_plan(read_plain(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except _UNREADABLE as error:
            what = f"the journal can't be read: {error}"
            raise BadFile(what, place=Place(str(path)), hint="look at it, and remove it") from error
        for target in (*plan.folders, *(step.target for step in plan.steps)):
            if not self._is_below(target):
                what = "the journal leads out of the tree, so it is not of a run here"
                raise Refused(what, place=Place(str(path)), hint="remove it")
        return plan

    def _is_below(self, path: str) -> bool:
        """Say whether a path stands in the tree, with no link and no `..` on the way."""
        parent = os.path.dirname(path)
        below = os.path.commonpath([self.top, os.path.abspath(path)]) == self.top
        return below and os.path.realpath(parent) == parent and os.path.normpath(path) == path


def _git_folder(root: Path) -> tuple[Path | None, Path]:
    """Return the folder that git keeps for itself, and the one it is for.

    That of a linked work tree is its own.
    """
    for folder in (root, *root.parents):
        found = folder / ".git"
        if found.is_dir():
            return found, folder
        if found.is_file():
            head, _, path = found.read_text(errors="replace").strip().partition("gitdir: ")
            linked = folder / path
            return (linked if not head and linked.is_dir() else None), folder
    return None, root


def read_plain(path: Path) -> bytes:
    """Return the bytes of a file that is no link and no pipe; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        return file.read()


def _as_plan(content: bytes) -> Plan:
    found = json.loads(content.decode(errors="surrogateescape"))
    steps = tuple(Step(**step) for step in found["steps"])
    for step in steps:
        for beside in (step.fresh, step.kept):
            if os.path.dirname(beside) != os.path.dirname(step.target):
                raise ValueError(f"{beside} is not beside {step.target}")
            if not beside.endswith(".ci-migrate"):
                raise ValueError(f"{beside} is no name that a run gives")
    return Plan(
        str(found["recipe"]), float(found["time"]), steps, tuple(map(str, found["folders"]))
    )


def _owner(descriptor: int) -> str:
    try:
        owned = json.loads(os.pread(descriptor, 4096, 0))
        age = max(int(time.time() - owned["since"]), 0)
        return f"process {owned['pid']} on {owned['host']}, for {age} s"
    except (ValueError, KeyError, TypeError):
        return "a process that has just begun"


def _as_json(plan: Plan) -> dict[str, object]:
    return {
        "version": 1,
        **plan._asdict(),
        "steps": [step._asdict() for step in plan.steps],
    }
