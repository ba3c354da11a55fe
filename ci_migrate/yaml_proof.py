"""What a changed YAML file must mean, worked out from the old tree and the intents alone."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from ci_migrate.document import (
    Alias,
    Collection,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    events,
    parts,
)
from ci_migrate.errors import BadFile
from ci_migrate.meaning import DOCUMENT, END, Meaning, meaning_of, meaning_of_node
from ci_migrate.text import Span
from ci_migrate.yaml_change import CopiedPart, Intent, NewPart, NewText, Removed, Replaced


class YamlClaim(NamedTuple):
    """The new text means what `document` means, with `intents` carried out."""

    document: Document
    intents: tuple[Intent, ...]

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        expected: list[Meaning] = []
        for root in self.document.roots:
            expected.append(DOCUMENT)
            _add(root, _by_place(self.intents), expected)
        try:
            found = [m for event in events("result", after) if (m := meaning_of(event))]
        except BadFile as error:
            return f"the result would not parse: {error}"
        if expected == found:
            missing = _without_anchor(found)
            lost = missing - _without_anchor(self._before()) if missing else missing
            return f"the alias *{lost.pop()} would stand for nothing" if lost else ""
        pairs = enumerate(zip_longest(expected, found))
        number, (one, other) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
        return f"piece {number} of the data is {other}, where {one} was meant"

    def _before(self) -> Iterator[Meaning]:
        for root in self.document.roots:
            yield DOCUMENT
            yield from meaning_of_node(root)


def _without_anchor(meanings: Iterable[Meaning]) -> set[str | None]:
    """Return the names of aliases above which their document has no such anchor."""
    known: set[str | None] = set()
    missing: set[str | None] = set()
    for kind, name, *_ in meanings:
        if kind == "document":
            known.clear()
        elif kind == "alias" and name not in known:
            missing.add(name)
        else:
            known.add(name)
    return missing


# Intents by the span of the node that they change, in the order in which they were said.
_Intents: TypeAlias = dict[Span, list[Intent]]


def _by_place(intents: tuple[Intent, ...]) -> _Intents:
    places: _Intents = {}
    for intent in intents:
        node = intent.node if isinstance(intent, NewText | Replaced) else intent.parent
        places.setdefault(node.span, []).append(intent)
    return places


def _add(node: Node, intents: _Intents, out: list[Meaning]) -> None:
    """Append what a node means; an intent is for the node that stands where its own does."""
    here = intents.get(node.span, ())
    for intent in here:
        if isinstance(intent, Replaced) and intent.node == node:
            out += intent.meaning
            return
    match node:
        case Scalar(value=value, style=style, anchor=anchor, tag=tag):
            plain = not style
            for intent in here:
                if isinstance(intent, NewText) and intent.node == node:
                    value, plain = intent.value, intent.plain
            out.append(("scalar", anchor, tag, value, plain))
        case Alias(name=name):
            out.append(("alias", name, None, None, False))
        case Sequence(anchor=anchor, tag=tag) | Mapping(anchor=anchor, tag=tag):
            kind = "list" if isinstance(node, Sequence) else "mapping"
            out.append((kind, anchor, tag, None, False))
            _add_parts(node, intents, out)
            out.append(END)


def _add_parts(node: Collection, intents: _Intents, out: list[Meaning]) -> None:
    own = [
        intent
        for intent in intents.get(node.span, ())
        if isinstance(intent, NewPart | CopiedPart | Removed) and intent.parent == node
    ]
    gone = {intent.position for intent in own if isinstance(intent, Removed)}
    old = parts(node)
    for position in range(len(old) + 1):
        for new in own:
            if new.position != position or isinstance(new, Removed):
                continue
            if isinstance(new, CopiedPart):
                _add_part(new.part, _by_place(new.intents), out)
            else:
                out += new.meaning
        if position < len(old) and position not in gone:
            _add_part(old[position], intents, out)


def _add_part(part: Part, intents: _Intents, out: list[Meaning]) -> None:
    if (key := part.key) is not None:
        _add(key, intents, out)
    _add(part.value, intents, out)
