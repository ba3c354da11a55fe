"""What `unknown-value` finds, and leaves alone."""

import pytest

from tests.audits.running import AMD, area, flow, lab, lines

FOUND = [
    pytest.param(area("  device: b200_k8s\n"), "5:11 error no queue 'b200_k8s' is known: 'evals' runs on l4; did you mean 'b200-k8s'?", id="a queue"),
    pytest.param(area("  device: mystery\n  num_devices: 2\n"), "5:11 warning no queue 'mystery' is known: 'evals' runs on l4-4", id="a queue by the GPUs"),
    pytest.param(area("  mirror:\n    amd: {device: mi300-1}\n"), "6:19 error 'mirror.amd.device' can't be 'mi300-1'; did you mean 'mi300_1'?", id="a mirror's"),
    pytest.param({AMD: "steps:\n- label: A\n  agent_pool: mi300_3\n  commands: [ls]\n"}, "3:15 error 'agent_pool' can't be 'mi300_3'; did you mean 'mi300_8'?", id="a pool"),
    pytest.param(lab("  when: alway\n"), "4:9 error 'when' can't be 'alway'; did you mean 'always'?", id="GitLab"),
]  # fmt: skip

QUIET = [
    pytest.param(area("  device: h200_18gb\n"), id="a queue of which little is known"),
    pytest.param(area(""), id="no queue"),
    pytest.param(area("  device: ${DEVICE}\n"), id="a queue from elsewhere"),
    pytest.param(area("  mirror:\n    torch_nightly: {device: any}\n"), id="another mirror"),
    pytest.param(lab("  when: $WHEN\n"), id="a variable"),
    pytest.param(flow(""), id="a system whose queues no profile knows"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "finding"), FOUND)
def test_finds(files: dict[str, str], finding: str) -> None:
    assert lines("unknown-value", files) == [finding]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("unknown-value", files) == []
