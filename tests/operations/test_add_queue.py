"""add-queue: what it adds in each dialect, leaves and refuses."""

import pytest

from ci_migrate.errors import CiMigrateError
from tests.memory import changed, refusal, run

ALL = 'jobs: {file: "**"}'
ADD = f"  - add-queue: {{{ALL}, queue: q}}\n"

ADDED = {
    "gitlab-ci": (".gitlab-ci.yml", "a:\n  script: x\n", "  tags:\n    - q\n"),
    "buildkite": (".buildkite/p.yml", "steps:\n- command: x\n", "  agents:\n    queue: q\n"),
    "azure-pipelines": (
        "azure-pipelines.yml",
        "jobs:\n- job: a\n  steps: [{script: x}]\n",
        "  pool:\n    name: q\n",
    ),
    "github-actions": (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    steps: [{run: x}]\n",
        "    runs-on: q\n",
    ),
    "circleci": (
        ".circleci/config.yml",
        "version: 2.1\njobs:\n  a:\n    docker: [{image: i}]\n    steps: [checkout]\n",
        "    resource_class: q\n",
    ),
    "prow": (
        "config/jobs/a.yaml",
        "periodics:\n- name: a\n  interval: 6h\n  spec: {containers: [{image: i}]}\n",
        "  cluster: q\n",
    ),
    "vllm-test-areas": (".buildkite/test_areas/a.yaml", "steps:\n- label: A\n", "  device: q\n"),
}


@pytest.mark.parametrize(("path", "before", "added"), ADDED.values(), ids=ADDED)
def test_add_queue(request: pytest.FixtureRequest, path: str, before: str, added: str) -> None:
    dialect = request.node.callspec.id
    assert changed(ADD, {path: before}, dialect) == {path: before + added}


def test_an_image_that_is_hosted() -> None:
    files = {"azure-pipelines.yml": "jobs:\n- job: a\n  steps: [{script: x}]\n"}
    operation = ADD.replace("queue: q", "queue: ubuntu-24.04, after: job")
    after = "jobs:\n- job: a\n  pool:\n    vmImage: ubuntu-24.04\n  steps: [{script: x}]\n"
    assert changed(operation, files, "azure-pipelines") == {"azure-pipelines.yml": after}


def test_agents_without_a_queue() -> None:
    path, before = ".buildkite/p.yml", "steps:\n- command: x\n  agents:\n    os: linux\n"
    assert changed(ADD, {path: before}, "buildkite") == {path: before + "    queue: q\n"}


STAYS = {
    "of its own": ("gitlab-ci", ".gitlab-ci.yml", "a:\n  script: x\n  tags: [r]\n"),
    "inherited": ("gitlab-ci", ".gitlab-ci.yml", "default: {tags: [r]}\na:\n  script: x\n"),
    "of the pipeline": (
        "buildkite",
        ".buildkite/p.yml",
        "agents: {queue: r}\nsteps:\n- command: x\n",
    ),
}


@pytest.mark.parametrize(("dialect", "path", "text"), STAYS.values(), ids=STAYS)
def test_add_queue_leaves_alone(dialect: str, path: str, text: str) -> None:
    assert changed(ADD, {path: text}, dialect) == {path: text}


REFUSED = {
    "a trigger": ("gitlab-ci", ".gitlab-ci.yml", "a:\n  trigger: g/p\n", "can have no tags"),
    "agents of all": (
        "buildkite",
        ".buildkite/p.yml",
        "agents: {os: linux}\nsteps:\n- command: x\n",
        "has agents from elsewhere",
    ),
}


@pytest.mark.parametrize(("dialect", "path", "text", "said"), REFUSED.values(), ids=REFUSED)
def test_add_queue_refuses(dialect: str, path: str, text: str, said: str) -> None:
    assert said in refusal(ADD, {path: text}, dialect)


def test_jobs_that_can_have_none_are_counted_or_named() -> None:
    path = ".github/workflows/a.yml"
    call = "on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/b.yml@v1\n"
    action = "runs:\n  using: composite\n  steps: [{run: x, shell: bash}]\n"
    files = {path: call, "action.yml": action}
    changeset = run(ADD, files, "github-actions")
    assert [done.summary for done in changeset.done] == [
        "q given to 0 jobs; 2 can have none in their CI system"
    ]
    files[path] += "  b:\n    steps: [{run: x}]\n"
    assert changed(ADD, files, "github-actions")[path] == files[path] + "    runs-on: q\n"
    named = ADD.replace(ALL, "jobs: {key: a}")
    assert "'a' can have no field for queue" in refusal(named, files, "github-actions")


def test_add_field_points_to_it() -> None:
    with pytest.raises(CiMigrateError, match="a queue is added by add-queue"):
        changed(f"  - add-field: {{{ALL}, field: <queue>, value: q}}\n", {})
