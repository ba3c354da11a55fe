"""The journal of a repository: a lock that one run holds, and what a run writes, step by step.

It stands in git's own folder where there is one, and else in `.ci-migrate/journal` below the root.
"""

import fcntl
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from ci_migrate.errors import BadFile, Place, Refused

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
    """The journal's folder; what it holds survives the run that wrote it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.current = folder / "current"
        self.last = folder / "last"

    @classmethod
    def of(cls, root: str) -> "Journal":
        """Return the journal for a root."""
        git = _git_folder(Path(root))
        return cls(git / "ci-migrate" if git else Path(root) / ".ci-migrate" / "journal")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; raises Refused, with its owner and its age, if another run holds it."""
        path = self.folder / "lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            what = f"the journal can't be written: {error.strerror}"
            raise BadFile(what, place=Place(str(path)), hint="check its permissions") from error
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
        return _read(self.current)

    def last_plan(self) -> Plan | None:
        """Return the plan of the last run that ended."""
        return _read(self.last)

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


def _git_folder(root: Path) -> Path | None:
    """Return the folder that git keeps for itself; that of a linked work tree is its own."""
    for folder in (root, *root.parents):
        found = folder / ".git"
        if found.is_dir():
            return found
        if found.is_file():
            head, _, path = found.read_text(errors="replace").strip().partition("gitdir: ")
            linked = folder / path
            return linked if not head and linked.is_dir() else None
    return None


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


def _read(folder: Path) -> Plan | None:
    try:
        with open(folder / _PLAN, encoding="utf-8", errors="surrogateescape") as file:
            found = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    steps = tuple(Step(**step) for step in found["steps"])
    return Plan(found["recipe"], found["time"], steps, tuple(found["folders"]))
