"""Where nodes stand and what they hold, against ruamel.yaml's own parser, which shares no code."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML, events

from ci_migrate.document import Alias, Mapping, Node, Scalar, Sequence, parse, parts
from ci_migrate.text import BYTE_ORDER_MARK
from tests.real_files import FORMS, repository
from tests.shared import needs_shared
from tests.test_corpus import FOUND

PROPERTIES = re.compile(r"(?:[&!]\S*|\s+|(?<!\S)#[^\r\n]*)*")
NOTHING = re.compile(r"(?:\s+|(?<!\S)#[^\r\n]*)*")  # blanks and comments
STARTS = {Sequence: events.SequenceStartEvent, Mapping: events.MappingStartEvent}
ENDS = {Sequence: events.SequenceEndEvent, Mapping: events.MappingEndEvent}


def check(text: str) -> None:
    """Check that both parsers see the same nodes at the same places."""
    body = text.removeprefix(BYTE_ORDER_MARK)
    shift = len(text) - len(body)
    stream = iter(YAML(typ="safe", pure=True).parse(body))
    assert isinstance(next(stream), events.StreamStartEvent)
    for root in parse("a.yaml", text).roots:
        assert isinstance(next(stream), events.DocumentStartEvent)
        _check_node(root, stream, text, shift)
        assert isinstance(next(stream), events.DocumentEndEvent)
    assert isinstance(next(stream), events.StreamEndEvent)


def _check_node(node: Node, stream: Iterator[Any], text: str, shift: int) -> None:
    event = next(stream)
    start, end = event.start_mark.index + shift, event.end_mark.index + shift
    if isinstance(node, Alias):
        assert isinstance(event, events.AliasEvent)
        assert (node.name, *node.span) == (event.anchor, start, end)
        return
    assert node.anchor == event.anchor
    assert node.tag == (None if event.tag is None else str(event.tag))
    if isinstance(node, Scalar):
        assert isinstance(event, events.ScalarEvent)
        assert (node.value, node.style) == (event.value, event.style or "")
        _check_scalar(node, start, end, text)
        return
    assert isinstance(event, STARTS[type(node)])
    assert node.flow == event.flow_style
    if node.anchor is None and node.tag is None:
        assert node.span.start == start
    children = node.items if isinstance(node, Sequence) else [n for e in node.entries for n in e]
    for child in children:
        _check_node(child, stream, text, shift)
    closing = next(stream)
    assert isinstance(closing, ENDS[type(node)])
    end = closing.end_mark.index + shift
    # The mark of a block stands where the next thing begins.
    assert node.span.end == end if node.flow else NOTHING.fullmatch(text[node.span.end : end])


def _check_scalar(node: Scalar, start: int, end: int, text: str) -> None:
    """Check a place: ruamel's begins with anchor and tag, and has blank lines behind a block in it."""
    own = node.span.start
    if node.span.start == node.span.end:  # nothing is written, so there are only bounds
        around = sorted((own, start)) if node.anchor is None and node.tag is None else (start, own)
        assert PROPERTIES.fullmatch(text[slice(*around)])
        return
    if node.anchor is None and node.tag is None:
        assert own == start
    else:
        assert PROPERTIES.fullmatch(text[start:own])
        assert text[own] not in "&! \t\r\n#"
    if node.style in ("|", ">"):
        assert NOTHING.fullmatch(text[node.span.end : end])
        kept = "+" in text[own : node.span.end].partition("\n")[0].partition("#")[0]
        assert kept or text[own : node.span.end].rpartition("\n")[2].strip()
    else:
        assert node.span.end == end


@needs_shared
@pytest.mark.parametrize("form", ["as it is", "windows"])
@pytest.mark.parametrize("name", FOUND)
def test_real_files(name: str, form: str) -> None:
    for text in repository(name, form)[1].values():
        check(text)


