"""Where nodes stand, on cases with a trap."""

from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from ci_migrate.document import Alias, Mapping, Node, Scalar, Sequence, parse, whole
from ci_migrate.errors import BadFile
from ci_migrate.second_reader import disagreement
from ci_migrate.text import Span
from tests.shared import SHARED, needs_shared, read


def nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Sequence(items=items):
            for item in items:
                yield from nodes(item)
        case Mapping(entries=entries):
            for entry in entries:
                yield from nodes(entry.key)
                yield from nodes(entry.value)


def written(text: str) -> list[str]:
    """Return what the spans of a text's scalars and aliases cover."""
    document = parse("a.yaml", text)
    found = [node for root in document.roots for node in nodes(root)]
    return [n.span.of(text) for n in found if isinstance(n, Scalar | Alias)]


SCALARS = {
    "plain": ("a: b c # d\n", ["a", "b c"]),
    "quotes": ("'a': \"b\\n\"\n", ["'a'", '"b\\n"']),
    "anchor and tag": ("a: &x !!str v\n", ["a", "v"]),
    "anchor without a value": ("a: &x\nb: 1\n", ["a", "", "b", "1"]),
    "anchor on a line of its own": ("a: &x # why\n  v\n", ["a", "v"]),
    "alias": ("a: &x v\nb: *x\n", ["a", "v", "b", "*x"]),
    "empty value": ("a:\nb: 1\n", ["a", "", "b", "1"]),
    "empty item": ("- \n- b\n", ["", "b"]),
    "block with blank lines behind": ("a: |\n  x\n\n\nb: 1\n", ["a", "|\n  x", "b", "1"]),
    "folded block": ("- >-\n  x\n  y\n- z\n", [">-\n  x\n  y", "z"]),
    "block at the end": ("a: |\n  x", ["a", "|\n  x"]),
    "windows": ("a: b\r\nc: |\r\n  d\r\n", ["a", "b", "c", "|\r\n  d"]),
    "byte order mark": ("\ufeffa: b\n", ["a", "b"]),
    "beyond the basic plane": ("'🧪': é\n", ["'🧪'", "é"]),
    "flow": ("{a: [b, 'c'], d: }\n", ["a", "b", "'c'", "d", ""]),
    "several documents": ("a\n---\nb\n...\n", ["a", "b"]),
    "repeated keys": ("a: 1\na: 2\n", ["a", "1", "a", "2"]),
    "reference tag": ("a: !reference [b, c]\n", ["a", "b", "c"]),
    "comments only": ("# a\n", []),
    "empty": ("", []),
}


@pytest.mark.parametrize(("text", "spans"), SCALARS.values(), ids=SCALARS.keys())
def test_spans_of_scalars(text: str, spans: list[str]) -> None:
    assert written(text) == spans


def test_a_list_ends_where_its_last_item_ends() -> None:
    text = "a:\n- b\n- c  # d\n\n# e\nf: g\n"
    (root,) = parse("a.yaml", text).roots
    assert isinstance(root, Mapping)
    assert root.entries[0].value.span.of(text) == "- b\n- c"


def test_an_alias_stands_where_it_is_written() -> None:
    text = "a: &x [1]\nb: *x\n"
    (root,) = parse("a.yaml", text).roots
    assert isinstance(root, Mapping)
    alias = root.entries[1].value
    assert isinstance(alias, Alias)
    assert alias.span == Span(13, 15)
    assert alias.target is root.entries[0].value


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a: [b\n", "a.yaml:2:1: not valid YAML"),
        ("a: b: c\n", "a.yaml:1:5: not valid YAML"),
        ("é: b\na: \x01\x01\n", "a.yaml:2:4: not valid YAML: unacceptable character #x0001"),
        ("\ufeffé: \x7f\n", "a.yaml:1:4: not valid YAML: unacceptable character #x007f"),
    ],
)
def test_what_is_not_yaml(text: str, error: str) -> None:
    with pytest.raises(BadFile) as caught:
        parse("a.yaml", text)
    assert str(caught.value).startswith(error)


def test_what_is_nested_too_deeply() -> None:
    """Newer releases of libyaml end it by a limit of their own."""
    with pytest.raises(BadFile, match=r"^a\.yaml(:1:\d+)?: .*(nested too deeply|nesting depth)"):
        parse("a.yaml", "[" * 5000)


@needs_shared
def test_the_official_suite_is_understood_as_by_the_second_parser() -> None:
    """Count on how many valid documents the two parsers agree, so that a change is seen."""
    agree, differ, refused = 0, 0, 0
    for case in sorted((SHARED / "yaml-test-suite").rglob("in.yaml")):
        if (case.parent / "error").exists():
            continue
        text = read(case)
        try:
            parse("a.yaml", text)
        except BadFile:
            refused += 1
            continue
        if disagreement("a.yaml", text):
            differ += 1
        else:
            agree += 1
    assert (agree, differ, refused) == (242, 14, 52)


def test_ruamel_is_the_pure_parser() -> None:
    assert YAML(typ="safe", pure=True).Parser.__module__ == "ruamel.yaml.parser"


PROPERTIES = {
    "of a mapping": ("a: &x !t\n  b: 1\n", "&x !t\n  b: 1", "b: 1"),
    "of a list": ("a: !t &x [b]\n", "!t &x [b]", "[b]"),
    "of a text": ("a: &x # c\n  b\n", "&x # c\n  b", "b"),
    "none": ("a: b\n", "b", "b"),
}


@pytest.mark.parametrize(("text", "all_of_it", "own"), PROPERTIES.values(), ids=PROPERTIES)
def test_anchor_and_tag_stand_before_a_node(text: str, all_of_it: str, own: str) -> None:
    (root,) = parse("a.yaml", text).roots
    assert isinstance(root, Mapping)
    node = root.entries[0].value
    assert (whole(node).of(text), node.span.of(text)) == (all_of_it, own)


BLOCKS = {
    "kept": ("a: |+\n  b\n\n\nc: 1\n", "|+\n  b\n\n"),
    "not kept": ("a: |\n  b\n\n\nc: 1\n", "|\n  b"),
    "blanks that are deeper": ("a: |\n  b\n    \nc: 1\n", "|\n  b\n    "),
}


@pytest.mark.parametrize(("text", "written"), BLOCKS.values(), ids=BLOCKS)
def test_a_block_ends_with_its_last_line(text: str, written: str) -> None:
    (root,) = parse("a.yaml", text).roots
    assert isinstance(root, Mapping)
    assert root.entries[0].value.span.of(text) == written
