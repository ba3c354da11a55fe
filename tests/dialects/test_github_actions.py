"""GitHub Actions: which jobs are seen, and changes as real workflows have had them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal

PATH = ".github/workflows/ci.yml"
CALLED = ".github/workflows/_test.yml"
ACTION = ".github/actions/set-up/action.yml"
GITHUB = load_dialect("github-actions")

SEEN = {
    "a label": ("a: {runs-on: q, steps: []}", "a None q"),
    "a name": ("a:\n    name: 'A (x)'\n    runs-on: 'q'\n    steps: []", "a A (x) q"),
    "labels": ("a: {runs-on: [self-hosted, q]}", "a None self-hosted, q"),
    "a group": ("a: {runs-on: {group: g}}", "a None g"),
    "a group with labels": ("a: {runs-on: {group: g, labels: [q, r]}}", "a None g, q, r"),
    "a matrix": (
        "a:\n    strategy: {matrix: {os: [q, r]}}\n    runs-on: ${{ matrix.os }}",
        "a None q, r",
    ),
    "a matrix with other entries": (
        "a:\n    strategy:\n      matrix:\n        os: [q, r]\n        include: [{os: s, x: y}, {x: z}]\n"
        "        exclude: [{os: q, x: y}]\n    runs-on: '${{matrix.os}}'",
        "a None q, r, s",
    ),
    "entries alone": (
        "a:\n    strategy: {matrix: {include: [{os: q}, {os: r}]}}\n    runs-on: ${{ matrix.os }}",
        "a None q, r",
    ),
    "labels in a matrix": (
        "a:\n    strategy: {matrix: {os: [[self-hosted, q], r]}}\n    runs-on: ${{ matrix.os }}",
        "a None self-hosted, q, r",
    ),
    "groups in a matrix": (
        "a:\n    strategy: {matrix: {on: [{group: g}]}}\n    runs-on: ${{ matrix.on }}",
        "a None g",
    ),
    "deep in a matrix": (
        "a:\n    strategy: {matrix: {t: [{os: q}, {os: r}]}}\n    runs-on: ${{ matrix.t.os }}",
        "a None q, r",
    ),
    "a name in brackets": (
        "a:\n    strategy: {matrix: {os: [q]}}\n    runs-on: ${{ matrix['os'] }}",
        "a None q",
    ),
    "an anchor": (
        "a:\n    strategy: {matrix: &m {os: [q]}}\n    runs-on: ${{ matrix.os }}",
        "a None q",
    ),
    "a matrix made elsewhere": (
        "a:\n    strategy: {matrix: '${{ fromJSON(needs.b.outputs.m) }}'}\n    runs-on: ${{ matrix.os }}",
        "a None ${{ matrix.os }}",
    ),
    "a literal": ("a:\n    runs-on: ${{ vars.RUNNER || 'q' }}", "a None q"),
    "two literals": (
        "a:\n    runs-on: ${{ github.event_name == 'push' && 'q' || 'r' }}",
        "a None q, r",
    ),
    "a case": ("a:\n    runs-on: ${{ case(github.x == 'y', 'q', ('r')) }}", "a None q, r"),
    "JSON": (
        """a:\n    runs-on: ${{ fromJSON('["q"]') }}""",
        """a None ${{ fromJSON('["q"]') }}""",
    ),
    "a template": ("a:\n    runs-on: q-${{ matrix.n }}", "a None q-${{ matrix.n }}"),
    "a secret name": ("a:\n    runs-on: ${{ vars.RUNNER }}", "a None ${{ vars.RUNNER }}"),
    "a call": ("a:\n    uses: o/r/.github/workflows/x.yml@v1\n    with: {runner: q}", "a None q"),
    "a call in one's own words": (
        "a:\n    uses: $/.github/workflows/gone.yml\n    with: {runs-on: q}",
        "a None q",
    ),
    "a call without a runner": ("a: {uses: o/r/.github/workflows/x.yml@v1}", "a None -"),
}


@pytest.mark.parametrize(("jobs", "seen"), SEEN.values(), ids=SEEN)
def test_jobs_that_are_seen(jobs: str, seen: str) -> None:
    document = parse(PATH, f"on: push\njobs:\n  {jobs}\n")
    assert GITHUB.understands(document)
    (job,) = GITHUB.jobs(document, Memory({}))
    assert f"{job.key} {job.label} {job.queue_name or '-'}" == seen


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PATH, ""),
        (PATH, "# no job yet\n"),
        (PATH, "a: 1\n"),
        (PATH, "on: push\n"),
        (PATH, "on: push\njobs:\n"),
        (PATH, "jobs: [a]\n"),
        (PATH, "jobs:\n  a:\n    script: make\n"),
        (PATH, "- jobs: {a: {runs-on: q}}\n"),
        (ACTION, "name: A\nsteps: []\n"),
        (ACTION, "runs: make\n"),
    ],
)
def test_what_is_no_workflow(path: str, text: str) -> None:
    assert not GITHUB.understands(parse(path, text))


WORKFLOW = """\
name: CI

