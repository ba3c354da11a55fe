"""replace-decorator: another decorator in the place of one that is there."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = "tests/test_a.py"
HEAD = "import pytest\nfrom marks import one\n\n\n"
BODY = "def test_a():\n    pass\n"


def operation(old: str = "one(2)", new: str = "pytest.mark.slow", imports: str = "") -> str:
    more = f"      imports: [{imports}]\n" if imports else ""
    return (
        f"  - replace-decorator:\n      file: {PATH}\n      test: test_a\n{more}"
        f"      from: >-\n        {old}\n      to: >-\n        {new}\n"
    )


LONG = "pytest.mark.flaky(reruns=2, reruns_delay=5, only_rerun='it did not come within good time')"
CHANGES = {
    "the only one": ("pytest.mark.slow", "@one(2)\n", "@pytest.mark.slow\n"),
    "between others": (
        "pytest.mark.slow",
        "# why\n@two\n# one\n@one(2)  # 2\n@three()\n",
        "# why\n@two\n# one\n@pytest.mark.slow  # 2\n@three()\n",
    ),
    "laid out otherwise": ("one(3)", "@one(\n    2,\n)\n", "@one(3)\n"),
    "an argument": ("one(3)", "@one(2)\n@one(4)\n", "@one(3)\n@one(4)\n"),
    "gets too long": (
        LONG,
        "@one(2)\n",
        "@pytest.mark.flaky(\n    reruns=2, reruns_delay=5, only_rerun='it did not come within good time'\n)\n",
    ),
    "in brackets": ("one(3)", "@(one(2))\n", "@one(3)\n"),
}


@pytest.mark.parametrize(("new", "before", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(new: str, before: str, after: str) -> None:
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(new=new), files) == {PATH: HEAD + after + BODY}


def test_imports_come_along() -> None:
    after = changed(
        operation(new="two()", imports="from marks import two"), {PATH: HEAD + "@one(2)\n" + BODY}
    )
    assert after == {PATH: "import pytest\nfrom marks import one, two\n\n\n@two()\n" + BODY}


def test_a_method_with_tabs_and_windows_line_ends() -> None:
    text = f"{HEAD}class TestA:\n\t@one(2)\n\tdef test_a(self):\n\t\tpass\n".replace("\n", "\r\n")
    rule = operation().replace("test: test_a", "test: TestA::test_a")
    assert changed(rule, {PATH: text}) == {PATH: text.replace("@one(2)", "@pytest.mark.slow")}


STAYS = {
    "has it": "@pytest.mark.slow\n",
    "has it among others": "@two\n@pytest.mark.slow  # why\n@one(3)\n",
    "has it in brackets": "@(pytest.mark.slow)\n",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_leaves_alone(text: str) -> None:
    files = {PATH: HEAD + text + BODY}
    assert changed(operation(), files) == files


def test_the_same_is_left_alone() -> None:
    files = {PATH: HEAD + "@one(2)\n" + BODY}
    assert changed(operation(new="one( 2 )"), files) == files


REFUSALS = {
    "neither": (
        operation(),
        "@one(3)\n@two\n",
        ":7:1: no decorators of 'test_a' are one(2); its decorators: one(3), two",
    ),
    "none at all": (operation(), "", "its decorators: none"),
    "twice": (operation(), "@one(2)\n@one( 2 )\n", "2 decorators of 'test_a' are one(2)"),
    "both": (
        operation(),
        "@one(2)\n@pytest.mark.slow\n",
        ":6:2: 'test_a' has pytest.mark.slow already, beside one(2); remove one of them",
    ),
    "a comment within": (
        operation(),
        "@one(\n    2,  # why\n)\n",
        ":5:2: comments stand in what would be laid out anew",
    ),
    "a name that is not there": (
        operation(new="two"),
        "@one(2)\n",
        ":6:1: nothing above 'test_a' defines 'two'",
    ),
}


@pytest.mark.parametrize(("rule", "text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(rule: str, text: str, error: str) -> None:
    assert error in refusal(rule, {PATH: HEAD + text + BODY})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pytest.mark.parametrize('x', [1])", "one"),
        ("one", "pytest.mark.parametrize('x', [1])"),
        ("one", "lambda f: f"),
        ("@one", "two"),
        ("one*", "two"),
    ],
)
def test_what_is_no_decorator(old: str, new: str) -> None:
    with pytest.raises(BadUsage, match=r"the code of a mark|makes a test's cases|expression"):
        run(operation(old, new), {})
