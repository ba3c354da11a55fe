"""The journal of a campaign: every step of every repository as it happens, only ever added to.

It is an SQLite file. A run that was killed left a beginning without an end in it, and the next one
goes on with it.
"""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ci_migrate.bulk.states import State, Step, may_follow
from ci_migrate.errors import BadFile, Place, Refused

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, run INTEGER NOT NULL,
    repository TEXT NOT NULL, state TEXT NOT NULL, data TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
"""
_BEGIN, _END = "begin", "end"  # states of a whole run, whose repository is nothing


class Entry(NamedTuple):
    """What is known of a repository: its state, the run that looked last, what was told since.

    `heads` are all commits that we ever made for it.
    """

    state: State
    run: int
    data: dict[str, Any]
    heads: tuple[str, ...] = ()


class Journal:
    """An open journal."""

    def __init__(self, folder: Path) -> None:
        """Open or start the journal in a folder; raises BadFile if it can't be used."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(folder / "journal.sqlite", isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")  # a kill loses nothing in WAL mode
            self._base.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            what = f"the campaign's journal can't be used: {error}"
            raise BadFile(what, place=Place(str(folder)), hint="check the folder") from error
        self.entries = self._folded()
        self.run = 0

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    @contextmanager
    def running(self) -> Iterator[bool]:
        """Hold the journal for one run, and say whether an earlier one is gone on with.

        Raises Refused where another run holds it.
        """
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                what = "another run of this campaign is going on"
                raise Refused(what, place=Place(str(self.folder)), hint="wait for it") from error
            last = self._base.execute(
                "SELECT run, state FROM events WHERE repository = '' ORDER BY id DESC LIMIT 1"
            ).fetchone() or (0, _END)
            going_on = last[1] == _BEGIN
            self.run = last[0] if going_on else last[0] + 1
            self.entries = self._folded()
            if not going_on:
                self._add("", _BEGIN, {"pid": os.getpid()})
            yield going_on
            self._add("", _END, {})

    def record(self, repository: str, steps: Iterable[Step]) -> None:
        """Add the steps of a repository, all or none; raises ValueError for one out of order."""
        self._base.execute("BEGIN")
        try:
            for step in steps:
                entry = self.entries.get(repository)
                old = entry.state if entry else None
                if not may_follow(old, step.state):
                    raise ValueError(f"'{step.state}' does not follow '{old}'")
                self._add(repository, step.state, step.data)
                self.entries[repository] = _after(entry, step, self.run)
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise

    def events(self) -> Iterator[tuple[float, int, str, str, dict[str, Any]]]:
        """Yield time, run, repository, state and data of every event, in their order."""
        rows = self._base.execute(
            "SELECT time, run, repository, state, data FROM events ORDER BY id"
        )
        for moment, run, repository, state, data in rows:
            yield moment, run, repository, state, json.loads(data)

    def _add(self, repository: str, state: str, data: dict[str, Any]) -> None:
        row = (time.time(), self.run, repository, state, json.dumps(data))
        self._base.execute(
            "INSERT INTO events (time, run, repository, state, data) VALUES (?, ?, ?, ?, ?)", row
        )

    def _folded(self) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for _, run, repository, state, data in self.events():
            if repository:
                step = Step(state, data)  # type: ignore[arg-type]
                entries[repository] = _after(entries.get(repository), step, run)
        return entries


def _after(entry: Entry | None, step: Step, run: int) -> Entry:
    heads = entry.heads if entry else ()
    known = {} if entry is None or step.state == "cloned" else entry.data
    commit = step.data.get("commit")
    heads = (*heads, commit) if commit and commit not in heads else heads
    return Entry(step.state, run, {**known, **step.data}, heads)
