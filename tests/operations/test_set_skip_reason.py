"""set-skip-reason: another reason for a skip that is there."""

import pytest

from tests.memory import changed, refusal

PATH = "tests/test_a.py"
HEAD = "import pytest\n\n\n"
BODY = "def test_a(x):\n    pass\n"


def operation(old: str = "old", new: str = "new", param: str = "") -> str:
    case = f"      param: {param}\n" if param else ""
    return (
        f"  - set-skip-reason:\n      file: {PATH}\n      test: test_a\n{case}"
        f"      from: {old}\n      to: {new}\n"
    )


LONG = "a reason that is a good deal longer than what is left of this line"
CHANGES = {
    "on one line": (
        "new",
        '@pytest.mark.skipif(True, reason="old")\n',
        '@pytest.mark.skipif(True, reason="new")\n',
    ),
    "the only argument": (
        "new",
        '@pytest.mark.skip("old")\n',
        '@pytest.mark.skip("new")\n',
    ),
    "a line each": (
        "new",
        '@pytest.mark.skipif(\n    True,\n    reason="old",  # why\n)\n',
        '@pytest.mark.skipif(\n    True,\n    reason="new",  # why\n)\n',
    ),
    "in two pieces": (
        "new",
        '@pytest.mark.skip(\n    reason="o"\n    "ld",\n)\n',
        '@pytest.mark.skip(\n    reason="new",\n)\n',
    ),
    "gets too long": (
        LONG,
        '@pytest.mark.skipif(True, reason="old")\n',
        f'@pytest.mark.skipif(\n    True, reason="{LONG}"\n)\n',
    ),
    "one of two": (
        "new",
        '@pytest.mark.skip(reason="old")\n@pytest.mark.skip(reason="other")\n',
        '@pytest.mark.skip(reason="new")\n@pytest.mark.skip(reason="other")\n',
    ),
}


@pytest.mark.parametrize(("new", "before", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(new: str, before: str, after: str) -> None:
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(new=new), files) == {PATH: HEAD + after + BODY}


def test_a_case() -> None:
    before = (
        "@pytest.mark.parametrize(\n    'x',\n    [\n        pytest.param(1, id='one'),\n"
        '        pytest.param(2, marks=[pytest.mark.skip(reason="old")], id="two"),\n    ],\n)\n'
    )
    files = {PATH: HEAD + before + BODY}
    after = before.replace('"old"', '"new"')
    assert changed(operation(param="two"), files) == {PATH: HEAD + after + BODY}


STAYS = {
    "has it": '@pytest.mark.skip(reason="new")\n',
    "has it among others": '@pytest.mark.skip(reason="new")\n@pytest.mark.skip(reason="x")\n',
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS.keys())
def test_leaves_alone(text: str) -> None:
    files = {PATH: HEAD + text + BODY}
    assert changed(operation(), files) == files


REFUSALS = {
    "no skip": ("", "no skips of 'test_a' have the reason 'old'; its reasons: none"),
    "another": ('@pytest.mark.skip(reason="x")\n', "its reasons: 'x'"),
    "two": (
        '@pytest.mark.skip(reason="old")\n@pytest.mark.skip(reason="old")\n',
        "2 skips of 'test_a' have the reason 'old'",
    ),
    "computed": ("@pytest.mark.skip(reason=why())\n", "no skips of 'test_a' have the reason 'old'"),
}


@pytest.mark.parametrize(("text", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses(text: str, error: str) -> None:
    assert error in refusal(operation(), {PATH: HEAD + text + BODY})
