"""How a new value is written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci_migrate.document import Mapping, Scalar, Sequence, parse
from ci_migrate.second_reader import disagreement
from ci_migrate.style import Value, is_plain, spell

PLAIN = [
    "a",
    "a b",
    "a:b",
    "a#b",
    "-a",
    "?a",
    "b200-k8s",
    "LM Eval (B200, EP)",
    "2",
    "1.20",
    "on",
]
QUOTED = [
    "a\tb",
    "", " a", "a ", "a: b", "a:", "a #b", "- a", "-", "?", ": a", "#a", "&a", "*a", "!a", "|", ">",
    "'a", '"a', "%a", "@a", "`a", "[a", "]a", "{a", "}a", ",a", "a\nb", "---", "--- a",
    "...", "a\x07",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_plain(text: str) -> None:
    assert spell(Value(text), like=None, flow=False).text == text


@pytest.mark.parametrize("text", QUOTED)
def test_quoted(text: str) -> None:
    spelling = spell(Value(text), like=None, flow=False)
    assert spelling.text[0] in "'\""
    assert not spelling.plain


@pytest.mark.parametrize(
    ("text", "plain"), [("a, b", False), ("a]", False), ("{a", False), ("a:b", True)]
)
def test_in_brackets(text: str, plain: bool) -> None:
    assert is_plain(text, flow=True) is plain


@pytest.mark.parametrize("text", ["2", "1.5", "true", "null", "~", "2024-01-01", "0x1F", "on"])
def test_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    assert spell(Value(text, quoted=True), like=None, flow=False).text == f'"{text}"'
    assert spell(Value(text), like=None, flow=False).text == text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("'a'", "b", "'b'"),
        ('"a"', "b", '"b"'),
        ("'a'", "it's", "'it''s'"),
        ('"a"', 'a"b', '"a\\"b"'),
    ],
)
def test_old_quotes_stay(old: str, new: str, text: str) -> None:
    (scalar,) = parse("a.yaml", old).roots
    assert isinstance(scalar, Scalar)
    assert spell(Value(new), like=scalar, flow=False).text == text


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=12),
    st.booleans(),
    st.sampled_from(["", "'", '"']),
)
@example("a\x85b", False, "")
@example("\u2028", False, "'")
@example("a\tb", False, "")
@example("a: b", True, "")
@example("🧪", False, '"')
def test_every_spelling_is_read_back(text: str, flow: bool, quote: str) -> None:
    like = parse("a.yaml", f"{quote}x{quote}").roots[0]
    assert isinstance(like, Scalar)
    spelled = spell(Value(text), like=like, flow=flow)
    source = f"k: [{spelled.text}, z]\n" if flow else f"k: {spelled.text}  # c\n"
    (root,) = parse("a.yaml", source).roots
    assert isinstance(root, Mapping)
    value = root.entries[0].value
    node = value.items[0] if isinstance(value, Sequence) else value
    assert isinstance(node, Scalar)
    assert node.value == text
    assert (not node.style) is spelled.plain
    assert disagreement("a.yaml", source) == ""
