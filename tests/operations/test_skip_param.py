"""skip-param: a mark on one case of a parametrised test."""

import pytest

from tests.memory import changed, refusal

PATH = "tests/test_a.py"
HEAD = "import pytest\nfrom gpus import gpu, some_mark, MARKS\n\n\n"
SKIP = 'pytest.mark.skipif(gpu, reason="no")'


def operation(param: str) -> str:
    return (
        f"  - skip-param:\n      file: {PATH}\n      test: test_a\n      param: {param}\n"
        "      if: gpu\n      reason: 'no'\n"
    )


def source_of(decorator: str) -> str:
    return f"{HEAD}{decorator}def test_a(x, y=0):\n    pass\n"


TWO = """\
@pytest.mark.parametrize(
    ["x", "y"],
    [
        (1, "a"),  # first
        CASE
    ],
    ids=["one", "two"],
)
"""


def two(case: str) -> str:
    return source_of(TWO.replace("CASE", case))


CASES = {
    "tuple": ('(2, "b"),', f'pytest.param(2, "b", marks={SKIP}),'),
    "comment behind": ('(2, "b"),  # why', f'pytest.param(2, "b", marks={SKIP}),  # why'),
    "no comma behind": ('(2, "b")', f'pytest.param(2, "b", marks={SKIP})'),
    "list": ('[2, "b"],', f'pytest.param(2, "b", marks={SKIP}),'),
    "nested": ('((2, 3), ["b"]),', f'pytest.param((2, 3), ["b"], marks={SKIP}),'),
    "one argument a line": (
        '(\n            2,  # two\n            "b",\n        ),',
        f'pytest.param(\n            2,  # two\n            "b",\n            marks={SKIP},\n        ),',
    ),
    "comment behind the last argument": (
        '(\n            2,\n            "b",  # bee\n        ),',
        f'pytest.param(\n            2,\n            "b",  # bee\n            marks={SKIP},\n        ),',
    ),
    "comment below the last argument": (
        '(\n            2,\n            "b",\n            # the end\n        ),',
        f'pytest.param(\n            2,\n            "b",\n            marks={SKIP},\n            # the end\n        ),',
    ),
    "a param without marks": ('pytest.param(2, "b"),', f'pytest.param(2, "b", marks={SKIP}),'),
    "a param with an id": (
        'pytest.param(2, "b", id="two"),',
        f'pytest.param(2, "b", id="two", marks={SKIP}),',
    ),
    "a param a line each, with an id": (
        'pytest.param(\n            2,\n            "b",\n            id="two",\n        ),',
        f'pytest.param(\n            2,\n            "b",\n            id="two",\n            marks={SKIP},\n        ),',
    ),
    "one mark": (
        'pytest.param(2, "b", marks=pytest.mark.slow),',
        f'pytest.param(\n            2, "b", marks=[pytest.mark.slow, {SKIP}]\n        ),',
    ),
    "a list of marks": (
        'pytest.param(2, "b", marks=[pytest.mark.slow]),',
        f'pytest.param(\n            2, "b", marks=[pytest.mark.slow, {SKIP}]\n        ),',
    ),
    "a list with a star": (
        'pytest.param(2, "b", marks=[*MARKS, pytest.mark.slow]),',
        'pytest.param(\n            2,\n            "b",\n'
        f"            marks=[*MARKS, pytest.mark.slow, {SKIP}],\n        ),",
    ),
    "a list of marks, a line each": (
        'pytest.param(\n            2,\n            "b",\n            marks=[\n                pytest.mark.slow,\n            ],\n        ),',
        f'pytest.param(\n            2,\n            "b",\n            marks=[\n                pytest.mark.slow,\n                {SKIP},\n            ],\n        ),',
    ),
    "an empty list": (
        'pytest.param(2, "b", marks=[]),',
        f'pytest.param(2, "b", marks=[{SKIP}]),',
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_changes(before: str, after: str) -> None:
    assert changed(operation("two"), {PATH: two(before)}) == {PATH: two(after)}


def test_the_argument_tells_decorators_apart() -> None:
    text = source_of("@pytest.mark.parametrize('x', [1])\n@pytest.mark.parametrize('y', [2])\n")
    after = changed(
        operation("{index: 0, argument: y}"), {PATH: text, "ruff.toml": "line-length = 99"}
    )
    assert f"'y', [pytest.param(2, marks={SKIP})])" in after[PATH]


NAMES = {
    "id from the list": ("two", two('(2, "b"),')),
    "value": ("{value: b}", two('(2, "b"),')),
    "number": ("{value: 2}", two('(2, "b"),')),
    "value inside": ("{value: deep}", two('(2, {"k": ["deep"]}),')),
    "index": ("{index: 1}", two('(2, "b"),')),
    "id by name": ("{id: two}", two('(2, "b"),')),
    "own id": ("bee", two('pytest.param(2, "b", id="bee"),')),
    "id of plain values": ("2-b", two('(2, "b"),').replace('    ids=["one", "two"],\n', "")),
    "id where none is given": ("2-b", two('(2, "b"),').replace('"two"', "None")),
    "id with a position": ("2-y1", two("(2, []),").replace('    ids=["one", "two"],\n', "")),
}


@pytest.mark.parametrize(("param", "text"), NAMES.values(), ids=NAMES.keys())
def test_names_of_cases(param: str, text: str) -> None:
    after = changed(operation(param), {PATH: text})[PATH]
    assert after.count("skipif") == 1
    assert "skipif" in after.split("# first\n")[1]


SINGLE = {
    "text": ('"x", ["a", "b"]', f'"x", ["a", pytest.param("b", marks={SKIP})]'),
    "a tuple is the value": (
        '"x", ["a", ("b", 1)]',
        f'"x", ["a", pytest.param(("b", 1), marks={SKIP})]',
    ),
    "a list of one name": (
        '["x"], [("a",), ("b",)]',
        f'["x"], [("a",), pytest.param("b", marks={SKIP})]',
    ),
    "by name": (
        'argnames="x", argvalues=["a", "b"]',
        f'argnames="x", argvalues=["a", pytest.param("b", marks={SKIP})]',
    ),
}


@pytest.mark.parametrize(("before", "after"), SINGLE.values(), ids=SINGLE.keys())
def test_decorators_on_one_line(before: str, after: str) -> None:
    files = {
        PATH: source_of(f"@pytest.mark.parametrize({before})\n"),
        "ruff.toml": "line-length = 200\n",
    }
    result = changed(operation("{value: b}"), files)
    assert result[PATH] == source_of(f"@pytest.mark.parametrize({after})\n")


def test_a_line_that_gets_too_long_is_laid_out_anew() -> None:
    before = source_of('@pytest.mark.parametrize("x", ["a", "b"])\n')
    after = source_of(
        f'@pytest.mark.parametrize(\n    "x", ["a", pytest.param("b", marks={SKIP})]\n)\n'
    )
    assert changed(operation("b"), {PATH: before}) == {PATH: after}


KINDS = {
    "one, by its definition": (
        "def some_mark(n):\n    return pytest.mark.slow\n",
        "[some_mark(1), ",
    ),
    "several": ("def some_mark(n):\n    return [pytest.mark.slow]\n", "[*some_mark(1), "),
    "one, by a name": ("some_mark = pytest.mark.slow\n", "[some_mark(1), "),
    "several, made step by step": (
        "def some_mark(n):\n    marks = [pytest.mark.a]\n    return marks\n",
        "[*some_mark(1), ",
    ),
}


@pytest.mark.parametrize(("definition", "marks"), KINDS.values(), ids=KINDS.keys())
def test_marks_that_stand_elsewhere(definition: str, marks: str) -> None:
    files = {
        PATH: two('pytest.param(2, "b", marks=some_mark(1)),'),
        "gpus.py": f"import pytest\n{definition}",
    }
    assert marks in changed(operation("two"), files)[PATH]


def test_marks_stand_where_the_file_puts_them() -> None:
    first = 'pytest.param(1, "a", marks=[], id="one"),'
    files = {PATH: two('pytest.param(2, "b", id="two"),').replace('(1, "a"),', first)}
    after = changed(operation("two"), files)[PATH]
    assert f'pytest.param(2, "b", marks={SKIP}, id="two"),' in after


NAME_OR_CALL = {
    "a class": ("class Model: pass\n", "[1, Model]", True),
    "a value from elsewhere": ("", "[1, os.sep]", True),
    "a call of what is not in the tree": ("", "[1, Path('a')]", True),
    "a call that makes a value": ("def make():\n    return 2\n", "[1, make()]", True),
    "a name for a param": ("CASE = pytest.param(2, id='a')\n", "[1, CASE]", False),
    "a call that makes a param": (
        "def make():\n    return pytest.param(2)\n",
        "[1, make()]",
        False,
    ),
    "param by another name": ("from pytest import param as p\n", "[1, p(2)]", False),
}


@pytest.mark.parametrize(("before", "values", "plain"), NAME_OR_CALL.values(), ids=NAME_OR_CALL)
def test_a_value_that_may_be_a_param(before: str, values: str, plain: bool) -> None:
    text = source_of(f"{before}@pytest.mark.parametrize('x', {values})\n")
    files = {PATH: text}
    if plain:
        assert "pytest.param(" in changed(operation("{index: 1}"), files)[PATH].split("def test")[0]
    else:
        assert "is a pytest.param that is made elsewhere" in refusal(operation("{index: 1}"), files)


COMMENTS = {
    "in a list of marks": (
        "pytest.param(\n            2,\n            'b',\n            marks=[\n                # slow\n"
        "                pytest.mark.slow,  # why\n            ],\n        ),",
        "pytest.param(\n            2,\n            'b',\n            marks=[\n                # slow\n"
        f"                pytest.mark.slow,  # why\n                {SKIP},\n            ],\n        ),",
    ),
    "before the first argument": (
        "pytest.param(  # c\n            2,\n            'b',\n        ),",
        f"pytest.param(  # c\n            2,\n            'b',\n            marks={SKIP},\n        ),",
    ),
}


@pytest.mark.parametrize(("before", "after"), COMMENTS.values(), ids=COMMENTS)
def test_comments_stay(before: str, after: str) -> None:
    assert changed(operation("two"), {PATH: two(before)}) == {PATH: two(after)}


def test_tabs_stay() -> None:
    before = source_of(
        "@pytest.mark.parametrize(\n\t'x',\n\t[\n\t\t(1, 2),\n\t\t(3, 4),\n\t],\n)\n"
    )
    files = {PATH: before, "ruff.toml": "line-length = 60\n"}
    after = before.replace(
        "\t\t(3, 4),", f"\t\tpytest.param(\n\t\t\t(3, 4),\n\t\t\tmarks={SKIP},\n\t\t),"
    )
    assert changed(operation("{value: 4}"), files)[PATH] == after


STAYS = {
    "the same": two(f'pytest.param(2, "b", marks={SKIP}),'),
    "in a list": two(f'pytest.param(2, "b", marks=[pytest.mark.slow, {SKIP}]),'),
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS.keys())
def test_leaves_alone(text: str) -> None:
    assert changed(operation("two"), {PATH: text}) == {PATH: text}


REFUSALS = {
    "no such case": (
        "three",
        two('(2, "b"),'),
        ":13:1: 'test_a' has no case 'three'; its ids: one, two",
    ),
    "no such argument": (
        "{index: 0, argument: xx}",
        two('(2, "b"),'),
        "has no case number 0 of 'xx'; did you mean 'x'?",
    ),
    "no such number": ("{index: 7}", two('(2, "b"),'), "numbered from 0, and it has 2"),
    "no parametrize": ("two", source_of(""), "the test has no parametrize; skip it as a whole"),
    "computed ids": (
        "two",
        two('(2, "b"),').replace('["one", "two"]', "make_ids()"),
        ":13:1: 'test_a' has no case 'two'; name it by a value in it, or by its index",
    ),
    "two such cases": ("{value: 1}", two('(1, "b"),'), ":9:9: 2 cases of 'test_a' are with"),
    "no cases written out": (
        "two",
        source_of("@pytest.mark.parametrize('x', CASES)\n"),
        ":6:1: 'test_a' has no case 'two'",
    ),
    "a case that is a name": ("two", two("OTHER,"), ":9:9: case 1 is not written out as a tuple"),
    "marks that can't be told": (
        "two",
        two('pytest.param(2, "b", marks=some_mark(1)),'),
        ":9:9: can't tell whether 'some_mark(1)' is one mark or several",
    ),
    "comments that would be lost": (
        "two",
        two(
            "pytest.param(2, 'b', marks=(\n            # why\n            pytest.mark.slow,\n        )),"
        ),
        "comments stand in what would be laid out anew",
    ),
    "arguments in a mapping": (
        "{index: 1}",
        two("pytest.param(2, 'b', **{}),"),
        ":9:9: the case's arg",
    ),
    "parentheses around": ("two", two("((2, 'b')),"), ":9:9: the case stands in more parentheses"),
    "the same number twice": (
        "{index: 0}",
        source_of("@pytest.mark.parametrize('x', [1])\n@pytest.mark.parametrize('y', [2])\n"),
        "name it by its id, or add the argument",
    ),
    "another reason": (
        "two",
        two(f'pytest.param(2, "b", marks={SKIP.replace("no", "yes")}),'),
        ":9:9: a skip for this condition is there, with the reason 'yes'",
    ),
}


@pytest.mark.parametrize(("param", "text", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses(param: str, text: str, error: str) -> None:
    assert error in refusal(operation(param), {PATH: text})
