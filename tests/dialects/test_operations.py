"""Which operations work on the jobs of which dialect, and what those say that do not."""

import dataclasses
from typing import NamedTuple

import pytest

from ci_migrate.recipe import dialect_names, operation_class, operation_names
from tests.dialects.pipelines import FILES, LABELLED, LISTS, NEW_ITEM, NEW_JOB, PIPELINES
from tests.memory import changed, refusal

KERNELS = "jobs: {key: kernels}"
MORE = "list: LIST, item: '*pytest more'"


class Row(NamedTuple):
    """An operation's options, texts that it takes away and puts there, and what is done before it."""

    options: str
    gone: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    before: str = ""


OPERATIONS = {
    "add-comment": Row(f"{KERNELS}, text: see below", there=("# see below\n",)),
    "add-field": Row(f"{KERNELS}, field: extra, value: z, after: <queue>", there=("extra: z\n",)),
    "add-job": Row("after: kernels, job: JOB", there=("fresh",)),
    "add-queue": Row(
        f"{KERNELS}, queue: fresh",
        there=("fresh",),
        before=f"remove-field: {{{KERNELS}, field: <queue>, prune: true}}",
    ),
    "comment-out-item": Row(
        f"{KERNELS}, {MORE}, note: -- flaky", there=("pytest more -- flaky\n",)
    ),
    "comment-out-job": Row("jobs: {key: docs}, note: -- off", there=(" -- off\n",)),
    "copy-job": Row("job: docs, set: {NAMED, <queue>: fresh}", there=("fresh", "other")),
    "delete-job": Row("jobs: {key: docs}", gone=("make docs",)),
    "edit-comment": Row(f"{KERNELS}, find: slow, replace: quick", ("slow",), ("# the quick one",)),
    "edit-item": Row(f"{KERNELS}, find: pytest m, replace: pytest -v m", there=("pytest -v more",)),
    "insert-item": Row(f"{KERNELS}, list: LIST, item: ITEM, place: last", there=("fresh",)),
    "move-item": Row(f"{KERNELS}, {MORE}, place: first"),
    "move-job": Row("jobs: {key: docs}, before: kernels"),
    "remove-comment": Row(f"{KERNELS}, comment: '*slow*'", gone=("slow",)),
    "remove-field": Row(f"{KERNELS}, field: <queue>, prune: true"),
    "remove-item": Row(f"{KERNELS}, {MORE}", gone=("pytest more",)),
    "rename-field": Row(f"{KERNELS}, field: <queue>, to: where", there=("where:",)),
    "rename-job": Row("from: kernels, to: renamed", ("kernels",), ("renamed",)),
    "replace-item": Row(f"{KERNELS}, {MORE}, by: ITEM", ("pytest more",), ("fresh",)),
    "set-field": Row(f"{KERNELS}, field: <queue>, to: fresh", there=("fresh",)),
    "set-queue": Row(f"{KERNELS}, to: fresh", there=("fresh",)),
    "set-timeout": Row(f"{KERNELS}, minutes: 45", ("30",), ("45",)),
    "shard-job": Row(
        f"{KERNELS}, shards: 3, command: pytest more, flags: [--of=3], after: <queue>",
        there=("pytest more --of=3", " 3\n"),
    ),
    "split-commands": Row(
        "job: kernels, shared: 'export *', into: [{set: {}, commands: '*more'}, {set: {NAMED}}]",
        there=("other",),
    ),
    "split-job": Row(
        "job: kernels, into: {key: split, label: Split}, "
        "list: {from: models.txt, to: large.txt, lines: {gpus: '>1'}}",
        there=("key: split\n", "large.txt"),
    ),
    "uncomment-item": Row(f"{KERNELS}, {MORE}", before=f"comment-out-item: {{{KERNELS}, {MORE}}}"),
    "uncomment-job": Row("job: docs", before="comment-out-job: {jobs: {key: docs}}"),
}

NO_TIMEOUT = "'kernels' can have no field for timeout in its CI system"
NO_SHARDS = "'kernels' can have no field for parallelism in its CI system"
NO_COMMANDS = "'kernels' can have no field for commands in its CI system"
NO_LISTS = "job 'kernels' reads no list 'models.txt'; it reads: none"
WORKFLOW = "this runs the job 'docs', which would be in a comment"
UNCHANGED = {("add-queue", "bazelci")}  # a task without a platform is on that of its own name
REFUSED = {
    ("set-timeout", "bazelci"): NO_TIMEOUT,
    ("set-timeout", "circleci"): NO_TIMEOUT,
    ("shard-job", "github-actions"): NO_SHARDS,
    ("shard-job", "prow"): NO_SHARDS,
    ("split-commands", "azure-pipelines"): NO_COMMANDS,
    ("split-commands", "prow"): NO_COMMANDS,
    (
        "set-field",
        "gitlab-ci",
    ): "the queue of job 'kernels' is no single text; move it with set-queue",
    ("comment-out-job", "circleci"): WORKFLOW,
    ("uncomment-job", "circleci"): WORKFLOW,
} | {("split-job", name): NO_LISTS for name in dialect_names() if name != "vllm-test-areas"}


def test_every_operation_on_jobs_has_a_row() -> None:
    def is_on_jobs(name: str) -> bool:
        options = {field.name for field in dataclasses.fields(operation_class(name))}
        return name.endswith("-job") or bool(options & {"jobs", "job"})

    assert [*filter(is_on_jobs, operation_names())] == sorted(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("dialect", dialect_names())
def test_an_operation_works_or_says_why_not(dialect: str, name: str) -> None:
    row = OPERATIONS[name]
    path, text = PIPELINES[dialect]
    files = {path: text, **FILES}
    steps = [row.before] if row.before else []
    steps.append(f"{name}: {{{row.options}}}")
    said = REFUSED.get((name, dialect))
    written = [written_for(dialect, step) for step in steps]
    if said is not None:
        told = refusal(written[0], files, dialect)
        assert said in told
        assert "\n" not in told
        return
    after = files
    if (name, dialect) in UNCHANGED:
        before = changed(written[0], files, dialect)
        assert changed(written[1], before, dialect) == before
        return
    for step in written:
        before, after = after, changed(step, after, dialect)
        assert after != before
    lost = [word for word in row.gone if word not in text or word in after[path]]
    found = [word for word in row.there if word in text or word not in after[path]]
    assert (lost, found) == ([], [])
    if name.startswith("uncomment"):
        assert after == files


def written_for(dialect: str, step: str) -> str:
    """Return an operation with the list, the item and the job that a dialect has."""
    step = step.replace("LIST", LISTS.get(dialect, "<commands>"))
    names = "<key>: other, <label>: Other" if dialect in LABELLED else "<key>: other"
    step = step.replace("NAMED", names)
    step = step.replace("ITEM", NEW_ITEM.get(dialect, "fresh"))
    return f"  - {step}\n".replace("JOB", NEW_JOB[dialect])
