"""What other parsers read in a text, and what an edit must make of that, worked out from it alone.

Nothing here knows how the tool finds places or makes edits: nodes are told by their number, in the
order in which they begin, and an edit is one of the row of events.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ci_migrate.text import BYTE_ORDER_MARK

KINDS = {
    "DocumentStartEvent": "document",
    "ScalarEvent": "scalar",
    "AliasEvent": "alias",
    "SequenceStartEvent": "list",
    "MappingStartEvent": "mapping",
    "SequenceEndEvent": "end",
    "MappingEndEvent": "end",
}


class Event(NamedTuple):
    """What a parser reports; `plain` is None where either way of writing a text is right."""

    kind: str
    anchor: str | None = None
    tag: str | None = None
    value: str | None = None
    plain: bool | None = False


Row = tuple[Event, ...]
Change = Callable[[Row], Row]

END = Event("end")


def libyaml(text: str) -> Row:
    """Return the events of libyaml, which the tool itself reads with."""
    return tuple(_events(yaml.parse(text.removeprefix(BYTE_ORDER_MARK), Loader=yaml.CLoader)))


def ruamel(text: str) -> Row:
    """Return the events of ruamel.yaml, which shares no code with libyaml."""
    return tuple(_events(YAML(typ="safe", pure=True).parse(text.removeprefix(BYTE_ORDER_MARK))))


@lru_cache(maxsize=8)  # many edits are made of one text
def readings(text: str) -> dict[Callable[[str], Row], Row]:
    """Return what each parser reads in a text, of those that take it."""
    found: dict[Callable[[str], Row], Row] = {}
    for reader in (libyaml, ruamel):
        try:
            found[reader] = reader(text)
        except (yaml.YAMLError, YAMLError):
            continue
    return found


def faults(text: str, after: str, change: Change) -> list[str]:
    """Return what the parsers that take the text `text` do not read in `after` as is right."""
    found = []
    for reader, before in readings(text).items():
        try:
            row = reader(after)
        except (yaml.YAMLError, YAMLError) as error:
            found.append(f"{reader.__name__}: {error}")
            continue
        expected = change(before)
        if not alike(expected, row):
            found.append(f"{reader.__name__} reads {row}, not {expected}")
        if hanging := unanchored(row) - unanchored(before):
            found.append(f"{reader.__name__} finds no anchor for {hanging}")
    return found


def alike(expected: Row, row: Row) -> bool:
    """Say whether a row is the one expected."""
    return len(expected) == len(row) and all(
        one == (other._replace(plain=None) if one.plain is None else other)
        for one, other in zip(expected, row, strict=True)
    )


def unanchored(row: Row) -> set[str | None]:
    """Return the names of aliases that have no anchor above them in their document."""
    known: set[str | None] = set()
    missing = set()
    for event in row:
        if event.kind == "document":
            known = set()
        elif event.kind == "alias":
            missing |= {event.anchor} - known
        else:
            known.add(event.anchor)
    return missing


def text_event(value: str) -> Event:
    """Return the event of a text that stands for itself, however it is written."""
    return Event("scalar", value=value, plain=None)


def bounds(row: Row) -> list[tuple[int, int]]:
    """Return where in a row each node begins and ends, in the order in which they begin."""
    found: list[tuple[int, int]] = []
    open_: list[int] = []
    for position, event in enumerate(row):
        if event.kind in ("scalar", "alias", "list", "mapping"):
            if event.kind in ("list", "mapping"):
                open_.append(len(found))
            found.append((position, position + 1))
        elif event.kind == "end":
            number = open_.pop()
            found[number] = (found[number][0], position + 1)
    return found


def without(row: Row, cuts: Iterable[tuple[int, int]]) -> Row:
    """Return a row without some of its stretches."""
    gone = {position for start, end in cuts for position in range(start, end)}
    return tuple(event for position, event in enumerate(row) if position not in gone)


def _events(stream: Iterable[Any]) -> Iterator[Event]:
    for event in stream:
        kind = KINDS.get(type(event).__name__)
        if kind == "scalar":
            tag = None if event.tag is None else str(event.tag)
            yield Event(kind, event.anchor, tag, event.value, not event.style)
        elif kind in ("list", "mapping"):
            yield Event(kind, event.anchor, None if event.tag is None else str(event.tag))
        elif kind == "alias":
            yield Event(kind, event.anchor)
        elif kind:
            yield Event(kind)
