"""Bazel's CI: which tasks are seen, and changes as real configurations have had them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal

PATH = ".bazelci/presubmit.yml"
OTHER = ".bazelci/examples.yml"
BAZELCI = load_dialect("bazelci")

MATRIX = "matrix:\n  platform: [p, q]\n  os: {one: r, two: s}\n"
SEEN = {
    "a task": ("tasks:\n  t:\n    name: T\n    platform: q\n    build_targets: [x]\n", "t T q"),
    "a platform for a key": ("tasks:\n  q:\n    test_targets: [x]\n", "q None q"),
    "platforms, as it was": ("platforms:\n  q:\n    build_targets: [x]\n", "q None q"),
    "platforms, and not tasks": (
        "tasks:\n  a: {bazel: x}\nplatforms:\n  q: {bazel: x}\n",
        "q None q",
    ),
    "a list of tasks": ("tasks:\n- {name: T, platform: q}\n", "None T q"),
    "several platforms": ("tasks:\n  t: {platform: [p, q], bazel: x}\n", "t None p, q"),
    "a matrix": (MATRIX + "tasks:\n  t:\n    platform: ${{ platform }}\n", "t None p, q"),
    "a matrix with names": (MATRIX + "tasks:\n  t:\n    platform: ${{os}}\n", "t None r, s"),
    "no such dimension": (MATRIX + "tasks:\n  t:\n    platform: ${{ x }}\n", "t None ${{ x }}"),
    "a part of a text": (
        MATRIX + "tasks:\n  t:\n    platform: rbe_${{ platform }}\n",
        "t None rbe_${{ platform }}",
    ),
    "merged, the last one first": (
        "x: &x {platform: a}\ny: &y {platform: b}\ntasks:\n  t:\n    <<: *x\n    <<: *y\n",
        "t None b",
    ),
    "a test module": (
        "bcr_test_module:\n  matrix: {p: [q]}\n  tasks:\n    t: {platform: '${{p}}'}\n",
        "t None q",
    ),
}


@pytest.mark.parametrize(("text", "seen"), SEEN.values(), ids=SEEN)
def test_tasks_that_are_seen(text: str, seen: str) -> None:
    document = parse(PATH, text)
    assert BAZELCI.understands(document) == 2
    (job,) = BAZELCI.jobs(document, Memory({PATH: text}))
    assert f"{job.key} {job.label} {job.queue_name}" == seen


@pytest.mark.parametrize(
    "text",
    ["", "a: 1\n", "tasks: 1\n", "tasks:\n  a: b\n", "tasks:\n  a: {b: c}\n", "- platform: q\n"],
)
def test_what_is_no_configuration(text: str) -> None:
    assert not BAZELCI.understands(parse(PATH, text))


TASKS = """\
---
buildifier:
  version: 6.1.0  # keep in step with pre-commit
  warnings: "all"
.reusable: &reusable
  build_targets: ["..."]
  test_targets:
    - "--"
    - "..."
matrix:
  platform: ["ubuntu2004", "macos"]
  bazel: ["6.x", "7.x"]
  exclude:
    - {platform: "ubuntu2004", bazel: "6.x"}
tasks:
  ubuntu:
    <<: *reusable
    name: "Default: Ubuntu"
    platform: ubuntu2004
  # slow
  windows:
    name: 'Default: Windows'
    test_flags:
      - "--test_tag_filters=-integration-test"
    batch_commands:
    - powershell -Command x

  all_versions:
    name: Bazel {bazel}
    platform: ${{ platform }}
    bazel: ${{ bazel }}
    shell_commands:
    - tests/setup.sh
    - tests/more.sh
    test_targets:
    - //...
