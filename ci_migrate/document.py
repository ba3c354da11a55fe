"""YAML as text and a tree of nodes that know exactly where they stand.

The tree is built from parser events, never from loaded data: loading fails on duplicate keys and
application tags, and puts the anchored node where an alias stands. PyYAML's C parser is used where
it is there; its marks count characters of the text without a byte order mark.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import yaml

from ci_migrate.errors import BadFile, Place
from ci_migrate.text import BYTE_ORDER_MARK, Span, line_and_column

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


class Scalar(NamedTuple):
    """A piece of text; `span` covers what is written, quotes included, anchor and tag not."""

    span: Span
    value: str
    style: str  # "" plain, ' or " quoted, | literal, > folded
    anchor: str | None
    tag: str | None
    lead: int | None = None  # where its anchor and its tag begin, if it has them


class Alias(NamedTuple):
    """A reference by name to the node anchored before it."""

    span: Span
    name: str
    target: "Node | None"  # None inside the anchored node itself


class Entry(NamedTuple):
    """A key with its value in a mapping."""

    key: "Node"
    value: "Node"


class Sequence(NamedTuple):
    """A list; a block list ends where its last item ends, not at its trailing comments."""

    span: Span
    items: "tuple[Node, ...]"
    flow: bool
    anchor: str | None
    tag: str | None
    lead: int | None = None


class Mapping(NamedTuple):
    """Entries in the order written, repeated keys included."""

    span: Span
    entries: tuple[Entry, ...]
    flow: bool
    anchor: str | None
    tag: str | None
    lead: int | None = None


Node: TypeAlias = Scalar | Alias | Sequence | Mapping
Collection: TypeAlias = Sequence | Mapping


def whole(node: Node) -> Span:
    """Return what is written for a node, its anchor and its tag included."""
    lead = None if isinstance(node, Alias) else node.lead
    return node.span if lead is None else Span(lead, node.span.end)


class Part(NamedTuple):
    """Item number `position` of a list, or entry number `position` of a mapping."""

    parent: Collection
    position: int

    @property
    def key(self) -> Node | None:
        """Return an entry's key; None for an item."""
        parent = self.parent
        return parent.entries[self.position].key if isinstance(parent, Mapping) else None

    @property
    def value(self) -> Node:
        """Return the item, or the entry's value."""
        parent = self.parent
        if isinstance(parent, Sequence):
            return parent.items[self.position]
        return parent.entries[self.position].value

    @property
    def span(self) -> Span:
        """Return what is written, with the key, anchors and tags, but without a dash."""
        return Span(whole(self.key or self.value).start, self.value.span.end)


def parts(parent: Collection) -> tuple[Part, ...]:
    """Return the items of a list, or the entries of a mapping, in their order."""
    count = len(parent.items if isinstance(parent, Sequence) else parent.entries)
    return tuple(Part(parent, position) for position in range(count))


class Document(NamedTuple):
    """A YAML file: its path, its text, the root of each document, and what aliases stand for."""

    path: str
    text: str
    roots: tuple[Node, ...]
    aliases: tuple[Alias, ...]

    def place(self, node: Node | Span) -> Place:
        """Return where a node begins, for a message."""
        span = node if isinstance(node, Span) else node.span
        return Place(self.path, *line_and_column(self.text, span.start))


@lru_cache(maxsize=256)  # operations, their second run and audits look at the same files
def parse(path: str, text: str) -> Document:
    """Parse YAML text into a document; raises BadFile, with its place, where it is not YAML."""
    shift = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    stream = events(path, text)
    builder = _Builder(path, text, shift)
    try:
        roots = tuple(
            builder.node(next(stream), stream)
            for event in stream
            if type(event) is yaml.DocumentStartEvent
        )
    except RecursionError as error:
        what = "YAML nested too deeply to be understood"
        raise BadFile(what, place=Place(path), hint="leave this file out") from error
    return Document(path, text, roots, tuple(builder.aliases))


def events(path: str, text: str) -> Iterator[Any]:
    """Yield the parser's events for a text; raises BadFile, with its place, if it is not YAML."""
    body = text[1:] if text.startswith(BYTE_ORDER_MARK) else text
    try:
        parser = _LOADER(body)
        try:
            event = parser.get_event()
            while type(event) is not yaml.StreamEndEvent:
                yield event
                event = parser.get_event()
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
        what = " ".join(filter(None, [error.context, error.problem]))
        raise BadFile(f"not valid YAML: {what}", place=place, hint="mend the file") from error
    except yaml.reader.ReaderError as error:
        offset = max(text.find(chr(error.character)), 0)
        place = Place(path, *line_and_column(text, offset))
        what = str(error).splitlines()[0]
        raise BadFile(f"not valid YAML: {what}", place=place, hint="mend the file") from error


