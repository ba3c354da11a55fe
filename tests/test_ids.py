"""Ids of cases are those that the real pytest makes, and skips skip what they should."""

import subprocess
import sys
from pathlib import Path

import pytest

from ci_migrate.pytest_cases import cases_of
from ci_migrate.python_source import find_test, parse_python
from tests.memory import changed

IDS = {
    "texts": ('"x"', '["a", "b c", ""]', ""),
    "numbers": ('"x"', "[1, -2, 1.5, 1e3, 2j, True, None]", ""),
    "bytes": ('"x"', r'[b"a", b"\xff"]', ""),
    "beyond ascii": ('"x"', '["é", "🧪", "a\\n"]', ""),
    "twice": ('"x"', '["a", "a", "b"]', ""),
    "twice, with a digit": ('"x"', '["a1", "a1", 2, 2]', ""),
    "twice, and taken": ('"x"', '["a", "a", "a0"]', ""),
    "two names": ('"x, y"', '[(1, "a"), (2, [3])]', ""),
    "names in a list": ('["x", "y"]', "[(1, {}), (2, ())]", ""),
    "one name in a list": ('["x"]', "[(1,), (2,)]", ""),
    "given": ('"x"', "[1, 2, 3, 4]", 'ids=["a", None, 3, True]'),
    "given as a tuple": ('"x"', "[1, 2]", 'ids=("a", "b")'),
    "own": ('"x"', '[pytest.param(1, id="p"), pytest.param(2), 3]', 'ids=["a", "b", "c"]'),
    "no ids": ('"x"', "[1, 2]", "ids=None"),
    "a long text in two pieces": ('"x"', '["a" "b"]', ""),
}


@pytest.mark.parametrize(("names", "values", "ids"), IDS.values(), ids=IDS.keys())
def test_ids(names: str, values: str, ids: str, tmp_path: Path) -> None:
    source = (
        f"import pytest\n@pytest.mark.parametrize({names}, {values}, {ids})\n"
        f"def test_a({'x, y' if 'y' in names else 'x'}):\n    pass\n"
    )
    path = tmp_path / "test_a.py"
    path.write_text(source)
    real = collected(path)
    (cases,) = cases_of(find_test(parse_python("test_a.py", source), "test_a"))
    assert [f"test_a.py::test_a[{case.id}]" for case in cases] == real


@pytest.mark.parametrize(
    ("values", "ids"),
    [("[A, len, 1]", ""), ("[1, 2]", "ids=str"), ("[1, 2]", "ids=make()"), ("[f(1)]", "")],
)
def test_ids_that_only_running_tells_are_unknown(values: str, ids: str) -> None:
    source = f"@pytest.mark.parametrize('x', {values}, {ids})\ndef test_a(x):\n    pass\n"
    (cases,) = cases_of(find_test(parse_python("test_a.py", source), "test_a"))
    assert cases[0].id is None


def collected(path: Path) -> list[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    command += ["--rootdir", str(path.parent), "-c", "/dev/null", str(path)]
    out = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=path.parent
    ).stdout
    return [line for line in out.splitlines() if "::" in line]


STUB = """\
import os, sys, types
gpus = types.ModuleType("gpus")
gpus.is_new = lambda: os.environ["NEW"] == "1"
sys.modules["gpus"] = gpus
"""
TESTS = """\
import pytest
from gpus import is_new


@pytest.mark.parametrize("backend", ["flash", "triton"])
@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("small", 1),
        ("large", 2),  # the large one
        pytest.param("huge", 8, marks=pytest.mark.filterwarnings("ignore"), id="HUGE"),
        pytest.param("odd", 3, marks=[]),
    ],
)
def test_models(model, size, backend):
    pass


class TestAll:
    @pytest.mark.parametrize("x", [1, 2])
    def test_x(self, x):
        pass


def test_plain():
    pass
"""
SKIPS = """\
  - skip-param: {file: test_a.py, test: test_models, param: large-2, if: is_new(), reason: a}
  - skip-param: {file: test_a.py, test: test_models, param: HUGE, if: is_new(), reason: b}
  - skip-param: {file: test_a.py, test: test_models, param: {value: odd}, if: is_new(), reason: c}
  - skip-test: {file: test_a.py, test: 'TestAll::test_x', if: is_new(), reason: d}
  - skip-test: {file: test_a.py, test: test_plain, if: is_new(), reason: e}
"""


def test_the_real_pytest_skips_the_chosen_cases_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(STUB)
    path = tmp_path / "test_a.py"
    path.write_text(TESTS)
    before = outcomes(path, new="1")
    path.write_text(changed(SKIPS, {"test_a.py": TESTS})["test_a.py"])
    old, new = outcomes(path, new="0"), outcomes(path, new="1")
    assert list(before) == list(old) == list(new)
    assert set(old.values()) == {"PASSED"}
    chosen = {
        *(
            f"test_models[{case}-{b}]"
            for case in ("large-2", "HUGE", "odd-3")
            for b in ("flash", "triton")
        ),
        *("TestAll::test_x[1]", "TestAll::test_x[2]", "test_plain"),
    }
    assert {name for name, outcome in new.items() if outcome == "SKIPPED"} == chosen
    assert set(new.values()) == {"PASSED", "SKIPPED"}


UNSKIPS = """\
  - remove-skip: {file: test_a.py, test: test_models, param: large-2}
  - remove-skip: {file: test_a.py, test: test_models, param: HUGE, reason: b}
  - remove-skip: {file: test_a.py, test: test_models, param: {value: odd}}
  - remove-skip: {file: test_a.py, test: 'TestAll::test_x', if: is_new()}
  - remove-skip: {file: test_a.py, test: test_plain}
"""


def test_the_real_pytest_runs_them_again(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(STUB)
    path = tmp_path / "test_a.py"
    path.write_text(TESTS)
    before = outcomes(path, new="1")
    skipped = changed(SKIPS, {"test_a.py": TESTS})
    path.write_text(changed(UNSKIPS, skipped)["test_a.py"])
    assert outcomes(path, new="1") == before
    assert set(before.values()) == {"PASSED"}


def outcomes(path: Path, *, new: str) -> dict[str, str]:
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "--rootdir"]
    command += [str(path.parent), "-c", "/dev/null", path.name]
    env = {"NEW": new, "PATH": "", "COLUMNS": "200"}
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=path.parent, env=env
    )
    lines = [line.split() for line in run.stdout.splitlines() if line.startswith("test_a.py::")]
    return {words[0].removeprefix("test_a.py::"): words[1] for words in lines}
