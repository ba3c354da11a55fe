"""Copies and moves of whole parts of block collections: the same lines elsewhere, with edits.

A copy is a copy of text, so quotes, comments and blank lines are those of the original.
"""

from typing import NamedTuple

from ci_migrate.document import (
    Alias,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    parts,
)
from ci_migrate.errors import Refused
from ci_migrate.extent import begins_line, blank_lines_between, extent_of
from ci_migrate.meaning import END, LIST, MAPPING, meaning_of_node
from ci_migrate.text import Edit, Span, newline_at, shifted, splice
from ci_migrate.yaml_change import (
    CopiedPart,
    Intent,
    Removed,
    Replaced,
    YamlChange,
    check_closed,
    check_own,
)


class Original(NamedTuple):
    """A part of a block collection of a document, to be copied or to stand beside."""

    document: Document
    part: Part


def copy_below(original: Original, change: YamlChange) -> YamlChange:
    """Copy a part below itself, with `change`, counted in the original, made to the copy.

    The copy keeps every byte of the original's lines that `change` leaves alone, comments
    included, and stands as far from its neighbours as they mostly do from one another.
    """
    end = _checked_end(original)
    text = _gap(original) + _copy(original, change)
    part = original.part
    copied = CopiedPart(part.parent, part.position + 1, part, change.intents)
    return YamlChange((Edit(Span(end, end), text),), (copied,))


def replace_by_copies(original: Original, changes: tuple[YamlChange, ...]) -> YamlChange:
    """Put copies of a part in its place, one with each of the changes, in their order."""
    _checked_end(original)
    part = original.part
    extent = extent_of(original.document, part)
    text = _gap(original).join(_copy(original, change) for change in changes)
    copies = (CopiedPart(part.parent, part.position, part, c.intents) for c in changes)
    intents: tuple[Intent, ...] = (Removed(part.parent, part.position), *copies)
    return YamlChange((Edit(extent.whole, text),), intents)


def insert_copies(originals: tuple[Original, ...], beside: Original, *, below: bool) -> YamlChange:
    """Put copies of parts, perhaps of another file, below or above the part `beside`.

    Raises Refused where their lines can't be indented as those of the part beside them.
    """
    parent, position = beside.part
    check_own(beside.document, parent.span)
    extent = extent_of(beside.document, beside.part)
    newline = newline_at(beside.document.text, extent.whole.end)
    place = extent.whole.end if below else extent.whole.start
    for original in originals:
        _check_known(original, beside, place)
    texts = [newline.join(_lines(original, extent.column)) for original in originals]
    position += below
    copies = tuple(CopiedPart(parent, position, original.part, ()) for original in originals)
    gap = _gap(beside if len(parts(parent)) > 1 else originals[0], newline)
    if below:
        end = _checked_end(beside)
        return YamlChange((Edit(Span(end, end), "".join(gap + t for t in texts)),), copies)
    start = extent.whole.start
    return YamlChange((Edit(Span(start, start), "".join(t + gap for t in texts)),), copies)


def new_collection(originals: tuple[Original, ...], empty: Scalar) -> tuple[str, YamlChange]:
    """Return the lines of copies, with line feeds, and what putting them at `empty` means.

    They stand in the column in which the first original stands.
    """
    first = originals[0]
    text = _on_their_own(originals)
    start = MAPPING if isinstance(first.part.parent, Mapping) else LIST
    nodes = (node for one in originals for node in (one.part.key, one.part.value) if node)
    inner = (meaning for node in nodes for meaning in meaning_of_node(node))
    return text, YamlChange((), (Replaced(empty, (start, *inner, END)),))


def new_entries(originals: tuple[Original, ...], mapping: Mapping) -> tuple[str, YamlChange]:
    """Return the lines of copies, with line feeds, to put below all entries of a mapping.

    They stand as far from it as they mostly do from one another.
    """
    text = "\n" * blank_lines_between(originals[0].document, originals[0].part.parent)
    position = len(mapping.entries)
    copies = tuple(CopiedPart(mapping, position, one.part, ()) for one in originals)
    return text + _on_their_own(originals), YamlChange((), copies)


def _on_their_own(originals: tuple[Original, ...]) -> str:
    """Return copies as lines of a new file."""
    first = originals[0]
    for one in originals:
        _check_known(one, None, 0)
    column = extent_of(first.document, first.part).column
    return _gap(first, "\n").join("\n".join(_lines(one, column)) for one in originals) + "\n"


def _check_known(original: Original, beside: Original | None, place: int) -> None:
    """Check that the aliases in a part have their anchors above its new place."""
    same = beside is not None and beside.document.path == original.document.path
    span = original.part.span
    for alias in original.document.aliases:
        inside = span.start <= alias.span.start and alias.span.end <= span.end
        if inside and not (same and alias.target and alias.target.span.start < place):
            what = f"the anchor of the alias *{alias.name} is not above the new place"
            hint = "write the alias out, or move it by hand"
            raise Refused(what, place=original.document.place(alias), hint=hint)


def _checked_end(original: Original) -> int:
    """Return where the lines of a part end, once it is sure that others can follow."""
    document, part = original
    check_own(document, part.parent.span)
    end = extent_of(document, part).whole.end
    check_closed(document, part.value, end)
    return end


def _gap(original: Original, newline: str = "") -> str:
    """Return what separates parts: a line end, and blank lines if there mostly are."""
    document, part = original
    newline = newline or newline_at(document.text, extent_of(document, part).whole.end)
    return newline * (1 + blank_lines_between(document, part.parent))


def _copy(original: Original, change: YamlChange) -> str:
    extent = extent_of(original.document, original.part)
    _check_copyable(original)
    lines = extent.whole.of(original.document.text)
    copy = splice(lines, shifted(change.edits, -extent.whole.start))
    # Where the last line is taken out, its line end, which is not part of an item, goes with it.
    beyond = any(edit.span.end > extent.whole.end for edit in change.edits)
    return copy.rstrip("\r\n") if beyond else copy


def _lines(original: Original, column: int) -> tuple[str, ...]:
    document, part = original
    extent = extent_of(document, part)
    _check_copyable(original)
    check_closed(document, part.value, extent.whole.end)
    lines = [line.removesuffix("\r") for line in extent.whole.of(document.text).split("\n")]
    if column >= extent.column:
        more = " " * (column - extent.column)
        return tuple(more + line if line.strip() else line for line in lines)
    less = " " * (extent.column - column)
    if any(line.strip() and not line.startswith(less) for line in lines):
        what = "a line of this item begins further left than its dash"
        raise Refused(what, place=document.place(part.span), hint="indent it")
    return tuple(line.removeprefix(less) for line in lines)


def _check_copyable(original: Original) -> None:
    document, part = original
    place = document.place(part.span)
    if any(_anchors(node) for node in (part.key, part.value) if node):
        what = "this item holds an anchor, and a copy would define it twice"
        raise Refused(what, place=place, hint="copy it by hand")
    if part.key is not None and not begins_line(document, part):
        raise Refused("this entry does not begin its line", place=place, hint="copy it by hand")


def _anchors(node: Node) -> bool:
    match node:
        case Scalar(anchor=anchor):
            return anchor is not None
        case Alias():
            return False
        case Sequence(anchor=anchor) | Mapping(anchor=anchor):
            return anchor is not None or any(_anchors(part.value) for part in parts(node))
