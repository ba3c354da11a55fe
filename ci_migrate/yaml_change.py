"""The changes that can be made to a document, each as text edits and, apart, as intents.

The edits say which characters change; the intents say what that does to the data. The proof
derives what the new file must mean from the intents alone, and compares.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ci_migrate.content import Content
from ci_migrate.document import (
    Alias,
    Collection,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    parts,
    whole,
)
from ci_migrate.errors import Refused
from ci_migrate.extent import check_simple, column_of, end_of
from ci_migrate.meaning import Meaning
from ci_migrate.style import Value, spell
from ci_migrate.text import Edit, Span, newline_at
from ci_migrate.yaml_content import Written, write_entry, write_entry_in_braces


class NewText(NamedTuple):
    """The scalar `node` has another text, written plain or quoted."""

    node: Scalar
    value: str
    plain: bool


class NewPart(NamedTuple):
    """`parent` has a new item or entry before its number `position`; a key and value as they mean.

    It stands behind the parts with the same position that were said before it.
    """

    parent: Collection
    position: int
    meaning: tuple[Meaning, ...]


class Replaced(NamedTuple):
    """Where `node` stood there is something else, of any kind."""

    node: Node
    meaning: tuple[Meaning, ...]


class Removed(NamedTuple):
    """`parent` has no item, or no entry, number `position` any more."""

    parent: Collection
    position: int


class CopiedPart(NamedTuple):
    """`parent` has, before its number `position`, a copy of `part` changed by `intents`."""

    parent: Collection
    position: int
    part: Part
    intents: "tuple[Intent, ...]"


Intent: TypeAlias = NewText | NewPart | Replaced | Removed | CopiedPart


@dataclass(frozen=True, slots=True)
class YamlChange:
    """Edits of a document's text and what they mean for its data."""

    edits: tuple[Edit, ...] = ()
    intents: tuple[Intent, ...] = ()

    def __add__(self, other: "YamlChange") -> "YamlChange":
        return YamlChange(self.edits + other.edits, self.intents + other.intents)


def joined(changes: Iterable[YamlChange | None]) -> YamlChange | None:
    """Return several changes of one document as one; None if there is none among them."""
    made = [change for change in changes if change is not None]
    return sum(made, YamlChange()) if made else None


def set_scalar(document: Document, node: Node, value: Value, *, flow: bool = False) -> YamlChange:
    """Give a scalar another text, in its own quotes.

    Raises Refused for an alias or an anchored scalar, where more than this place would change,
    and for lists, mappings and blocks of lines.
    """
    return set_shared(document, editable(document, node), value, flow=flow)


def set_shared(document: Document, scalar: Scalar, value: Value, *, flow: bool) -> YamlChange:
    """Give a scalar another text, in its own quotes, also where aliases repeat it.

    Raises Refused for a tag, and for a block of lines.
    """
    node = plain_text(document, scalar)
    try:
        new = spell(value, like=scalar, flow=flow)
    except Refused as error:
        raise Refused(error.what, place=document.place(node), hint=error.hint) from error
    lead = "" if scalar.span.start < scalar.span.end else " "
    if lead and document.text[scalar.span.start - 1 : scalar.span.start] not in (":", "-"):
        what = "no value is written here"
        raise Refused(what, place=document.place(node), hint="write the value by hand")
    edit = Edit(scalar.span, lead + new.text)
    return YamlChange((edit,), (NewText(scalar, value.text, new.plain),))


def add_entry(
    document: Document,
    mapping: Mapping,
    field: str,
    content: Content,
    *,
    after: int,
    blank_lines: int = 0,
) -> YamlChange:
    """Add a field below the entry number `after`, as far from it as told, or behind it in braces.

    `field` is its key, or the path of keys that leads to it, from the job on.
    """
    if mapping.flow:
        return add_in_braces(document, mapping, field, content, position=after + 1)
    check_own(document, mapping.span)
    check_simple(document, Part(mapping, after))
    end = end_of(document, Part(mapping, after))
    check_closed(document, mapping.entries[after].value, end)
    *path, key = field.split(".")
    column = column_of(document.text, mapping.span.start)
    new = write_entry(document, Value(key), content, path=tuple(path), column=column)
    check_nothing_joins(document, new, end, column=column)
    newline = newline_at(document.text, end)
    first, *others = new.lines
    text = newline * (1 + blank_lines) + newline.join([" " * column + first, *others])
    return YamlChange((Edit(Span(end, end), text),), (NewPart(mapping, after + 1, new.meaning),))


