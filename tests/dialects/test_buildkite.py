"""Buildkite: which jobs are seen, and changes as real pipelines have had them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal

PATH = ".buildkite/pipeline.yml"
BUILDKITE = load_dialect("buildkite")

SEEN = {
    "steps": ("steps:\n- command: a\n  key: k\n  label: L\n", "k L -"),
    "a list of steps": ("- command: a\n  agents: {queue: q}\n", "None None q"),
    "other names": ("steps:\n- {commands: [a], identifier: i, name: N}\n", "i N -"),
    "in a group": ("steps:\n- group: g\n  steps:\n  - {command: a, key: k}\n", "k None -"),
    "a group that is repeated": (
        "x: &g {group: g, steps: [{command: a, key: k}]}\nsteps: [*g, *g]\n",
        "k None -",
    ),
    "no others": (
        "steps:\n- wait\n- wait: ~\n- block: b\n- input: i\n- trigger: t\n  label: T\n- command: a\n",
        "None None -",
    ),
    "plugins alone": ("steps:\n- plugins: [docker#v3: {image: i}]\n", "None None -"),
    "a list of agents": ("steps:\n- command: a\n  agents:\n  - queue=q\n  - os=x\n", "None None q"),
    "agents as a text": ("steps:\n- command: a\n  agents: 'queue = q'\n", "None None q"),
    "agents of all": ("agents: {queue: q}\nsteps:\n- command: a\n", "None None q"),
    "a matrix": (
        "steps:\n- command: a\n  agents: {queue: '{{matrix}}'}\n  matrix: [q, r]\n",
        "None None q, r",
    ),
    "a matrix with names": (
        "steps:\n- command: a\n  agents: {queue: '{{ matrix.q }}'}\n"
        "  matrix:\n    setup: {q: [q, r], x: [y]}\n    adjustments: [{with: {q: s, x: y}}]\n",
        "None None q, r, s",
    ),
    "a default": ("steps:\n- command: a\n  agents: {queue: '${Q:-q}'}\n", "None None q"),
    "a template": ("steps:\n- command: a\n  agents: {queue: '$Q'}\n", "None None $Q"),
}


@pytest.mark.parametrize(("text", "seen"), SEEN.values(), ids=SEEN)
def test_jobs_that_are_seen(text: str, seen: str) -> None:
    document = parse(PATH, text)
    assert BUILDKITE.understands(document)
    (job,) = BUILDKITE.jobs(document, Memory({PATH: text}))
    assert f"{job.key} {job.label} {job.queue_name or '-'}" == seen


@pytest.mark.parametrize(
    "text", ["", "a: 1\n", "steps: 1\n", "steps:\n- wait\n", "- a\n- {b: 1}\n"]
)
def test_what_is_no_pipeline(text: str) -> None:
    assert not BUILDKITE.understands(parse(PATH, text))


STEPS = """\
env:
  CI: "1"

steps:
  - label: ":hammer: build"
    key: build
    command: make
    agents: {queue: cpu}
    timeout_in_minutes: 10

  # runs on the old machines
  - label: ":pytest: GPU tests"
    key: gpu-tests
    depends_on: build
    commands:
      - nvidia-smi
      - pytest tests/gpu
    agents:
      queue: "gpu-old"  # two of them
    plugins:
      - docker#v5.9.0:
          image: ci:1

  - wait

  - group: nightly
    key: nightly
    depends_on:
      - step: gpu-tests
    steps:
      - label: soak
        key: soak
        command: ./soak.sh
        agents:
          - queue=gpu-old
          - os=linux
        soft_fail: true
