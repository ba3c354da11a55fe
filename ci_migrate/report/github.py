"""A run as workflow commands, which GitHub shows as notes beside the lines of a pull request."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ci_migrate.errors import Place
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
    name = run.recipe.recipe.name
    changes = [_change(mark, name) for mark in marks(run)]
    refused = [
        Note(failure.error.place or failure.place, None, failure.name, str(failure.error))
        for failure in run.changeset.failures
    ]
    told = {
        severity: [
            Note(finding.place, None, name, finding.message)
            for name, finding in run.changeset.findings
            if finding.severity == severity
        ]
        for severity in ("error", "warning", "note")
    }
    pending = run.mode == "check"
    errors = [*refused, *told["error"], *(changes if pending else ())]
    notices = [*told["note"], *(() if pending else changes)]
    lines = [
        *as_level("error", errors),
        *as_level("warning", told["warning"]),
        *as_level("notice", notices),
        *(f"queue {one_line(sentence(one))}" for one in (run.impact.queues if run.impact else ())),
        visible(run.conclusion),
    ]
    return "".join(f"{line}\n" for line in lines)


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
