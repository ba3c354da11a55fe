"""remove-mark: a mark that is there goes, from a test or from one of its cases."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = "tests/test_a.py"
HEAD = "import pytest\nfrom marks import many, one\n\n\n"
BODY = "def test_a(x, y=0):\n    pass\n"
SLOW = "pytest.mark.slow"


def operation(mark: str = SLOW, param: str = "", imports: str = "") -> str:
    case = f"      param: {param}\n" if param else ""
    more = f"      imports: [{imports}]\n" if imports else ""
    return (
        f"  - remove-mark:\n      file: {PATH}\n      test: test_a\n{case}{more}"
        f"      mark: >-\n        {mark}\n"
    )


TESTS = {
    "the only decorator": (SLOW, f"@{SLOW}\n", ""),
    "the first": (SLOW, f"@{SLOW}\n@one\n", "@one\n"),
    "the last": (SLOW, f"@one\n@{SLOW}\n", "@one\n"),
    "between others": (SLOW, f"@one\n\n@{SLOW}\n@two\n", "@one\n\n@two\n"),
    "comments above and behind": (SLOW, f"@one  # 1\n# why\n# so\n@{SLOW}  # 2\n", "@one  # 1\n"),
    "comments above the first": (SLOW, f"x = 1  # x\n\n# why\n@{SLOW}\n", "x = 1  # x\n\n"),
    "comments of others stay": (
        SLOW,
        f"# about all\n\n@{SLOW}\n# one\n@one\n",
        "# about all\n\n# one\n@one\n",
    ),
    "a comment in another column stays": (
        SLOW,
        f"@one\n  # odd\n@{SLOW}\n",
        "@one\n  # odd\n",
    ),
    "several lines": (
        'pytest.mark.xfail(one, reason="x y")',
        '@pytest.mark.xfail(\n    one,  # why\n    reason="x "\n    "y",\n)\n@one\n',
        "@one\n",
    ),
    "of two with other arguments": (
        "pytest.mark.timeout(60)",
        "@pytest.mark.timeout(30)\n@pytest.mark.timeout( 60 )\n",
        "@pytest.mark.timeout(30)\n",
    ),
    "a glob": (
        'pytest.mark.xfail(*reason="x*")',
        "@one\n@pytest.mark.xfail(\n    one,\n    reason='x y',\n)\n",
        "@one\n",
    ),
    "a glob over other quotes": (
        "pytest.mark.xfail(reason='x*')",
        '@pytest.mark.xfail(reason="x y")\n',
        "",
    ),
    "a regular expression": (
        r"/pytest\.mark\.(slow|big)\b.*/",
        "@one\n@pytest.mark.big(3)\n",
        "@one\n",
    ),
    "a star of Python": ("one(*ARGS)", "@one( *ARGS )\n@one(ARGS)\n", "@one(ARGS)\n"),
    "no mark of pytest": ("one(2)", "@one(2)\n@two\n", "@two\n"),
}


@pytest.mark.parametrize(("mark", "before", "after"), TESTS.values(), ids=TESTS)
def test_a_test(mark: str, before: str, after: str) -> None:
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(mark), files) == {PATH: HEAD + after + BODY}


TWO = """\
@pytest.mark.parametrize(
    ["x", "y"],
    [
        (1, "a"),  # first
        CASE
    ],
)
"""
ONE = '@pytest.mark.parametrize(\n    "x",\n    [\n        1,\n        CASE\n    ],\n)\n'


def two(case: str) -> str:
    return HEAD + TWO.replace("CASE", case) + BODY


def one(case: str) -> str:
    return HEAD + ONE.replace("CASE", case) + BODY


def lines(*inner: str, head: str = "pytest.param(") -> str:
    return "".join([f"{head}\n", *(f"            {line}\n" for line in inner), "        ),"])


TUPLES = {
    "on one line": (f'pytest.param(2, "b", marks={SLOW}),', '(2, "b"),'),
    "a comment behind": (f'pytest.param(2, "b", marks={SLOW}),  # why', '(2, "b"),  # why'),
    "no comma behind": (f'pytest.param(2, "b", marks={SLOW})', '(2, "b")'),
    "on a line of its own": (
        f'pytest.param(\n            2, "b", marks={SLOW}\n        ),',
        '(2, "b"),',
    ),
    "one a line": (
        lines("2,", '"b",', f"marks={SLOW},"),
        lines("2,", '"b",', head="("),
    ),
    "comments": (
        lines("2,  # two", "# bee", '"b",', "# slow", f"marks={SLOW},  # why", "# the end"),
        lines("2,  # two", "# bee", '"b",', "# the end", head="("),
    ),
    "a comment behind the bracket": (
        lines("2,", '"b",', f"marks={SLOW},", head="pytest.param(  # two"),
        lines("2,", '"b",', head="(  # two"),
    ),
    "a mark over several lines": (
        lines("2,", '"b",', "marks=[", "    # why", f"    {SLOW},", "],"),
        lines("2,", '"b",', head="("),
    ),
    "a list of one": (f'pytest.param(2, "b", marks=[{SLOW}]),', '(2, "b"),'),
    "a tuple of one": (f'pytest.param(2, "b", marks=({SLOW},)),', '(2, "b"),'),
    "a star": (f"pytest.param(*PAIR, marks={SLOW}),", "(*PAIR,),"),
    "a star behind": (f"pytest.param(2, marks={SLOW}, *REST),", "(2, *REST),"),
    "nested brackets": (
        f"pytest.param(\n            [1, 2], {{3: 4}}, marks={SLOW}\n        ),",
        "([1, 2], {3: 4}),",
    ),
}


@pytest.mark.parametrize(("before", "after"), TUPLES.values(), ids=TUPLES)
def test_a_case_is_a_tuple_again(before: str, after: str) -> None:
    assert changed(operation(param="{index: 1}"), {PATH: two(before)}) == {PATH: two(after)}


VALUES = {
    "on one line": (f'pytest.param("b", marks={SLOW}),', '"b",'),
    "a comment behind": (f'pytest.param("b", marks={SLOW}),  # why', '"b",  # why'),
    "a tuple is the value": (f"pytest.param((2, 3), marks={SLOW}),", "(2, 3),"),
    "one a line": (lines('"b",', f"marks={SLOW},"), '"b",'),
    "one a line with a comment behind all": (
        lines('"b",', f"marks={SLOW},") + "  # b",
        '"b",  # b',
    ),
    "its comment": (lines('"b",  # bee', f"marks={SLOW},  # why"), '"b",  # bee'),
    "comments above and below": (
        lines("# a bee", '"b",', "# slow", f"marks={SLOW},", "# the end"),
        '# a bee\n        "b",\n        # the end',
    ),
    "a list with comments": (
        lines("[", "    2,  # two", "    3,", "],  # both", f"marks={SLOW},"),
        "[\n            2,  # two\n            3,\n        ],  # both",
    ),
    "a list with a magic comma": (
        lines("[", "    2,", "    3,", "],", f"marks={SLOW},"),
        "[\n            2,\n            3,\n        ],",
    ),
}


@pytest.mark.parametrize(("before", "after"), VALUES.values(), ids=VALUES)
def test_a_case_is_a_value_again(before: str, after: str) -> None:
    assert changed(operation(param="{index: 1}"), {PATH: one(before)}) == {PATH: one(after)}


def test_a_list_of_one_name_makes_tuples_of_one() -> None:
    text = HEAD + f'@pytest.mark.parametrize(["x"], [(1,), pytest.param(2, marks={SLOW})])\n' + BODY
    after = text.replace(f"pytest.param(2, marks={SLOW})", "(2,)")
    files = {PATH: text, "ruff.toml": "line-length = 99\n"}
    assert changed(operation(param="{index: 1}"), files)[PATH] == after


def test_brackets_that_no_comma_keeps_open_close() -> None:
    long = "x" * 60
    before = (
        f'@pytest.mark.parametrize(\n    "x",\n    [\n        pytest.param(\n            "{long}", marks={SLOW}\n'
        "        )\n    ],\n)\n"
    )
    after = f'@pytest.mark.parametrize(\n    "x",\n    ["{long}"],\n)\n'
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(param="{index: 0}"), files) == {PATH: HEAD + after + BODY}


PARAMS = {
    "an id stays": (
        f'pytest.param(2, "b", marks={SLOW}, id="b"),',
        'pytest.param(2, "b", id="b"),',
    ),
    "an id stays, one a line": (
        lines("2,", '"b",', f"marks={SLOW},  # why", 'id="b",'),
        lines("2,", '"b",', 'id="b",'),
    ),
    "an id stays, and the mark is last": (
        lines('2, "b",', 'id="b",', "# slow", f"marks={SLOW},", "# end"),
        lines('2, "b",', 'id="b",', "# end"),
    ),
    "a list of two": (
        f'pytest.param(2, "b", marks=[{SLOW}, one(1)]),',
        'pytest.param(2, "b", marks=[one(1)]),',
    ),
    "a tuple of two": (
        f'pytest.param(2, "b", marks=(one(1), {SLOW})),',
        'pytest.param(2, "b", marks=(one(1),)),',
    ),
    "a list with a star": (
        f'pytest.param(2, "b", marks=[*many(), {SLOW}]),',
        'pytest.param(2, "b", marks=[*many()]),',
    ),
    "a list, one a line": (
        lines("2,", '"b",', "marks=[", "    one(1),  # 1", "    # slow", f"    {SLOW},", "],"),
        lines("2,", '"b",', "marks=[", "    one(1),  # 1", "],"),
    ),
    "a list that fits on the line again": (
        f'pytest.param(\n            2, "b", marks=[{SLOW}, pytest.mark.one, pytest.mark.two]\n        ),',
        'pytest.param(2, "b", marks=[pytest.mark.one, pytest.mark.two]),',
    ),
}


@pytest.mark.parametrize(("before", "after"), PARAMS.values(), ids=PARAMS)
def test_a_case_stays_a_param(before: str, after: str) -> None:
    assert changed(operation(param="{index: 1}"), {PATH: two(before)}) == {PATH: two(after)}


def test_windows_line_ends_tabs_and_a_mark_are_kept() -> None:
    text = "import pytest\n\n\nclass TestA:\n\t# why\n\t@pytest.mark.slow\n\t@one\n\tdef test_a(self):\n\t\tpass\n"
    before = "\ufeff" + text.replace("\n", "\r\n")
    after = before.replace("\t# why\r\n\t@pytest.mark.slow\r\n", "")
    rule = operation().replace("test_a\n", "TestA::test_a\n")
    assert changed(rule, {PATH: before}) == {PATH: after}


def test_windows_line_ends_are_kept_in_a_case() -> None:
    before, after = (one(case).replace("\n", "\r\n") for case in VALUES["its comment"])
    assert changed(operation(param="{index: 1}"), {PATH: before}) == {PATH: after}


def test_an_import_goes_if_nothing_uses_it_any_more() -> None:
    head = "import pytest\nfrom marks import many, one\n\n\n"
    files = {PATH: f"{head}@one(2)\n@pytest.mark.big\n{BODY}"}
    rule = operation("one(2)", imports="import pytest, from marks import one")
    after = f"import pytest\nfrom marks import many\n\n\n@pytest.mark.big\n{BODY}"
    assert changed(rule, files) == {PATH: after}


STAYS = {
    "no such mark": (operation(), HEAD + "@one\n" + BODY),
    "a name that begins so": (operation(), HEAD + "@pytest.mark.slow_test\n" + BODY),
    "a call of it": (operation(), HEAD + "@pytest.mark.slow()\n" + BODY),
    "other arguments": (operation("one(2)"), HEAD + "@one(3)\n@one(n=2)\n" + BODY),
    "a text that looks like it": (operation("one('a b')"), HEAD + "@one('a  b')\n" + BODY),
    "a glob for the whole": (operation("mark.slow*"), HEAD + f"@{SLOW}\n" + BODY),
    "on the test and not the case": (
        operation(param="{index: 1}"),
        one("2,").replace("@pytest", f"@{SLOW}\n@pytest"),
    ),
    "on the case and not the test": (operation(), one(f"pytest.param(2, marks={SLOW}),")),
    "on another case": (operation(param="{index: 0}"), one(f"pytest.param(2, marks={SLOW}),")),
    "an id of its own": (operation(param="b"), two('pytest.param(2, "b", id="b"),')),
    "what a star stands for": (
        operation("many()", "{index: 1}"),
        one("pytest.param(2, marks=[*many()]),"),
    ),
    "a plain value": (operation(param="{index: 1}"), two('(2, "b"),')),
}


@pytest.mark.parametrize(("rule", "text"), STAYS.values(), ids=STAYS)
def test_leaves_alone(rule: str, text: str) -> None:
    assert changed(rule, {PATH: text}) == {PATH: text}


REFUSALS = {
    "no such test": (operation(), HEAD, f"{PATH}: no test 'test_a'"),
    "no such case": (operation(param="b"), two("2,"), "'test_a' has no case 'b'"),
    "twice": (
        operation(),
        f"{HEAD}@{SLOW}\n@{SLOW}\n{BODY}",
        f"{PATH}:6:2: 2 marks of 'test_a' are pytest.mark.slow; name one by its whole code",
    ),
    "a glob for two": (
        operation("pytest.mark.*"),
        f"{HEAD}@{SLOW}\n@pytest.mark.big\n{BODY}",
        f"{PATH}:6:2: 2 marks of 'test_a' are pytest.mark.*; name one",
    ),
    "a parametrize": (
        operation("pytest.mark.*"),
        one("2,"),
        f"{PATH}:5:2: this parametrize makes cases of the test; remove it by hand",
    ),
    "a comment for a formatter": (
        operation(),
        f"{HEAD}# fmt: off\n@{SLOW}\n{BODY}",
        f"{PATH}:5:1: the comment '# fmt: off' would go with what stands below it; move it away",
    ),
    "a comment beside the value": (
        operation(param="{index: 1}"),
        one(f'pytest.param("b",  # bee\n            marks={SLOW}),'),
        f"{PATH}:9:9: comments stand in what would be laid out anew",
    ),
    "a comment behind the bracket": (
        operation(param="{index: 1}"),
        one(lines('"b",', f"marks={SLOW},", head="pytest.param(  # bee")),
        f"{PATH}:9:9: comments stand in what would be laid out anew; move them out of the brackets",
    ),
    "comments in two places": (
        operation(param="{index: 1}"),
        one(lines('"b",  # bee', f"marks={SLOW},") + "  # why"),
        "comments stand in what would be laid out anew",
    ),
    "a comment in a string of lines": (
        operation(param="{index: 1}"),
        one(lines('"""', 'b""",  # bee', f"marks={SLOW},")),
        "comments stand in what would be laid out anew",
    ),
    "a comment between parts on a line": (
        operation(param="{index: 1}"),
        two(f'pytest.param(2, "b",  # bee\n            marks={SLOW}),'),
        f"{PATH}:9:9: comments stand in what would be laid out anew; write one part a line first",
    ),
    "names that are not written out": (
        operation(param="{index: 1}"),
        one(f"pytest.param(2, marks={SLOW}),").replace('"x"', "NAMES"),
        f"{PATH}:9:9: can't tell whether the case stands for one argument",
    ),
    "more values than arguments": (
        operation(param="{index: 1}"),
        one(f"pytest.param(2, 3, marks={SLOW}),"),
        f"{PATH}:9:9: the case has 2 values, for 1 arguments; mend it first",
    ),
    "a star for one argument": (
        operation(param="{index: 1}"),
        one(f"pytest.param(*TWO, marks={SLOW}),"),
        f"{PATH}:9:9: the case has 1 values, for 1 arguments",
    ),
    "a value that is a param": (
        operation(param="{index: 1}"),
        one(f"pytest.param(TWO, marks={SLOW}),").replace("@", "TWO = pytest.param(2)\n\n\n@", 1),
        "'TWO' is a pytest.param that is made elsewhere",
    ),
}


@pytest.mark.parametrize(("rule", "text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(rule: str, text: str, error: str) -> None:
    assert error in refusal(rule, {PATH: text})


@pytest.mark.parametrize(
    ("mark", "error"),
    [
        ("[one]", "is not the code of a mark"),
        ("pytest.mark.slow and", "is not a Python expression"),
        ("/(/", "is not a regular expression"),
        ("pytest.mark.parametrize('x', [1])", "makes a test's cases"),
    ],
)
def test_what_is_no_mark(mark: str, error: str) -> None:
    with pytest.raises(BadUsage, match=error):
        run(operation(mark), {})
