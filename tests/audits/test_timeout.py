"""What `timeout` finds, and leaves alone."""

import pytest

from tests.audits.running import AMD, AREA, FLOW, KITE, LAB, flow, lab, lines

OWN = ".ci-migrate/profile.yaml"


def _steps(*fields: str) -> dict[str, str]:
    """Return an area with a job that ends after 60 minutes, and others."""
    steps = ("  timeout_in_minutes: 60\n", *fields)
    text = "".join(f"- label: Job {n}\n  commands: [ls]\n{more}" for n, more in enumerate(steps))
    return {AREA: f"group: A\nsteps:\n{text}"}


def _known(files: dict[str, str], minutes: int, dialect: str = "vllm-test-areas") -> dict[str, str]:
    return {**files, OWN: f"dialect: {dialect}\ndurations: {{Job 1: {minutes}, a: {minutes}}}\n"}


USUAL = "  timeout_in_minutes: 90\n"

FOUND = [
    pytest.param(_steps("  device: h100\n", USUAL), ["6:3 note nothing here ends 'Job 1' if it hangs: it has no timeout_in_minutes"], id="none"),
    pytest.param({KITE: "steps:\n- {command: a, timeout_in_minutes: 5}\n- {command: b, timeout_in_minutes: 5}\n- command: c\n"}, ["4:3 note nothing here ends 'number 3' if it hangs: it has no timeout_in_minutes"], id="Buildkite"),
    pytest.param(_steps("  device: mi300_1\n  timeout_in_minutes: 240\n"), ["9:23 warning 'Job 1' ends after 180 minutes on mi300_1, whatever it says"], id="more than the queue lets it run"),
    pytest.param(_known(_steps(USUAL), 95), ["8:23 error 'Job 1' is known to take 95 minutes, and ends after 90 minutes"], id="less than it takes"),
    pytest.param(_known(_steps("  device: amd_cpu\n"), 200), ["6:3 error 'Job 1' is known to take 200 minutes, and ends after 180 minutes"], id="less by its queue"),
    pytest.param(_known(flow(""), 400, "github-actions"), ["4:5 error 'a' is known to take 400 minutes, and ends after 360 minutes"], id="less by what GitHub sets"),
]  # fmt: skip

QUIET = [
    pytest.param(_steps("  device: h100\n"), id="where it is not usual"),
    pytest.param(_steps("  device: mi300_1\n", USUAL), id="a queue that ends it"),
    pytest.param(_steps("  timeout_in_minutes: $MINUTES\n", USUAL), id="from elsewhere"),
    pytest.param(_known(_steps(USUAL), 90), id="as long as it takes"),
    pytest.param({AMD: "steps:\n- label: A\n  agent_pool: mi300_1\n  commands: [ls]\n"}, id="a template that sets one"),
    pytest.param({FLOW: flow("    timeout-minutes: 5\n")[FLOW] + "  b:\n    runs-on: x\n    steps: [{run: ls}]\n"}, id="GitHub sets one"),
    pytest.param(_known({LAB: lab("  timeout: 2h 30m\n")[LAB]}, 100, "gitlab-ci"), id="in words"),
    pytest.param({".circleci/config.yml": "version: 2.1\njobs:\n  a: {machine: true, steps: [checkout]}\n"}, id="a system with no field for it"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), FOUND)
def test_finds(files: dict[str, str], found: list[str]) -> None:
    assert lines("timeout", files) == found


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("timeout", files) == []
