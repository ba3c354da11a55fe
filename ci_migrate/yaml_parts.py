"""Changes of the parts of lists and mappings: put in, take out, put behind a `#`.

Each part stands on lines of its own, or between brackets. What would leave a list or a mapping
without any part is refused, for an empty place means something else.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from ci_migrate.content import Content
from ci_migrate.document import Collection, Document, Mapping, Part, Scalar, Sequence, parts
from ci_migrate.errors import Refused
from ci_migrate.extent import (
    Extent,
    begins_line,
    check_simple,
    column_of,
    dash_of,
    end_of,
    extent_of,
    line_start,
)
from ci_migrate.meaning import text_meaning
from ci_migrate.style import Value, is_plain, spell
from ci_migrate.text import Edit, Span, newline_at
from ci_migrate.yaml_change import (
    NewPart,
    Removed,
    YamlChange,
    add_entry,
    add_in_braces,
    check_closed,
    check_nothing_joins,
    check_own,
    check_unneeded,
    insert_between,
)
from ci_migrate.yaml_content import Written, write_entry, write_in_brackets, write_item
from ci_migrate.yaml_values import set_value


def insert_item(
    document: Document,
    sequence: Sequence,
    position: int,
    content: Content,
    *,
    path: str = "",
    blank_lines: int = 0,
) -> YamlChange:
    """Put an item into a list, before its item number `position` or at its end.

    `blank_lines` separate it from its neighbour. Raises Refused for a list without any item that
    is not written as `[]`.
    """
    check_own(document, sequence.span)
    if sequence.flow:
        return _insert_in_brackets(document, sequence, position, content)
    beside = Part(sequence, max(position - 1, 0))
    dash = dash_of(document, beside)
    indent = " " * column_of(document.text, dash)
    gap = document.text[dash + 1 : beside.span.start]
    lead = "-" + (gap if gap and not gap.strip(" ") else " ")
    keys = tuple(path.split(".")) if path else ()
    new = _like_others(sequence, content)
    new = new or write_item(document, content, path=keys, column=len(indent + lead))
    newline = newline_at(document.text, dash)
    text, apart = lead + newline.join(new.lines), newline * (1 + blank_lines)
    if position:
        at = end_of(document, beside)
        check_closed(document, beside.value, at)
        check_nothing_joins(document, new, at, column=len(indent))
        edit = Edit(Span(at, at), apart + indent + text)
    elif document.text[line_start(document.text, dash) : dash].strip(" "):
        edit = Edit(Span(dash, dash), text + apart + indent)
    else:
        at = extent_of(document, beside).whole.start
        edit = Edit(Span(at, at), indent + text + apart)
    return YamlChange((edit,), (NewPart(sequence, position, new.meaning),))


def _insert_in_brackets(
    document: Document, sequence: Sequence, position: int, content: Content
) -> YamlChange:
    new = _like_others(sequence, content) or write_in_brackets(content)
    if not sequence.items and sequence.span.of(document.text) != "[]":
        what = "this empty list is not written as []"
        raise Refused(what, place=document.place(sequence), hint="write it so first")
    edit = insert_between(document, sequence, position, new.lines[0])
    return YamlChange((edit,), (NewPart(sequence, position, new.meaning),))


def _like_others(sequence: Sequence, content: Content) -> Written | None:
    """Write a text in the quotes of the other items, if all have the same and not all need them."""
    form = content.form
    others = [item for item in sequence.items if isinstance(item, Scalar)]
    quotes = {item.style for item in others}
    plain = any(is_plain(item.value, flow=sequence.flow) for item in others)
    alike = len(others) == len(sequence.items) and quotes in ({"'"}, {'"'}) and plain
    if not alike or not isinstance(form, Value) or "\n" in form.text:
        return None
    new = spell(form, like=others[0], flow=sequence.flow)
    return Written((new.text,), (text_meaning(form.text, plain=new.plain),))


def replace_item(
    document: Document,
    sequence: Sequence,
    position: int,
    contents: tuple[Content, ...],
    *,
    path: str = "",
) -> YamlChange:
    """Put items in the place of one, the comments beside it kept; a text takes over its quotes."""
    first, *others = contents
    change = set_value(document, Part(sequence, position), first, path=path)
    for content in others:
        change += insert_item(document, sequence, position + 1, content, path=path)
    return change


def insert_entry(
    document: Document,
    mapping: Mapping,
    position: int,
    key: str,
    content: Content,
    *,
    blank_lines: int,
) -> YamlChange:
    """Put an entry before the entry number `position` of a mapping, or at its end."""
    if position:
        after = position - 1
        return add_entry(document, mapping, key, content, after=after, blank_lines=blank_lines)
    return insert_first_entry(document, mapping, key, content, blank_lines=blank_lines)


def insert_first_entry(
    document: Document, mapping: Mapping, field: str, content: Content, *, blank_lines: int = 0
) -> YamlChange:
    """Put a field above all entries of a mapping, behind the dash if there is one.

    `field` is its key, or the path of keys that leads to it, from the job on. Comments above the
    first entry stay with it.
    """
    if mapping.flow:
        return add_in_braces(document, mapping, field, content, position=0)
    check_own(document, mapping.span)
    start = mapping.span.start
    indent = " " * column_of(document.text, start)
    *path, key = field.split(".")
    new = write_entry(document, Value(key), content, path=tuple(path), column=len(indent))
    newline = newline_at(document.text, start)
    lines = newline.join(new.lines) + newline * (1 + blank_lines)
    edit = Edit(Span(start, start), lines + indent)
    if not document.text[line_start(document.text, start) : start].strip(" "):  # no dash before it
        above = extent_of(document, Part(mapping, 0)).whole.start
        edit = Edit(Span(above, above), indent + lines)
    return YamlChange((edit,), (NewPart(mapping, 0, new.meaning),))


def remove_parts(document: Document, parent: Collection, positions: tuple[int, ...]) -> YamlChange:
    """Take parts, with the comments that belong to them, out of a collection that has others."""
    own = parts(parent)
    _check_removable(document, parent, positions)
    intents = tuple(Removed(parent, position) for position in positions)
    if parent.flow:
        for part in own:
            check_simple(document, part)
        return YamlChange(_cuts([part.span for part in own], positions), intents)
    for position in positions:
        check_simple(document, own[position])
    edits: list[Edit] = []
    lines = tuple(p for p in positions if own[p].key is None or begins_line(document, own[p]))
    behind_dash = [p for p in positions if p not in lines]
    for position in behind_dash:
        edits.append(_pull_up(document, own, position, positions))
    edits += [Edit(_whole_lines(document, parent, p, positions), "") for p in lines]
    return YamlChange(tuple(_apart(edits)), intents)


def comment_out_parts(
    document: Document, parent: Collection, positions: tuple[int, ...], *, note: str
) -> YamlChange:
    """Put `# ` before every line of block parts, in their own column, and a note behind them."""
    _check_removable(document, parent, positions)
    edits: list[Edit] = []
    for position in positions:
        extent = extent_of(document, Part(parent, position))
        columns = _columns(document, extent.bare, extent.column)
        edits += [Edit(Span(start, start), "# ") for start in columns]
        if note:
            end = extent.bare.start + len(extent.bare.of(document.text).rstrip())
            edits.append(Edit(Span(end, end), f" {note}"))
    return YamlChange(tuple(edits), tuple(Removed(parent, p) for p in positions))


def _check_removable(document: Document, parent: Collection, positions: tuple[int, ...]) -> None:
    check_own(document, parent.span)
    own = parts(parent)
    if len(own) == len(positions):
        what = "nothing would be left here"
        raise Refused(what, place=document.place(own[0].span), hint="remove the whole field")
    check_unneeded(document, tuple(own[position].span for position in positions))


def _pull_up(
    document: Document, own: tuple[Part, ...], position: int, gone: tuple[int, ...]
) -> Edit:
    """Let the first entry that stays take the place of one behind a dash."""
    after = next(p for p in range(position, len(own)) if p not in gone)
    check_simple(document, own[position])
    check_simple(document, own[after])
    for one, other in pairwise(own[position : after + 1]):
        if "#" in document.text[one.span.end : other.span.start]:
            what = "comments stand between this entry and the next"
            raise Refused(what, place=document.place(one.span), hint="remove it by hand")
    return Edit(Span(own[position].span.start, own[after].span.start), "")


def _apart(edits: list[Edit]) -> Iterator[Edit]:
    """Yield the cuts, those that overlap as one."""
    cut = Span(0, 0)
    for edit in sorted(edits):
        if edit.span.start < cut.end:
            cut = Span(cut.start, max(cut.end, edit.span.end))
            continue
        if cut.end:
            yield Edit(cut, "")
        cut = edit.span
    yield Edit(cut, "")


def _cuts(spans: list[Span], positions: tuple[int, ...]) -> tuple[Edit, ...]:
    """Return what to cut out between brackets: parts up to the next, and those at the end whole."""
    kept = [position for position in range(len(spans)) if position not in positions]
    cuts = [Span(spans[p].start, spans[p + 1].start) for p in positions if p < kept[-1]]
    if kept[-1] + 1 < len(spans):
        cuts.append(Span(spans[kept[-1]].end, spans[-1].end))
    return tuple(Edit(cut, "") for cut in cuts)


def _whole_lines(
    document: Document, parent: Collection, position: int, gone: tuple[int, ...]
) -> Span:
    """Return a part's lines to take out; at either end of its parent the blank lines go too."""
    count = len(parts(parent))
    lines = _lines_of(document.text, extent_of(document, Part(parent, position)))
    trailing = set(range(position, count)) <= set(gone)
    if trailing and not document.text[_end(document, parent) :].strip():
        above = parts(parent)[position - 1].span.end if position else 0
        before = re.compile(r"(?:\n[ \t\r]*)*\n\Z").search(document.text[: lines.start], above)
        return Span(before.start() + 1 if before else lines.start, lines.end)
    behind = re.compile(r"(?:[ \t]*\r?\n)*").match(document.text, lines.end)
    if behind and set(range(position)) <= set(gone) and position + 1 < count:
        return Span(lines.start, behind.end())
    return lines


def _end(document: Document, parent: Collection) -> int:
    last = Part(parent, len(parts(parent)) - 1)
    return extent_of(document, last).whole.end


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