on:
  push:
    branches: [ main ]
  pull_request:

env:
  FORCE_COLOR: "1"

jobs:
  # what the others wait for
  build:
    name: Build wheels
    runs-on: ubuntu-20.04   # until glibc 2.35 is fine
    outputs:
      version: ${{ steps.version.outputs.version }}
    steps:
    - uses: actions/checkout@f43a0e5ff2bd294095638e18286ca9a3d1956744 # v3.6.0
    - id: version
      run: |
        echo "::set-output name=version::$(cat VERSION)"
    - name: Build
      run: make wheels

  test:
    needs: build
    if: needs.build.result == 'success' && github.actor != 'build'
    runs-on: ${{ matrix.os }}
    timeout-minutes: 30
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-20.04, 'windows-2019']
        python-version: ["3.8", "3.9"]
        include:
          - os: macos-12  # the last on Intel
            python-version: "3.9"
        exclude:
          - os: windows-2019
            python-version: "3.8"
    steps:
      - uses: actions/checkout@v3

      - name: Set up Python
        uses: actions/setup-python@v4
        with:
          python-version: ${{ matrix.python-version }}

      - if: matrix.os == 'windows-2019'
        run: choco install make

      # all of them
      - name: Test
        run: >-
          pytest -v
          --version ${{ needs.build.outputs.version }}
        env:
          SLOW: ${{ contains(github.ref, 'release') && needs['build'].result }}

  gpu:
    name: "GPU tests"
    needs: [build, test]
    runs-on: [self-hosted, linux, gpu-t4]
    steps:
      - uses: actions/checkout@v3
      - uses: ./.github/actions/set-up
      - run: pytest tests/gpu

  nightly:
    needs:
      - build
    uses: ./.github/workflows/_test.yml
    with:
      runner: gpu-t4
    secrets: inherit
"""
REUSABLE = """\
on:
  workflow_call:
    inputs:
      runner:
        description: label of the runner
        type: string
        default: "gpu-t4"   # the cheapest

jobs:
  soak:
    runs-on: ${{ inputs.runner }}
    steps:
      - run: ./soak.sh
      - if: inputs.runner == 'gpu-t4'
        run: nvidia-smi
"""
SETUP = """\
name: Set up
description: Prepares a runner
runs:
  using: composite
  steps:
    - uses: actions/cache@v3
      with:
        path: ~/.cache
    - run: pip install -r requirements.txt
      shell: bash
