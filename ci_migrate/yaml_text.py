"""Edit the text inside a scalar, however it is written, and leave the rest of it as it is."""

from ci_migrate.document import Document, Node, Scalar
from ci_migrate.errors import Refused
from ci_migrate.pattern import Pattern
from ci_migrate.style import Value, is_plain, spell
from ci_migrate.text import Edit, Span
from ci_migrate.yaml_change import NewText, YamlChange, editable


def edit_scalar(
    document: Document, node: Node, find: Pattern, replace: str, *, flow: bool
) -> YamlChange | None:
    r"""Replace all that `find` fits in a scalar's text; None if it fits nowhere.

    In `replace`, `\1` stands for a group of a regular expression. Raises Refused where the text is
    written so that what is found can't be told apart in it, such as over two lines.
    """
    if not isinstance(node, Scalar) or not find.found_in(node.value):
        return None
    scalar = editable(document, node)
    template = replace if find.kind == "regex" else replace.replace("\\", "\\\\")
    value = find.compiled.sub(template, scalar.value)
    if value == scalar.value:
        return None
    if not scalar.style and not is_plain(value, flow=flow):
        new = spell(Value(value), like=None, flow=flow)
        edit = Edit(scalar.span, new.text)
        return YamlChange((edit,), (NewText(scalar, value, new.plain),))
    written = scalar.span.of(document.text)
    matches = list(find.compiled.finditer(written))
    found = [match[0] for match in matches]
    if found != [match[0] for match in find.compiled.finditer(scalar.value)]:
        what = f"'{find.text}' is written over several lines, or with escapes"
        raise Refused(what, place=document.place(scalar), hint="edit this text by hand")
    edits = tuple(
        Edit(
            Span(scalar.span.start + match.start(), scalar.span.start + match.end()),
            _quoted(match.expand(template), scalar.style),
        )
        for match in matches
    )
    return YamlChange(edits, (NewText(scalar, value, not scalar.style),))


def _quoted(text: str, style: str) -> str:
    """Return text as it stands between the quotes of a style."""
    if style == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else text
