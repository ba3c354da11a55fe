"""Skips that do not do what their reason says, and those that do."""

import os
import subprocess
import time
from datetime import date
from typing import NamedTuple

import pytest

from ci_migrate.skip_marks import decorated_in
from tests.audits.surveys import findings, lines
from tests.memory import changed

PATH = "tests/test_a.py"
HEAD = "import sys\n\nimport pytest\n\nfrom vllm import current_platform\n\n\n"
FAMILY = "current_platform.is_device_capability_family(100)"


def _skip(condition: str, reason: str) -> str:
    return f'@pytest.mark.skipif(\n    {condition},\n    reason="{reason}",\n)\n'


def _file(decorators: str, body: str = "def test_a(x):\n    pass\n") -> dict[str, str]:
    return {PATH: f"{HEAD}{decorators}{body}"}


CASES = '@pytest.mark.parametrize(\n    "x", ["org/DeepSeek-V3", "org/Llama-3", "org/Qwen3"]\n)\n'
PARAM = '@pytest.mark.parametrize(\n    "x", [1, pytest.param(2, marks=pytest.mark.{mark}), 3]\n)\n'

FOUND = [
    pytest.param(_file(_skip(FAMILY, "no SM100/SM110")), f"{PATH}:8:2 warning 'test_a' has a reason that names SM110, where {FAMILY} does not hold", id="a capability"),
    pytest.param(_file(_skip("current_platform.is_device_capability(90)", "not on sm89")), f"{PATH}:8:2 warning 'test_a' has a reason that names SM89, where current_platform.is_device_capability(90) does not hold", id="another, exact"),
    pytest.param(_file(_skip("current_platform.has_device_capability(90)", "breaks on SM 80")), f"{PATH}:8:2 warning 'test_a' has a reason that names SM80, where current_platform.has_device_capability(90) does not hold", id="a lesser one"),
    pytest.param(_file(CASES + _skip("current_platform.is_cuda()", "DeepSeek is too large")), f"{PATH}:11:2 warning 'test_a' skips 3 cases, and its reason names one, 'org/DeepSeek-V3'", id="all cases for one"),
    pytest.param(_file('@pytest.mark.skip(reason="flaky, until 2026-11-24")\n'), f"{PATH}:8:2 warning 'test_a' is skipped until 2026-11-24, which has passed", id="a day that has passed"),
    pytest.param(_file('@pytest.mark.skip(reason="flaky; review by 2026-11-24")\n'), f"{PATH}:8:2 warning 'test_a' was to be looked at again by 2026-11-24, which has passed", id="a review"),
    pytest.param(_file('@pytest.mark.skipif(np.x, reason="until 2027-01-01")\n'), f"{PATH}:8:2 error 'test_a' has a condition that fails: nothing above 'test_a' defines 'np'", id="a name that nothing defines"),
    pytest.param(_file(PARAM.format(mark='skip(reason="until 2020-01-01")')), f"{PATH}:9:36 warning 'test_a[2]' is skipped until 2020-01-01, which has passed", id="on a case"),
    pytest.param(_file("", 'class TestB:\n    @pytest.mark.skip(reason="until 2020-01-01")\n    def test_c(self): pass\n'), f"{PATH}:9:6 warning 'TestB::test_c' is skipped until 2020-01-01, which has passed", id="in a class"),
]  # fmt: skip

QUIET = [
    pytest.param(_file(_skip(FAMILY, "no SM100, SM103 or SM10x")), id="the same family"),
    pytest.param(_file(_skip(f"{FAMILY} or current_platform.is_device_capability_family(110)", "SM100/SM110")), id="one of two conditions"),
    pytest.param(_file(_skip(f"{FAMILY} or big()", "SM110") + "big = 1\n"), id="a condition that is not known"),
    pytest.param(_file(_skip("not current_platform.has_device_capability(100)", "needs SM100 or SM90")), id="what is required"),
    pytest.param(_file(_skip("current_platform.has_device_capability(90)", "breaks on SM100")), id="a greater one"),
    pytest.param(_file(CASES + _skip("current_platform.is_cuda()", "too large for CI")), id="a reason for all cases"),
    pytest.param(_file(CASES + _skip("current_platform.is_cuda()", "DeepSeek and Llama are too large")), id="a reason for two"),
    pytest.param(_file(CASES + _skip("not current_platform.has_deepseek()", "DeepSeek is not there")), id="a requirement of one"),
    pytest.param(_file('@pytest.mark.skip(reason="until 2026-11-25")\n'), id="until today"),
    pytest.param(_file('@pytest.mark.skip(reason="until 2026-99-01")\n'), id="no such day"),
    pytest.param(_file("@pytest.mark.skipif(sys.x, reason='until 2027-01-01')\n"), id="a name that is imported"),
    pytest.param(_file('@pytest.mark.skipif("no.python", reason="until 2027-01-01")\n'), id="a condition as text"),
    pytest.param({PATH: "def test_a(: mark.skip"}, id="no Python"),
    pytest.param({"src/a.py": _file('@pytest.mark.skip(reason="until 2020-01-01")\n')[PATH]}, id="no test"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "line"), FOUND)
def test_finds(files: dict[str, str], line: str) -> None:
    assert lines("skip-scope", files) == [line]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("skip-scope", files) == []