"""
CHANGES = {
    "a queue": (
        "set-queue: {jobs: {queue: gpu-old}, to: gpu-k8s, leaves: 0}",
        STEPS.replace("gpu-old", "gpu-k8s"),
    ),
    "one job's queue": (
        "set-queue: {jobs: {queue: gpu-old, key: soak}, to: gpu-k8s, leaves: 1}",
        STEPS.replace("queue=gpu-old", "queue=gpu-k8s"),
    ),
    "a key, wherever it is named": (
        "rename-job: {from: gpu-tests, to: gpu}",
        STEPS.replace("key: gpu-tests", "key: gpu").replace("step: gpu-tests", "step: gpu"),
    ),
    "timeouts where there are none": (
        "set-timeout: {jobs: {file: '**'}, minutes: 60, missing: true, after: [<queue>]}",
        STEPS.replace("# two of them\n", "# two of them\n    timeout_in_minutes: 60\n").replace(
            "- os=linux\n", "- os=linux\n        timeout_in_minutes: 60\n"
        ),
    ),
    "soft failures": (
        "remove-field: {jobs: {fields: {soft_fail: 'true'}}, field: soft_fail}",
        STEPS.replace("        soft_fail: true\n", ""),
    ),
    "a plugin's version": (
        "edit-text: {files: '.buildkite/**', find: docker#v5.9.0, replace: docker#v5.12.0, expect: 1}",
        STEPS.replace("v5.9.0", "v5.12.0"),
    ),
    "a command": (
        "edit-item: {jobs: {key: gpu-tests}, find: pytest tests, replace: pytest -v tests}",
        STEPS.replace("- pytest tests", "- pytest -v tests"),
    ),
    "a job for two queues": (
        "copy-job: {job: gpu-tests, set: {<key>: gpu-tests-h200, <label>: GPU tests (H200), <queue>: h200}}",
        STEPS.replace(
            "  - wait\n",
            STEPS[STEPS.index("  # runs on") : STEPS.index("  - wait")]
            .replace(": gpu-tests", ": gpu-tests-h200")
            .replace('":pytest: GPU tests"', '"GPU tests (H200)"')
            .replace("gpu-old", "h200")
            + "  - wait\n",
        ),
    ),
    "a job out of a group": (
        "move-job: {jobs: {key: build}, after: gpu-tests}",
        STEPS[: STEPS.index('  - label: ":ham')]
        + STEPS[STEPS.index("  # runs on") : STEPS.index("  - wait")]
        + STEPS[STEPS.index('  - label: ":ham') : STEPS.index("  # runs on")]
        + STEPS[STEPS.index("  - wait") :],
    ),
    "a new job": (
        "add-job: {after: build, job: {label: lint, key: lint, command: ruff check}}",
        STEPS.replace(
            "  # runs on", "  - label: lint\n    key: lint\n    command: ruff check\n\n  # runs on"
        ),
    ),
    "a job less": (
        "delete-job: {jobs: {key: soak}}",
        "",
    ),
}


@pytest.mark.parametrize(("operation", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, after: str) -> None:
    if not after:
        assert "nothing would be left here" in refusal(
            f"  - {operation}\n", {PATH: STEPS}, "buildkite"
        )
        return
    for dialect in ("buildkite", ""):
        assert changed(f"  - {operation}\n", {PATH: STEPS}, dialect) == {PATH: after}


SHARED = """\
agents:
  queue: old
steps:
- {command: a, key: a}
- {command: b, key: b}
- command: c
  key: c
  agents: {queue: "{{matrix}}"}
  matrix: [old, other]
- command: d
  key: d
  agents: {queue: "${QUEUE:-old}"}
"""


def test_values_are_changed_where_they_are_written() -> None:
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0, expect: 4}\n"
    assert changed(operation, {PATH: SHARED}, "buildkite") == {PATH: SHARED.replace("old", "new")}


REFUSALS = {
    "the pipeline's agents": (
        "set-queue: {jobs: {key: a}, to: new}",
        f"{PATH}:2:10: 'old' is written here for b too",
    ),
    "a matrix with the same twice": (
        "set-queue: {jobs: {queue: old, key: c}, to: other}",
        "'other' would stand twice in a list of job 'c'; take 'old' out of it instead",
    ),
    "several queues": (
        "set-queue: {jobs: {key: c}, to: new}",
        f"{PATH}:6:3: job 'c' is on several queues: old, other",
    ),
    "no such field": ("set-field: {jobs: {key: a}, field: <gpus>, to: 2}", "no field for gpus"),
    "no list of models": (
        "split-job: {job: a, into: {key: e, label: E}, list: {from: x, to: y, lines: {gpus: '>1'}}}",
        "job 'a' reads no list 'x'",
    ),
}


@pytest.mark.parametrize(("operation", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, error: str) -> None:
    assert error in refusal(f"  - {operation}\n", {PATH: SHARED}, "buildkite")


def test_templates_are_left_alone_unless_they_are_written_out() -> None:
    text = "steps:\n- {command: a, agents: {queue: $Q}}\n"
    operation = "  - set-queue: {{jobs: {{queue: '{}'}}, to: new}}\n"
    assert changed(operation.format("*"), {PATH: text}, "buildkite") == {PATH: text}
    escaped = operation.format("\\$Q")
    assert changed(escaped, {PATH: text}, "buildkite") == {PATH: text.replace("$Q", "new")}
