"""remove-skip: a test, or one of its cases, runs again."""

import pytest

from tests.memory import changed, refusal

PATH = "tests/test_a.py"
HEAD = "import pytest\nfrom gpus import gpu\n\n\n"
BODY = "def test_a(x):\n    return gpu\n"
SKIP = 'pytest.mark.skipif(gpu.is_new(), reason="no")'


def operation(**options: str) -> str:
    lines = "".join(f"      {name.rstrip('_')}: {value}\n" for name, value in options.items())
    return f"  - remove-skip:\n      file: {PATH}\n      test: test_a\n{lines}"


TESTS = {
    "the only one": ({}, f"@one\n@{SKIP}\n", "@one\n"),
    "a skip": ({}, '@pytest.mark.skip(reason="no")\n@one\n', "@one\n"),
    "a skip without a reason": ({}, "@pytest.mark.skip\n@one\n", "@one\n"),
    "with its comments": ({}, f"# why\n# so\n@{SKIP}  # see #1\n@one\n", "@one\n"),
    "of two, by its condition": (
        {"if_": "gpu.is_new()"},
        f'@{SKIP}\n@pytest.mark.skipif(gpu.is_old(), reason="no")\n',
        '@pytest.mark.skipif(gpu.is_old(), reason="no")\n',
    ),
    "its condition laid out otherwise": (
        {"if_": "gpu.is_new()"},
        "@pytest.mark.skipif(\n    condition=gpu.is_new( ),\n    reason='no',\n)\n@one\n",
        "@one\n",
    ),
    "of two, by its reason": (
        {"reason": "no"},
        f'@{SKIP}\n@pytest.mark.skip("yes")\n',
        '@pytest.mark.skip("yes")\n',
    ),
    "a reason in pieces, by a glob": (
        {"reason": "see *12"},
        '@pytest.mark.skip(\n    reason="see "\n    "issue 12"\n)\n',
        "",
    ),
    "by both": (
        {"if_": "gpu.is_new()", "reason": "no"},
        f'@{SKIP}\n@{SKIP.replace("no", "on")}\n@pytest.mark.skip("no")\n',
        f'@{SKIP.replace("no", "on")}\n@pytest.mark.skip("no")\n',
    ),
    "other marks stay": (
        {},
        f'@pytest.mark.xfail(reason="no")\n@{SKIP}\n@pytest.mark.slow\n',
        '@pytest.mark.xfail(reason="no")\n@pytest.mark.slow\n',
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), TESTS.values(), ids=TESTS)
def test_a_test(options: dict[str, str], before: str, after: str) -> None:
    files = {PATH: HEAD + before + BODY}
    assert changed(operation(**options), files) == {PATH: HEAD + after + BODY}


def cases(case: str) -> str:
    decorator = (
        f'@pytest.mark.parametrize(\n    "x",\n    [\n        1,\n        {case}\n    ],\n)\n'
    )
    return HEAD + decorator + BODY


CASES = {
    "a value again": ({}, f"pytest.param(2, marks={SKIP}),", "2,"),
    "without a reason": ({}, "pytest.param(2, marks=pytest.mark.skip),", "2,"),
    "an id stays": ({}, f'pytest.param(2, marks={SKIP}, id="b"),', 'pytest.param(2, id="b"),'),
    "another mark stays": (
        {},
        f"pytest.param(2, marks=[pytest.mark.slow, {SKIP}]),",
        "pytest.param(2, marks=[pytest.mark.slow]),",
    ),
    "of two": (
        {"if_": "gpu.is_new()"},
        f'pytest.param(2, marks=[{SKIP}, pytest.mark.skip("no")]),',
        'pytest.param(2, marks=[pytest.mark.skip("no")]),',
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), CASES.values(), ids=CASES)
def test_a_case(options: dict[str, str], before: str, after: str) -> None:
    rule = operation(param="{index: 1}", **options)
    assert changed(rule, {PATH: cases(before)}) == {PATH: cases(after)}


