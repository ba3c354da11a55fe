"""What `label-truth` finds, mends and leaves alone."""

import pytest

from tests.audits.running import AMD, AREA, FLOW, area, lines
from tests.audits.surveys import findings
from tests.memory import changed


def _labelled(label: str, fields: str) -> dict[str, str]:
    return {AREA: area(fields)[AREA].replace("label: Evals", f"label: {label}")}


def _pool(label: str, fields: str) -> dict[str, str]:
    return {AMD: f"steps:\n- label: {label}\n{fields}  commands: [ls]\n"}


FOUND = [
    pytest.param(_labelled("Evals (2xB200)", "  device: b200-k8s\n"), ["3:10 warning the label tells of 2 GPUs, and 'evals' gets 1 GPU on b200-k8s"], id="fewer GPUs"),
    pytest.param(_labelled("Evals (4 GPUs)", "  device: h100\n  num_devices: 2\n"), ["3:10 warning the label tells of 4 GPUs, and 'evals' gets 2 GPUs on h100"], id="a number in words"),
    pytest.param(_labelled("Evals (2 GPUs)", "  num_devices: 4\n"), ["3:10 note the label tells of 2 GPUs, and 'evals' gets 4 GPUs on l4-4"], id="more GPUs"),
    pytest.param(_labelled("Evals (H100)", "  device: h200\n"), ["3:10 warning the label tells of H100, and 'evals' runs on h200"], id="another kind"),
    pytest.param(_labelled("Evals (H100)", ""), ["3:10 warning the label tells of H100, and 'evals' runs on l4"], id="no queue"),
    pytest.param(_pool("A (2xH100-2xMI250)", "  agent_pool: mi300_2\n"), ["2:10 warning the label tells of H100 and MI250, and 'A (2xH100-2xMI250)' runs on mi300_2"], id="two other kinds"),
    pytest.param(_pool("A (2xH100-2xMI300)", "  agent_pool: mi300_4\n"), ["2:10 note the label tells of 2 GPUs, and 'A (2xH100-2xMI300)' gets 4 GPUs on mi300_4"], id="the number beside its kind"),
    pytest.param({AREA: "steps:\n- key: evals-h100\n  device: a100\n  commands: [ls]\n"}, ["2:8 warning the key tells of H100, and 'evals-h100' runs on a100"], id="a key"),
]  # fmt: skip

QUIET = [
    pytest.param(_labelled("Evals (2xB200)", "  device: b200\n"), id="all of a host"),
    pytest.param(_labelled("Evals (2 GPUs)", "  num_devices: 2\n"), id="asked for on a larger host"),
    pytest.param(_labelled("2 Node Test (4 GPUs)", "  num_devices: 2\n  num_nodes: 2\n"), id="on all nodes"),
    pytest.param(_labelled("Evals (B200)", "  device: b200-k8s\n"), id="the kind"),
    pytest.param(_labelled("Evals (8xH200)", "  device: h200\n"), id="a number that is not known"),
    pytest.param(_labelled("Evals GH200, 80GB", "  device: gh200\n"), id="a kind in whose name another stands"),
    pytest.param(_labelled("Evals (H100)", "  device: intel_gpu\n"), id="a queue of no known kind"),
    pytest.param(_pool("A (4xH100-4xMI300)", "  agent_pool: mi300_4\n"), id="one of two kinds"),
    pytest.param(_pool("A (B200)", "  gpu: b200\n"), id="a pool that is not told"),
    pytest.param({FLOW: "on: push\njobs:\n  h100:\n    runs-on: a100\n    steps: [{run: ls}]\n"}, id="another system's queue"),
]  # fmt: skip

MENDED = [
    pytest.param("  device: h100\n  num_devices: 2\n", "It's 4 GPUs", "It's 2 GPUs", id="a number"),
    pytest.param("  device: h200\n", "Evals (H100)", "Evals (H200)", id="a kind"),
]

NOT_MENDED = [
    pytest.param(_labelled("Evals (2xB200)", "  device: b200-k8s\n"), id="the job does not say it"),
    pytest.param(_labelled("Evals (H100)", ""), id="the job names no queue"),
    pytest.param(_labelled("Evals (2 GPUs, 2xH100)", "  device: h100\n  num_devices: 4\n"), id="two places"),
    pytest.param(_pool("A (MI250)", "  agent_pool: mi300_4\n"), id="a job without a key"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), FOUND)
def test_finds(files: dict[str, str], found: list[str]) -> None:
    assert lines("label-truth", files) == found


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("label-truth", files) == []


@pytest.mark.parametrize(("fields", "label", "after"), MENDED)
def test_the_fix_corrects_the_label(fields: str, label: str, after: str) -> None:
    files = _labelled(label, fields)
    (finding,) = findings("label-truth", files)
    assert changed(f"- {finding.fix}\n", files) == _labelled(after, fields)


@pytest.mark.parametrize("files", NOT_MENDED)
def test_nothing_is_mended_where_the_label_may_be_right(files: dict[str, str]) -> None:
    (finding,) = findings("label-truth", files)
    assert finding.fix == ""
