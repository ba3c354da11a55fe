"""Write new values into a document as its other values are written.

How far a list is indented below its key differs within one file, so the lists that stand under the
same keys are asked first, and then all of them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.content import Content, Fields, Form, Items, Source
from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parts
from ci_migrate.errors import Refused
from ci_migrate.extent import column_of
from ci_migrate.meaning import END, LIST, MAPPING, Meaning, meaning_of_node, text_meaning
from ci_migrate.style import Value, spell

_Path = tuple[str, ...]


class Written(NamedTuple):
    """New YAML: its lines without line ends, and, worked out from the content, what it means.

    The first line goes on where the value begins; the others stand in their columns. Lines below
    would go on with what is `open`, a block of lines at the end.
    """

    lines: tuple[str, ...]
    meaning: tuple[Meaning, ...]
    open: bool = False


def write_entry(
    document: Document, key: Value, content: Content, *, path: _Path, column: int
) -> Written:
    """Write `key: value` for a block mapping in a column; `path` are the keys that lead there."""
    return _entry(_Habits(document), key, content.form, path, column)


def write_item(document: Document, content: Content, *, path: _Path, column: int) -> Written:
    """Write an item of a block list whose own text, behind the dash, begins in a column."""
    return _inline(_Habits(document), content.form, path, column)


def write_value(
    document: Document, content: Content, old: Node, *, path: _Path, column: int
) -> Written:
    """Write what follows the colon of a key that stands in a column, the gap included.

    What takes the place of `old`, a list that of a list, is indented as that is.
    """
    habits = _Habits(document)
    if isinstance(old, Sequence | Mapping) and not old.flow:
        offset = column_of(document.text, old.span.start) - column
        habits.found = [
            h for h in habits.found if h[0] is not type(old) or h[1][-len(path) :] != path
        ]
        habits.found.append((type(old), path, offset))
    return _value(habits, content.form, path, column)


def write_in_brackets(content: Content) -> Written:
    """Write a value between brackets or braces, on one line."""
    return _flow(content.form)


def write_entry_in_braces(key: Value, content: Content) -> Written:
    """Write `key: value` between braces, on one line."""
    return _flow_entry(key, content.form)


class _Habits:
    """How far the lists and mappings of a document are indented below their keys."""

    def __init__(self, document: Document) -> None:
        self.found = [habit for root in document.roots for habit in _habits(document, root, ())]

    def offset(self, kind: type[Node], path: _Path) -> int:
        """Return the columns that most lists or mappings below such keys are moved by."""
        alike = [(where, offset) for found, where, offset in self.found if found is kind]
        tails = (path[start:] for start in range(len(path)))
        choices = [[n for where, n in alike if where[-len(tail) :] == tail] for tail in tails]
        # The list of all jobs is the last to ask: what is in the jobs is often written otherwise.
        choices += [[n for where, n in alike if len(where) > 1], [n for _, n in alike]]
        votes = next(filter(None, choices), [2])
        return Counter(votes).most_common(1)[0][0]


def _habits(document: Document, node: Node, path: _Path) -> Iterator[tuple[type, _Path, int]]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _habits(document, item, path)
    if not isinstance(node, Mapping):
        return
    for key, value in node.entries:
        below = (*path, key.value) if isinstance(key, Scalar) else path
        if isinstance(value, Sequence | Mapping) and not value.flow and not node.flow:
            offset = column_of(document.text, value.span.start) - column_of(
                document.text, key.span.start
            )
            if offset >= isinstance(value, Mapping):  # it is less behind a question mark
                yield type(value), below, offset
        yield from _habits(document, value, below)


def _entry(habits: _Habits, key: Value, form: Form, path: _Path, column: int) -> Written:
    name = spell(key, like=None, flow=False)
    value = _value(habits, form, (*path, key.text), column)
    first, *others = value.lines
    meaning = (text_meaning(key.text, plain=name.plain), *value.meaning)
    return Written((f"{name.text}:{first}", *others), meaning, value.open)


def _value(habits: _Habits, form: Form, path: _Path, column: int) -> Written:
    """Write what follows a key's colon."""
    if isinstance(form, Value):
        return _after(" ", _scalar(form, column + 2, flow=False))
    if isinstance(form, Source):
        block = isinstance(form.node, Sequence | Mapping) and not form.node.flow
        if not block:
            return _after(" ", _as_it_stands(form, column + 2))
        below = column + habits.offset(type(form.node), path)
    elif isinstance(form, Items):
        if not form.items:
            return Written((" []",), (LIST, END))
        below = column + habits.offset(Sequence, path)
    else:
        if not form.fields:
            return Written((" {}",), (MAPPING, END))
        below = column + habits.offset(Mapping, path)
    written = _inline(habits, form, path, below)
    first, *others = written.lines
    return Written(("", " " * below + first, *others), written.meaning, written.open)


