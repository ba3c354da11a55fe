"""What `duplicate-label` finds, and leaves alone."""

import pytest

from tests.audits.running import AMD, AREA, FLOW, lines

OTHER = ".buildkite/image_build/image.yaml"


def _step(fields: str) -> str:
    return f"steps:\n- label: A\n  commands: [ls]\n{fields}"


def _flow(one: str, other: str) -> dict[str, str]:
    jobs = "".join(
        f"  {key}:\n    runs-on: x\n    steps: [{{run: ls}}]\n{more}"
        for key, more in (("a", one), ("b", other))
    )
    return {FLOW: f"on: push\njobs:\n{jobs}"}


FOUND = [
    pytest.param({AREA: _step("  device: h100\n  key: a\n"), OTHER: _step("  device: h100\n  key: b\n")}, ["2:10 note the label 'A' is that of another job on this queue (.buildkite/image_build/image.yaml:2:3)"], id="one pipeline"),
    pytest.param({AREA: _step("  device: h100\n- label: A\n  device: h100\n  commands: [ls]\n")}, ["5:10 error the label 'A' is that of another job on this queue (.buildkite/test_areas/evals.yaml:2:3), and so is the key that is made of it"], id="keys made of labels"),
    pytest.param({AMD: _step("  agent_pool: mi300_1\n- label: A\n  agent_pool: mi300_1\n  commands: [ls]\n")}, ["5:10 note the label 'A' is that of another job on this queue (.buildkite/test-amd.yaml:2:3)"], id="a template's"),
    pytest.param(_flow("    name: A\n", "    name: A\n"), ["10:11 note the label 'A' is that of another job on this queue (.github/workflows/test.yml:4:5)"], id="GitHub"),
]  # fmt: skip

QUIET = [
    pytest.param({AMD: _step("  agent_pool: mi300_1\n- label: A\n  agent_pool: mi355_1\n  commands: [ls]\n")}, id="other queues"),
    pytest.param({AREA: _step("  device: h100\n"), ".buildkite/intel_jobs/a.yaml": _step("  device: h100\n")}, id="two pipelines"),
    pytest.param(_flow("    name: A ${{ matrix.b }}\n", "    name: A ${{ matrix.b }}\n"), id="labels that are made"),
    pytest.param(_flow("    name: A\n    if: inputs.x\n", "    name: A\n    if: '!inputs.x'\n"), id="jobs in turn"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), FOUND)
def test_finds(files: dict[str, str], found: list[str]) -> None:
    assert lines("duplicate-label", files) == found


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("duplicate-label", files) == []