class _Builder:
    """Makes nodes of events; anchors are remembered in the order in which they are met."""

    def __init__(self, path: str, text: str, shift: int) -> None:
        self.path = path
        self.text = text
        self.shift = shift
        self.anchors: dict[str, Node] = {}
        self.aliases: list[Alias] = []

    def node(self, event: Any, stream: Iterator[Any]) -> Node:
        kind = type(event)
        start, end = event.start_mark.index + self.shift, event.end_mark.index + self.shift
        if kind is yaml.AliasEvent:
            alias = Alias(Span(start, end), event.anchor, self.anchors.get(event.anchor))
            self.aliases.append(alias)
            return alias
        lead = None if event.anchor is None and event.tag is None else start
        if lead is not None:
            count = (event.anchor is not None) + (event.tag is not None)
            limit = end if kind is yaml.ScalarEvent else len(self.text)
            start = _after_properties(self.text, lead, limit, count)
            if f"&{event.anchor}:" in self.text[lead:start]:  # a part of the name, says YAML 1.2
                place = Place(self.path, *line_and_column(self.text, lead))
                what = f"parsers differ on the anchor &{event.anchor}, for a colon follows it"
                raise BadFile(what, place=place, hint="leave a blank before the colon")
        if kind is yaml.ScalarEvent:
            node: Node = self.scalar(event, start, end, lead)
        elif kind is yaml.SequenceStartEvent:
            node = self.sequence(event, start, lead, stream)
        else:
            node = self.mapping(event, start, lead, stream)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def sequence(self, event: Any, start: int, lead: int | None, stream: Iterator[Any]) -> Sequence:
        items: list[Node] = []
        for child in stream:
            if type(child) is yaml.SequenceEndEvent:
                break
            items.append(self.node(child, stream))
        span = Span(start, self.end(event, child, items[-1] if items else None))
        return Sequence(span, tuple(items), event.flow_style, event.anchor, event.tag, lead)

    def mapping(self, event: Any, start: int, lead: int | None, stream: Iterator[Any]) -> Mapping:
        entries: list[Entry] = []
        for child in stream:
            if type(child) is yaml.MappingEndEvent:
                break
            key = self.node(child, stream)
            entries.append(Entry(key, self.value(key, next(stream), stream)))
        span = Span(start, self.end(event, child, entries[-1].value if entries else None))
        return Mapping(span, tuple(entries), event.flow_style, event.anchor, event.tag, lead)

    def value(self, key: Node, event: Any, stream: Iterator[Any]) -> Node:
        """Build an entry's value; an empty one may be reported as late as at the next key."""
        node = self.node(event, stream)
        if not (isinstance(node, Scalar) and node.span.start == node.span.end and not node.style):
            return node
        if node.anchor or node.tag:
            return node
        end = behind_colon(self.text, key) or key.span.end  # `? key` has no colon
        return Scalar(Span(end, end), "", "", None, None)

    def end(self, event: Any, closing: Any, last: Node | None) -> int:
        if event.flow_style or last is None:
            return int(closing.end_mark.index) + self.shift
        return last.span.end

    def scalar(self, event: Any, start: int, end: int, lead: int | None) -> Scalar:
        style = event.style or ""
        if style and style in "|>":
            end = _end_of_block(self.text, start, end, event.value)
        return Scalar(Span(start, end), event.value, style, event.anchor, event.tag, lead)


def _after_properties(text: str, start: int, end: int, count: int) -> int:
    """Return where a node's own text begins, behind its anchor and its tag."""
    for _ in range(count):
        while start < end and not text[start].isspace():
            start += 1
        after = _PADDING.match(text, start, end)
        if after is None or after.end() == end:
            return start
        start = after.end()
    return start


_PADDING = re.compile(r"(?:\s+(?:#[^\r\n]*)?)*")
_COLON = re.compile(r"(?:\s+(?:#[^\r\n]*)?)*:")


def behind_colon(text: str, key: Node) -> int | None:
    """Return where the colon behind a key ends; None for a key without one."""
    colon = _COLON.match(text, key.span.end)
    return colon.end() if colon else None


def _end_of_block(text: str, start: int, end: int, value: str) -> int:
    """Return the end of the last line that is part of a block scalar's value, as blanks may be."""
    lines = text[start:end].splitlines(keepends=True)
    if "+" in lines[0].split("#")[0]:
        return start + len(_without_line_end("".join(lines)))
    indent = _spaces(lines[1:]) - _spaces(value.split("\n"))
    while len(lines) > 1 and not lines[-1].strip() and len(lines[-1].rstrip("\r\n")) <= indent:
        lines.pop()
    return start + len("".join(lines).rstrip("\r\n"))


def _spaces(lines: list[str]) -> int:
    """Return how many spaces stand before the first line that is not blank."""
    first = next((line for line in lines if line.strip()), "")
    return len(first) - len(first.lstrip(" "))


def _without_line_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def resolved(node: Node | None) -> Node | None:
    """Return the node, or what it stands for if it is an alias; None inside the target itself."""
    while isinstance(node, Alias):
        node = node.target
    return node
