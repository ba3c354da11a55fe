"""A value with all that is in it, as a recipe writes it: a text, a list or a mapping."""

from typing import NamedTuple, TypeAlias

from ci_migrate.document import Mapping, Node, Scalar, Sequence, resolved
from ci_migrate.errors import BadUsage
from ci_migrate.options import Given, GivenFields, GivenItems, GivenText
from ci_migrate.style import Value


class Items(NamedTuple):
    """The items of a list."""

    items: "tuple[Part, ...]"


class Fields(NamedTuple):
    """The entries of a mapping, in their order."""

    fields: "tuple[tuple[Value, Part], ...]"


Part: TypeAlias = Value | Items | Fields


class Content(NamedTuple):
    """What a recipe gives for a value that may have parts."""

    part: Part

    @classmethod
    def read_given(cls, given: Given) -> "Content":
        """Read any value; raises BadUsage where a key stands twice or nothing stands."""
        return cls(_part(given))

    @property
    def title(self) -> str:
        """Return the value in a word or two, for a summary."""
        match self.part:
            case Value(text=text):
                return text
            case Items(items=items):
                return f"a list of {len(items)}"
            case Fields(fields=fields):
                return "{" + ", ".join(key.text for key, _ in fields) + "}"


def means(node: Node, content: Content) -> bool:
    """Say whether a node holds just this content; how texts are quoted makes no difference."""
    return _means(node, content.part)


def _means(node: Node | None, part: Part) -> bool:
    node = resolved(node)
    match part:
        case Value(text=text):
            return isinstance(node, Scalar) and node.value == text
        case Items(items=items):
            return (
                isinstance(node, Sequence)
                and len(node.items) == len(items)
                and all(map(_means, node.items, items))
            )
        case Fields(fields=fields):
            return (
                isinstance(node, Mapping)
                and len(node.entries) == len(fields)
                and all(
                    _means(entry.key, key) and _means(entry.value, value)
                    for entry, (key, value) in zip(node.entries, fields, strict=True)
                )
            )


def _part(given: Given) -> Part:
    match given:
        case GivenText(text=text, quoted=quoted, place=place):
            if not text and not quoted:
                what = "a value is needed here, not nothing"
                raise BadUsage(what, place=place, hint='write "" for an empty text')
            return Value(text, quoted)
        case GivenItems(items=items):
            return Items(tuple(map(_part, items)))
        case GivenFields(fields=fields):
            seen: set[str] = set()
            for key, _ in fields:
                if key.text in seen:
                    raise BadUsage(f"'{key.text}' stands twice", place=key.place, hint="keep one")
                seen.add(key.text)
            return Fields(tuple((Value(k.text, k.quoted), _part(v)) for k, v in fields))
