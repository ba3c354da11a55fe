"""Edit the text inside a scalar, however it is written, and leave the rest of it as it is."""

import re

from ci_migrate.document import Document, Node, Scalar, resolved
from ci_migrate.errors import Refused
from ci_migrate.pattern import Pattern
from ci_migrate.scalar_map import ScalarMap, scalar_map
from ci_migrate.style import Value, is_plain, spell
from ci_migrate.text import Edit, Span, newline_at, splice
from ci_migrate.yaml_change import NewText, YamlChange, editable, plain_text


def edit_scalar(
    document: Document, node: Node, find: Pattern, replace: str, *, flow: bool
) -> YamlChange | None:
    r"""Replace all that `find` fits in a scalar's text; None if it fits nowhere.

    In `replace`, `\1` stands for a group of a regular expression. Text that is folded over lines or
    escaped is found as it reads. Raises Refused where the new text can't be written in the style
    of the scalar.
    """
    meant = resolved(node)
    if not isinstance(meant, Scalar) or not find.found_in(meant.value):
        return None
    scalar = editable(document, node)
    if not (scalar.value.strip("\n") if scalar.style in ("|", ">") else scalar.value):
        what = "no text is written here"
        raise Refused(what, place=document.place(scalar), hint="set the value instead")
    template = find.template(replace)
    value = find.compiled.sub(template, scalar.value)
    if value == scalar.value:
        return None
    one_line = "\n" not in scalar.span.of(document.text)
    if not scalar.style and one_line and not is_plain(value, flow=flow):
        new = spell(Value(value), like=None, flow=flow)
        return YamlChange((Edit(scalar.span, new.text),), (NewText(scalar, value, new.plain),))
    places = scalar_map(document.text, scalar)
    matches = list(find.compiled.finditer(scalar.value))
    edits = tuple(
        Edit(places.span(*m.span()), _written(document, scalar, places, m.expand(template)))
        for m in (matches if places else ())
        if places and m[0] != m.expand(template)
    )
    if not edits or not _reads_as(document, scalar, edits, value, flow=flow):
        what = f"'{find.text}' can't be replaced as this text is written"
        raise Refused(what, place=document.place(scalar), hint="edit this text by hand")
    return YamlChange(edits, (NewText(scalar, value, not scalar.style),))


def replace_parts(
    document: Document, scalar: Scalar, parts: tuple[Edit, ...], *, flow: bool
) -> YamlChange:
    """Put texts in the place of parts of a scalar's value, also where aliases repeat it.

    Raises Refused where they can't be written in the style of the scalar.
    """
    plain_text(document, scalar)
    value = splice(scalar.value, parts)
    places = scalar_map(document.text, scalar)
    if places is not None:
        edits = tuple(
            Edit(places.span(*part.span), _written(document, scalar, places, part.text))
            for part in parts
        )
        if _reads_as(document, scalar, edits, value, flow=flow):
            return YamlChange(edits, (NewText(scalar, value, not scalar.style),))
    what = f"'{parts[0].span.of(scalar.value)}' can't be replaced as this text is written"
    raise Refused(what, place=document.place(scalar), hint="edit this text by hand")


def _written(document: Document, scalar: Scalar, places: ScalarMap, text: str) -> str:
    """Return text as it stands in a scalar of its style."""
    match scalar.style:
        case "'":
            return text.replace("'", "''")
        case '"':
            return spell(Value(text), like=scalar, flow=False).text[1:-1]
        case "|":
            newline = newline_at(document.text, scalar.span.start)
            return re.sub(r"\n(?!\n|\Z)", newline + places.indent, text)
    return text


def _reads_as(
    document: Document, scalar: Scalar, edits: tuple[Edit, ...], value: str, *, flow: bool
) -> bool:
    """Say whether the scalar, with the edits made, would be read as the value."""
    if not scalar.style and not is_plain(value, flow=flow):
        return False
    if scalar.style in ("|", ">") and _line_ends(value) != _line_ends(scalar.value):
        return False  # the chomping of the block tells them
    text = splice(document.text, edits)
    end = scalar.span.end + len(text) - len(document.text)
    written = Scalar(Span(scalar.span.start, end), value, scalar.style, None, None)
    return scalar_map(text, written) is not None


def _line_ends(value: str) -> int:
    return len(value) - len(value.rstrip("\n"))
