"""Prow: which jobs are seen, and changes as real configurations have had them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.job_fields import field_text
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal, run

PATH = "config/jobs/example/kernels.yaml"
OTHER = "config/jobs/example/periodics.yaml"
PROW = load_dialect("prow")

SEEN = {
    "a presubmit": (
        "presubmits:\n  org/repo:\n  - name: n\n    context: C\n    cluster: q\n    spec: {}\n",
        "n C q - None",
    ),
    "a postsubmit": (
        "postsubmits:\n  o/r:\n  - {name: n, agent: tekton-pipeline}\n",
        "n None - - None",
    ),
    "a periodic": (
        "periodics:\n- name: n\n  interval: 1h\n  decoration_config: {timeout: 90m}\n",
        "n None - 90m None",
    ),
    "in its own repository": ("presubmits:\n- {name: n, decorate: true}\n", "n None - - None"),
    "GPUs of all containers": (
        "periodics:\n- name: n\n  spec:\n    containers:\n"
        "    - resources: {limits: {nvidia.com/gpu: 2}}\n"
        "    - resources: {limits: {nvidia.com/gpu: '1', cpu: 4}}\n    - image: i\n",
        "n None - - 3",
    ),
    "no GPUs": ("periodics:\n- {name: n, spec: {containers: [{image: i}]}}\n", "n None - - 0"),
    "a number that is none": (
        "periodics:\n- {name: n, spec: {containers: [{resources: {limits: {nvidia.com/gpu: x}}}]}}\n",
        "n None - - None",
    ),
    "a cluster through an alias": (
        "x: &q build\nperiodics:\n- {name: n, cluster: *q}\n",
        "n None build - None",
    ),
    "a merged cluster": (
        "x: &x {cluster: a}\ny: &y {cluster: b}\nperiodics:\n- {name: n, <<: *x, <<: *y}\n",
        "n None b - None",
    ),
}


@pytest.mark.parametrize(("text", "seen"), SEEN.values(), ids=SEEN)
def test_jobs_that_are_seen(text: str, seen: str) -> None:
    document = parse(PATH, text)
    assert PROW.understands(document) == 2
    (job,) = PROW.jobs(document, Memory({PATH: text}))
    timeout = field_text(job, "<timeout>") or "-"
    found = f"{job.key} {job.label} {job.queue_name or '-'} {timeout} {job.gpus}"
    assert found == seen


def test_jobs_in_jobs() -> None:
    text = (
        "postsubmits:\n  o/r:\n  - name: a\n    agent: kubernetes\n"
        "    run_after_success:\n    - {name: b, cluster: q}\n    - {name: c}\n"
    )
    jobs = PROW.jobs(parse(PATH, text), Memory({PATH: text}))
    assert [(job.key, job.queue_name) for job in jobs] == [("a", None), ("b", "q"), ("c", None)]


def test_fields_at_the_end_of_both() -> None:
    text = "periodics:\n- name: a\n  cron: x\n  run_after_success:\n  - name: b\n"
    operation = "  - add-field: {jobs: {key: [a, b]}, field: cluster, value: q, expect: 2}\n"
    assert changed(operation, {PATH: text}, "prow") == {
        PATH: text + "    cluster: q\n  cluster: q\n"
    }


@pytest.mark.parametrize(
    "text",
    ["", "a: 1\n", "periodics: 1\n", "presubmits:\n  o/r: x\n", "periodics:\n- x\n- {a: b}\n"],
)
def test_what_is_no_configuration(text: str) -> None:
    assert not PROW.understands(parse(PATH, text))


def test_a_file_of_presets_is_understood() -> None:
    document = parse(PATH, "presets:\n- labels: {preset-a: 'true'}\n")
    assert PROW.understands(document) == 1
    assert PROW.jobs(document, Memory({})) == ()


JOBS = """\
# owned by the kernels team
presubmits:
  example/kernels:
  - name: pull-kernels-unit
    cluster: default-old
    always_run: true
    decorate: true
    rerun_command: "/test pull-kernels-unit"
    trigger: '(?m)^/test( | .* )pull-kernels-unit,?($|\\s.*)'
    spec:
      containers:
      - image: gcr.io/example/kubekins:v20240101-abc-master
        command:
        - runner.sh
        args:
        - make
        - test
        resources:
          limits: {cpu: 2, memory: 4Gi}

  # {"cloud": "aws"}
  - name: pull-kernels-e2e
    labels:
      preset-service-account: "true"
      preset-dind-enabled: "true"
    run_if_changed: '^src/'
    decorate: true
    decoration_config:
      timeout: 1h30m  # of which 10m for the cluster
    spec:
      containers:
      - command: [runner.sh, bash, -c]
        args:
        - |
          make e2e
        image: gcr.io/example/kubekins:v20240101-abc-master

periodics:
- interval: 6h
  name: ci-kernels-soak
  cluster: 'default-old'
  agent: kubernetes
  spec:
    containers:
    - image: golang:1.23
