"""What `shard-complete` finds, and leaves alone."""

import pytest

from ci_migrate.audits import shard_complete
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.audits.running import AREA, FLOW, LAB, lines
from tests.memory import Memory

OTHER = ".buildkite/test_areas/other.yaml"

INDEX, COUNT = "$$BUILDKITE_PARALLEL_JOB", "$$BUILDKITE_PARALLEL_JOB_COUNT"


def _steps(*steps: tuple[str, str]) -> dict[str, str]:
    """Return an area whose jobs have these fields and commands."""
    text = "".join(
        f"- label: Job {number}\n  device: h100\n{fields}  commands:\n  - {command}\n"
        for number, (fields, command) in enumerate(steps)
    )
    return {AREA: f"steps:\n{text}"}


def _shard(number: object = INDEX, total: object = COUNT, test: str = "x") -> str:
    return f"pytest {test} --num-shards={total} --shard-id={number}"


def _lab(parallel: str, command: str) -> dict[str, str]:
    return {LAB: f"a:\n{parallel}  script:\n  - {command}\n"}


def _matrix(matrix: str, command: str) -> dict[str, str]:
    return {
        FLOW: f"on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix: {matrix}\n    steps:\n    - run: {command}\n"
    }


MANY = "  parallelism: 4\n"

FOUND = [
    pytest.param(_steps(("", _shard())), ["5:5 error BUILDKITE_PARALLEL_JOB is empty here: 'Job 0' has no parallelism"], id="no parallelism"),
    pytest.param(_steps((MANY, _shard(total=2))), ["6:5 error 'Job 0' runs in 4 jobs, and shares its tests out among 2: there are jobs without any"], id="fewer shards than jobs"),
    pytest.param(_steps((MANY, _shard(total=8))), ["6:5 error 'Job 0' runs in 4 jobs, and shares its tests out among 8: some never run"], id="more shards than jobs"),
    pytest.param(_steps((MANY, _shard(number=0))), ["6:5 error each of the 4 jobs of 'Job 0' runs shard 0"], id="one shard in all"),
    pytest.param(_steps((MANY, _shard(number=INDEX[1:]))), ["6:5 warning BUILDKITE_PARALLEL_JOB is filled in when the pipeline is uploaded, not when 'Job 0' runs; write $$BUILDKITE_PARALLEL_JOB"], id="a dollar too few"),
    pytest.param(_steps((MANY, f"pytest x --splits {COUNT} --group {INDEX}")), ["6:5 error BUILDKITE_PARALLEL_JOB counts from 0, and shards from 1: 'Job 0' leaves one out"], id="numbers from one"),
    pytest.param(_steps((MANY, f"{_shard()} && A=1 pytest y")), ["6:5 note each of the 4 jobs of 'Job 0' runs all of 'A=1 pytest y'"], id="tests beside those that are shared out"),
    pytest.param(_steps(("  mirror: {amd: {device: mi300_1, commands: ['" + _shard() + "']}}\n", "ls")), ["4:46 error BUILDKITE_PARALLEL_JOB is empty here: 'Job 0' has no parallelism"], id="a mirror"),
    pytest.param(_lab("  parallel: 2\n", _shard("$CI_NODE_INDEX", "$CI_NODE_TOTAL")), ["4:5 error CI_NODE_INDEX counts from 1, and shards from 0: 'a' leaves one out"], id="GitLab"),
    pytest.param(_steps(*(("", _shard(n, 4)) for n in (0, 1, 3))), ["13:5 error no job runs shard 2 of 4, which 'Job 0' is one of"], id="one left out by hand"),
    pytest.param(_steps(*(("", _shard(n, 2)) for n in (0, 1, 1))), ["13:5 warning shard 1 of 2 is run by 'Job 1' as well"], id="one twice by hand"),
    pytest.param(_steps(("", _shard(0, 2))), ["5:5 warning no job runs shard 1 of 2, which 'Job 0' is one of"], id="one alone"),
    pytest.param(_matrix("{part: [1, 2]}", "jest --shard=${{ matrix.part }}/3"), ["8:12 error no job runs shard 3 of 3, which 'a' is one of"], id="a matrix"),
]  # fmt: skip

QUIET = [
    pytest.param(_steps((MANY, _shard())), id="as it should be"),
    pytest.param(_steps((MANY, f"bash run.sh \"{_shard()}\"")), id="in a script's words"),
    pytest.param(_steps((MANY, "bash run.sh")), id="a script that may share out"),
    pytest.param(_steps((MANY, f"export PART={INDEX}; pytest x")), id="a variable that may be used"),
    pytest.param(_steps(("  parallelism: $N\n", _shard(total=2))), id="a number from elsewhere"),
    pytest.param(_steps(*(("", _shard(n, 2)) for n in (0, 1))), id="all by hand"),
    pytest.param(_steps(*(("", f"{_shard(0, 2)} && {_shard(1, 2)}") for _ in (1,))), id="all in one job"),
    pytest.param(_steps(("", _shard("$part", 2))), id="a loop"),
    pytest.param(_lab("  parallel: 2\n", "pytest x --splits $CI_NODE_TOTAL --group ${CI_NODE_INDEX}"), id="GitLab"),
    pytest.param(_lab("", _shard("0", "$CI_NODE_TOTAL")), id="GitLab gives a total always"),
    pytest.param(_matrix("{part: [0, 1], total: [2]}", _shard("${{ matrix.part }}", "${{ matrix.total }}")), id="a matrix"),
    pytest.param(_matrix("{part: [0], include: [{part: 1}]}", _shard("${{ matrix.part }}", 2)), id="a matrix with more"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), FOUND)
def test_finds(files: dict[str, str], found: list[str]) -> None:
    assert lines("shard-complete", files) == found


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("shard-complete", files) == []


def test_of_few_files_the_shards_in_others_count_as_well() -> None:
    files = {**_steps(("", _shard(0, 3))), OTHER: _steps(("", _shard(1, 3)))[AREA]}
    tree = Memory(files)
    few = Survey(tree, load_dialect(), profiles_for(tree), frozenset({AREA}))
    assert [f.message for f in shard_complete.findings(few, None)] == [
        "no job runs shard 2 of 3, which 'Job 0' is one of"
    ]