"""
UBUNTU = TASKS[TASKS.index("  ubuntu:") : TASKS.index("  # slow")]
WINDOWS = TASKS[TASKS.index("  # slow") : TASKS.index("  all_versions")]
LAST = TASKS[TASKS.index("  all_versions") :]
CHANGES = {
    "a platform, in the matrix too": (
        "set-queue: {jobs: {queue: ubuntu2004}, to: ubuntu2204, leaves: 0, expect: 2}",
        TASKS.replace("ubuntu2004", "ubuntu2204"),
    ),
    "one task's platform": (
        "set-queue: {jobs: {queue: ubuntu2004, key: ubuntu}, to: ubuntu2404, leaves: 1}",
        TASKS.replace("platform: ubuntu2004", "platform: ubuntu2404"),
    ),
    "a platform that is a key": (
        "set-queue: {jobs: {queue: windows}, to: windows_arm64}",
        TASKS.replace("  windows:", "  windows_arm64:"),
    ),
    "a version where there is none": (
        "add-field: {jobs: {without: bazel}, field: bazel, value: 7.x, after: [platform, <label>]}",
        TASKS.replace("platform: ubuntu2004\n", "platform: ubuntu2004\n    bazel: 7.x\n").replace(
            "Windows'\n", "Windows'\n    bazel: 7.x\n"
        ),
    ),
    "a version in the matrix": (
        "insert-item: {at: {file: '.bazelci/*.yml', path: matrix}, list: bazel, item: 8.x, after: 7.x}",
        TASKS.replace('"7.x"]', '"7.x", "8.x"]'),
    ),
    "buildifier": (
        "set-field: {at: {file: '.bazelci/*', path: buildifier}, field: version, from: 6.1.0, to: 8.5.1}",
        TASKS.replace("6.1.0", "8.5.1"),
    ),
    "a flag": (
        "insert-item: {jobs: {key: windows}, list: test_flags, item: --jobs=2, place: first}",
        TASKS.replace("test_flags:\n", 'test_flags:\n      - "--jobs=2"\n'),
    ),
    "a task for another platform": (
        "copy-job: {job: ubuntu, set: {<key>: debian, <label>: 'Default: Debian', <queue>: debian11}}",
        TASKS.replace(
            UBUNTU,
            UBUNTU
            + UBUNTU.replace("  ubuntu:", "  debian:")
            .replace("Default: Ubuntu", "Default: Debian")
            .replace("ubuntu2004", "debian11"),
        ),
    ),
    "a name": (
        "rename-job: {from: all_versions, to: versions}",
        TASKS.replace("all_versions", "versions"),
    ),
    "labels": (
        "rename-job: {of: label, from: '/Default: (.*)/', to: '\\1', expect: 2}",
        TASKS.replace("Default: ", ""),
    ),
    "a task less": ("delete-job: {jobs: {key: windows}}", TASKS.replace(WINDOWS, "\n")),
    "a task behind a comment": (
        "comment-out-job: {jobs: {key: windows}, note: '-- no machines'}",
        TASKS.replace(
            WINDOWS,
            WINDOWS.rstrip("\n").replace("\n  ", "\n  # ").replace("# # ", "# ")
            + " -- no machines\n\n",
        ),
    ),
    "the order of tasks": (
        "move-job: {jobs: {key: windows}, before: ubuntu}",
        TASKS.replace(UBUNTU + WINDOWS, WINDOWS.rstrip("\n") + "\n" + UBUNTU + "\n"),
    ),
    "a new task above all": (
        "add-job: {before: ubuntu, job: {lint: {platform: ubuntu2004, shell_commands: [make lint]}}}",
        TASKS.replace(
            "tasks:\n",
            "tasks:\n  lint:\n    platform: ubuntu2004\n    shell_commands:\n    - make lint\n",
        ),
    ),
    "a new task below the first": (
        "add-job: {after: ubuntu, job: {lint: {platform: ubuntu2004}}}",
        TASKS.replace(UBUNTU, UBUNTU + "  lint:\n    platform: ubuntu2004\n"),
    ),
    "two tasks of one": (
        "split-commands: {job: all_versions, shared: '*setup*', into: [{set: {}, commands: '*more*'}, "
        "{set: {<key>: versions, <label>: 'Only {bazel}'}}]}",
        TASKS.replace(
            LAST,
            LAST
            + LAST.replace("all_versions", "versions")
            .replace("Bazel {", "Only {")
            .replace("    - tests/more.sh\n", ""),
        ),
    ),
    "a setup command": (
        "edit-item: {jobs: {command: '*'}, find: tests/setup.sh, replace: ./setup.sh}",
        TASKS.replace("tests/setup.sh", "./setup.sh"),
    ),
}


@pytest.mark.parametrize(("operation", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, after: str) -> None:
    for dialect in ("bazelci", ""):
        assert changed(f"  - {operation}\n", {PATH: TASKS}, dialect) == {PATH: after}


@pytest.mark.parametrize("task", ["ubuntu", "windows", "all_versions"])
def test_tasks_go_behind_a_comment_and_back(task: str) -> None:
    out = changed(f"  - comment-out-job: {{jobs: {{key: {task}}}}}\n", {PATH: TASKS}, "bazelci")
    assert out != {PATH: TASKS}
    assert changed(f"  - uncomment-job: {{job: {task}}}\n", out, "bazelci") == {PATH: TASKS}


def test_a_task_without_its_anchor_stays_behind_the_comment() -> None:
    text = "tasks:\n  a: {bazel: x}\n  # b:\n  #   <<: *gone\n"
    operation = "  - uncomment-job: {job: b}\n"
    assert "the anchor of the alias *gone in these lines is not above them" in refusal(
        operation, {PATH: text}, "bazelci"
    )


def test_tasks_go_to_other_files() -> None:
    task = WINDOWS.rstrip("\n") + "\n"
    files = {PATH: TASKS, OTHER: "tasks:\n  x: {bazel: 7.x}\n"}
    there = {PATH: TASKS.replace(WINDOWS, "\n"), OTHER: files[OTHER] + task}
    operation = "  - move-job: {jobs: {key: windows}, to: .bazelci/%s.yml%s}\n"
    assert changed(operation % ("examples", ""), files, "bazelci") == there
    new = changed(operation % ("new", ', head: "---\\ntasks:\\n"'), files, "bazelci")
    assert new[".bazelci/new.yml"] == "---\ntasks:\n" + task


SHARED = """\
.common: &common
  platform: old
  bazel: 7.x
