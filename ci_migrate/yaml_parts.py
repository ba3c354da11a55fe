"""Changes of the parts of lists and mappings: put in, take out, put behind a `#`.

Each part stands on lines of its own, or between brackets. What would leave a list or a mapping
without any part is refused, for an empty place means something else.
"""

import re

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Sequence
from ci_migrate.errors import Refused
from ci_migrate.extent import Extent, column_of, entry_extent, item_extent
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span, newline_at
from ci_migrate.yaml_change import (
    NewEntry,
    NewItem,
    Removed,
    YamlChange,
    check_closed,
    check_own,
    editable,
    set_scalar,
)
from ci_migrate.yaml_content import write_entry, write_in_brackets, write_item


def insert_item(
    document: Document, sequence: Sequence, position: int, content: Content, *, path: str = ""
) -> YamlChange:
    """Put an item into a list that has items, before its item number `position` or at its end."""
    check_own(document, sequence.span)
    beside = max(position - 1, 0)
    neighbour = sequence.items[beside]
    if sequence.flow:
        new = write_in_brackets(content)
        at = neighbour.span.end if position else neighbour.span.start
        text = f", {new.lines[0]}" if position else f"{new.lines[0]}, "
        intents = (NewItem(sequence, position, new.meaning),)
        return YamlChange((Edit(Span(at, at), text),), intents)
    extent = item_extent(document, sequence, beside)
    dash = extent.bare.start + extent.column
    gap = document.text[dash + 1 : neighbour.span.start]
    lead = " " * extent.column + "-" + (gap if gap.strip(" ") == "" and gap else " ")
    keys = tuple(path.split(".")) if path else ()
    new = write_item(document, content, path=keys, column=len(lead))
    intents = (NewItem(sequence, position, new.meaning),)
    if position:
        check_closed(document, neighbour, extent.whole.end)
        newline = newline_at(document.text, extent.whole.end)
        text = newline + lead + newline.join(new.lines)
        edit = Edit(Span(extent.whole.end, extent.whole.end), text)
    else:
        newline = newline_at(document.text, extent.whole.start)
        text = lead + newline.join(new.lines) + newline
        edit = Edit(Span(extent.whole.start, extent.whole.start), text)
    return YamlChange((edit,), intents)


def replace_item(
    document: Document,
    sequence: Sequence,
    position: int,
    contents: tuple[Content, ...],
    *,
    path: str = "",
) -> YamlChange:
    """Put items in the place of a scalar, the comments beside it kept; the first takes its quotes.

    Raises Refused where the old item is no single value, for more than is named would be lost.
    """
    first, *others = contents
    old = editable(document, sequence.items[position])
    if isinstance(first.part, Value) and old.style not in ("|", ">"):
        change = set_scalar(document, old, first.part, flow=sequence.flow)
    else:
        what = "a list, a mapping or a block of lines is not replaced as an item"
        raise Refused(what, place=document.place(old), hint="insert the new item, remove the old")
    for content in others:
        change += insert_item(document, sequence, position + 1, content, path=path)
    return change


def insert_first_entry(
    document: Document, mapping: Mapping, field: str, content: Content
) -> YamlChange:
    """Put a field above all entries of a block mapping, behind the dash if there is one.

    `field` is its key, or the path of keys that leads to it, from the job on.
    """
    check_own(document, mapping.span)
    if mapping.flow or not mapping.entries:
        what = "an entry of a mapping in braces has no line of its own"
        raise Refused(what, place=document.place(mapping), hint="write one entry a line")
    start = mapping.entries[0].key.span.start
    column = column_of(document.text, start)
    *path, key = field.split(".")
    new = write_entry(document, Value(key), content, path=tuple(path), column=column)
    newline = newline_at(document.text, start)
    edit = Edit(Span(start, start), newline.join(new.lines) + newline + " " * column)
    return YamlChange((edit,), (NewEntry(mapping, 0, new.meaning),))


def remove_items(document: Document, sequence: Sequence, positions: tuple[int, ...]) -> YamlChange:
    """Take items, with the comments that belong to them, out of a list that has others."""
    parts = [item.span for item in sequence.items]
    _check_removable(document, sequence, parts, positions)
    intents = tuple(Removed(sequence, position) for position in positions)
    if sequence.flow:
        return YamlChange(_cuts(parts, positions), intents)
    edits = tuple(Edit(_item_lines(document, sequence, p, positions), "") for p in positions)
    return YamlChange(edits, intents)


