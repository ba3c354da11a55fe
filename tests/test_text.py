"""Spans, edits, splicing and composing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_migrate.errors import Refused
from ci_migrate.text import Edit, Span, compose, counted, line_and_column, splice, trimmed

TEXT = st.text(alphabet="ab\nc🧪\r", max_size=30)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> tuple[Edit, ...]:
    """Draw edits that do not overlap."""
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=6))
    ordered = sorted(cuts)[: len(cuts) // 2 * 2]
    spans = [Span(*ordered[i : i + 2]) for i in range(0, len(ordered), 2)]
    return tuple(Edit(span, draw(st.text(alphabet="xyz\n", max_size=4))) for span in spans)


def test_edits_count_in_the_old_text() -> None:
    edits = [Edit(Span(4, 5), "E"), Edit(Span(0, 1), "AAA"), Edit(Span(2, 2), "-")]
    assert splice("abcde", edits) == "AAAb-cdE"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(Refused, match="two changes meet in the same text, in line 1, column 2"):
        splice("abc", [Edit(Span(0, 2), ""), Edit(Span(1, 3), "")])


@given(st.data())
def test_composing_is_doing_one_after_the_other(data: st.DataObject) -> None:
    text = data.draw(TEXT)
    first = data.draw(edits_of(text))
    middle = splice(text, first)
    second = data.draw(edits_of(middle))
    assert splice(text, compose(text, first, second)) == splice(middle, second)


@given(st.data())
def test_composed_edits_are_apart_and_in_order(data: st.DataObject) -> None:
    text = data.draw(TEXT)
    first = data.draw(edits_of(text))
    composed = compose(text, first, data.draw(edits_of(splice(text, first))))
    ends = [(edit.span.start, edit.span.end) for edit in composed]
    assert all(one[1] < other[0] for one, other in pairwise(ends))


@given(TEXT, TEXT)
def test_trimming_changes_nothing(old: str, new: str) -> None:
    edit = trimmed(Edit(Span(0, len(old)), new), old)
    assert splice(old, [edit]) == new
    kept = edit.span.of(old)
    assert not kept or not edit.text or kept[0] != edit.text[0]


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [("", 0, (1, 1)), ("ab\ncd", 4, (2, 2)), ("\ufeffab", 1, (1, 1)), ("a\r\nb", 3, (2, 1))],
)
def test_lines_and_columns(text: str, offset: int, place: tuple[int, int]) -> None:
    assert line_and_column(text, offset) == place


def test_counting() -> None:
    words = [counted([None] * n, noun) for n in (0, 1, 2) for noun in ("job", "entry")]
    assert words == ["0 jobs", "0 entries", "1 job", "1 entry", "2 jobs", "2 entries"]
