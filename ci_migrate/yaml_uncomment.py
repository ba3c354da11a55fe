"""Find parts of lists and mappings that stand behind a `#`, and bring them back."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ci_migrate.comments import comments
from ci_migrate.document import (
    Alias,
    Collection,
    Document,
    Mapping,
    Node,
    Part,
    Sequence,
    parse,
    parts,
)
from ci_migrate.errors import BadFile, Refused
from ci_migrate.extent import column_of
from ci_migrate.meaning import meaning_of_node
from ci_migrate.text import Edit, Span, splice
from ci_migrate.yaml_change import NewPart, YamlChange
from ci_migrate.yaml_proof import YamlClaim


class Commented(NamedTuple):
    """Lines behind a `#` that would be one item, or one entry, without it.

    `marks` is what to take out of each line, `part` what the lines are, read on their own.
    """

    lines: Span
    column: int
    marks: tuple[Span, ...]
    part: Part


def commented_parts(document: Document, within: Span, *, note: str = "") -> Iterator[Commented]:
    """Yield the parts behind a `#` that begin in a stretch of the text.

    A `note` that ends their last line is taken for one, and is not part of them.
    """
    lines = _lines(document, within)
    for number, line in enumerate(lines):
        block = [line]
        for following in lines[number + 1 :]:
            if not _goes_on(document, block[-1], following):
                break
            block.append(following)
        if (found := _read(document, block, note)) is not None:
            yield found


def uncomment(document: Document, commented: Commented) -> YamlChange:
    """Bring a part back; raises Refused where it would not become what it is on its own."""
    _check_anchors(document, commented)
    edits = tuple(Edit(mark, "") for mark in commented.marks)
    after = splice(document.text, edits)
    part = commented.part
    nodes = (part.value,) if part.key is None else (part.key, part.value)
    meaning = tuple(meaning for node in nodes for meaning in meaning_of_node(node))
    for parent in _parents(document, commented):
        position = sum(p.span.start < commented.lines.start for p in parts(parent))
        intents = (NewPart(parent, position, meaning),)
        if not YamlClaim(document, intents).fault(after):
            return YamlChange(edits, intents)
    what = "these commented lines do not become a part of what stands around them"
    place = document.place(commented.lines)
    raise Refused(what, place=place, hint="bring them back by hand")


class _Line(NamedTuple):
    """A comment alone on its line: where its `#` stands, its column, and what follows the `#`."""

    span: Span
    column: int
    body: str


_BEGINNING = re.compile(r" ?(- |[^\s#-][^#]*:(\s|$))")


def _lines(document: Document, within: Span) -> list[_Line]:
    return [
        _Line(comment.span, column_of(document.text, comment.span.start), comment.text[1:])
        for comment in comments(document, within)
        if comment.alone
    ]


def _goes_on(document: Document, line: _Line, following: _Line) -> bool:
    """Say whether a line is part of what the line above it begins, perhaps over blank lines."""
    between = document.text[line.span.end : following.span.start]
    deeper = following.body[:2] == "  " or not following.body.strip()
    return following.column == line.column and not between.strip() and deeper


def _read(document: Document, block: list[_Line], note: str) -> Commented | None:
    if not _BEGINNING.match(block[0].body):
        return None
    while len(block) > 1 and not block[-1].body.strip():
        block = block[:-1]
    blank = all(line.body[:1] in ("", " ") for line in block)
    marks = [Span(x.span.start, x.span.start + (2 if blank and x.body else 1)) for x in block]
    bodies = [line.body[1:] if blank else line.body for line in block]
    end = block[-1].span.end
    if note:
        if not bodies[-1].endswith(f" {note}"):
            return None
        bodies[-1] = bodies[-1].removesuffix(f" {note}")
        marks.append(Span(end - len(note) - 1, end))
    try:
        read = parse("comment", _joined(document, block, bodies))
    except BadFile:
        return None
    root = read.roots[0] if len(read.roots) == 1 else None
    if isinstance(root, Sequence | Mapping) and not root.flow and len(parts(root)) == 1:
        column = block[0].column
        return Commented(Span(block[0].span.start, end), column, tuple(marks), parts(root)[0])
    return None


def _joined(document: Document, block: list[_Line], bodies: list[str]) -> str:
    """Return the lines as one text, with the blank ones that stand between them."""
    pieces = [bodies[0]]
    for (one, other), body in zip(pairwise(block), bodies[1:], strict=True):
        between = document.text[one.span.end : other.span.start]
        pieces += ["\n" * between.count("\n"), body]
    return "".join(pieces) + "\n"


def _check_anchors(document: Document, commented: Commented) -> None:
    """Check that the aliases in a part have their anchors in it, or above it."""
    nodes = [*_nodes(commented.part.value)]
    above = (n for root in document.roots for n in _nodes(root))
    known = {n.anchor for n in nodes if not isinstance(n, Alias)}
    start = commented.lines.start
    known |= {n.anchor for n in above if not isinstance(n, Alias) and n.span.start < start}
    for node in nodes:
        if isinstance(node, Alias) and node.name not in known:
            what = f"the anchor of the alias *{node.name} in these lines is not above them"
            place = document.place(commented.lines)
            raise Refused(what, place=place, hint="bring them back by hand")


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in parts(node) if isinstance(node, Sequence | Mapping) else ():
        yield from _nodes(part.value)


def _parents(document: Document, commented: Commented) -> list[Collection]:
    """Return what the part may belong to, by its column and kind, the nearest first."""
    kind = Sequence if commented.part.key is None else Mapping
    found = [
        node
        for root in document.roots
        for node in _nodes(root)
        if isinstance(node, kind)
        and not node.flow
        and column_of(document.text, node.span.start) == commented.column
    ]
    lines = commented.lines

    def distance(node: Collection) -> int:
        return max(node.span.start - lines.end, lines.start - node.span.end, 0)

    return sorted(found, key=distance)[:_TRIED]


_TRIED = 4  # parents: the list that holds the lines, and those that end or begin beside them
