"""What `twin-drift` finds, and leaves alone."""

import pytest

from ci_migrate.audits import twin_drift
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.audits.running import AMD, AREA, lines
from tests.memory import Memory

OTHER = ".buildkite/test_areas/other.yaml"
FIELDS = "  source_file_dependencies: [csrc/]\n  commands: [pytest x]\n"
MIRROR = "  mirror: {amd: {device: mi300_1, commands: [pytest x]}}\n"


def _twins(
    area: str = FIELDS, amd: str = FIELDS, label: str = "A", other: str = "A"
) -> dict[str, str]:
    return {
        AREA: f"steps:\n- label: {label}\n  key: a\n  device: h100\n{area}",
        AMD: f"steps:\n- label: {other}\n  agent_pool: mi300_1\n{amd}",
    }


MORE = FIELDS.replace("pytest x", "pytest x y")
DEEPER = FIELDS.replace("csrc/", "csrc/, vllm/")

FOUND = [
    pytest.param(_twins(), _twins(MORE), ["6:13 note the commands of 'a' are no longer those of 'A' (.buildkite/test-amd.yaml:2:3)"], id="other commands"),
    pytest.param(_twins(), _twins(amd=MORE), ["5:13 note the commands of 'A' are no longer those of 'a' (.buildkite/test_areas/evals.yaml:2:3)"], id="in the twin"),
    pytest.param(_twins(), _twins(DEEPER), ["5:29 note the dependencies of 'a' are no longer those of 'A' (.buildkite/test-amd.yaml:2:3)"], id="other dependencies"),
    pytest.param(_twins(label="A (H100)", other="A (2xH100-2xMI300)"), _twins(MORE, label="A (H100)", other="A (2xH100-2xMI300)"), ["6:13 note the commands of 'a' are no longer those of 'A (2xH100-2xMI300)' (.buildkite/test-amd.yaml:2:3)"], id="labels that tell of GPUs"),
    pytest.param({AREA: _twins(FIELDS + MIRROR)[AREA]}, {AREA: _twins(MORE + MIRROR)[AREA]}, ["6:13 note the commands of 'a' are no longer those of 'a (amd)' (.buildkite/test_areas/evals.yaml:7:17)"], id="a mirror"),
]  # fmt: skip

QUIET = [
    pytest.param(_twins(), _twins(MORE, MORE), id="both"),
    pytest.param(_twins(amd=MORE), _twins(DEEPER.replace("x", "z"), MORE.replace("csrc/", "cmake/")), id="they did not agree before"),
    pytest.param(_twins(label="A (B200)", other="A (H100-MI300)"), _twins(MORE, label="A (B200)", other="A (H100-MI300)"), id="labels of other machines"),
    pytest.param(_twins(other="B"), _twins(MORE, other="B"), id="another label"),
    pytest.param({**_twins(), AMD: "", OTHER: _twins()[AREA].replace("key: a", "key: b")}, {**_twins(MORE), AMD: "", OTHER: _twins()[AREA].replace("key: a", "key: b")}, id="one pipeline"),
    pytest.param(_twins(), {AREA: _twins(MORE)[AREA]}, id="the twin is gone"),
    pytest.param(_twins(), _twins("  source_file_dependencies:\n  - csrc/\n  commands:\n  - pytest\n    x\n"), id="written otherwise"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "found"), FOUND)
def test_finds(before: dict[str, str], after: dict[str, str], found: list[str]) -> None:
    assert lines("twin-drift", after, before) == found


@pytest.mark.parametrize(("before", "after"), QUIET)
def test_is_quiet(before: dict[str, str], after: dict[str, str]) -> None:
    assert lines("twin-drift", after, before) == []


def test_alone_nothing_is_told() -> None:
    assert lines("twin-drift", _twins(MORE)) == []


def test_of_few_files_the_twins_in_others_are_found_as_well() -> None:
    sides = (Memory(files) for files in (_twins(MORE), _twins()))
    profiles, dialect = profiles_for(Memory({})), load_dialect()
    now, before = (Survey(side, dialect, profiles, frozenset({AREA})) for side in sides)
    assert len(list(twin_drift.findings(now, before))) == 1
