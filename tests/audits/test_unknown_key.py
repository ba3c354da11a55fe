"""What `unknown-key` finds, mends and leaves alone."""

import pytest

from tests.audits.running import AMD, AREA, FLOW, LAB, area, flow, kite, lab, lines
from tests.audits.surveys import findings
from tests.memory import changed

FOUND = [
    pytest.param(area("  device: b200-k8s\n  num_gpus: 2\n"), "6:3 error 'num_gpus' is no field that is known here, and is ignored: 'evals' gets 1 GPU on b200-k8s; did you mean 'num_devices'?", id="GPUs that it does not get"),
    pytest.param(area("  device: b200-k8s\n  num_gpus: 1\n"), "6:3 warning 'num_gpus' is no field that is known here, and is ignored; did you mean 'num_devices'?", id="GPUs that it gets"),
    pytest.param(area("  gpu: h100\n"), "5:3 error 'gpu' is no field that is known here, and is ignored: 'evals' runs on l4; did you mean 'device'?", id="a queue that it is not on"),
    pytest.param(area("  gpu: h100\n  device: b200\n"), "5:3 warning 'gpu' is no field that is known here, and is ignored; did you mean 'device'?", id="a queue beside the one that counts"),
    pytest.param(area("  time_out_in_minutes: 30\n"), "5:3 warning 'time_out_in_minutes' is no field that is known here, and is ignored; did you mean 'timeout_in_minutes'?", id="a slip"),
    pytest.param(area("  fast_check: true\n"), "5:3 warning 'fast_check' is no field that is known here, and is ignored", id="like no other"),
    pytest.param(area("  mirror:\n    amd: {device: mi300_1, num_gpu: 1}\n"), "6:28 warning 'mirror.amd.num_gpu' is no field that is known here, and is ignored; did you mean 'num_gpus'?", id="in a mirror"),
    pytest.param(area("", "env: {A: b}\n"), "2:1 warning 'env' is no field that is known here, and is ignored", id="at the left of a file"),
    pytest.param({AMD: "steps:\n- label: A\n  agent_pool: mi300_2\n  num_devices: 2\n  commands: [ls]\n"}, "4:3 warning 'num_devices' is no field that is known here, and is ignored; did you mean 'num_gpus'?", id="a name of the other files"),
    pytest.param(flow("    timeout_in_minutes: 5\n"), "5:5 error 'timeout_in_minutes' is no field that is known here, and the file is refused; did you mean 'timeout-minutes'?", id="GitHub"),
    pytest.param({FLOW: "on: push\njobs:\n  a:\n    runs-on: h100\n    steps:\n    - run: ls\n      working_directory: x\n"}, "7:7 error 'steps[0].working_directory' is no field that is known here, and the file is refused; did you mean 'working-directory'?", id="a step of GitHub's"),
    pytest.param(flow("", "job: {}\n"), "2:1 error 'job' is no field that is known here, and the file is refused; did you mean 'jobs'?", id="at the left of a workflow"),
    pytest.param(lab("  depends_on: [b]\n"), "4:3 error 'depends_on' is no field that is known here, and the file is refused; did you mean 'needs'?", id="GitLab"),
    pytest.param(kite("  timeout: 5\n"), "4:3 warning 'timeout' is no field that is known here, and is ignored; did you mean 'timeout_in_minutes'?", id="Buildkite"),
    pytest.param(kite("  dependson: a\n"), "4:3 warning 'dependson' is no field that is known here, and is ignored; did you mean 'depends_on'?", id="a slip in Buildkite"),
]  # fmt: skip

QUIET = [
    pytest.param(kite("  instance_type: large\n  tags: gpu\n"), id="fields of a generator"),
    pytest.param(area("  device: h100\n  num_devices: 2\n  env: {ANY: thing}\n  retry: {automatic: true}\n  mirror: {torch_nightly: {}}\n"), id="known fields"),
    pytest.param({"other/test_areas/a.yaml": area("  gpu: h100\n")[AREA]}, id="where no schema is about"),
    pytest.param({".buildkite/image_build/a.yaml": "group: Build\nsteps:\n- label: A\n  commands: [ls]\n  optional: true\n"}, id="a file of the generator that reads like Buildkite's own"),
    pytest.param(flow("    x-note: 1\n    ${{ a }}: 2\n"), id="names of users, and of templates"),
    pytest.param({"tool/action.yml": "name: A\nruns:\n  using: composite\n  steps: [{run: ls, shell: bash}]\n"}, id="an action"),
    pytest.param({LAB: "stages: [test]\n.hidden:\n  any: thing\na:\n  <<: {other: thing}\n  extends: .hidden\n  script: [ls]\n"}, id="hidden jobs, and merged fields"),
    pytest.param(kite("  plugins: [docker#v1: {any: thing}]\n  agents: {gpu: h100}\n"), id="what users name"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "finding"), FOUND)
def test_finds(files: dict[str, str], finding: str) -> None:
    assert lines("unknown-key", files) == [finding]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("unknown-key", files) == []


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ("  device: b200-k8s\n  num_gpus: 2\n", "  device: b200-k8s\n  num_devices: 2\n"),
        ("  gpu: h100\n", "  device: h100\n"),
    ],
)
def test_what_is_plainly_meant_is_a_fix(fields: str, after: str) -> None:
    (finding,) = findings("unknown-key", area(fields))
    assert changed(f"- {finding.fix}\n", area(fields)) == area(after)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(area("  command: ls\n"), id="a text where a list is meant"),
        pytest.param(area("  gpu: h100\n  device: b200\n"), id="both are there"),
        pytest.param({AREA: area("  gpu: h100\n")[AREA] + "- label: Evals\n  key: evals\n  device: b200\n  commands: [ls]\n"}, id="two jobs of the name"),
        pytest.param({AREA: area("  gpu: h100\n")[AREA].replace("key: evals", "key: evals*")}, id="a name that is a pattern"),
    ],
)  # fmt: skip
def test_nothing_is_mended_where_it_is_not_plain(files: dict[str, str]) -> None:
    (finding,) = findings("unknown-key", files)
    assert finding.fix == ""


def test_what_one_job_has_stands_once_for_all_that_share_it() -> None:
    shared = "x-job: &job {label: A, commands: [ls], device: h100, gpu: 1}\nsteps: [*job, *job]\n"
    assert len(findings("unknown-key", {AREA: shared})) == 1


def test_a_tree_says_itself_what_may_stand_in_its_files() -> None:
    own = "dialect: vllm-test-areas\nschemas:\n- files: ['**/evals.yaml']\n  job: {gpu: text}\n  unknown: refused\n"
    files = {**area("  gpu: h100\n"), ".ci-migrate/profile.yaml": own}
    refused = [f.subject.rpartition(" ")[2] for f in findings("unknown-key", files)]
    assert refused == ["label", "key", "source_file_dependencies", "commands"]