"""
CHANGES = {
    "a cluster": (
        "set-queue: {jobs: {queue: default-old}, to: eks-build, leaves: 0, expect: 2}",
        JOBS.replace("default-old", "eks-build"),
    ),
    "a cluster where there is none": (
        "add-field: {jobs: {file: '**', without: cluster}, field: cluster, value: eks-build, after: name}",
        JOBS.replace(
            "- name: pull-kernels-e2e\n", "- name: pull-kernels-e2e\n    cluster: eks-build\n"
        ),
    ),
    "an image": (
        "set-field: {jobs: {key: '*'}, field: 'spec.containers[0].image', "
        "from: '/(.*kubekins):v2024.*-(.*)/', to: '\\1:v20260810-def-\\2', expect: 2}",
        JOBS.replace("v20240101-abc", "v20260810-def"),
    ),
    "resources where there are none": (
        "add-field: {jobs: {key: ci-kernels-soak}, field: 'spec.containers[0].resources', "
        "value: {limits: {cpu: 4, memory: 8Gi}, requests: {cpu: 4, memory: 8Gi}}}",
        JOBS + "      resources:\n        limits:\n          cpu: 4\n          memory: 8Gi\n"
        "        requests:\n          cpu: 4\n          memory: 8Gi\n",
    ),
    "more memory": (
        "set-field: {jobs: {queue: default-old}, field: 'spec.containers[0].resources.limits.memory', "
        "from: 4Gi, to: 8Gi}",
        JOBS.replace("memory: 4Gi", "memory: 8Gi"),
    ),
    "timeouts": (
        "set-timeout: {jobs: {file: '**'}, minutes: 90, after: [decorate, <key>]}",
        JOBS.replace(
            "    decorate: true\n    rerun",
            "    decorate: true\n    decoration_config:\n      timeout: 90m\n    rerun",
        ).replace("soak\n", "soak\n  decoration_config:\n    timeout: 90m\n"),
    ),
    "another timeout": (
        "set-timeout: {jobs: {key: pull-kernels-e2e}, minutes: 120}",
        JOBS.replace("timeout: 1h30m", "timeout: 120m"),
    ),
    "a name, also in what triggers it": (
        "rename-job: {from: pull-kernels-unit, to: pull-kernels-unit-main}",
        JOBS.replace("pull-kernels-unit", "pull-kernels-unit-main"),
    ),
    "a preset less": (
        "remove-field: {jobs: {fields: {labels.preset-service-account: 'true'}}, field: labels.preset-service-account}",
        JOBS.replace('      preset-service-account: "true"\n', ""),
    ),
    "an agent less": (
        "remove-field: {jobs: {file: '**'}, field: agent, value: kubernetes}",
        JOBS.replace("  agent: kubernetes\n", ""),
    ),
    "a job for a release": (
        "copy-job: {job: pull-kernels-unit, set: {<key>: pull-kernels-unit-1-33, <queue>: eks-build}, "
        "add: [{field: branches, value: [release-1.33], after: <queue>}]}",
        JOBS.replace(
            '  # {"cloud": "aws"}\n',
            JOBS[JOBS.index("  - name: pull-kernels-unit") : JOBS.index('\n  # {"cloud"')]
            .replace("pull-kernels-unit", "pull-kernels-unit-1-33")
            .replace("default-old\n", "eks-build\n    branches:\n    - release-1.33\n")
            + '\n  # {"cloud": "aws"}\n',
        ),
    ),
    "a job from a presubmit to the periodics": (
        "move-job: {jobs: {key: pull-kernels-e2e}, before: ci-kernels-soak}",
        JOBS[: JOBS.index('\n  # {"cloud"')]
        + "\nperiodics:\n"
        + JOBS[JOBS.index('  # {"cloud"') : JOBS.index("\nperiodics")].replace("\n  ", "\n")[2:]
        + "\n"
        + JOBS[JOBS.index("- interval") :],
    ),
    "a job behind a comment": (
        "comment-out-job: {jobs: {key: pull-kernels-unit}}",
        JOBS[: JOBS.index("  - name: pull-kernels-unit")]
        + JOBS[JOBS.index("  - name: pull-kernels-unit") : JOBS.index('\n  # {"cloud"')]
        .replace("\n  ", "\n  # ")
        .replace("  - name", "  # - name", 1)
        + JOBS[JOBS.index('\n  # {"cloud"') :],
    ),
    "an argument": (
        "edit-item: {jobs: {command: make}, find: make e2e, replace: make -j4 e2e, expect: 1}",
        JOBS.replace("make e2e", "make -j4 e2e"),
    ),
}


@pytest.mark.parametrize(("operation", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, after: str) -> None:
    for dialect in ("prow", ""):
        assert changed(f"  - {operation}\n", {PATH: JOBS}, dialect) == {PATH: after}


PODS = """\
periodics:
- name: a
  spec:
    initContainers:
    - args: [make, fetch]
    containers:
    - command: [make, test]
