"""vLLM's test areas: changes in the shape of those that people make there."""

import pytest

from tests.memory import changed, run

PATH = ".buildkite/test_areas/area.yaml"
BEFORE = """\
group: Kernels
steps:
- label: Kernels (H100)
  key: kernels
  timeout_in_minutes: 30
  device: h100  # one card
  num_devices: 2
  source_file_dependencies:
  - csrc/
  - tests/kernels
  commands:
  - export MODE=slow
  - pytest -v kernels

- label: Models
  timeout_in_minutes: 45
  source_file_dependencies:
  - vllm/
  commands:
  - pytest -v models
"""

CHANGES = {
    "another queue": ("set-queue: {jobs: {queue: h100}, to: h200}", "device: h100", "device: h200"),
    "more time": (
        "set-field: {jobs: {label: Models}, field: timeout_in_minutes, to: 60}",
        "minutes: 45",
        "minutes: 60",
    ),
    "fewer GPUs": (
        "set-field: {jobs: {gpus: '>1'}, field: num_devices, to: 1}",
        "num_devices: 2",
        "num_devices: 1",
    ),
    "one more folder": (
        "insert-item: {jobs: {key: kernels}, list: source_file_dependencies, item: cmake/, after: csrc/}",
        "  - csrc/\n",
        "  - csrc/\n  - cmake/\n",
    ),
    "a command that goes": (
        "remove-item: {jobs: {key: kernels}, list: commands, item: export MODE=slow}",
        "  - export MODE=slow\n",
        "",
    ),
    "optional": (
        "add-field: {jobs: {label: Models}, field: optional, value: true, after: timeout_in_minutes}",
        "minutes: 45\n",
        "minutes: 45\n  optional: true\n",
    ),
}


@pytest.mark.parametrize(("operation", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, old: str, new: str) -> None:
    assert changed(f"  - {operation}\n", {PATH: BEFORE}) == {PATH: BEFORE.replace(old, new)}


def test_a_mirror_that_stays_on_the_queue_is_named() -> None:
    text = (
        "steps:\n- {label: A, device: old}\n"
        "- label: B\n  device: other\n  mirror:\n    amd: {device: old}\n    tpu: {device: other}\n"
    )
    operation = "  - set-queue: {jobs: {queue: old}, to: new}\n"
    (done,) = run(operation, {PATH: text}).done
    assert [(str(f.place), f.message) for f in done.findings] == [
        (f"{PATH}:6:10", "the mirror 'B (amd)' stays on old; move it with set-field")
    ]
