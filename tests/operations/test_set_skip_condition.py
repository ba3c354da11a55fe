"""set-skip-condition: another condition for a skip that is there."""

import pytest

from tests.memory import changed, refusal

PATH = "tests/test_a.py"
HEAD = "import pytest\nfrom gpus import gpu\n\n\n"
BODY = "def test_a(x):\n    pass\n"


def operation(old: str = "gpu.is_new()", new: str = "gpu.is_odd()", **options: str) -> str:
    lines = "".join(f"      {name}: {value}\n" for name, value in options.items())
    return (
        f"  - set-skip-condition:\n      file: {PATH}\n      test: test_a\n{lines}"
        f"      from: {old}\n      to: {new}\n"
    )


CHANGES = {
    "on one line": (
        "gpu.is_odd()",
        '@pytest.mark.skipif(gpu.is_new(), reason="no")\n',
        '@pytest.mark.skipif(gpu.is_odd(), reason="no")\n',
    ),
    "by name": (
        "gpu.is_odd()",
        '@pytest.mark.skipif(reason="no", condition=gpu.is_new())  # why\n',
        '@pytest.mark.skipif(reason="no", condition=gpu.is_odd())  # why\n',
    ),
    "a line each, laid out otherwise": (
        "gpu.is_odd()",
        "@pytest.mark.skipif(\n    gpu.is_new( ),  # why\n    reason='no',\n)\n",
        "@pytest.mark.skipif(\n    gpu.is_odd(),  # why\n    reason='no',\n)\n",
    ),
    "gets too long": (
        "not gpu.is_capable_of_all_that_this_test_needs()",
        '@pytest.mark.skipif(gpu.is_new(), reason="no kernel")\n',
        '@pytest.mark.skipif(\n    not gpu.is_capable_of_all_that_this_test_needs(), reason="no kernel"\n)\n',
    ),
    "gets short": (
        "gpu",
        f'@pytest.mark.skipif(\n    gpu.is_new(), reason="{"x" * 50}"\n)\n',
        f'@pytest.mark.skipif(gpu, reason="{"x" * 50}")\n',
    ),
    "one of two": (
        "gpu.is_odd()",
        '@pytest.mark.skipif(gpu.is_new(), reason="a")\n@pytest.mark.skipif(gpu, reason="b")\n',
        '@pytest.mark.skipif(gpu.is_odd(), reason="a")\n@pytest.mark.skipif(gpu, reason="b")\n',
    ),
    "a text": (
        "gpu.is_odd()",
        '@pytest.mark.skipif("x", reason="a")\n@pytest.mark.skipif(gpu.is_new(), reason="b")\n',
        '@pytest.mark.skipif("x", reason="a")\n@pytest.mark.skipif(gpu.is_odd(), reason="b")\n',
    ),
}


@pytest.mark.parametrize(("new", "before", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(new: str, before: str, after: str) -> None:
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(new=new), files) == {PATH: HEAD + after + BODY}


def test_a_case() -> None:
    before = (
        '@pytest.mark.parametrize(\n    "x",\n    [\n        1,\n'
        '        pytest.param(2, marks=[pytest.mark.skipif(gpu.is_new(), reason="no")]),\n    ],\n)\n'
    )
    files = {PATH: HEAD + before + BODY}
    after = before.replace("is_new", "is_odd")
    assert changed(operation(param="{index: 1}"), files) == {PATH: HEAD + after + BODY}


def test_imports_come_along() -> None:
    mark = '@pytest.mark.skipif(gpu.is_new(), reason="no")\n'
    after = changed(
        operation(new="cpu.is_old()", imports="[import pytest, from gpus import cpu]"),
        {PATH: HEAD + mark + BODY},
    )
    head = HEAD.replace("gpu\n", "cpu, gpu\n")
    assert after == {PATH: head + mark.replace("gpu.is_new", "cpu.is_old") + BODY}


STAYS = {
    "has it": '@pytest.mark.skipif(gpu.is_odd(), reason="no")\n',
    "has it, laid out otherwise": "@pytest.mark.skipif(\n    gpu.is_odd( ),\n    reason='no')\n",
    "has it among others": '@pytest.mark.skipif(gpu.is_odd(), reason="a")\n@pytest.mark.skip("b")\n',
    "has it by name": '@pytest.mark.skipif(condition=gpu.is_odd(), reason="a")\n',
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_leaves_alone(text: str) -> None:
    files = {PATH: HEAD + text + BODY}
    assert changed(operation(), files) == files


REFUSALS = {
    "no skip": (
        operation(),
        "",
        ":5:1: no skips of 'test_a' depend on gpu.is_new(); its conditions: none",
    ),
    "another": (
        operation(),
        '@pytest.mark.skipif(gpu.is_old(), reason="no")\n',
        "its conditions: gpu.is_old()",
    ),
    "two": (
        operation(),
        '@pytest.mark.skipif(gpu.is_new(), reason="a")\n@pytest.mark.skipif(gpu.is_new(), reason="b")\n',
        "2 skips of 'test_a' depend on gpu.is_new()",
    ),
    "one of two conditions": (
        operation(),
        '@pytest.mark.skipif(gpu.is_new(), gpu, reason="a")\n',
        "no skips of 'test_a' depend on gpu.is_new()",
    ),
    "no condition": (operation(), '@pytest.mark.skip("a")\n', "no skips of 'test_a' depend on"),
    "a name that is not there": (
        operation(new="cpu.is_old()"),
        '@pytest.mark.skipif(gpu.is_new(), reason="no")\n',
        ":6:1: nothing above 'test_a' defines 'cpu'; say how to import it in 'imports'",
    ),
    "a comment within": (
        operation(old="gpu and x"),
        '@pytest.mark.skipif(\n    gpu  # one\n    and x,\n    reason="no",\n)\n',
        ":6:5: comments stand in what would be laid out anew",
    ),
}


@pytest.mark.parametrize(("rule", "text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(rule: str, text: str, error: str) -> None:
    assert error in refusal(rule, {PATH: HEAD + text + BODY})
