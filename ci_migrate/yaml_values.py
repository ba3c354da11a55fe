"""Put another value where one stands, whatever the two are: a text, a list or a mapping."""

from ci_migrate.comments import comments
from ci_migrate.content import Content, Fields, Items, Source
from ci_migrate.document import (
    Alias,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    behind_colon,
    whole,
)
from ci_migrate.errors import Refused
from ci_migrate.extent import column_of
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span, line_end, newline_at
from ci_migrate.yaml_change import (
    Replaced,
    YamlChange,
    check_nothing_joins,
    check_own,
    check_unneeded,
    editable,
    set_scalar,
)
from ci_migrate.yaml_content import Written, write_in_brackets, write_item, write_value


def set_value(document: Document, part: Part, content: Content, *, path: str) -> YamlChange:
    """Give a part another value; `path` are the keys that lead to it, from the job on.

    A text in the place of a text takes over its quotes. Raises Refused where comments stand inside
    a value of several lines, for they would be lost.
    """
    old, flow = part.value, part.parent.flow
    if isinstance(content.form, Value) and _on_one_line(content.form, old):
        return set_scalar(document, old, content.form, flow=flow)
    if isinstance(old, Scalar | Alias):
        editable(document, old)
    check_own(document, old.span)
    check_unneeded(document, (whole(old),))
    start = whole(old).start
    if part.key is not None:
        start = _behind_key(document, part.key)
    elif start == old.span.end and document.text[start - 1 : start] == "-":
        raise Refused("no value is written here", place=document.place(old), hint="write one")
    span = Span(start, old.span.end)
    if _has_comments(document, old, span):
        what = "comments stand inside this value, and would be lost"
        raise Refused(what, place=document.place(old), hint="move the comments first")
    new = _written(document, part, content, path)
    if not flow:
        column = column_of(document.text, part.parent.span.start)
        check_nothing_joins(document, new, span.end, column=column)
    newline = newline_at(document.text, part.span.start)
    apart = not isinstance(content.form, Source) or not new.lines[0]
    edits = _edits(document, span, new, newline, apart=apart)
    return YamlChange(edits, (Replaced(old, new.meaning),))


def _behind_key(document: Document, key: Node) -> int:
    end = behind_colon(document.text, key)
    if end is None:
        raise Refused("no value is written here", place=document.place(key), hint="write a colon")
    return end


def _on_one_line(new: Value, old: Node) -> bool:
    return isinstance(old, Scalar) and "\n" not in new.text and old.style not in ("|", ">")


def _has_comments(document: Document, old: Node, span: Span) -> bool:
    """Say whether comments belong to the parts of a value: inside, or behind its last line."""
    if "\n" not in span.of(document.text):
        return False
    scalar = isinstance(old, Scalar | Alias)
    end = span.end if scalar else line_end(document.text, span.end)
    return bool(comments(document, Span(span.start, end)))


def _written(document: Document, part: Part, content: Content, path: str) -> Written:
    keys = tuple(path.split(".")) if path else ()
    column = column_of(document.text, part.span.start)
    if part.parent.flow or _stays_in_brackets(part.value, content):
        new = write_in_brackets(content)
        lead = " " if part.key else ""
        return Written((lead + new.lines[0],), new.meaning)
    if part.key is None:
        return write_item(document, content, path=keys, column=column)
    return write_value(document, content, part.value, path=keys, column=column)


def _stays_in_brackets(old: Node, content: Content) -> bool:
    """Say whether texts take the place of a list in brackets, or of a mapping in braces."""
    match old, content.form:
        case Sequence(flow=True), Items(items=items):
            return all(isinstance(item, Value) for item in items)
        case Mapping(flow=True), Fields(fields=fields):
            return all(isinstance(value, Value) for _, value in fields)
    return False


def _edits(
    document: Document, span: Span, new: Written, newline: str, *, apart: bool
) -> tuple[Edit, ...]:
    """Replace a value; what is behind it stays on the first line if that can stand `apart`."""
    first, *others = new.lines
    rest = line_end(document.text, span.end)
    if others and apart and span.end < rest:
        return (Edit(span, first), Edit(Span(rest, rest), newline + newline.join(others)))
    return (Edit(span, newline.join(new.lines)),)