@needs_shared
@pytest.mark.parametrize("name", FOUND)
def test_a_byte_order_mark_moves_all_by_one(name: str) -> None:
    for text in repository(name, "as it is")[1].values():
        bare = text.removeprefix(BYTE_ORDER_MARK)
        without, with_mark = (list(_places(one)) for one in (bare, BYTE_ORDER_MARK + bare))
        assert with_mark == [(start + 1, end + 1) for start, end in without]


def _places(text: str) -> Iterator[tuple[int, int]]:
    nodes = list(parse("a.yaml", text).roots)
    while nodes:
        node = nodes.pop()
        yield node.span
        if isinstance(node, Mapping | Sequence):
            nodes += [child for part in parts(node) for child in (part.key, part.value) if child]


# Generated files: lines are written at an indentation, and a value stands behind a key or a dash.

WORD = st.text("abz09é漢🧪_/.", min_size=1, max_size=8)
PLAIN = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
QUOTED = st.one_of(
    st.text("ab '#:&*é🧪\"[{", max_size=9).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.lists(st.sampled_from(["a", " ", "\\n", "\\t", "\\u00e9", '\\"', "#", "'", "漢", ": "])).map(
        lambda pieces: '"' + "".join(pieces) + '"'
    ),
)
COMMENT = st.sampled_from(["", "", "", " # why", "  #", " # é: [x"])
PROPERTY = st.sampled_from(["", "", "", "&x ", "!t ", "!!str ", "&y !t ", "!t &z "])
FLOW = st.recursive(
    st.one_of(PLAIN, QUOTED),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
        st.lists(st.tuples(WORD, inner), max_size=3).map(
            lambda pairs: "{ " + ", ".join(f"{key}: {value}" for key, value in pairs) + " }"
        ),
    ),
    max_leaves=6,
)
LINE = st.text("ab #:-é🧪", min_size=1, max_size=12).filter(str.strip)


@st.composite
def _value(draw: st.DrawFn, indent: int, depth: int) -> str:
    """Return what stands behind a key or a dash, to the end of its last line."""
    kind = draw(
        st.sampled_from(
            ["text", "flow", "block", "empty", "alias", "list", "mapping"][: 5 + 2 * depth]
        )
    )
    head, comment = draw(PROPERTY), draw(COMMENT)
    if kind == "empty":
        return f" {head.rstrip()}".rstrip() + f"{comment}\n"
    if kind == "alias":
        return f" *x{comment}\n"
    if kind == "block":
        lines = draw(st.lists(st.one_of(LINE.map(str.lstrip), st.just("")), min_size=1, max_size=4))
        lines = [" " * (indent + 2) + line if line else "" for line in ["first", *lines]]
        mark = draw(st.sampled_from(["|", ">", "|-", ">+", "|+", ">-"]))
        return f" {head}{mark}{comment}\n" + "".join(f"{line}\n" for line in lines)
    if kind in ("list", "mapping") and depth:
        inside = draw(_block(indent + draw(st.integers(1, 3)), depth - 1, kind))
        return f" {head.rstrip()}".rstrip() + f"{comment}\n{inside}"
    return f" {head}{draw(FLOW if kind == 'flow' else st.one_of(PLAIN, QUOTED))}{comment}\n"


@st.composite
def _block(draw: st.DrawFn, indent: int, depth: int, kind: str) -> str:
    """Return the lines of a list or a mapping."""
    text = ""
    for _ in range(draw(st.integers(1, 3))):
        text += draw(st.sampled_from(["", "", "\n", "# between\n", " " * indent + "# above\n"]))
        start = "-" if kind == "list" else f"{draw(st.one_of(WORD, QUOTED))}:"
        text += " " * indent + start + draw(_value(indent, depth))
    return text


DOCUMENT = st.sampled_from(["list", "mapping"]).flatmap(lambda kind: _block(0, 2, kind))


@given(st.lists(DOCUMENT, min_size=1, max_size=2).map("---\n".join), st.sampled_from(list(FORMS)))
@settings(max_examples=150, deadline=None)
def test_generated_files(text: str, form: str) -> None:
    check(FORMS[form](text))
