"""The whole lines that an item of a block list, or an entry of a block mapping, occupies.

A comment belongs to the item below it when it stands right above it in the same column, and to
the item above it when it is indented deeper than that item; so it travels as a reader expects.
"""

from itertools import pairwise
from typing import NamedTuple

from ci_migrate.document import Collection, Document, Mapping, Node, Part, parts
from ci_migrate.errors import Refused
from ci_migrate.text import BYTE_ORDER_MARK, Span, line_end


class Extent(NamedTuple):
    """Lines of a part: `whole` with the comments that belong to it, `bare` without those above.

    Both begin at the start of a line and end before a line's end; `column` counts from 0 and is
    where the item's dash or key stands.
    """

    whole: Span
    bare: Span
    column: int


def extent_of(document: Document, part: Part) -> Extent:
    """Return the lines of a part; raises Refused where it shares a line with something else."""
    text, parent = document.text, part.parent
    where = document.place(part.span)
    if parent.flow:
        if isinstance(parent, Mapping):
            what, hint = (
                "an entry of a mapping in braces has no line of its own",
                "one entry a line",
            )
        else:
            what = "an item of a list in brackets has no line of its own"
            hint = "one item a line, with dashes"
        raise Refused(what, place=where, hint=f"write {hint}")
    column = column_of(text, parent.span.start)
    if isinstance(parent, Mapping):
        return _extent(document, part.span.start, part.value, column)
    before = parent.items[part.position - 1].span.end if part.position else parent.span.start
    start = _dash(text, before, part.value, column)
    if text[text.rfind("\n", 0, start) + 1 : start].strip(" \ufeff"):
        raise Refused("this item does not begin its line", place=where, hint="give it its own line")
    return _extent(document, start, part.value, column)


def column_of(text: str, offset: int) -> int:
    """Return how many characters stand on the line before `offset`, a byte order mark not."""
    return offset - line_start(text, offset)


def line_start(text: str, offset: int) -> int:
    """Return where the line of a character begins, behind a byte order mark."""
    start = text.rfind("\n", 0, offset) + 1
    return start + 1 if not start and text.startswith(BYTE_ORDER_MARK) else start


def blank_lines_between(document: Document, parent: Collection) -> int:
    """Return how many blank lines mostly stand between the parts of a block collection."""
    counts = []
    for one, other in pairwise(parts(parent)):
        gap = document.text[one.span.end : other.span.start].split("\n")[1:-1]
        counts.append(sum(not line.strip() for line in gap))
    return max(sorted(set(counts)), key=counts.count) if counts else 0


def _dash(text: str, position: int, node: Node, column: int) -> int:
    """Return where the dash before `node` stands, looking from the end of the item before it."""
    if text.startswith("-", position) and column_of(text, position) == column:
        return position
    line = text.find("\n", position, node.span.start)
    while line >= 0:
        dash = line + 1 + column
        if text.startswith("-", dash) and not text[line + 1 : dash].strip(" "):
            return dash
        line = text.find("\n", line + 1, node.span.start)
    raise AssertionError("a block item without its dash")


def _extent(document: Document, start: int, node: Node, column: int) -> Extent:
    text = document.text
    line = line_start(text, start)
    end = _with_deeper_comments(text, line_end(text, node.span.end), column)
    return Extent(Span(_with_comments_above(text, line, column), end), Span(line, end), column)


def _with_deeper_comments(text: str, end: int, column: int) -> int:
    """Move the end of an item behind the comment lines below it that are indented deeper."""
    position = end
    while (newline := text.find("\n", position)) >= 0:
        below = line_end(text, newline + 1)
        line = text[newline + 1 : below]
        comment = line.lstrip(" ")
        if comment.startswith("#") and len(line) - len(comment) > column:
            end = below
        elif comment.strip():
            break
        position = below
    return end


def _with_comments_above(text: str, start: int, column: int) -> int:
    """Move the start of an item above the comment lines that stand right on it."""
    while start > 0:
        above = line_start(text, start - 1)
        line = text[above:start]
        comment = line.lstrip(" ")
        if not comment.startswith("#") or len(line) - len(comment) != column:
            break
        start = above
    return start
