"""Copies and moves of whole block items: the same lines elsewhere, with edits made to them.

A copy is a copy of text, so quotes, comments and blank lines are those of the original.
"""

from typing import NamedTuple

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence
from ci_migrate.errors import Refused
from ci_migrate.extent import blank_lines_between, item_extent
from ci_migrate.meaning import END, LIST
from ci_migrate.text import Edit, Span, newline_at, shifted, splice
from ci_migrate.yaml_change import (
    CopiedItem,
    Intent,
    Removed,
    Replaced,
    YamlChange,
    check_closed,
    check_own,
)
from ci_migrate.yaml_proof import meaning_of_node


class Item(NamedTuple):
    """Item number `position` of a block list."""

    document: Document
    sequence: Sequence
    position: int

    @property
    def node(self) -> Node:
        """Return what the item holds."""
        return self.sequence.items[self.position]


def copy_item(document: Document, sequence: Sequence, index: int, change: YamlChange) -> YamlChange:
    """Copy a block item below itself, with `change`, counted in the original, made to the copy.

    The copy keeps every byte of the original's lines that `change` leaves alone, comments
    included, and stands as far from its neighbours as they mostly do from one another.
    """
    item = Item(document, sequence, index)
    end = _checked_end(item)
    text = _gap(item) + _copy(item, change)
    copied = CopiedItem(sequence, index + 1, sequence.items[index], change.intents)
    return YamlChange((Edit(Span(end, end), text),), (copied,))


def replace_by_copies(item: Item, changes: tuple[YamlChange, ...]) -> YamlChange:
    """Put copies of a block item in its place, one with each of the changes, in their order."""
    _checked_end(item)
    extent = item_extent(item.document, item.sequence, item.position)
    text = _gap(item).join(_copy(item, change) for change in changes)
    copies = (CopiedItem(item.sequence, item.position, item.node, c.intents) for c in changes)
    intents: tuple[Intent, ...] = (Removed(item.sequence, item.position), *copies)
    return YamlChange((Edit(extent.whole, text),), intents)


def insert_copies(items: tuple[Item, ...], beside: Item, *, below: bool) -> YamlChange:
    """Put copies of block items, perhaps of another file, below or above the item `beside`.

    Raises Refused where their lines can't be indented as those of the item beside them.
    """
    check_own(beside.document, beside.sequence.span)
    extent = item_extent(beside.document, beside.sequence, beside.position)
    newline = newline_at(beside.document.text, extent.whole.end)
    texts = [newline.join(_lines(item, extent.column)) for item in items]
    position = beside.position + 1 if below else beside.position
    copies = tuple(CopiedItem(beside.sequence, position, item.node, ()) for item in items)
    gap = _gap(beside if len(beside.sequence.items) > 1 else items[0], newline)
    if below:
        end = _checked_end(beside)
        return YamlChange((Edit(Span(end, end), "".join(gap + t for t in texts)),), copies)
    start = extent.whole.start
    return YamlChange((Edit(Span(start, start), "".join(t + gap for t in texts)),), copies)


def new_list(items: tuple[Item, ...], empty: Scalar) -> tuple[str, YamlChange]:
    """Return the lines of a list of copies, with line feeds, and what putting it at `empty` means.

    The dashes stand in the column in which that of the first item stands.
    """
    first = items[0]
    column = item_extent(first.document, first.sequence, first.position).column
    text = _gap(first, "\n").join("\n".join(_lines(item, column)) for item in items) + "\n"
    inner = (meaning for item in items for meaning in meaning_of_node(item.node))
    return text, YamlChange((), (Replaced(empty, (LIST, *inner, END)),))


def _checked_end(item: Item) -> int:
    """Return where the lines of an item end, once it is sure that others can follow."""
    check_own(item.document, item.sequence.span)
    end = item_extent(item.document, item.sequence, item.position).whole.end
    check_closed(item.document, item.node, end)
    return end


def _gap(item: Item, newline: str = "") -> str:
    """Return what parts the items of a list: a line end, and blank lines if there mostly are."""
    end = item_extent(item.document, item.sequence, item.position).whole.end
    newline = newline or newline_at(item.document.text, end)
    return newline * (1 + blank_lines_between(item.document, item.sequence))


def _copy(item: Item, change: YamlChange) -> str:
    extent = item_extent(item.document, item.sequence, item.position)
    _check_no_anchors(item)
    lines = extent.whole.of(item.document.text)
    copy = splice(lines, shifted(change.edits, -extent.whole.start))
    # Where the last line is taken out, its line end, which is not part of an item, goes with it.
    beyond = any(edit.span.end > extent.whole.end for edit in change.edits)
    return copy.rstrip("\r\n") if beyond else copy


def _lines(item: Item, column: int) -> tuple[str, ...]:
    extent = item_extent(item.document, item.sequence, item.position)
    _check_no_anchors(item)
    lines = [line.removesuffix("\r") for line in extent.whole.of(item.document.text).split("\n")]
    if column >= extent.column:
        more = " " * (column - extent.column)
        return tuple(more + line if line.strip() else line for line in lines)
    less = " " * (extent.column - column)
    if any(line.strip() and not line.startswith(less) for line in lines):
        what = "a line of this item begins further left than its dash"
        raise Refused(what, place=item.document.place(item.node), hint="indent it")
    return tuple(line.removeprefix(less) for line in lines)


def _check_no_anchors(item: Item) -> None:
    if _anchors(item.node):
        what = "this item holds an anchor, and a copy would define it twice"
        raise Refused(what, place=item.document.place(item.node), hint="copy it by hand")


def _anchors(node: Node) -> bool:
    match node:
        case Scalar(anchor=anchor):
            return anchor is not None
        case Alias():
            return False
        case Sequence(items=items, anchor=anchor):
            return anchor is not None or any(map(_anchors, items))
        case Mapping(entries=entries, anchor=anchor):
            inner = (part for e in entries for part in (e.key, e.value))
            return anchor is not None or any(map(_anchors, inner))