def add_in_braces(
    document: Document, mapping: Mapping, field: str, content: Content, *, position: int
) -> YamlChange:
    """Add a field before the entry number `position` of a mapping in braces, or at its end."""
    check_own(document, mapping.span)
    written = mapping.span.of(document.text)
    bare = bool(mapping.entries) and whole(mapping.entries[0].key).start == mapping.span.start
    if bare or not written.startswith("{") or (not mapping.entries and written != "{}"):
        what = "this mapping is not written as {} or with all its entries in braces"
        raise Refused(what, place=document.place(mapping), hint="write it so first")
    new = write_entry_in_braces(Value(field.rpartition(".")[2]), content)
    edit = insert_between(document, mapping, position, new.lines[0])
    return YamlChange((edit,), (NewPart(mapping, position, new.meaning),))


def insert_between(document: Document, parent: Collection, position: int, text: str) -> Edit:
    """Return the edit that puts text before the part number `position` between brackets.

    Raises Refused where a comma could not follow the part before it.
    """
    own = parts(parent)
    if not own:
        start = parent.span.start + 1
        return Edit(Span(start, start), text)
    if position == 0:
        check_simple(document, own[0])
        start = own[0].span.start
        return Edit(Span(start, start), f"{text}, ")
    before = own[position - 1]
    if before.value.span.start == before.value.span.end:
        what = "an empty value stands before the new place"
        raise Refused(what, place=document.place(before.span), hint="write the value out first")
    return Edit(Span(before.span.end, before.span.end), f", {text}")


def editable(document: Document, node: Node) -> Scalar:
    """Return the node as a scalar that stands for itself alone; raises Refused if it does not."""
    check_own(document, node.span)
    return plain_text(document, node)


def plain_text(document: Document, node: Node) -> Scalar:
    """Return the node as a scalar without a tag of its own; raises Refused if it is not one."""
    match node:
        case Scalar(tag=None | "!" | "tag:yaml.org,2002:str"):
            return node
        case Scalar(tag=tag):
            what = f"the value has the tag {tag}, and is not just text"
            hint = "edit it by hand"
        case Alias(name=name):
            what = f"the value is the alias *{name}, which stands for a value written elsewhere"
            hint = "edit the anchor by hand, or write the value out here"
        case Sequence() | Mapping():
            what = "here stands a list or a mapping, not a single value"
            hint = "name the place of a single value"
    raise Refused(what, place=document.place(node), hint=hint)


def check_own(document: Document, span: Span) -> None:
    """Check that what is edited is not, and is not part of, something that an alias repeats."""
    for alias in document.aliases:
        target = alias.target
        if target and target.span.start <= span.start and span.end <= target.span.end:
            at = document.place(alias)
            what = f"this is repeated by the alias *{alias.name} at {at.line}:{at.column}"
            hint = "edit it by hand, or write the alias out"
            raise Refused(what, place=document.place(span), hint=hint)


def check_unneeded(document: Document, gone: tuple[Span, ...]) -> None:
    """Check that no anchor in what goes has an alias in what stays."""

    def goes(span: Span) -> bool:
        return any(part.start <= span.start and span.end <= part.end for part in gone)

    for alias in document.aliases:
        if alias.target and goes(alias.target.span) and not goes(alias.span):
            at = document.place(alias)
            what = f"the alias *{alias.name} at {at.line}:{at.column} stands for what would go here"
            hint = "write the alias out first"
            raise Refused(what, place=document.place(alias.target), hint=hint)


def check_nothing_joins(document: Document, new: Written, end: int, *, column: int) -> None:
    """Check that a block of lines put behind `end` ends there, and no line below goes on with it.

    That would be one of blanks alone, or a comment right of the column of the new part. Where the
    file does not end its last line, the block can't end its own.
    """
    texts = [text for kind, _, _, text, _ in new.meaning if kind == "scalar"]
    if new.open and texts and str(texts[-1]).endswith("\n") and "\n" not in document.text[end:]:
        what = "the file does not end its last line, and this block of lines needs that"
        raise Refused(what, place=document.place(Span(end, end)), hint="end the last line")
    for line in document.text[end:].split("\n")[1:] if new.open else ():
        text = line.removesuffix("\r")
        if not text:
            continue
        comment = text.lstrip(" ").startswith("#") and not text[: column + 1].strip(" ")
        if not text.strip() or comment:
            what = "the line below would become part of this block of lines"
            raise Refused(what, place=document.place(Span(end, end)), hint="make it empty")
        break


def check_closed(document: Document, node: Node, end: int) -> None:
    """Check that a line can follow a node without becoming part of its last block of lines."""
    last: Node = node
    while isinstance(last, Sequence | Mapping):
        parts = last.items if isinstance(last, Sequence) else [e.value for e in last.entries]
        if not parts or last.flow:
            return
        last = parts[-1]
    if isinstance(last, Scalar) and last.style and last.style in "|>":
        header = last.span.of(document.text).split("\n", 1)[0]
        if "+" in header or end == len(document.text):
            what = "a line put below this block of lines would change its value"
            raise Refused(what, place=document.place(last), hint="make this change by hand")
