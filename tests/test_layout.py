"""New Python code is laid out as ruff's formatter lays it out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_migrate.engine import migrate
from ci_migrate.python_layout import Format, lay_out, quoted
from tests.memory import Memory, changed, recipe


def ruff(code: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout


CODE = {
    "call": 'f(a, b="c")',
    "no arguments": "f()",
    "long call": f"f({'a' * 40}, {'b' * 40}, {'c' * 40})",
    "two lines would do": f"f({'a' * 40}, {'b' * 36})",
    "one long argument": f'f(reason="{"x" * 100}")',
    "nested": f'param((1, "{"x" * 60}"), [2], marks=pytest.mark.skipif(a, reason="{"y" * 60}"))',
    "lists and dicts": f'f([{"a" * 50}, {"b" * 50}], {{"k": {"c" * 50}, **{"d" * 50}}})',
    "a tuple of one": f"f(({'a' * 50},), ({'b' * 50},))",
    "a magic comma": "f(a, [b, c,])",
    "stars": f"f(*{'a' * 50}, **{'b' * 50})",
    "operators": f"f({'a' * 20} and {'b' * 20}, {'c' * 50})",
    "wide characters": f'f("{"漢" * 30}", {"b" * 30})',
    "emoji": f'f("{"🧪" * 30}", {"b" * 30})',
    "long name": f"{'a' * 100}",
    "a string in pieces": f'f(reason="{"a" * 60}"\n"{"b" * 60}" "{"c" * 60}", x=1)',
    "a string in pieces alone": f'f(reason="{"a" * 60}" f"{{b}}{"c" * 60}")',
    "a string in pieces within brackets": f'f(a=("{"a" * 60}" "{"b" * 60}"), b=2)',
}


@pytest.mark.parametrize("code", CODE.values(), ids=CODE.keys())
@pytest.mark.parametrize("prefix", ["", "@"])
def test_as_ruff_does(code: str, prefix: str) -> None:
    if prefix and not code.endswith(")"):
        pytest.skip("no decorator")
    laid = lay_out(code, prefix=prefix, indent=0, suffix="", format=Format()) + "\n"
    tail = "def f(): ...\n" if prefix else ""
    assert ruff(prefix + code + "\n" + tail) == laid + tail


@pytest.mark.parametrize("text", ["a", 'a"b', "a'b", "a'b\"c", "a\\b", "a\nb", "é🧪", "\x00"])
def test_strings_read_back(text: str) -> None:
    assert eval(quoted(text, Format())) == text  # noqa: S307
    assert eval(quoted(text, Format(quote="'"))) == text  # noqa: S307


WORD = st.text("ab_é漢", min_size=1, max_size=30)
VALUE = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.none(), WORD),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(WORD, inner, max_size=2),
    ),
    max_leaves=6,
)
CASE = st.tuples(VALUE, VALUE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASE, min_size=1, max_size=4), st.data(), WORD)
def test_a_marked_case_needs_no_formatter(
    cases: list[tuple[object, object]], data: st.DataObject, reason: str
) -> None:
    """A file that ruff had formatted is as ruff would format it after any case is marked."""
    decorator = f"@pytest.mark.parametrize(['x', 'y'], {cases!r})"
    source = f"import pytest\n\n\n{decorator}\ndef test_a(x, y):\n    pass\n"
    index = data.draw(st.integers(0, len(cases) - 1))
    options = f"file: test_a.py, test: test_a, param: {{index: {index}}}, if: 'True'"
    operation = f"  - skip-param: {{{options}, reason: '{reason}'}}\n"
    changeset = migrate(recipe(operation), Memory({"test_a.py": ruff(source)}))
    assert not changeset.failures
    after = changeset.files[0].after
    assert after is not None
    assert ruff(after) == after


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASE, min_size=1, max_size=4), st.data(), WORD, st.booleans())
def test_a_case_without_its_mark_needs_no_formatter(
    cases: list[tuple[object, object]], data: st.DataObject, reason: str, one: bool
) -> None:
    """A case that is marked, and then is not, means what it meant and is laid out well."""
    decorator = f"@pytest.mark.parametrize({('x' if one else 'x, y')!r}, {cases!r})"
    source = ruff(f"import pytest\n\n\n{decorator}\ndef test_a(x, y=0):\n    pass\n")
    index = data.draw(st.integers(0, len(cases) - 1))
    options = f"file: test_a.py, test: test_a, param: {{index: {index}}}"
    skip = f"  - skip-param: {{{options}, if: 'True', reason: '{reason}'}}\n"
    marked = changed(skip, {"test_a.py": source})
    after = changed(f"  - remove-skip: {{{options}}}\n", marked)["test_a.py"]
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(source))
    assert ruff(after) == after


def test_the_example_needs_no_formatter(tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / "examples" / "vllm"
    for path in example.rglob("*.py"):
        assert ruff(path.read_text()) == path.read_text()
