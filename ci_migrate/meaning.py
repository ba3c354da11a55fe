"""What YAML means, as a row of parser events without places and without the choice of quotes."""

from collections.abc import Iterator
from typing import Any

import yaml

from ci_migrate.document import Alias, Mapping, Node, Scalar, Sequence, parts

# What one event means: its kind, anchor, tag, text, and whether that text is plain, so that 2
# differs from "2".
Meaning = tuple[str, str | None, str | None, str | None, bool]

DOCUMENT: Meaning = ("document", None, None, None, False)
END: Meaning = ("end", None, None, None, False)
LIST: Meaning = ("list", None, None, None, False)
MAPPING: Meaning = ("mapping", None, None, None, False)


def text_meaning(text: str, *, plain: bool) -> Meaning:
    """Return what a scalar without anchor and tag means."""
    return ("scalar", None, None, text, plain)


def meaning_of(event: Any) -> Meaning | None:
    """Return what a parser event means, or None if nothing."""
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return ("scalar", event.anchor, event.tag, event.value, not event.style)
    if kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
        return END
    if kind is yaml.MappingStartEvent:
        return ("mapping", event.anchor, event.tag, None, False)
    if kind is yaml.SequenceStartEvent:
        return ("list", event.anchor, event.tag, None, False)
    if kind is yaml.AliasEvent:
        return ("alias", event.anchor, None, None, False)
    if kind is yaml.DocumentStartEvent:
        return DOCUMENT
    return None


def meaning_of_node(node: Node) -> tuple[Meaning, ...]:
    """Return what a node means as it stands."""
    return tuple(_meanings(node))


def _meanings(node: Node) -> Iterator[Meaning]:
    match node:
        case Scalar(value=value, style=style, anchor=anchor, tag=tag):
            yield ("scalar", anchor, tag, value, not style)
        case Alias(name=name):
            yield ("alias", name, None, None, False)
        case Sequence(anchor=anchor, tag=tag) | Mapping(anchor=anchor, tag=tag):
            kind = "list" if isinstance(node, Sequence) else "mapping"
            yield (kind, anchor, tag, None, False)
            for part in parts(node):
                yield from _meanings(part.key) if part.key else ()
                yield from _meanings(part.value)
            yield END
