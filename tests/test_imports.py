"""Imports are added where ruff would sort them, and only where they are missing."""

import ast
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.memory import changed, refusal

PATH = "tests/test_a.py"
OWN = {"own/__init__.py": "", "tests/__init__.py": ""}
TEST = "def test_a():\n    pass\n"
SKIP = '@pytest.mark.skipif(not gpu.is_new(), reason="no")\n'


def operation(*imports: str) -> str:
    options = f"file: {PATH}, test: test_a, if: not gpu.is_new(), reason: 'no'"
    return f"  - skip-test: {{{options}, imports: [{', '.join(imports)}]}}\n"


BOTH = operation("import pytest", "from own.gpus import gpu")

CASES = {
    "no section for one of them": (
        "# license\n\nfrom own import A\n\nX = 1\n\n\n",
        "# license\n\nimport pytest\n\nfrom own import A\nfrom own.gpus import gpu\n\nX = 1\n\n\n",
    ),
    "in the middle of a section": (
        "import glob\n\nimport numpy.linalg\nimport torch\n\nfrom own.a import (\n    x,\n)\n\n\n",
        "import glob\n\nimport numpy.linalg\nimport pytest\nimport torch\n\n"
        "from own.a import (\n    x,\n)\nfrom own.gpus import gpu\n\n\n",
    ),
    "only the standard library": (
        "import os\n\n\n",
        "import os\n\nimport pytest\n\nfrom own.gpus import gpu\n\n\n",
    ),
    "a docstring": (
        '"""Tests."""\n\nimport pytest\n\n\n',
        '"""Tests."""\n\nimport pytest\n\nfrom own.gpus import gpu\n\n\n',
    ),
    "a name beside others": (
        "import pytest\n\nfrom own.gpus import COUNT, Gpu, zed\n\n\n",
        "import pytest\n\nfrom own.gpus import COUNT, Gpu, gpu, zed\n\n\n",
    ),
    "a name, one a line": (
        "import pytest\n\nfrom own.gpus import (\n    a,\n    z,\n)\n\n\n",
        "import pytest\n\nfrom own.gpus import (\n    a,\n    gpu,\n    z,\n)\n\n\n",
    ),
    "a comment behind stays": (
        "import pytest  # noqa\n\nfrom own.gpus import z  # why\n\n\n",
        "import pytest  # noqa\n\nfrom own.gpus import gpu, z  # why\n\n\n",
    ),
    "there already": (
        "import pytest\n\nfrom own.gpus import gpu\n\n\n",
        "import pytest\n\nfrom own.gpus import gpu\n\n\n",
    ),
    "windows line ends": (
        "import os\r\n\r\n\r\n",
        "import os\r\n\r\nimport pytest\r\n\r\nfrom own.gpus import gpu\r\n\r\n\r\n",
    ),
}


def sorted_by_ruff(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I", "--fix", "-q"]
    command += ["--config", 'lint.isort.known-first-party = ["own"]', "-"]
    run = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return run.stdout.decode()


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_imports(before: str, after: str) -> None:
    newline = "\r\n" if "\r" in before else "\n"
    test, skip = TEST.replace("\n", newline), SKIP.replace("\n", newline)
    result = changed(BOTH, {**OWN, PATH: before + test})[PATH]
    assert result == after + skip + test
    assert sorted_by_ruff(result) == result


def test_a_line_that_gets_too_long_is_opened() -> None:
    names = ", ".join(f"name_{n:02}" for n in range(8))
    text = f"import pytest\n\nfrom own.gpus import {names}\n\n\n{TEST}"
    result = changed(BOTH, {**OWN, PATH: text})[PATH]
    assert "from own.gpus import (\n    gpu,\n    name_00,\n" in result
    assert sorted_by_ruff(result) == result


STATEMENT = st.sampled_from(
    [
        *(
            "import os",
            "import glob as g",
            "from os import path",
            "from ast import AST",
            "import ast",
        ),
        *("import pytest", "import torch.nn", "from torch import A", "from torch import B"),
        *("from own import a", "from own import z", "from own.b import NO", "import own.c"),
    ]
)
ENDS = [
    "",
    "\n\ndef f():\n    pass\n",
    "\nX = 1\n",
    "\n# why\nX = 1\n",
    "\n\nclass Other:\n    pass\n",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STATEMENT, min_size=1, max_size=5, unique=True), st.sampled_from(ENDS), st.data())
def test_a_sorted_file_stays_sorted(statements: list[str], end: str, data: st.DataObject) -> None:
    """Any import can go from a file that ruff had sorted, and comes back to its place."""
    before = sorted_by_ruff("\n".join(statements) + "\n" + end)
    statement = data.draw(st.sampled_from(statements))
    files = {**OWN, PATH: before}
    without = changed(f"  - remove-import: {{file: {PATH}, import: {statement}}}\n", files)
    assert sorted_by_ruff(without[PATH]) == without[PATH]
    again = changed(f"  - add-import: {{file: {PATH}, import: {statement}}}\n", without)
    assert sorted_by_ruff(again[PATH]) == again[PATH]
    assert ast.dump(ast.parse(again[PATH])) == ast.dump(ast.parse(before))


def test_no_imports_at_all() -> None:
    result = changed(operation("import pytest"), {PATH: f'"""T."""\n\ngpu = 1\n\n\n{TEST}'})[PATH]
    assert result.startswith('"""T."""\n\nimport pytest\n\ngpu = 1\n')
    assert sorted_by_ruff(result) == result


REFUSALS = {
    "comments in between": (
        "import pytest\nfrom own.gpus import (\n    a,  # why\n)\n",
        ":2:1: comments stand in the import",
    ),
    "another name": ("import pytest\n", "nothing above 'test_a' defines 'gpu'"),
}


@pytest.mark.parametrize(("text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(text: str, error: str) -> None:
    imports = "from own.gpus import gpu" if "comments" in error else "from own.gpus import gpus"
    assert error in refusal(operation(imports), {**OWN, PATH: text + TEST})