"""
EDITS = {
    "in all containers": ("find: make", PODS.replace("make", "ninja"), ""),
    "in one list": (
        "list: 'spec.containers[0].command', find: make",
        PODS.replace("[make, test]", "[ninja, test]"),
        "",
    ),
    "in no list": (
        "list: commands, find: make",
        PODS,
        "nothing that is chosen has a list commands",
    ),
}


@pytest.mark.parametrize(("options", "after", "said"), EDITS.values(), ids=EDITS)
def test_commands_are_edited_or_it_is_said(options: str, after: str, said: str) -> None:
    operation = f"  - edit-item: {{jobs: {{key: a}}, {options}, replace: ninja}}\n"
    changeset = run(operation, {PATH: PODS}, "prow")
    assert [change.after for change in changeset.files] == ([after] if after != PODS else [])
    assert "".join(finding.message for _, finding in changeset.findings) == said


def test_a_job_with_blank_lines_in_a_text_comes_back() -> None:
    text = "periodics:\n- name: a\n- name: b\n  spec:\n    args:\n    - |\n      x\n\n      y\n"
    out = changed("  - comment-out-job: {jobs: {key: b}}\n", {PATH: text}, "prow")
    assert changed("  - uncomment-job: {job: b}\n", out, "prow") == {PATH: text}


def test_jobs_go_to_other_files_and_back() -> None:
    soak = JOBS[JOBS.index("- interval") :]
    kept = "periodics:\n" + soak.replace("soak", "kept")
    files = {PATH: kept + soak, OTHER: "periodics:\n" + soak.replace("soak", "other")}
    there = {PATH: kept, OTHER: files[OTHER] + soak}
    operation = "  - move-job: {{jobs: {{key: ci-kernels-soak}}, to: {}}}\n"
    assert changed(operation.format(OTHER), files, "prow") == there
    assert changed(operation.format(PATH), there, "prow") == files
    new = "config/jobs/new.yaml"
    made = changed(
        f"  - move-job: {{jobs: {{key: ci-kernels-soak}}, to: {new}, head: 'periodics:'}}\n",
        files,
        "prow",
    )
    assert made == {PATH: kept, OTHER: files[OTHER], new: "periodics:\n" + soak}


def test_a_value_is_changed_where_it_is_written() -> None:
    text = (
        "x: &default\n  cluster: old\n  decorate: true\n"
        "periodics:\n- {<<: *default, name: a}\n- {<<: *default, name: b}\n"
        "- {name: c, cluster: old}\n"
    )
    operation = "  - set-queue: {{jobs: {{queue: old{}}}, to: new}}\n"
    assert changed(operation.format(""), {PATH: text}, "prow") == {PATH: text.replace("old", "new")}
    error = refusal(operation.format(", key: a"), {PATH: text}, "prow")
    assert f"{PATH}:2:12: 'old' is written here for b too" in error


MERGED = """\
x: &x {decoration_config: {grace_period: 5m}}
presubmits:
  o/r:
  - {<<: *x, name: a, agent: kubernetes}
  - name: b
    decoration_config: 5
  - name: c
    context: ctx
    agent: &k kubernetes
  - name: a
    branches: [main]
"""
REFUSALS = {
    "a timeout that would hide what is merged": (
        "set-timeout: {jobs: {fields: {agent: kubernetes}, key: a}, minutes: 5}",
        f"{PATH}:4:5: job 'a' has decoration_config from elsewhere",
    ),
    "a timeout in what is no mapping": (
        "set-timeout: {jobs: {key: b}, minutes: 5}",
        "job 'b' has no decoration_config for decoration_config.timeout to stand in",
    ),
    "no cluster": ("set-queue: {jobs: {key: b}, to: new}", f"{PATH}:5:5: job 'b' names no queue"),
    "two jobs of a name": ("copy-job: {job: a, set: {<key>: d}}", "two jobs have the key 'a'"),
    "an anchor": (
        "copy-job: {job: c, set: {<key>: d, <label>: dtx}}",
        f"{PATH}:7:5: this item holds an anchor",
    ),
    "no field for what a job waits for": (
        "set-field: {jobs: {key: b}, field: <needs>, to: c}",
        "no field for needs",
    ),
    "no shards": (
        "shard-job: {jobs: {key: b}, shards: 2, command: x}",
        "can have no field for parallelism",
    ),
    "no list of models": (
        "split-job: {job: b, into: {key: e, label: E}, list: {from: x, to: y, lines: {gpus: '>1'}}}",
        "job 'b' reads no list 'x'",
    ),
    "no list of commands": (
        "split-commands: {job: b, into: [{set: {<key>: d}, commands: x}, {set: {<key>: e}}]}",
        "no field for commands",
    ),
}


@pytest.mark.parametrize(("operation", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, error: str) -> None:
    assert error in refusal(f"  - {operation}\n", {PATH: MERGED}, "prow")
