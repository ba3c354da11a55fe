"""Properties that a recipe states of itself, checked on what it makes of a tree."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ci_migrate.changeset import Failure, FileChange
from ci_migrate.errors import CiMigrateError, Place, Refused
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect
from ci_migrate.line_list import parse_lines
from ci_migrate.text import first_line
from ci_migrate.tree import Tree, read_document, read_text


class Stated(NamedTuple):
    """A property's name, and where the recipe states it."""

    name: str
    place: Place


class _Change(NamedTuple):
    """What a recipe makes: the changed files, and the trees on both sides."""

    paths: tuple[str, ...]
    before: Tree
    after: Tree
    dialect: Dialect


def unmet(
    stated: tuple[Stated, ...],
    files: tuple[FileChange, ...],
    before: Tree,
    after: Tree,
    dialect: Dialect,
) -> tuple[Failure, ...]:
    """Return the failures of the properties that do not hold of a change to some files."""
    change = _Change(tuple(file.path for file in files), before, after, dialect)
    return tuple(
        Failure(one.name, one.place, error)
        for one in stated
        for error in _PROPERTIES[one.name](change)
    )


def _same_commands(change: _Change) -> Iterator[Refused]:
    """Yield why the jobs do not run the same commands, each as often, in whatever jobs."""
    old, new = (_commands(change, tree) for tree in (change.before, change.after))
    yield from _compared("command", old, new)


def _conserves_lines(change: _Change) -> Iterator[Refused]:
    """Yield why the lists do not have the same entries, each as often, in whatever list."""
    old, new = (_entries(change, tree) for tree in (change.before, change.after))
    yield from _compared("line", old, new)


_PROPERTIES: dict[str, Callable[[_Change], Iterator[Refused]]] = {
    "same-commands": _same_commands,
    "conserves-lines": _conserves_lines,
}
NAMES = tuple(_PROPERTIES)

_Found = tuple[Counter[str], dict[str, Place]]


def _compared(what: str, old: _Found, new: _Found) -> Iterator[Refused]:
    for text, times in sorted((old[0] - new[0]).items()):
        yield _refused(f"{what} '{first_line(text)}' is lost", times, old[1][text])
    for text, times in sorted((new[0] - old[0]).items()):
        yield _refused(f"{what} '{first_line(text)}' is added", times, new[1][text])


def _refused(what: str, times: int, place: Place) -> Refused:
    often = f" {times} times" if times > 1 else ""
    return Refused(what + often, place=place, hint="mend the recipe, or what it says that it holds")


def _commands(change: _Change, tree: Tree) -> _Found:
    counts: Counter[str] = Counter()
    places: dict[str, Place] = {}
    fits = matcher(change.dialect.GLOBS).fullmatch
    for path in filter(fits, change.paths):
        document = read_document(tree, path)
        if document is None or not change.dialect.understands(document):
            continue
        for job in change.dialect.jobs(document, tree):
            for command in job.commands:
                counts[command.text] += 1
                places.setdefault(command.text, command.document.place(command.node))
    return counts, places


def _entries(change: _Change, tree: Tree) -> _Found:
    counts: Counter[str] = Counter()
    places: dict[str, Place] = {}
    fits = matcher((*change.dialect.GLOBS, "**/*.py")).fullmatch
    for path in change.paths:
        if fits(path):
            continue
        try:
            lines = parse_lines(path, read_text(tree, path) or "")
        except CiMigrateError:  # no list of lines, and no operation on lists has changed it
            continue
        for line in lines.lines:
            counts[line.entry] += 1
            places.setdefault(line.entry, lines.place(line))
    return counts, places
