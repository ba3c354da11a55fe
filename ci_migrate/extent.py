"""The whole lines that an item of a block list, or an entry of a block mapping, occupies.

A comment belongs to the item below it when it stands right above it in the same column, and to
the item above it when it is indented deeper than that item; so it travels as a reader expects.
"""

from itertools import pairwise
from typing import NamedTuple

from ci_migrate.document import Collection, Document, Mapping, Node, Part, Sequence, parts
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
        check_simple(document, part)
        return _extent(document, part.span.start, part.value, column)
    start = dash_of(document, part)
    if text[text.rfind("\n", 0, start) + 1 : start].strip(" \ufeff"):
        raise Refused("this item does not begin its line", place=where, hint="give it its own line")
    return _extent(document, start, part.value, column)


def check_simple(document: Document, part: Part) -> None:
    """Check that an entry is not written with a question mark before its key."""
    parent, key = part.parent, part.key
    if key is None:
        return
    before = document.text[parent.span.start : part.span.start].rstrip()
    explicit = before.endswith("?")
    if not parent.flow:
        column = column_of(document.text, parent.span.start)
        block = isinstance(key, Sequence | Mapping) and not key.flow
        explicit = block or column_of(document.text, part.span.start) != column
    if explicit:
        what = "this entry is written with a question mark"
        raise Refused(what, place=document.place(part.span), hint="write it as 'key: value'")


def begins_line(document: Document, part: Part) -> bool:
    """Say whether the line of a block entry begins with it; the first behind a dash does not."""
    line = line_start(document.text, part.span.start)
    return not document.text[line : part.span.start].strip(" ")


def end_of(document: Document, part: Part) -> int:
    """Return where the lines of a block part end, those of the comments that belong to it too."""
    column = column_of(document.text, part.parent.span.start)
    end = line_end(document.text, part.span.end)
    return _with_deeper_comments(document.text, end, column)


def dash_of(document: Document, part: Part) -> int:
    """Return where the dash before an item of a block list stands."""
    text, parent = document.text, part.parent
    if part.position == 0:
        return parent.span.start
    column = column_of(text, parent.span.start)
    line = text.index("\n", parts(parent)[part.position - 1].span.end)
    while text[line + 1 : line + 2 + column] != " " * column + "-":
        line = text.index("\n", line + 1)
    return line + 1 + column


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
