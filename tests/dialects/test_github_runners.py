"""Where GitHub's runners are named: inputs, matrices, called workflows, conditions, anchors."""

import pytest

from ci_migrate.document import parse
from tests.dialects.test_github_actions import CALLED, GITHUB, PATH, REUSABLE
from tests.memory import Memory, changed, refusal

INPUTS = """\
on:
  workflow_call:
    inputs:
      runner: {type: string, default: q}
      other: {type: string, default: x}
  workflow_dispatch:
    inputs:
      runner:
        type: choice
        default: r
        options: [r, s]
jobs:
  test:
    runs-on: %s
"""


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("${{ inputs.runner }}", "q, r, s"),
        ("${{ github.event.inputs.runner }}", "q, r, s"),
        ("${{ inputs.runner || 't' }}", "q, r, s, t"),
        ("${{ inputs.runner != '' && inputs.runner || 't' }}", "q, r, s, t"),
        ("${{ fromJSON(inputs.runner) }}", "${{ fromJSON(inputs.runner) }}"),
        ("${{ inputs.unknown }}", "${{ inputs.unknown }}"),
    ],
)
def test_inputs(written: str, seen: str) -> None:
    (job,) = GITHUB.jobs(parse(PATH, INPUTS % written), Memory({}))
    assert job.queue_name == seen


SHARED = """\
on:
  workflow_dispatch:
    inputs:
      runner:
        type: choice
        default: old
        options:
        - old
        - new
jobs:
  a: &a
    runs-on: old
    steps:
    - run: make
  b: *a
  c:
    runs-on: ${{ inputs.runner != '' && inputs.runner || 'older' }}
    name: c on ${{ inputs.runner || 'older' }}
  d:
    strategy: {matrix: {on: [old, other]}}
    runs-on: ${{ matrix.on }}
    if: contains(needs.*.result, 'old') || matrix.on != 'old'
  e:
    uses: ./.github/workflows/_test.yml
  f:
    uses: ./.github/workflows/_test.yml
    with: {runner: "${{ github.event_name == 'push' && 'old' || inputs.runner }}"}
"""


def test_values_are_changed_where_they_are_written() -> None:
    files = {PATH: SHARED, CALLED: REUSABLE}
    operation = "  - set-queue: {jobs: {queue: %s}, to: newest, leaves: 0, expect: %s}\n"
    after = SHARED.replace("old\n", "newest\n").replace("[old,", "[newest,")
    after = after.replace("&& 'old'", "&& 'newest'").replace("!= 'old'", "!= 'newest'")
    assert changed(operation % ("old", 5), files, "") == {**files, PATH: after}
    after = SHARED.replace("older", "newest")
    assert changed(operation % ("older", 1), files, "") == {**files, PATH: after}
    after = REUSABLE.replace("gpu-t4", "newest")
    assert changed(operation % ("gpu-t4", 2), files, "") == {**files, CALLED: after}


ALIASES = """\
jobs:
  build:
    runs-on: old
  a:
    needs: &needs [build]
    strategy: &more {matrix: {os: [old]}}
    runs-on: ${{ matrix.os }}
  b:
    needs: *needs
    strategy: *more
    runs-on: ${{ matrix.os }}
  c:
    strategy: *more
    runs-on: new
"""


def test_aliases() -> None:
    operation = "  - set-queue: {jobs: {queue: old}, to: newer}\n"
    error = f"{PATH}:6:36: 'old' is repeated by the alias *more at 13:15; which is no queue"
    assert error in refusal(operation, {PATH: ALIASES}, "")
    rest = ALIASES[: ALIASES.index("  c:")]
    assert changed(operation, {PATH: rest}, "") == {PATH: rest.replace("old", "newer")}
    one = "  - set-queue: {jobs: {queue: old, key: [a, build]}, to: newer}\n"
    assert f"{PATH}:6:36: 'old' is written here for b too" in refusal(one, {PATH: rest}, "")
    error = f"{PATH}:5:20: this is repeated by the alias *needs at 9:12"
    assert error in refusal("  - rename-job: {from: build, to: x}\n", {PATH: rest}, "")


