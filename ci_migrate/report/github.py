"""A run as workflow commands, which GitHub shows as notes beside the lines of a pull request."""

import shlex
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ci_migrate.errors import Place
from ci_migrate.finding import Severity
from ci_migrate.report.impact import sentence
from ci_migrate.report.marks import Mark, marks
from ci_migrate.report.visible import one_line, visible
from ci_migrate.run import Run
from ci_migrate.text import counted

SHOWN = 10  # notes of one level that GitHub shows of a step


class Note(NamedTuple):
    """What is said beside a line, or beside the lines from there to the `last`."""

    place: Place
    last: int | None
    title: str
    message: str


def render(run: Run) -> str:
    """Return the commands: errors for what is refused or pending, warnings, and notices.

    Of each level there are as many as GitHub shows; the last one counts the rest.
    """
    return together((run,))


def together(runs: Iterable[Run]) -> str:
    """Return the commands of several runs, of each level as many as GitHub shows of a step."""
    runs = tuple(runs)
    lines = [
        *as_level("error", (note for run in runs for note in _errors(run))),
        *as_level("warning", (note for run in runs for note in _told(run, "warning"))),
        *as_level("notice", (note for run in runs for note in _notices(run))),
        *(
            f"queue {one_line(sentence(one))}"
            for run in runs
            for one in (run.impact.queues if run.impact else ())
        ),
        *(one_line(_conclusion(run, len(runs))) for run in runs),
    ]
    return "".join(f"{line}\n" for line in lines)


def _conclusion(run: Run, runs: int) -> str:
    return run.conclusion if runs == 1 else f"{shlex.join(run.words)}: {run.conclusion}"


def _errors(run: Run) -> Iterator[Note]:
    for failure in run.changeset.failures:
        place = failure.error.place or failure.place
        yield Note(place, None, failure.name, str(failure.error))
    yield from _told(run, "error")
    if run.mode == "check":
        yield from _changes(run)


def _notices(run: Run) -> Iterator[Note]:
    yield from _told(run, "note")
    if run.mode != "check":
        yield from _changes(run)


def _told(run: Run, severity: Severity) -> Iterator[Note]:
    for name, finding in run.changeset.findings:
        if finding.severity == severity:
            yield Note(finding.place, None, name, finding.message)


def _changes(run: Run) -> Iterator[Note]:
    for mark in marks(run):
        yield _change(mark, run.recipe.recipe.name)


def _change(mark: Mark, name: str) -> Note:
    place = Place(mark.change.path, mark.first)
    return Note(place, mark.last, f"{name}: {mark.operations}", mark.diff)


def as_level(level: str, notes: Iterable[Note]) -> Iterator[str]:
    """Yield the commands for the notes of a level, as many as GitHub shows."""
    every = list(notes)
    shown = every if len(every) <= SHOWN else every[: SHOWN - 1]
    yield from (_command(level, note) for note in shown)
    if rest := every[len(shown) :]:
        files = sorted({note.place.path for note in rest})
        some = ", ".join(files[:5]) + (", …" if len(files) > 5 else "")
        text = f"and {len(rest)} more, in {counted(files, 'file')}: {some}"
        yield f"::{level} title=ci-migrate::{_data(text)}"


def _command(level: str, note: Note) -> str:
    fields = {"file": note.place.path, "line": note.place.line, "endLine": note.last}
    given = [f"{name}={_property(str(value))}" for name, value in fields.items() if value]
    return (
        f"::{level} {','.join([*given, f'title={_property(note.title)}'])}::{_data(note.message)}"
    )


def _data(text: str) -> str:
    """Return text as the message of a command, which ends with its line."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
