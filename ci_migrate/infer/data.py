"""What a recipe writes: texts, lists, mappings and source, as the plain data of a draft."""

import re
from typing import NamedTuple, TypeAlias

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence
from ci_migrate.style import Value, spell


class Verbatim(NamedTuple):
    """YAML that the recipe gives as source."""

    text: str


Data: TypeAlias = "Value | Verbatim | str | int | bool | list[Data] | dict[str, Data]"


class Draft(NamedTuple):
    """An operation of a draft: its name and its options by their names in a recipe."""

    name: str
    options: dict[str, Data]


def data_of(document: Document, node: Node) -> Data:
    """Return what a recipe writes so that a node comes out as it stands."""
    written = node.span.of(document.text)
    match node:
        case Scalar(value=value, style=style):
            meant = Value(value, bool(style))
            if "\n" not in written and spell(meant, like=None, flow=False).text == written:
                return meant
            return Verbatim(_dedented(document, node))
        case Alias():
            return Verbatim(written)
        case Sequence(flow=True) | Mapping(flow=True):
            return Verbatim(written)
        case Sequence(items=items):
            return [data_of(document, item) for item in items]
        case Mapping(entries=entries):
            keys = [key.value if isinstance(key, Scalar) else "" for key, _ in entries]
            if len(set(keys)) < len(keys) or "" in keys:
                return Verbatim(_dedented(document, node))
            values = [data_of(document, entry.value) for entry in entries]
            return dict(zip(keys, values, strict=True))


def exactly(text: str) -> str:
    """Return the pattern that fits just this text, which may look like another one."""
    glob = "*" in text
    regex = len(text) > 1 and text.startswith("/") and text.endswith("/")
    return f"/{re.sub(_SPECIAL, _ESCAPED, text)}/" if glob or regex else text


_SPECIAL = r"([.*+?^${}()|\[\]\\])"
_ESCAPED = r"\\\1"


def _dedented(document: Document, node: Node) -> str:
    """Return the text of a node with its later lines as far left as a recipe's source has them.

    They count from where an item begins, and for a value from two columns behind its key's.
    """
    line = document.text.rfind("\n", 0, node.span.start) + 1
    lead = document.text[line : node.span.start]
    dashes = _DASHES.match(lead)
    own = len(dashes[0]) if dashes else 0
    base = own if own == len(lead) else own + 2
    first, *others = node.span.of(document.text).replace("\r\n", "\n").split("\n")
    return "\n".join([first, *(line[min(base, _indent(line)) :] for line in others)])


_DASHES = re.compile(r" *(?:- +)*")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