matrix:
  os: [old, other]
tasks:
  a:
    <<: *common
  b:
    <<: *common
    name: B
  c:
    platform: ${{ os }}
  old:
    bazel: 6.x
  d: {platform: own, <<: *common}
bcr_test_module:
  matrix:
    os: [old]
  tasks:
    e: {platform: "${{ os }}"}
"""


def test_values_are_changed_where_they_are_written() -> None:
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0, expect: 5}\n"
    assert changed(operation, {PATH: SHARED}, "bazelci") == {PATH: SHARED.replace("old", "new")}


REFUSALS = {
    "a platform of several tasks": (
        "set-queue: {jobs: {key: a}, to: new}",
        f"{PATH}:2:13: 'old' is written here for b too",
    ),
    "a key that is taken": (
        "set-queue: {jobs: {queue: old, key: old}, to: a}",
        f"{PATH}:14:3: two jobs would have the key 'a', which names their queue",
    ),
    "a name that is a platform": (
        "rename-job: {from: old, to: new}",
        f"{PATH}:14:3: the key of job 'old' names its queue too; give it the field platform first",
    ),
    "a matrix with the same twice": (
        "set-queue: {jobs: {queue: [old, other], key: c}, to: new}",
        "'new' would stand twice in a list of job 'c'; take 'other' out of it instead",
    ),
    "several platforms": (
        "set-queue: {jobs: {key: c}, to: new}",
        "job 'c' is on several queues: old, other",
    ),
    "a timeout": ("set-timeout: {jobs: {key: a}, minutes: 5}", "no field for timeout"),
    "what a task waits for": (
        "set-field: {jobs: {key: a}, field: <needs>, to: b}",
        "no field for needs",
    ),
    "no flags for shards": (
        "shard-job: {jobs: {key: a}, shards: 2, command: x}",
        "which flags tell a command of bazelci its shard is not known",
    ),
    "a task without a key": (
        "add-job: {after: a, job: {name: N, platform: p}}",
        "jobs are entries here, and 'job' does not have just one",
    ),
    "a name that is taken": ("rename-job: {from: a, to: b}", "two jobs would have the key 'b'"),
}


@pytest.mark.parametrize(("operation", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, error: str) -> None:
    assert error in refusal(f"  - {operation}\n", {PATH: SHARED}, "bazelci")


def test_two_keys_do_not_become_one() -> None:
    text = "platforms:\n  ubuntu1804: {bazel: 6.x}\n  ubuntu2004: {bazel: 7.x}\n"
    operation = "  - set-queue: {jobs: {queue: /ubuntu.*/}, to: ubuntu2204}\n"
    assert "two jobs would have the key 'ubuntu2204'" in refusal(operation, {PATH: text}, "bazelci")
