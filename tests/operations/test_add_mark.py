"""add-mark: any mark, on a test or on one of its cases."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = "tests/test_a.py"
HEAD = "import pytest\nfrom marks import many, one\n\n\n"
BODY = "def test_a(x):\n    pass\n"
SLOW = "pytest.mark.slow"


def operation(mark: str = SLOW, param: str = "", imports: str = "") -> str:
    case = f"      param: {param}\n" if param else ""
    more = f"      imports: [{imports}]\n" if imports else ""
    code = "".join(f"        {line}\n" for line in mark.splitlines())
    return (
        f"  - add-mark:\n      file: {PATH}\n      test: test_a\n{case}{more}      mark: |\n{code}"
    )


TESTS = {
    "no decorators": (SLOW, "", f"@{SLOW}\n"),
    "above the first pytest mark": (
        SLOW,
        "@one\n# why\n@pytest.mark.fast\n@pytest.mark.big\n",
        f"@one\n@{SLOW}\n# why\n@pytest.mark.fast\n@pytest.mark.big\n",
    ),
    "on top where there is no mark": (SLOW, "@one\n", f"@{SLOW}\n@one\n"),
    "with arguments": (
        'pytest.mark.xfail(reason="x", strict=True)',
        "@one\n",
        '@pytest.mark.xfail(reason="x", strict=True)\n@one\n',
    ),
    "laid out": (
        'pytest.mark.xfail( reason = "it is not known how this could ever have come to work", strict=True )',
        "",
        '@pytest.mark.xfail(\n    reason="it is not known how this could ever have come to work", strict=True\n)\n',
    ),
    "kept open by a comma": (
        "pytest.mark.flaky(reruns=2,)",
        "",
        "@pytest.mark.flaky(\n    reruns=2,\n)\n",
    ),
    "a reason in pieces": (
        'pytest.mark.xfail(\n  one, reason="a reason that goes on and on "\n  "over two lines"\n)',
        "",
        '@pytest.mark.xfail(\n    one,\n    reason="a reason that goes on and on "\n    "over two lines",\n)\n',
    ),
    "a mark of one's own": ("one(2)", "@pytest.mark.fast\n", "@one(2)\n@pytest.mark.fast\n"),
    "the same mark with other arguments": (
        "pytest.mark.timeout(60)",
        "@pytest.mark.timeout(30)\n",
        "@pytest.mark.timeout(60)\n@pytest.mark.timeout(30)\n",
    ),
}


@pytest.mark.parametrize(("mark", "before", "after"), TESTS.values(), ids=TESTS)
def test_a_test(mark: str, before: str, after: str) -> None:
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(mark), files) == {PATH: HEAD + after + BODY}


def cases(case: str) -> str:
    return f'{HEAD}@pytest.mark.parametrize(\n    "x",\n    [\n        1,\n        {case}\n    ],\n)\n{BODY}'


CASES = {
    "a plain value": (SLOW, '"b",  # bee', f'pytest.param("b", marks={SLOW}),  # bee'),
    "an id": (
        SLOW,
        'pytest.param("b", id="b"),',
        f'pytest.param("b", id="b", marks={SLOW}),',
    ),
    "another mark": (
        SLOW,
        'pytest.param("b", marks=pytest.mark.big),',
        f'pytest.param("b", marks=[pytest.mark.big, {SLOW}]),',
    ),
    "a mark of one's own": (
        "one(2)",
        'pytest.param("b", marks=[pytest.mark.big]),',
        'pytest.param("b", marks=[pytest.mark.big, one(2)]),',
    ),
    "marks of one's own": (
        SLOW,
        'pytest.param("b", marks=many()),',
        f'pytest.param("b", marks=[*many(), {SLOW}]),',
    ),
    "a line each": (
        SLOW,
        'pytest.param(\n            "b",  # bee\n        ),',
        f'pytest.param(\n            "b",  # bee\n            marks={SLOW},\n        ),',
    ),
}
MARKS = {
    "marks.py": "import pytest\n\n\ndef one(n):\n    return pytest.mark.one\n\n\n"
    "def many():\n    return [pytest.mark.one]\n"
}


@pytest.mark.parametrize(("mark", "before", "after"), CASES.values(), ids=CASES)
def test_a_case(mark: str, before: str, after: str) -> None:
    files = {PATH: cases(before), **MARKS}
    assert changed(operation(mark, "{index: 1}"), files)[PATH] == cases(after)


def test_a_list_on_a_line_of_its_own_is_laid_out_whatever_stands_around_it() -> None:
    numbers = ", ".join(map(str, range(20)))
    text = f'@pytest.mark.parametrize(\n    "x",\n    # why\n    [{numbers}],\n)\n'
    lines = "".join(f"        {n},\n" for n in numbers.split(", "))
    after = text.replace(f"[{numbers}]", f"[\n{lines}    ]").replace(
        "        3,", f"        pytest.param(3, marks={SLOW}),"
    )
    rule = operation(param="{index: 3}")
    assert changed(rule, {PATH: HEAD + text + BODY}) == {PATH: HEAD + after + BODY}


def test_imports_come_along() -> None:
    files = {PATH: "import pytest\n\n\n" + BODY}
    after = changed(operation("two(2)", imports="from marks import two"), files)[PATH]
    assert after == "import pytest\nfrom marks import two\n\n\n@two(2)\n" + BODY


def test_a_mark_whose_import_comes_along_is_followed() -> None:
    text = cases("2,").replace("from marks import many, one\n", "")
    files = {PATH: text, **MARKS}
    after = changed(operation("one(2)", "{index: 1}", imports="from marks import one"), files)[PATH]
    assert "pytest.param(2, marks=one(2))," in after


def test_windows_line_ends_tabs_and_a_mark_are_kept() -> None:
    before = "\ufeff" + f"{HEAD}class TestA:\n\tdef test_a(self):\n\t\tpass\n".replace("\n", "\r\n")
    after = before.replace("\tdef", f"\t@{SLOW}\r\n\tdef")
    text = operation().replace("test_a\n", "TestA::test_a\n")
    assert changed(text, {PATH: before}) == {PATH: after}


def test_a_text_over_several_lines_keeps_its_line_ends() -> None:
    text = '"""a\nb"""'
    lines = f"pytest.param(\n            {text},\n            marks={SLOW},\n        ),"
    before, after = (cases(case).replace("\n", "\r\n") for case in (f"{text},", lines))
    assert changed(operation(param="{index: 1}"), {PATH: before}) == {PATH: after}


STAYS = {
    "the same": (SLOW, f"@{SLOW}\n"),
    "below others": (SLOW, f"@one\n@pytest.mark.big\n@{SLOW}\n"),
    "laid out otherwise": (
        'pytest.mark.xfail(reason="x", strict=True)',
        "@pytest.mark.xfail(\n    reason='x',\n    strict=True,  # why\n)\n",
    ),
    "a reason in pieces": (
        'pytest.mark.skip(reason="a b")',
        '@pytest.mark.skip(reason="a " "b")\n',
    ),
}


@pytest.mark.parametrize(("mark", "decorators"), STAYS.values(), ids=STAYS)
def test_leaves_a_test_alone(mark: str, decorators: str) -> None:
    files = {PATH: HEAD + decorators + BODY}
    assert changed(operation(mark), files) == files


MARKED = {
    "the only one": f'pytest.param("b", marks={SLOW}),',
    "in a list": f'pytest.param("b", marks=[pytest.mark.big, {SLOW}]),',
    "in a tuple": f'pytest.param("b", marks=({SLOW},)),',
}


@pytest.mark.parametrize("case", MARKED.values(), ids=MARKED)
def test_leaves_a_case_alone(case: str) -> None:
    files = {PATH: cases(case)}
    assert changed(operation(param="{index: 1}"), files) == files


REFUSALS = {
    "no such test": (operation(), HEAD, f"{PATH}: no test 'test_a'"),
    "no such case": (
        operation(param="bee"),
        cases("2,"),
        "'test_a' has no case 'bee'; its ids: 1, 2",
    ),
    "a name that is not there": (
        operation("two"),
        HEAD + BODY,
        f"{PATH}:5:1: nothing above 'test_a' defines 'two'; say how to import it in 'imports'",
    ),
    "no pytest for the param": (
        operation("one(1)", "{index: 1}"),
        cases("2,").replace("import pytest\n", ""),
        "nothing above 'test_a' defines 'pytest'",
    ),
    "marks and not one": (
        operation("many()", "{index: 1}"),
        cases("2,"),
        f"{PATH}:9:9: can't tell that 'many()' is one mark; write it out, as pytest.mark.…",
    ),
    "a mark that can't be told": (
        operation("test_a.x", "{index: 1}"),
        cases("2,").replace("many, one", "test_a"),
        "can't tell that 'test_a.x' is one mark",
    ),
    "a param that is made elsewhere": (
        operation(param="{index: 1}"),
        cases("p(2),").replace("from marks import many, one", "from pytest import param as p"),
        "'p(2)' is a pytest.param that is made elsewhere",
    ),
    "another thing of that name": (
        operation("two(2)", imports="from marks import two"),
        "import pytest\n\ntwo = 2\n\n\n" + BODY,
        f"{PATH}:3:1: 'two' is defined here, so 'from marks import two' has no place",
    ),
}


@pytest.mark.parametrize(("text", "before", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(text: str, before: str, error: str) -> None:
    assert error in refusal(text, {PATH: before, **MARKS})


@pytest.mark.parametrize(
    ("mark", "error"),
    [
        ("[pytest.mark.slow]", "is not the code of a mark"),
        ("pytest.mark.slow, pytest.mark.big", "is not one Python expression"),
        ("pytest.mark.slow  # why", "is not one Python expression"),
        ("@pytest.mark.slow", "is not a Python expression"),
        ("pytest\n.mark.slow", "is not the code of a mark"),
        ("'slow'", "is not the code of a mark"),
        ('pytest.mark.parametrize("x", [1])', "makes a test's cases"),
    ],
)
def test_what_is_no_mark(mark: str, error: str) -> None:
    with pytest.raises(BadUsage, match=error):
        run(operation(mark), {})