"""
FILES = {PATH: WORKFLOW, CALLED: REUSABLE, ACTION: SETUP}


def between(start: str, end: str) -> str:
    """Return a part of the workflow."""
    return WORKFLOW[WORKFLOW.index(start) : WORKFLOW.index(end)]


GPU = between("\n  gpu:", "\n  nightly:")
CHANGES: dict[str, tuple[str, dict[str, str]]] = {
    "a runner, in a matrix and in a field": (
        "set-queue: {jobs: {queue: ubuntu-20.04}, to: ubuntu-22.04, leaves: 0, expect: 2}",
        {PATH: WORKFLOW.replace("ubuntu-20.04", "ubuntu-22.04")},
    ),
    "a runner that is excluded and asked for too": (
        "set-queue: {jobs: {queue: windows-2019}, to: windows-2022, leaves: 0}",
        {PATH: WORKFLOW.replace("windows-2019", "windows-2022")},
    ),
    "a runner that only an entry has": (
        "set-queue: {jobs: {queue: macos-12}, to: macos-15-intel}",
        {PATH: WORKFLOW.replace("macos-12", "macos-15-intel")},
    ),
    "a runner, also where workflows are called": (
        "set-queue: {jobs: {queue: gpu-t4}, to: gpu-l4, leaves: 0, expect: 3}",
        {
            PATH: WORKFLOW.replace("gpu-t4", "gpu-l4"),
            CALLED: REUSABLE.replace("gpu-t4", "gpu-l4"),
        },
    ),
    "the runner of one call": (
        "set-queue: {jobs: {queue: gpu-t4, key: nightly}, to: gpu-l4, leaves: 2}",
        {PATH: WORKFLOW.replace("runner: gpu-t4", "runner: gpu-l4")},
    ),
    "labels into a group": (
        "set-field: {jobs: {key: gpu}, field: <queue>, to: {group: gpus, labels: [gpu-t4]}}",
        {
            PATH: WORKFLOW.replace(
                "runs-on: [self-hosted, linux, gpu-t4]\n",
                "runs-on:\n      group: gpus\n      labels:\n        - gpu-t4\n",
            )
        },
    ),
    "timeouts where there are none": (
        "set-timeout: {jobs: {file: '.github/workflows/*', without: uses}, minutes: 60, missing: true, after: [<queue>]}",
        {
            PATH: WORKFLOW.replace("35 is fine\n", "35 is fine\n    timeout-minutes: 60\n").replace(
                "gpu-t4]\n", "gpu-t4]\n    timeout-minutes: 60\n"
            ),
            CALLED: REUSABLE.replace(
                "inputs.runner }}\n", "inputs.runner }}\n    timeout-minutes: 60\n"
            ),
        },
    ),
    "an action's version": (
        "set-field: {at: {file: '.github/workflows/*.yml', path: 'jobs.*.steps[*]'}, field: uses, from: actions/checkout@v3, to: actions/checkout@v4, expect: 2}",
        {PATH: WORKFLOW.replace("checkout@v3", "checkout@v4")},
    ),
    "an action that is pinned, and what the comment says": (
        r"edit-text: {files: '.github/**', find: '/checkout@\w{40} # v[\d.]+/', replace: 'checkout@08eba0b27e820071cde6df949e0beb9ba4906955 # v4.3.0'}",
        {
            PATH: WORKFLOW.replace(
                "f43a0e5ff2bd294095638e18286ca9a3d1956744 # v3.6.0",
                "08eba0b27e820071cde6df949e0beb9ba4906955 # v4.3.0",
            )
        },
    ),
    "the actions in an action": (
        "set-field: {at: {file: '**/action.yml', path: 'runs.steps[*]'}, field: uses, from: '/actions/cache@v[123]/', to: actions/cache@v4}",
        {ACTION: SETUP.replace("cache@v3", "cache@v4")},
    ),
    "what an action runs on": (
        "set-field: {jobs: {label: Set up}, field: using, from: composite, to: node20}",
        {ACTION: SETUP.replace("composite", "node20")},
    ),
    "an action's command": (
        "edit-item: {jobs: {command: pip install}, find: '/^pip install/', replace: uv pip install, expect: 1}",
        {ACTION: SETUP.replace("pip install", "uv pip install")},
    ),
    "a command that is no more": (
        r"""edit-item: {jobs: {command: '::set-output'}, find: '/echo "::set-output name=(\w+)::(.*)"/', replace: 'echo "\1=\2" >> "$GITHUB_OUTPUT"'}""",
        {
            PATH: WORKFLOW.replace(
                '"::set-output name=version::$(cat VERSION)"',
                '"version=$(cat VERSION)" >> "$GITHUB_OUTPUT"',
            )
        },
    ),
    "a key, wherever it is named": (
        "rename-job: {from: build, to: build-wheels}",
        {
            PATH: WORKFLOW.replace("  build:", "  build-wheels:")
            .replace("needs: build\n", "needs: build-wheels\n")
            .replace("needs.build.", "needs.build-wheels.")
            .replace("needs['build']", "needs['build-wheels']")
            .replace("[build, test]", "[build-wheels, test]")
            .replace("- build\n", "- build-wheels\n")
        },
    ),
    "a label": (
        "rename-job: {of: label, from: GPU tests, to: GPU tests (T4)}",
        {PATH: WORKFLOW.replace("GPU tests", "GPU tests (T4)")},
    ),
    "versions in a matrix": (
        "insert-item: {jobs: {key: test}, list: strategy.matrix.python-version, item: !source '\"3.10\"', after: '3.9'}",
        {PATH: WORKFLOW.replace('["3.8", "3.9"]', '["3.8", "3.9", "3.10"]')},
    ),
    "a version less in a matrix": (
        "remove-item: {jobs: {key: test}, list: strategy.matrix.python-version, item: '3.8'}",
        {PATH: WORKFLOW.replace('"3.8", "3.9"', '"3.9"')},
    ),
    "a step more": (
        "insert-item: {jobs: {file: '**'}, list: steps, item: {uses: actions/setup-python@v5, with: {python-version: '3.9'}}, after: 'uses: actions/checkout@*', expect: 3}",
        {
            PATH: WORKFLOW.replace(
                "# v3.6.0\n",
                '# v3.6.0\n    - uses: actions/setup-python@v5\n      with:\n        python-version: "3.9"\n',
            )
            .replace(
                "checkout@v3\n\n",
                'checkout@v3\n\n      - uses: actions/setup-python@v5\n        with:\n          python-version: "3.9"\n\n',
            )
            .replace(
                "checkout@v3\n      - uses: ./",
                'checkout@v3\n      - uses: actions/setup-python@v5\n        with:\n          python-version: "3.9"\n      - uses: ./',
            )
        },
    ),
    "a step less": (
        "remove-item: {jobs: {key: test}, list: steps, item: 'run: choco *'}",
        {PATH: WORKFLOW.replace(between("      - if: matrix", "      # all of them"), "")},
    ),
    "a step put first": (
        "move-item: {jobs: {key: gpu}, list: steps, item: 'uses: ./*', place: first}",
        {
            PATH: WORKFLOW.replace(
                "      - uses: actions/checkout@v3\n      - uses: ./.github/actions/set-up\n",
                "      - uses: ./.github/actions/set-up\n      - uses: actions/checkout@v3\n",
            )
        },
    ),
    "permissions": (
        "add-field: {at: {file: '.github/workflows/ci.yml'}, field: permissions, value: {contents: read}, after: on}",
        {
            PATH: WORKFLOW.replace(
                "pull_request:\n", "pull_request:\npermissions:\n  contents: read\n"
            )
        },
    ),
    "a variable": (
        "set-field: {jobs: {key: test}, field: strategy.fail-fast, to: true}",
        {PATH: WORKFLOW.replace("fail-fast: false", "fail-fast: true")},
    ),
    "a job for another runner": (
        "copy-job: {job: gpu, set: {<key>: gpu-h100, <label>: GPU tests (H100), <queue>: gpu-h100}, add: [{field: timeout-minutes, value: 90, after: <queue>}]}",
        {
            PATH: WORKFLOW.replace(
                GPU,
                GPU
                + GPU.replace("gpu:", "gpu-h100:")
                .replace("GPU tests", "GPU tests (H100)")
                .replace("[self-hosted, linux, gpu-t4]", "gpu-h100\n    timeout-minutes: 90"),
            )
        },
    ),
    "a job less": (
        "delete-job: {jobs: {key: gpu}}",
        {PATH: WORKFLOW.replace(GPU, "")},
    ),
    "a job more": (
        "add-job: {after: test, job: {lint: {runs-on: ubuntu-22.04, steps: [{uses: actions/checkout@v4}, {run: ruff check}]}}}",
        {
            PATH: WORKFLOW.replace(
                "\n  gpu:",
                "\n  lint:\n    runs-on: ubuntu-22.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: ruff check\n\n  gpu:",
            )
        },
    ),
    "a job above another": (
        "move-job: {jobs: {key: gpu}, before: build}",
        {PATH: WORKFLOW.replace(GPU, "").replace("  # what", GPU[1:] + "\n  # what")},
    ),
    "a job in two": (
        "split-commands: {job: gpu, shared: ['uses: *'], into: [{set: {<key>: gpu-small}, commands: ['run: *'], remove: [name]}, {set: {<key>: gpu-none}, remove: [name]}]}",
        {
            PATH: WORKFLOW.replace(
                GPU,
                (GPU.replace("gpu:", "gpu-small:") + GPU.replace("gpu:", "gpu-none:"))
                .replace('    name: "GPU tests"\n', "")
                .removesuffix("      - run: pytest tests/gpu\n"),
            )
        },
    ),
}


@pytest.mark.parametrize("dialect", ["github-actions", ""])
@pytest.mark.parametrize(("operation", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, after: dict[str, str], dialect: str) -> None:
    assert changed(f"  - {operation}\n", FILES, dialect) == {**FILES, **after}


TWO = """\
on: push
jobs:
  build:
    runs-on: a
    steps: [{run: make}]
  test:
    needs: [build]
    runs-on: a
    env: {V: "${{ needs.build.outputs.v }} or ${{ needs.build.result }}"}
    steps: [{run: make test}]
