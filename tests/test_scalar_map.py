"""Where the characters of scalars stand, on texts written by hand and on real files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ci_migrate.document import Alias, Node, Scalar, parse, parts
from ci_migrate.errors import BadFile
from ci_migrate.scalar_map import scalar_map
from tests.shared import SHARED, corpus, needs_shared, read


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif not isinstance(node, Alias):
        for part in parts(node):
            yield from scalars(part.key) if part.key else ()
            yield from scalars(part.value)


PLACES = {
    "plain": ("a: b c", "b c", ["b", " ", "c"]),
    "folded plain": ("a: b\n  c", "b c", ["b", "\n  ", "c"]),
    "two line ends": ("a: b\n\n  c", "b\nc", ["b", "\n\n  ", "c"]),
    "three line ends": ("a: 'b\n \n\n  c'", "b\n\nc", ["b", "\n \n", "\n  ", "c"]),
    "a quote": ("a: 'b''c'", "b'c", ["b", "''", "c"]),
    "escapes": ('a: "\\x62\\t\\/"', "b\t/", ["\\x62", "\\t", "\\/"]),
    "an escaped line end": ('a: "b\\\n  c"', "bc", ["b", "c"]),
    "an escaped blank": ('a: "b\\ \n  c"', "b  c", ["b", "\\ ", "\n  ", "c"]),
    "a block": ("a: |\n  b\n   c\n", "b\n c\n", ["b", "\n", " ", "c", ""]),
    "an indented block": ("a: |2-\n   b\n", " b", [" ", "b"]),
    "a folded block": ("a: >-\n  b\n  c\n\n  d\n", "b c\nd", ["b", "\n", "c", "\n\n", "d"]),
    "lines that do not fold": (
        "a: >-\n  b\n   c\n  d\n",
        "b\n c\nd",
        ["b", "\n", " ", "c", "\n", "d"],
    ),
    "windows": ("a: |-\r\n  b\r\n  c\r\n", "b\nc", ["b", "\r\n", "c"]),
}


@pytest.mark.parametrize(("text", "value", "written"), PLACES.values(), ids=PLACES)
def test_places(text: str, value: str, written: list[str]) -> None:
    (root,) = parse("a.yaml", text).roots
    *_, scalar = scalars(root)
    assert scalar.value == value
    places = scalar_map(text, scalar)
    assert places is not None
    assert [span.of(text) for span in places.spans] == written


def test_a_place_between_characters() -> None:
    (root,) = parse("a.yaml", "a: 'b''c'").roots
    *_, scalar = scalars(root)
    places = scalar_map("a: 'b''c'", scalar)
    assert places is not None
    assert [places.span(n, n).start for n in range(4)] == [4, 5, 7, 8]


def mapped(path: Path, text: str) -> tuple[int, int]:
    """Return how many scalars of a text have a map, and how many have none."""
    document = parse(str(path), text)
    found = [scalar_map(text, scalar) for root in document.roots for scalar in scalars(root)]
    return sum(m is not None for m in found), sum(m is None for m in found)


@needs_shared
def test_real_files() -> None:
    count = 0
    for path in corpus():
        text = read(path)
        try:
            with_map, without = mapped(path, text)
        except BadFile:
            continue
        assert without == 0, path
        assert mapped(path, text.replace("\r\n", "\n").replace("\n", "\r\n")) == (with_map, 0)
        count += with_map
    assert count > 50_000


@needs_shared
def test_the_official_suite() -> None:
    """Three texts that no person writes have none: a tab in a block's indentation, an odd anchor."""
    total = [0, 0]
    for path in sorted((SHARED / "yaml-test-suite").rglob("in.yaml")):
        try:
            counts = mapped(path, read(path))
        except BadFile:
            continue
        total = [old + new for old, new in zip(total, counts, strict=True)]
    assert total == [1075, 2]
