"""What a changed YAML file must mean, worked out from the old tree and the intents alone."""

from itertools import zip_longest
from typing import NamedTuple

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence, events
from ci_migrate.errors import BadFile
from ci_migrate.meaning import DOCUMENT, END, Meaning, meaning_of
from ci_migrate.yaml_change import (
    CopiedItem,
    Intent,
    NewEntry,
    NewItem,
    NewText,
    Removed,
    Replaced,
)


class YamlClaim(NamedTuple):
    """The new text means what `document` means, with `intents` carried out."""

    document: Document
    intents: tuple[Intent, ...]

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        expected: list[Meaning] = []
        for root in self.document.roots:
            expected.append(DOCUMENT)
            _add(root, self.intents, expected)
        try:
            found = [m for event in events("result", after) if (m := meaning_of(event))]
        except BadFile as error:
            return f"the result would not parse: {error}"
        if expected == found:
            return ""
        pairs = enumerate(zip_longest(expected, found))
        number, (one, other) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
        return f"piece {number} of the data is {other}, where {one} was meant"


def meaning_of_node(node: Node) -> tuple[Meaning, ...]:
    """Return what a node means as it stands."""
    out: list[Meaning] = []
    _add(node, (), out)
    return tuple(out)


def _add(node: Node, intents: tuple[Intent, ...], out: list[Meaning]) -> None:
    """Append what a node means; an intent is for the node that stands where its own does."""
    for intent in intents:
        if isinstance(intent, Replaced) and intent.node == node:
            out += intent.meaning
            return
    match node:
        case Scalar(value=value, style=style, anchor=anchor, tag=tag):
            plain = not style
            for intent in intents:
                if isinstance(intent, NewText) and intent.node == node:
                    value, plain = intent.value, intent.plain
            out.append(("scalar", anchor, tag, value, plain))
        case Alias(name=name):
            out.append(("alias", name, None, None, False))
        case Sequence(anchor=anchor, tag=tag):
            out.append(("list", anchor, tag, None, False))
            _add_items(node, intents, out)
            out.append(END)
        case Mapping(anchor=anchor, tag=tag):
            out.append(("mapping", anchor, tag, None, False))
            _add_entries(node, intents, out)
            out.append(END)


def _add_items(node: Sequence, intents: tuple[Intent, ...], out: list[Meaning]) -> None:
    own = [i for i in intents if isinstance(i, CopiedItem | NewItem) and i.sequence == node]
    gone = _removed(node, intents)
    for position in range(len(node.items) + 1):
        for new in own:
            if new.position == position:
                _add_new(new, out)
        if position < len(node.items) and position not in gone:
            _add(node.items[position], intents, out)


def _add_new(new: CopiedItem | NewItem, out: list[Meaning]) -> None:
    if isinstance(new, CopiedItem):
        _add(new.item, new.intents, out)
    else:
        out += new.meaning


def _add_entries(node: Mapping, intents: tuple[Intent, ...], out: list[Meaning]) -> None:
    own = [i for i in intents if isinstance(i, NewEntry) and i.mapping == node]
    gone = _removed(node, intents)
    for position in range(len(node.entries) + 1):
        for new in own:
            if new.position == position:
                out += new.meaning
        if position < len(node.entries) and position not in gone:
            _add(node.entries[position].key, intents, out)
            _add(node.entries[position].value, intents, out)


def _removed(node: Sequence | Mapping, intents: tuple[Intent, ...]) -> set[int]:
    return {i.position for i in intents if isinstance(i, Removed) and i.parent == node}