def remove_entry(document: Document, mapping: Mapping, position: int) -> YamlChange:
    """Take an entry, with the comments that belong to it, out of a mapping that has others."""
    parts = [Span(e.key.span.start, e.value.span.end) for e in mapping.entries]
    _check_removable(document, mapping, parts, (position,))
    intents = (Removed(mapping, position),)
    if mapping.flow:
        return YamlChange(_cuts(parts, (position,)), intents)
    extent = entry_extent(document, mapping, position)
    before = document.text[extent.bare.start : parts[position].start]
    if not before.strip(" \ufeff"):
        return YamlChange((Edit(_lines_of(document.text, extent), ""),), intents)
    # The first entry stands behind a dash: the next one takes its place.
    gap = document.text[parts[0].end : parts[1].start]
    if "#" in gap:
        what = "comments stand between this entry and the next"
        raise Refused(what, place=document.place(parts[0]), hint="remove it by hand")
    return YamlChange((Edit(Span(parts[0].start, parts[1].start), ""),), intents)


def comment_out_items(
    document: Document, sequence: Sequence, positions: tuple[int, ...], *, note: str
) -> YamlChange:
    """Put `# ` before every line of block items, in their dash's column, and a note behind them."""
    parts = [item.span for item in sequence.items]
    _check_removable(document, sequence, parts, positions)
    edits: list[Edit] = []
    for position in positions:
        extent = item_extent(document, sequence, position)
        columns = _columns(document, extent.bare, extent.column)
        edits += [Edit(Span(start, start), "# ") for start in columns]
        if note:
            edits.append(Edit(Span(extent.bare.end, extent.bare.end), f" {note}"))
    return YamlChange(tuple(edits), tuple(Removed(sequence, p) for p in positions))


def _check_removable(
    document: Document, parent: Sequence | Mapping, parts: list[Span], positions: tuple[int, ...]
) -> None:
    check_own(document, parent.span)
    if len(parts) == len(positions):
        what = "nothing would be left here"
        raise Refused(what, place=document.place(parts[0]), hint="remove the whole field")


def _cuts(parts: list[Span], positions: tuple[int, ...]) -> tuple[Edit, ...]:
    """Return what to cut out between brackets: parts up to the next, and those at the end whole."""
    kept = [position for position in range(len(parts)) if position not in positions]
    cuts = [Span(parts[p].start, parts[p + 1].start) for p in positions if p < kept[-1]]
    if kept[-1] + 1 < len(parts):
        cuts.append(Span(parts[kept[-1]].end, parts[-1].end))
    return tuple(Edit(cut, "") for cut in cuts)


def _item_lines(
    document: Document, sequence: Sequence, position: int, gone: tuple[int, ...]
) -> Span:
    """Return an item's lines to take out; at either end of the list the blank lines go too."""
    lines = _lines_of(document.text, item_extent(document, sequence, position))
    if not document.text[lines.end :].strip() and set(range(position, len(sequence.items))) <= set(
        gone
    ):
        before = re.search(r"(?:\n[ \t\r]*)*\n\Z", document.text[: lines.start])
        return Span(before.start() + 1 if before else lines.start, lines.end)
    behind = re.compile(r"(?:[ \t]*\r?\n)*").match(document.text, lines.end)
    if behind and set(range(position)) <= set(gone) and position + 1 < len(sequence.items):
        return Span(lines.start, behind.end())
    return lines


def _lines_of(text: str, extent: Extent) -> Span:
    """Return an item's lines with their line end, and with the blank lines that part it."""
    start, end = extent.whole.start, text.find("\n", extent.whole.end) + 1
    if end == 0:
        return Span(len(text[:start].rstrip("\r\n")), len(text))
    before = re.search(r"(?:^|\n)[ \t]*\r?\n\Z", text[:start])
    behind = re.match(r"(?:[ \t]*\r?\n)+", text[end:])
    if before and behind:
        end += behind.end()
    return Span(start, end)


def _columns(document: Document, lines: Span, column: int) -> list[int]:
    """Return the place in each line that is not blank at which a column begins."""
    result = []
    start = lines.start
    while start < lines.end:
        end = document.text.find("\n", start, lines.end)
        end = lines.end if end < 0 else end
        line = document.text[start:end]
        if line.strip():
            if line[:column].strip(" "):
                what = "a line of this item begins further left than its dash"
                raise Refused(what, place=document.place(Span(start, end)), hint="indent it")
            result.append(start + column)
        start = end + 1
    return result
