"""Every edit of every valid document of the official YAML test suite: proved and right, or refused.

What is proved is read by ruamel.yaml and by libyaml, and compared with what they read before, changed
as `readers` says: a check that knows neither the tool's tree nor its proof.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from ci_migrate.content import Content, Fields, Form, Items
from ci_migrate.document import (
    Collection,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    parse,
    parts,
)
from ci_migrate.errors import BadFile, Refused
from ci_migrate.job_changes import rewrites_of
from ci_migrate.pattern import Pattern
from ci_migrate.proof import Unproved, prove
from ci_migrate.style import Value
from ci_migrate.text import splice
from ci_migrate.yaml_change import YamlChange, set_scalar
from ci_migrate.yaml_comments import (
    add_above,
    add_behind,
    comments_of,
    edit_comment,
    remove_comment,
)
from ci_migrate.yaml_copies import Original, copy_below, insert_copies
from ci_migrate.yaml_parts import comment_out_parts, insert_entry, insert_item, remove_parts
from ci_migrate.yaml_text import edit_scalar
from ci_migrate.yaml_values import set_value
from tests.readers import END, Change, Event, Row, bounds, faults, text_event, without
from tests.real_files import FORMS
from tests.shared import SHARED, needs_shared, read

pytestmark = needs_shared


class Tried(NamedTuple):
    """How many edits were proved, and how many refused, in each of the two ways of writing."""

    proved: int
    refused: int


class Attempt(NamedTuple):
    """An edit of a document, None where nothing is to do, and what it must make of the events."""

    make: Callable[[], YamlChange | None]
    change: Change


class Numbered(NamedTuple):
    """A node with its number; `part` is what it is the value of, `flow` if between brackets."""

    number: int
    node: Node
    part: Part | None
    flow: bool


VALUES = (Value("new"), Value("1.20", quoted=True), Value("it's [x]: #\ntwo"))
FORMS_OF_VALUES: tuple[Form, ...] = (
    Value("- a: b # '"),
    Value("two\n  lines\n"),
    Fields(((Value("k"), Value("v")), (Value("l"), Items((Value("x"),))))),
)


WAYS = {
    "as it is": lambda text: text,
    "windows, with a byte order mark": lambda text: FORMS["byte order mark"](
        FORMS["windows"](text)
    ),
}


@cache
def documents(way: str) -> tuple[Document, ...]:
    """Return the valid documents of the suite that are understood, written in one of the ways."""
    found = []
    for path in _valid():
        try:
            found.append(parse("a.yaml", WAYS[way](read(path))))
        except BadFile:
            continue
    return tuple(found)


def _valid() -> list[Path]:
    cases = sorted((SHARED / "yaml-test-suite").rglob("in.yaml"))
    return [case for case in cases if not (case.parent / "error").exists()]


@cache
def _numbered(document: Document) -> tuple[Numbered, ...]:
    found: list[Numbered] = []

    def add(node: Node, part: Part | None, flow: bool) -> None:
        found.append(Numbered(len(found), node, part, flow))
        for own in parts(node) if isinstance(node, Sequence | Mapping) else ():
            if own.key is not None:
                add(own.key, None, own.parent.flow)
            add(own.value, own, own.parent.flow)

    for root in document.roots:
        add(root, None, False)
    return tuple(found)


def _collections(document: Document) -> Iterator[tuple[Collection, int, list[tuple[int, int]]]]:
    """Yield each collection, its number, and the numbers of the first and last node of its parts."""
    numbers = {id(one.node): one.number for one in _numbered(document)}
    for one in _numbered(document):
        if isinstance(one.node, Sequence | Mapping):
            ends = [
                (numbers[id(part.key or part.value)], numbers[id(part.value)])
                for part in parts(one.node)
            ]
            yield one.node, one.number, ends


def _stretch(row: Row, ends: tuple[int, int]) -> tuple[int, int]:
    """Return where in a row a part begins and ends."""
    nodes = bounds(row)
    return nodes[ends[0]][0], nodes[ends[1]][1]


def _put(at: Callable[[Row], int], new: Callable[[Row], Row], row: Row) -> Row:
    return (*row[: at(row)], *new(row), *row[at(row) :])


def _meant(form: Form) -> Row:
    match form:
        case Value(text=text):
            return (text_event(text),)
        case Items(items=items):
            return (Event("list"), *(e for item in items for e in _meant(item)), END)
        case Fields(fields=fields):
            inner = (e for key, value in fields for e in (text_event(key.text), *_meant(value)))
            return (Event("mapping"), *inner, END)
    raise AssertionError(form)


def set_texts(document: Document) -> Iterator[Attempt]:
    """Give each scalar, keys included, each of the values."""
    for number, node, _, flow in _numbered(document):
        for value in VALUES if isinstance(node, Scalar) else ():

            def change(row: Row, number: int = number, text: str = value.text) -> Row:
                at = bounds(row)[number][0]
                return (*row[:at], row[at]._replace(value=text, plain=None), *row[at + 1 :])

            yield Attempt(partial(set_scalar, document, node, value, flow=flow), change)


def edit_texts(document: Document) -> Iterator[Attempt]:
    """Put text before that of each scalar that is a value."""
    for number, node, part, flow in _numbered(document):
        for value in VALUES if isinstance(node, Scalar) and part else ():

            def change(row: Row, number: int = number, text: str = value.text) -> Row:
                at = bounds(row)[number][0]
                new = row[at]._replace(value=f"{text}!{row[at].value}", plain=None)
                return (*row[:at], new, *row[at + 1 :])

            find = Pattern.parse("/^/")
            new = f"{value.text}!".replace("\\", "\\\\")
            yield Attempt(partial(edit_scalar, document, node, find, new, flow=flow), change)


def set_values(document: Document) -> Iterator[Attempt]:
    """Put a value of each kind in the place of each value."""
    for number, node, part, _ in _numbered(document):
        for form in FORMS_OF_VALUES if part else ():
            keeps = isinstance(node, Scalar) and node.style not in ("|", ">")
            keeps = keeps and isinstance(form, Value) and "\n" not in form.text

            def change(
                row: Row, number: int = number, form: Form = form, keeps: bool = keeps
            ) -> Row:
                start, end = bounds(row)[number]
                new = _meant(form)
                if keeps:  # a text in the place of a text leaves anchor and tag
                    new = (new[0]._replace(anchor=row[start].anchor, tag=row[start].tag),)
                return (*row[:start], *new, *row[end:])

            assert part
            yield Attempt(partial(set_value, document, part, Content(form), path=""), change)


def remove_one(document: Document) -> Iterator[Attempt]:
    """Remove each item and each entry."""
    for node, _, ends in _collections(document):
        for position, own in enumerate(ends):

            def change(row: Row, own: tuple[int, int] = own) -> Row:
                return without(row, [_stretch(row, own)])

            yield Attempt(partial(remove_parts, document, node, (position,)), change)


def remove_two(document: Document) -> Iterator[Attempt]:
    """Remove each two neighbours, and the first with the last."""
    for node, _, ends in _collections(document):
        pairs = [*pairwise(range(len(ends))), (0, len(ends) - 1)] if len(ends) > 2 else []
        for one, other in pairs:

            def change(
                row: Row, gone: tuple[tuple[int, int], ...] = (ends[one], ends[other])
            ) -> Row:
                return without(row, [_stretch(row, own) for own in gone])

            yield Attempt(partial(remove_parts, document, node, (one, other)), change)


def comment_out(document: Document) -> Iterator[Attempt]:
    """Put each item and each entry behind a `#`."""
    for node, _, ends in _collections(document):
        for position, own in enumerate(ends):

            def change(row: Row, own: tuple[int, int] = own) -> Row:
                return without(row, [_stretch(row, own)])

            make = partial(comment_out_parts, document, node, (position,), note="why: [")
            yield Attempt(make, change)


def copy_parts(document: Document) -> Iterator[Attempt]:
    """Copy each item and each entry below itself."""
    for node, _, ends in _collections(document):
        for position, own in enumerate(ends):

            def change(row: Row, own: tuple[int, int] = own) -> Row:
                start, end = _stretch(row, own)
                return (*row[:end], *row[start:end], *row[end:])

            original = Original(document, Part(node, position))
            yield Attempt(partial(copy_below, original, YamlChange()), change)


def move_parts(document: Document) -> Iterator[Attempt]:
    """Move each item and each entry below each other one."""
    for node, _, ends in _collections(document):
        for position, own in enumerate(ends):
            for beside, other in enumerate(ends):
                if beside in (position, position - 1):
                    continue

                def change(
                    row: Row, own: tuple[int, int] = own, other: tuple[int, int] = other
                ) -> Row:
                    start, end = _stretch(row, own)
                    at = _stretch(row, other)[1]
                    piece = row[start:end]
                    if at <= start:
                        return (*row[:at], *piece, *row[at:start], *row[end:])
                    return (*row[:start], *row[end:at], *piece, *row[at:])

                yield Attempt(partial(_move, document, node, position, beside), change)


def _move(document: Document, node: Collection, position: int, beside: int) -> YamlChange:
    one, other = (Original(document, Part(node, number)) for number in (position, beside))
    return insert_copies((one,), other, below=True) + remove_parts(document, node, (position,))


def insert_parts(document: Document) -> Iterator[Attempt]:
    """Put a value of each kind before each item and each entry, and behind the last."""
    for node, number, ends in _collections(document):
        for position in range(len(ends) + 1):
            for form in FORMS_OF_VALUES:

                def at(
                    row: Row,
                    number: int = number,
                    own: tuple[tuple[int, int], ...] = tuple(ends[position:]),
                ) -> int:
                    return _stretch(row, own[0])[0] if own else bounds(row)[number][1] - 1

                yield Attempt(
                    partial(_insert, document, node, position, Content(form)),
                    partial(_put, at, partial(_new_part, isinstance(node, Mapping), form)),
                )


def _insert(document: Document, node: Collection, position: int, content: Content) -> YamlChange:
    if isinstance(node, Sequence):
        return insert_item(document, node, position, content)
    return insert_entry(document, node, position, "zz", content, blank_lines=0)


def _new_part(keyed: bool, form: Form, row: Row) -> Row:
    return (text_event("zz"), *_meant(form)) if keyed else _meant(form)


def write_comments(document: Document) -> Iterator[Attempt]:
    """Put a comment above and behind each item and each entry; change and remove each comment."""
    for node, _, _ in _collections(document):
        for part in parts(node):
            yield Attempt(partial(add_above, document, part, "a: ["), tuple)
            yield Attempt(partial(add_behind, document, part, "a: [", joined=False), tuple)
    for comment in comments_of(document, None):
        yield Attempt(partial(edit_comment, document, comment, "# a: ["), tuple)
        yield Attempt(partial(remove_comment, document, comment), tuple)


# fmt: off
EDITS: dict[Callable[[Document], Iterator[Attempt]], Tried] = {
    set_texts: Tried(2602, 524),
    edit_texts: Tried(1342, 284),
    set_values: Tried(1884, 339),
    remove_one: Tried(503, 238),
    remove_two: Tried(292, 34),
    comment_out: Tried(373, 368),
    copy_parts: Tried(418, 323),
    move_parts: Tried(569, 349),
    insert_parts: Tried(3055, 341),
    write_comments: Tried(1173, 503),
}
# fmt: on


def test_documents(figure: Callable[[str, int], None]) -> None:
    """Count the valid documents that are understood; the others are told in one line each."""
    assert (len(_valid()), len(documents("as it is"))) == (308, 256)
    figure("YAML test suite: valid documents", 308)
    figure("YAML test suite: documents understood, and the rest told", 256)


@pytest.mark.parametrize("after", ["- a\n", "- a\n- b: 1\n", "- a\n- 'b'\n", "- a\n- b\n- [\n"])
def test_the_check_sees_what_is_wrong(after: str) -> None:
    assert len(faults("- a\n- b\n", after, tuple)) == 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("edits", "tried"), EDITS.items(), ids=[edit.__name__ for edit in EDITS])
def test_edits(
    edits: Callable[[Document], Iterator[Attempt]],
    tried: Tried,
    way: str,
    figure: Callable[[str, int], None],
) -> None:
    count: Counter[str] = Counter()
    wrong = []
    for document in documents(way):
        for attempt in edits(document):
            try:
                after = _after(document, attempt.make())
            except Unproved as error:
                wrong.append((document.text, "", str(error)))
                continue
            except Refused:
                count["refused"] += 1
                continue
            wrong += [
                (document.text, after, fault)
                for fault in faults(document.text, after, attempt.change)
            ]
            count["proved"] += 1
    assert wrong == []
    print(f"{edits.__name__}, {way}: {count['proved']} proved, {count['refused']} refused, 0 wrong")
    assert Tried(count["proved"], count["refused"]) == tried
    figure("YAML test suite: edits proved", count["proved"])
    figure("YAML test suite: edits refused", count["refused"])
    figure("YAML test suite: edits wrong", len(wrong))


def _after(document: Document, change: YamlChange | None) -> str:
    """Return the text with the change, proved."""
    rewrites = rewrites_of([(document, change)] if change else [])
    after = document.text
    for rewrite in rewrites:
        after = splice(document.text, rewrite.edits)
        prove(document.path, document.text, rewrite.edits, after, rewrite.claim)
    return after