def _inline(habits: _Habits, form: Form, path: _Path, column: int) -> Written:
    """Write a value whose first line begins in a column."""
    match form:
        case Value():
            return _scalar(form, column, flow=False)
        case Items(items=()) | Fields(fields=()):
            return _flow(form)
        case Source():
            return _as_it_stands(form, column)
        case Items(items=items):
            written = [_after("- ", _inline(habits, x, path, column + 2)) for x in items]
            return _block(written, LIST, column)
        case Fields(fields=fields):
            entries = [_entry(habits, key, value, path, column) for key, value in fields]
            return _block(entries, MAPPING, column)


def _block(written: list[Written], start: Meaning, column: int) -> Written:
    indent = " " * column
    lines = [*written[0].lines]
    for one in written[1:]:
        lines += [indent + one.lines[0], *one.lines[1:]]
    inner = (meaning for one in written for meaning in one.meaning)
    return Written(tuple(lines), (start, *inner, END), written[-1].open)


def _scalar(value: Value, column: int, *, flow: bool) -> Written:
    if "\n" in value.text and not flow and _fits_a_block(value.text):
        header = "|" if value.text.endswith("\n") else "|-"
        indent = " " * column
        body = value.text.removesuffix("\n").split("\n")
        lines = (header, *(indent + line if line else "" for line in body))
        return Written(lines, (text_meaning(value.text, plain=False),), open=True)
    new = spell(value, like=None, flow=flow)
    return Written((new.text,), (text_meaning(value.text, plain=new.plain),))


def _fits_a_block(text: str) -> bool:
    """Say whether a literal block can hold a text without an indentation or a chomping mark."""
    printable = all(char.isprintable() or char in "\n\t" for char in text)
    return printable and not text.startswith((" ", "\n")) and not text.endswith("\n\n")


def _as_it_stands(source: Source, column: int) -> Written:
    first, *others = source.text.split("\n")
    indent = " " * column
    lines = (first, *(indent + line if line else "" for line in others))
    return Written(lines, meaning_of_node(source.node), _ends_in_a_block(source.node))


def _ends_in_a_block(node: Node) -> bool:
    """Say whether the last thing in a node is a block scalar."""
    while isinstance(node, Sequence | Mapping) and not node.flow and (own := parts(node)):
        node = own[-1].value
    return isinstance(node, Scalar) and node.style in ("|", ">")


def _flow(form: Form) -> Written:
    match form:
        case Value():
            return _scalar(form, 0, flow=True)
        case Source(text=text):
            if "\n" in text:
                what = "this source has several lines, and goes between brackets"
                raise Refused(what, hint="write it on one line")
            return _as_it_stands(form, 0)
        case Items(items=items):
            written = [_flow(item) for item in items]
            text = "[" + ", ".join(w.lines[0] for w in written) + "]"
            start = LIST
        case Fields(fields=fields):
            written = [_flow_entry(key, value) for key, value in fields]
            text = "{" + ", ".join(w.lines[0] for w in written) + "}"
            start = MAPPING
    return Written((text,), (start, *(m for w in written for m in w.meaning), END))


def _flow_entry(key: Value, form: Form) -> Written:
    name, value = spell(key, like=None, flow=True), _flow(form)
    meaning = (text_meaning(key.text, plain=name.plain), *value.meaning)
    return Written((f"{name.text}: {value.lines[0]}",), meaning)


def _after(lead: str, written: Written) -> Written:
    return Written((lead + written.lines[0], *written.lines[1:]), written.meaning, written.open)
