"""A value with all that is in it, as a recipe writes it: a text, a list, a mapping, or source."""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ci_migrate.document import Alias, Mapping, Node, Scalar, Sequence, parse, resolved
from ci_migrate.errors import BadFile, BadUsage, Place
from ci_migrate.options import Given, GivenFields, GivenItems, GivenText
from ci_migrate.style import Value


class Items(NamedTuple):
    """The items of a list."""

    items: "tuple[Form, ...]"


class Fields(NamedTuple):
    """The entries of a mapping, in their order."""

    fields: "tuple[tuple[Value, Form], ...]"


class Source(NamedTuple):
    """YAML to be written as it stands, and the node that it is on its own."""

    text: str
    node: Node


Form: TypeAlias = Value | Items | Fields | Source


class Content(NamedTuple):
    """What a recipe gives for a value that may have parts."""

    form: Form
    template: Form | None = None  # the same with values of a recipe's parameters quoted

    @classmethod
    def read_given(cls, given: Given) -> "Content":
        """Read a text, a list or a mapping, or source with the tag `!source`.

        Raises BadUsage where a key stands twice or nothing stands.
        """
        return cls(_part(given), _part(given, template=True))

    @property
    def title(self) -> str:
        """Return the value in a word or two, for a summary."""
        match self.form:
            case Value(text=text):
                return text
            case Source(text=text, node=node):
                return node.value if isinstance(node, Scalar) else text.split("\n", 1)[0]
            case Items(items=items):
                return f"a list of {len(items)}"
            case Fields(fields=fields):
                return "{" + ", ".join(key.text for key, _ in fields) + "}"

    def mapped(self, change: Callable[[str], str]) -> "Content":
        """Return the content with each of its texts changed; source stays as it is."""
        return Content(_mapped(self.form, change))

    def expanded(self, expand: Callable[[str], str]) -> "Content":
        r"""Return the content with each of its texts, in which `\1` is a group, expanded."""
        return Content(_mapped(self.template or self.form, expand))


def means(node: Node, content: Content) -> bool:
    """Say whether a node holds just this content; how texts are quoted makes no difference."""
    return _means(node, content.form)


def _means(node: Node | None, form: Form) -> bool:
    node = resolved(node)
    match form:
        case Value(text=text):
            return isinstance(node, Scalar) and node.value == text
        case Source(node=meant):
            return _means(node, _part_of(meant))
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


def _mapped(form: Form, change: Callable[[str], str]) -> Form:
    match form:
        case Value(text=text, quoted=quoted):
            return Value(change(text), quoted)
        case Source():
            return form
        case Items(items=items):
            return Items(tuple(_mapped(item, change) for item in items))
        case Fields(fields=fields):
            return Fields(tuple((key, _mapped(value, change)) for key, value in fields))


def _part(given: Given, *, template: bool = False) -> Form:
    match given:
        case GivenText(text=text, source=True, place=place):
            return _source(text, place)
        case GivenText(text=text, quoted=quoted, place=place):
            text = given.template or text if template else text
            if not text and not quoted:
                what = "a value is needed here, not nothing"
                raise BadUsage(what, place=place, hint='write "" for an empty text')
            return Value(text, quoted)
        case GivenItems(items=items):
            return Items(tuple(_part(item, template=template) for item in items))
        case GivenFields(fields=fields):
            seen: set[str] = set()
            for key, _ in fields:
                if key.text in seen:
                    raise BadUsage(f"'{key.text}' stands twice", place=key.place, hint="keep one")
                seen.add(key.text)
            return Fields(
                tuple((Value(k.text, k.quoted), _part(v, template=template)) for k, v in fields)
            )


def _source(text: str, place: Place) -> Source:
    """Read YAML source; what it means must not depend on where it stands."""
    text = text.rstrip("\n")
    try:
        document = parse("source", text + "\n")
    except BadFile as error:
        raise BadUsage(f"this source is {error.what}", place=place, hint="mend it") from error
    if len(document.roots) != 1 or document.aliases or re.match(r"[%\s]|---|\.\.\.", text):
        what = "source is one value, without aliases, directives and blanks before it"
        raise BadUsage(what, place=place, hint="write it as it stands behind a colon or a dash")
    return Source(text, document.roots[0])


def _part_of(node: Node) -> Form:
    match node:
        case Scalar(value=value, style=style):
            return Value(value, bool(style))
        case Sequence(items=items):
            return Items(tuple(map(_part_of, items)))
        case Mapping(entries=entries):
            return Fields(
                tuple(
                    (Value(key.value), _part_of(value))
                    for key, value in entries
                    if isinstance(key, Scalar)
                )
            )
        case Alias():
            return Value("")  # source has none
