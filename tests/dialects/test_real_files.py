"""Real files of Azure Pipelines, Prow and Bazel's CI: their jobs, and each queue there and back."""

import json

import pytest

from ci_migrate.document import parse
from ci_migrate.job import Job
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, run
from tests.shared import SHARED, needs_shared, tree

JOBS = {"azure-pipelines": 57, "prow": 819, "bazelci": 70}


def _files(name: str) -> dict[str, str]:
    (folder,) = (SHARED / "corpus" / name).iterdir()
    return tree(folder)


def _jobs(name: str, files: dict[str, str]) -> list[Job]:
    dialect, memory = load_dialect(name), Memory(files)
    paths = memory.paths(dialect.GLOBS)
    return [job for path in paths for job in dialect.jobs(parse(path, files[path]), memory)]


@needs_shared
@pytest.mark.parametrize("name", JOBS)
def test_every_queue_goes_there_and_back(name: str) -> None:
    files = _files(name)
    jobs = _jobs(name, files)
    assert len(jobs) == JOBS[name]
    for queue in sorted({o.text for job in jobs for o in job.queues if not o.opaque}):
        after = _moved(name, files, json.dumps(queue), "new-queue")
        assert queue not in {o.text for job in _jobs(name, after) for o in job.queues}
        assert _moved(name, after, "new-queue", json.dumps(queue)) == files


def _moved(name: str, files: dict[str, str], old: str, new: str) -> dict[str, str]:
    changeset = run(f"  - set-queue: {{jobs: {{queue: {old}}}, to: {new}}}\n", files, name)
    assert [str(failure.error) for failure in changeset.failures] == []
    return {**files, **{change.path: change.after or "" for change in changeset.files}}