"""
OTHER = ".github/workflows/other.yml"


def test_names_count_in_their_own_file() -> None:
    files = {PATH: TWO, OTHER: TWO}
    renamed = TWO.replace("build:", "wheels:").replace("[build]", "[wheels]")
    renamed = renamed.replace("needs.build.", "needs.wheels.")
    operation = "  - rename-job: {from: build, to: wheels%s}\n"
    assert changed(operation % "", files, "") == {PATH: renamed, OTHER: renamed}
    assert changed(operation % f", file: {OTHER}", files, "") == {PATH: TWO, OTHER: renamed}


def test_jobs_of_one_name_in_two_files() -> None:
    files = {PATH: TWO, OTHER: TWO.replace("test:", "check:")}
    copied = changed(
        f"  - copy-job: {{job: build, file: {PATH}, set: {{<key>: check}}}}\n", files, ""
    )
    assert "  check:\n    runs-on: a\n    steps: [{run: make}]\n  test:" in copied[PATH]
    new = "{check: {runs-on: b, steps: [{run: x}]}}"
    added = changed(f"  - add-job: {{after: build, file: {PATH}, job: {new}}}\n", files, "")
    assert added[PATH] == TWO.replace(
        "  test:", "  check:\n    runs-on: b\n    steps:\n      - run: x\n  test:"
    )
    deleted = changed(f"  - delete-job: {{jobs: {{key: check, file: {OTHER}}}}}\n", files, "")
    assert deleted[OTHER] == TWO[: TWO.index("  test:")]


def test_a_job_goes_to_another_file() -> None:
    gpu = GPU[1:].replace("    needs: [build, test]\n", "")
    files = {PATH: WORKFLOW.replace(GPU[1:], gpu)}
    operation = "  - move-job: {jobs: {key: gpu}, to: %s%s}\n"
    rest = WORKFLOW.replace(GPU, "")
    head = "on: push\njobs:\n"
    moved = changed(operation % (OTHER, ', head: "on: push\\njobs:\\n"'), files, "")
    assert moved == {PATH: rest, OTHER: head + gpu}
    two = TWO.replace("  test:", gpu + "  test:")
    moved = changed(operation % (OTHER, ", after: build"), {**files, OTHER: TWO}, "")
    assert moved == {PATH: rest, OTHER: two}
    operation = f"  - move-job: {{jobs: {{file: {PATH}, key: gpu}}, to: {OTHER}}}\n"
    assert changed(operation, {**files, OTHER: TWO}, "") == {PATH: rest, OTHER: TWO + gpu}


@pytest.mark.parametrize("keys", ["gpu", "nightly", "test, gpu", "test, gpu, nightly"])
def test_jobs_go_behind_a_comment_and_come_back(keys: str) -> None:
    operation = f"  - comment-out-job: {{jobs: {{key: [{keys}]}}, note: '(see #12)'}}\n"
    out = changed(operation, FILES, "github-actions")
    for key in keys.split(", "):
        assert f"\n  # {key}:\n  #   " in out[PATH]
    back = f"  - uncomment-job: {{job: [{keys}], note: '(see #12)'}}\n"
    assert changed(back, out, "github-actions") == FILES


def test_what_a_workflow_says_for_all_its_jobs() -> None:
    text = "permissions: read-all\njobs:\n  a:\n    runs-on: q\n"
    operation = (
        "  - add-field: {jobs: {file: '**', without: permissions}, field: permissions, value: {}}\n"
    )
    assert changed(operation, {PATH: text}, "") == {PATH: text}
    other = text.replace("permissions: read-all\n", "")
    assert changed(operation, {PATH: other}, "") == {PATH: other + "    permissions: {}\n"}


REFUSALS = {
    "a job that others need": (
        "delete-job: {jobs: {key: build}}",
        f"{PATH}:27:12: this needs the job 'build', which would be deleted",
    ),
    "a job that others need, in a comment": (
        "comment-out-job: {jobs: {key: [build, gpu]}}",
        f"{PATH}:27:12: this needs the job 'build', which would be in a comment",
    ),
    "the last of a list": (
        "remove-item: {jobs: {key: test}, list: strategy.matrix.exclude, item: 'os: windows-*'}",
        f"{PATH}:40:13: nothing would be left here",
    ),
    "a job away from those that need it": (
        f"move-job: {{jobs: {{key: test}}, to: {CALLED}}}",
        f"{PATH}:27:12: 'build' is named here, and would be in another file",
    ),
    "a name that is taken": (
        f"move-job: {{jobs: {{key: soak}}, to: {PATH}, after: soak}}",
        "no job has the key or label 'soak'",
    ),
    "a name for expressions": (
        "rename-job: {from: build, to: build wheels}",
        "'build wheels' is no name that can stand in this expression",
    ),
    "two of one name": (
        "rename-job: {from: build, to: test}",
        f"two jobs would have the key 'test', here and at {PATH}:14:5",
    ),
    "what an action runs": (
        "delete-job: {jobs: {label: Set up}}",
        f"{ACTION}:4:3: job 'Set up' is the whole of its file",
    ),
    "a copy of what an action runs": (
        "copy-job: {job: Set up, set: {<label>: Other}}",
        "'Set up' can have no field for label in its CI system",
    ),
    "a job beside what an action runs": (
        f"add-job: {{file: {ACTION}, job: {{x: {{using: composite}}}}}}",
        "is the whole of its file",
    ),
    "a runner for an action": (
        "set-queue: {jobs: {label: Set up}, to: q}",
        f"{ACTION}:4:3: job 'Set up' names no queue",
    ),
    "GPUs": ("set-field: {jobs: {key: gpu}, field: <gpus>, to: 2}", "no field for gpus"),
    "no such job": (
        "set-queue: {jobs: {key: biuld, queue: x}, to: y}",
        "no job has the key 'biuld'; did you mean 'build'?",
    ),
}


@pytest.mark.parametrize(("operation", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, error: str) -> None:
    assert error in refusal(f"  - {operation}\n", FILES, "github-actions")


def test_a_name_that_the_other_file_has() -> None:
    files = {PATH: TWO, OTHER: TWO.replace("test:", "check:")}
    operation = f"  - move-job: {{jobs: {{file: {PATH}, key: [build, test]}}, to: {OTHER}}}\n"
    error = f"{PATH}:4:5: {OTHER} has a job 'build' already; rename one of them"
    assert error in refusal(operation, files, "github-actions")


def test_a_workflow_may_be_called_action() -> None:
    document = parse(".github/workflows/action.yml", TWO)
    assert GITHUB.understands(document)
    assert [job.key for job in GITHUB.jobs(document, Memory({}))] == ["build", "test"]


def test_commands_are_what_steps_run() -> None:
    text = "jobs:\n  a:\n    runs-on: q\n    steps:\n    - run: a\n    - uses: b\n    - parallel:\n      - run: c\n"
    (job,) = GITHUB.jobs(parse(PATH, text), Memory({}))
    assert [command.text for command in job.commands] == ["a", "c"]