def test_mappings_in_a_matrix_may_have_the_same_runner() -> None:
    text = (
        "jobs:\n  a:\n    strategy:\n      matrix:\n        on: [{os: old, v: 1}, {os: other, v: 2}]\n"
        "    runs-on: ${{ matrix.on.os }}\n"
    )
    operation = "  - set-queue: {jobs: {queue: [old, other]}, to: new, leaves: 0}\n"
    after = text.replace("old", "new").replace("other", "new")
    assert changed(operation, {PATH: text}, "") == {PATH: after}


def test_templates_are_left_alone_unless_they_are_written_out() -> None:
    text = "jobs:\n  a:\n    runs-on: ${{ vars.R }}\n    steps: [{run: x}]\n"
    operation = "  - set-queue: {{jobs: {{queue: '{}'}}, to: new}}\n"
    assert changed(operation.format("*"), {PATH: text}, "") == {PATH: text}
    written = operation.format("\\${{{{ vars.R }}}}".replace("{{{{", "{{").replace("}}}}", "}}"))
    assert changed(written, {PATH: text}, "") == {PATH: text.replace("${{ vars.R }}", "new")}


REFUSALS = {
    "an anchored job": (
        "set-queue: {jobs: {key: a}, to: new}",
        f"{PATH}:12:14: 'old' is written here for b too",
    ),
    "the default of an input": (
        "set-queue: {jobs: {key: c, queue: old}, to: newest}",
        f"{PATH}:6:18: 'old' is written here for f too",
    ),
    "a choice that would stand twice": (
        "set-queue: {jobs: {queue: old}, to: new}",
        f"{PATH}:8:11: 'new' would stand twice in a list of job 'c'; take 'old' out of it instead",
    ),
    "a matrix with the same twice": (
        "set-queue: {jobs: {queue: other}, to: old}",
        f"{PATH}:20:35: 'old' would stand twice in a list of job 'd'",
    ),
    "two of a matrix that would be the same": (
        "set-queue: {jobs: {queue: [old, other], key: d}, to: new}",
        f"{PATH}:20:35: 'new' would stand twice in a list of job 'd'; take 'other' out of it",
    ),
    "several runners": (
        "set-queue: {jobs: {key: d}, to: new}",
        f"{PATH}:20:5: job 'd' is on several queues: old, other",
    ),
    "a default of another file": (
        "set-queue: {jobs: {key: e}, to: new}",
        f"{CALLED}:7:18: 'gpu-t4' is written here for soak too",
    ),
    "a quote in a literal": (
        """set-queue: {jobs: {queue: older}, to: "it's"}""",
        f"{PATH}:17:14: 'it's' has a ' in it, which would end the text that it stands in",
    ),
    "a timeout for a call": (
        "set-timeout: {jobs: {key: e}, minutes: 5}",
        "'e' can have no field for timeout in its CI system; leave these jobs out",
    ),
    "shards": (
        "shard-job: {jobs: {key: a}, shards: 2, command: make}",
        "'a' can have no field for parallelism in its CI system",
    ),
    "a list of models": (
        "split-job: {job: a, into: {key: x, label: X}, list: {from: x, to: y, lines: {gpus: '>1'}}}",
        "job 'a' reads no list 'x'",
    ),
    "a copy of an anchored job": (
        "copy-job: {job: a, set: {<key>: z}}",
        f"{PATH}:11:3: this item holds an anchor, and a copy would define it twice",
    ),
}


@pytest.mark.parametrize(("operation", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, error: str) -> None:
    files = {PATH: SHARED, CALLED: REUSABLE}
    assert error in refusal(f"  - {operation}\n", files, "github-actions")


def test_workflows_that_call_one_another_end() -> None:
    call = "on: {workflow_call: {inputs: {r: {type: string}}}}\njobs:\n  a:\n    uses: ./%s\n    with: {r: q}\n"
    files = Memory({PATH: call % CALLED, CALLED: call % PATH})
    (job,) = GITHUB.jobs(parse(PATH, call % CALLED), files)
    assert job.queues == ()
