"""What a changed YAML file must mean, worked out from the old tree and the intents alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import yaml

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence, events
from ci_migrate.errors import BadFile
from ci_migrate.yaml_change import CopiedItem, Intent, NewEntry, NewText

# What one parser event means: its kind, anchor, tag, text, and whether that text is plain, so
# that 2 differs from "2". Positions and the choice between quotes are left out.
_Meaning = tuple[str, str | None, str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class YamlClaim:
    """The new text means what `document` means, with `intents` carried out."""

    document: Document
    intents: tuple[Intent, ...]

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        expected = _documents(self.document, self.intents)
        try:
            for number, (one, other) in enumerate(zip_longest(expected, _read(after))):
                if one != other:
                    return f"piece {number} of the data is {other}, where {one} was meant"
        except BadFile as error:
            return f"the result would not parse: {error}"
        return ""


def _documents(document: Document, intents: tuple[Intent, ...]) -> Iterator[_Meaning]:
    for root in document.roots:
        yield ("document", None, None, None, False)
        yield from _meaning(root, intents)


def _meaning(node: Node, intents: tuple[Intent, ...]) -> Iterator[_Meaning]:
    """Yield what a node means; each intent names the node that it changes by identity."""
    match node:
        case Scalar(value=value, style=style, anchor=anchor, tag=tag):
            plain = not style
            for intent in intents:
                if isinstance(intent, NewText) and intent.node is node:
                    value, plain = intent.value, intent.plain
            yield _scalar(value, plain=plain, anchor=anchor, tag=tag)
        case Alias(name=name):
            yield ("alias", name, None, None, False)
        case Sequence(items=items, anchor=anchor, tag=tag):
            yield ("list", anchor, tag, None, False)
            yield from _items(node, items, intents)
            yield ("end", None, None, None, False)
        case Mapping(anchor=anchor, tag=tag):
            yield ("mapping", anchor, tag, None, False)
            yield from _entries(node, intents)
            yield ("end", None, None, None, False)


def _items(
    node: Sequence, items: tuple[Node, ...], intents: tuple[Intent, ...]
) -> Iterator[_Meaning]:
    for index in range(len(items) + 1):
        for intent in intents:
            if isinstance(intent, CopiedItem) and intent.sequence is node and intent.index == index:
                yield from _meaning(intent.item, intent.intents)
        if index < len(items):
            yield from _meaning(items[index], intents)


def _entries(node: Mapping, intents: tuple[Intent, ...]) -> Iterator[_Meaning]:
    for index in range(len(node.entries) + 1):
        for intent in intents:
            if isinstance(intent, NewEntry) and intent.mapping is node and intent.index == index:
                yield _scalar(intent.key, plain=True, anchor=None, tag=None)
                yield _scalar(intent.value, plain=intent.plain, anchor=None, tag=None)
        if index < len(node.entries):
            yield from _meaning(node.entries[index].key, intents)
            yield from _meaning(node.entries[index].value, intents)


def _scalar(value: str, *, plain: bool, anchor: str | None, tag: str | None) -> _Meaning:
    return ("scalar", anchor, tag, value, plain)


def _read(text: str) -> Iterator[_Meaning]:
    for event in events("result", text):
        if (meaning := _event_meaning(event)) is not None:
            yield meaning


def _event_meaning(event: Any) -> _Meaning | None:
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return _scalar(event.value, plain=not event.style, anchor=event.anchor, tag=event.tag)
    if kind is yaml.AliasEvent:
        return ("alias", event.anchor, None, None, False)
    if kind is yaml.SequenceStartEvent:
        return ("list", event.anchor, event.tag, None, False)
    if kind is yaml.MappingStartEvent:
        return ("mapping", event.anchor, event.tag, None, False)
    if kind in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
        return ("end", None, None, None, False)
    if kind is yaml.DocumentStartEvent:
        return ("document", None, None, None, False)
    return None