FIXED = [
    pytest.param(_file('@pytest.mark.skip(reason="until 2020-01-01")\n'), _file(""), id="on a test"),
    pytest.param(_file(PARAM.format(mark='skip(reason="until 2020-01-01")')), _file('@pytest.mark.parametrize("x", [1, 2, 3])\n'), id="on a case"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "after"), FIXED)
def test_a_skip_until_a_day_is_removed(files: dict[str, str], after: dict[str, str]) -> None:
    (finding,) = findings("skip-scope", files)
    fixed = changed(f"- {finding.fix}\n", files)
    assert "".join(fixed[PATH].split()).replace(",]", "]") == "".join(after[PATH].split())
    assert lines("skip-scope", fixed) == []


def test_a_review_is_for_a_person() -> None:
    (finding,) = findings("skip-scope", _file('@pytest.mark.skip(reason="review by 2020-01-01")\n'))
    assert finding.fix == ""


def test_the_day_is_that_of_the_run() -> None:
    files = _file('@pytest.mark.skip(reason="until 2027-01-01")\n')
    assert lines("skip-scope", files, today=date(2027, 1, 1)) == []
    assert len(lines("skip-scope", files, today=date(2027, 1, 2))) == 1


NEW = f"{PATH}:8:2 note 'test_a' is skipped now, with no link and no day to look again"
ADDED = [
    pytest.param('@pytest.mark.skip(reason="fails")\n', [NEW], id="without"),
    pytest.param('@pytest.mark.skip\n', [NEW], id="without a reason"),
    pytest.param('@pytest.mark.skip(reason="see issue #12")\n', [], id="a number"),
    pytest.param('@pytest.mark.skip(reason="https://example.org/12")\n', [], id="a link"),
    pytest.param('@pytest.mark.skip(reason="until 2027-01-01")\n', [], id="a day"),
    pytest.param('@pytest.mark.skip(reason="fails")  # until 2027-01-01\n', [], id="a day behind it"),
    pytest.param('# https://example.org/12\n@pytest.mark.skip(reason="fails")\n', [], id="a link above"),
    pytest.param('@pytest.mark.skipif(not sys.x, reason="needs x")\n', [], id="a requirement"),
]  # fmt: skip


@pytest.mark.parametrize(("decorator", "expected"), ADDED)
def test_a_new_skip_has_a_link_or_a_day(decorator: str, expected: list[str]) -> None:
    assert lines("skip-scope", _file(decorator), _file("")) == expected
    assert lines("skip-scope", _file(decorator)) == []
    assert lines("skip-scope", _file(decorator + "@a\n"), _file(decorator)) == []


def test_what_was_wrong_before_is_not_new() -> None:
    old = _file('@pytest.mark.skipif(np.x, reason="no SM110")\n')
    new = {PATH: old[PATH] + "\n\ndef test_b(): pass\n"}
    assert lines("skip-scope", new, old) == []


class _Seen(NamedTuple):
    name: str
    line: int


def test_skipped_tests_are_found_by_their_text() -> None:
    text = (
        "@fixture\ndef a(): pass\n@x\n@pytest.mark.skip\nasync def test_b(): pass\n"
        "class TestC:\n    @pytest.mark.skip\n    def test_d(self): pass\n"
        "def f():\n    @pytest.mark.skip\n    def g(): pass\n"
    )
    seen = [
        _Seen(one.name, one.alone.count("\n", 0, one.alone.index("mark.skip")) + 1)
        for one in decorated_in(text, "mark.skip", bool)
    ]
    assert seen == [_Seen("test_b", 4), _Seen("TestC::test_d", 7)]


HOSTILE = [
    pytest.param("@a\n" * 50_000 + "mark.skip", id="decorators of nothing"),
    pytest.param('@pytest.mark.skip(reason="x")\ndef test_a(): pass\n' * 2_000, id="many skips"),
    pytest.param("mark.skip\nreason=" + " " * 100_000 + "x", id="many blanks"),
    pytest.param("\n" * 100_000 + "@mark.skip(x, reason='until 2099-01-01')\ndef a(): pass\n", id="many lines"),
    pytest.param("@mark.skipif(" + "(" * 5_000 + ", reason='SM100')\ndef a(): pass\n", id="many brackets"),
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_file_takes_little_time(text: str) -> None:
    before = time.process_time()
    found = lines("skip-scope", {PATH: text})
    assert len(found) <= 1
    assert time.process_time() - before < 5


VLLM = os.environ.get("CI_MIGRATE_VLLM_GIT")


def _vllm(revision: str, path: str) -> dict[str, str]:
    command = ["git", f"--git-dir={VLLM}", "show", f"{revision}:{path}"]
    return {path: subprocess.run(command, check=True, capture_output=True, text=True).stdout}


@pytest.mark.skipif(VLLM is None, reason="CI_MIGRATE_VLLM_GIT names no clone of vLLM")
def test_the_reason_of_the_real_change_names_more_than_its_condition() -> None:
    path = "tests/v1/e2e/spec_decode/test_spec_decode.py"
    old, new = _vllm("1ff9d335355c^", path), _vllm("1ff9d335355c", path)
    messages = [f"{one.severity} {one.message}" for one in findings("skip-scope", new, old)]
    assert messages == [
        f"warning 'test_eagle_correctness_light' has a reason that names SM110, where {FAMILY} does not hold",
        "note 'test_eagle_correctness_light' is skipped now, with no link and no day to look again",
        "note 'test_mtp_correctness[deepseek]' is skipped now, with no link and no day to look again",
    ]