IMPORTS = {
    "not used any more": (
        "import pytest\n\nfrom gpus import gpu\n\n\n",
        "x = 1\n",
        "",
    ),
    "the other is used": (
        "import pytest\n\nfrom gpus import gpu\n\n\n",
        "x = gpu\n",
        "from gpus import gpu\n\n\n",
    ),
    "used in a type": (
        "import pytest\n\nfrom gpus import gpu\n\n\n",
        'x: "list[gpu]" = 1\n',
        "from gpus import gpu\n\n\n",
    ),
    "named for others": (
        "import pytest\n\nfrom gpus import gpu\n\n\n",
        '__all__ = ["gpu"]\n',
        "from gpus import gpu\n\n\n",
    ),
    "there once more": (
        "import pytest\n\nfrom gpus import gpu\n\n\n",
        "def f():\n    from gpus import gpu\n",
        "from gpus import gpu\n\n\n",
    ),
    "kept by a comment": (
        "import pytest\n\nfrom gpus import gpu  # noqa: F401\n\n\n",
        "x = 1\n",
        "from gpus import gpu  # noqa: F401\n\n\n",
    ),
}


@pytest.mark.parametrize(("head", "tail", "left"), IMPORTS.values(), ids=IMPORTS)
def test_imports_go_where_nothing_uses_them(head: str, tail: str, left: str) -> None:
    test = "def test_a(x):\n    pass\n\n\n"
    rule = operation(imports="[import pytest, from gpus import gpu, import os]")
    before, after = f"{head}@{SKIP}\n{test}{tail}", f"{left}{test}{tail}"
    assert changed(rule, {PATH: before}) == {PATH: after}


STAYS = {
    "no skip": ({}, ""),
    "no skip of pytest": ({}, '@unittest.skip("no")\n@pytest.mark.xfail(reason="no")\n'),
    "another condition": ({"if_": "gpu.is_old()"}, f"@{SKIP}\n"),
    "another reason": ({"reason": "n"}, f"@{SKIP}\n"),
    "a reason that is computed": ({"reason": "/.*/"}, "@pytest.mark.skip(reason=why())\n"),
    "one of both": ({"if_": "gpu.is_new()", "reason": "yes"}, f"@{SKIP}\n"),
    "no condition": ({"if_": "gpu.is_new()"}, '@pytest.mark.skip("no")\n'),
    "one of two conditions": (
        {"if_": "gpu.is_new()"},
        '@pytest.mark.skipif(gpu.is_new(), gpu.is_old(), reason="no")\n',
    ),
    "on a case": ({}, f'@pytest.mark.parametrize("x", [pytest.param(1, marks={SKIP})])\n'),
}


@pytest.mark.parametrize(("options", "decorators"), STAYS.values(), ids=STAYS)
def test_leaves_alone(options: dict[str, str], decorators: str) -> None:
    files = {PATH: HEAD + decorators + BODY}
    assert changed(operation(**options), files) == files


REFUSALS = {
    "two": (
        {},
        f'@{SKIP}\n@pytest.mark.skip("no")\n',
        f"{PATH}:6:2: 2 skips of 'test_a' fit; choose one by 'if' and 'reason'",
    ),
    "two for the reason": (
        {"reason": "no"},
        f'@{SKIP}\n@pytest.mark.skip("no")\n',
        "2 skips of 'test_a' fit",
    ),
    "twice the same": ({"if_": "gpu.is_new()"}, f"@{SKIP}\n@{SKIP}\n", "2 skips of 'test_a' fit"),
    "no such case": ({"param": "b"}, f"@{SKIP}\n", "'test_a' has no case 'b'"),
    "a comment above the import": (
        {"imports": "import pytest"},
        f"@{SKIP}\n",
        ":3:1: a comment stands right above the import; move it away first",
    ),
}


@pytest.mark.parametrize(("options", "decorators", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(options: dict[str, str], decorators: str, error: str) -> None:
    head = "import os\n\n# to test\n" if "comment" in error else ""
    assert error in refusal(operation(**options), {PATH: head + HEAD + decorators + BODY})
