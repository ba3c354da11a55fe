"""Put another value where one stands, whatever the two are: a text, a list or a mapping."""

from ci_migrate.comments import comments
from ci_migrate.content import Content
from ci_migrate.document import Alias, Document, Mapping, Node, Scalar
from ci_migrate.errors import Refused
from ci_migrate.extent import column_of
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span, newline_at
from ci_migrate.yaml_change import Replaced, YamlChange, check_own, editable, set_scalar
from ci_migrate.yaml_content import Written, write_in_brackets, write_value


def set_value(
    document: Document, mapping: Mapping, position: int, content: Content, *, field: str
) -> YamlChange:
    """Give an entry another value; `field` is the path of keys to it, from the job on.

    A text in the place of a text takes over its quotes. Raises Refused where comments stand inside
    a value of several lines, for they would be lost.
    """
    key, old = mapping.entries[position]
    if isinstance(content.part, Value) and _on_one_line(content.part, old):
        return set_scalar(document, old, content.part, flow=mapping.flow)
    if isinstance(old, Scalar | Alias):
        editable(document, old)
    check_own(document, old.span)
    path = tuple(field.split("."))
    new = _written(document, mapping, position, content, path)
    start = document.text.index(":", key.span.end) + 1
    span = Span(start, old.span.end)
    if _has_comments(document, span):
        what = "comments stand inside this value, and would be lost"
        raise Refused(what, place=document.place(old), hint="move the comments first")
    newline = newline_at(document.text, key.span.start)
    return YamlChange(_edits(document, span, new, newline), (Replaced(old, new.meaning),))


def _on_one_line(new: Value, old: Node) -> bool:
    return isinstance(old, Scalar) and "\n" not in new.text and old.style not in ("|", ">")


def _has_comments(document: Document, span: Span) -> bool:
    """Say whether comments belong to the parts of a value: inside, or behind its last line."""
    if "\n" not in span.of(document.text):
        return False
    end = document.text.find("\n", span.end)
    end = len(document.text) if end < 0 else end
    return bool(comments(document, Span(span.start, end)))


def _written(
    document: Document, mapping: Mapping, position: int, content: Content, path: tuple[str, ...]
) -> Written:
    if mapping.flow:
        new = write_in_brackets(content)
        return Written((" " + new.lines[0],), new.meaning)
    key, old = mapping.entries[position]
    column = column_of(document.text, key.span.start)
    return write_value(document, content, old, path=path, column=column)


def _edits(document: Document, span: Span, new: Written, newline: str) -> tuple[Edit, ...]:
    """Replace a value, with a comment on its line kept on the line of the key."""
    first, *others = new.lines
    if others and not first:
        rest = document.text.find("\n", span.end)
        rest = len(document.text) if rest < 0 else rest
        rest -= document.text[span.end : rest].endswith("\r")
        if document.text[span.end : rest].strip():
            below = newline + newline.join(others)
            return (Edit(span, ""), Edit(Span(rest, rest), below))
    return (Edit(span, newline.join(new.lines)),)
