"""set-queue: what it changes, what it leaves, what it refuses."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

MOVE = "  - set-queue: {jobs: {queue: b200}, to: b200-k8s}\n"
PATH = ".buildkite/test_areas/area.yaml"

CHANGES = {
    "plain": ("steps:\n- label: A\n  device: b200\n", "steps:\n- label: A\n  device: b200-k8s\n"),
    "double quotes": ('steps:\n- device: "b200"\n', 'steps:\n- device: "b200-k8s"\n'),
    "single quotes": ("steps:\n- device: 'b200'\n", "steps:\n- device: 'b200-k8s'\n"),
    "comment behind": (
        "steps:\n- device: b200   # two GPUs\n",
        "steps:\n- device: b200-k8s   # two GPUs\n",
    ),
    "indented list": ("steps:\n  -   device: b200\n", "steps:\n  -   device: b200-k8s\n"),
    "two jobs, odd blank lines": (
        "steps:\n- device: b200\n\n\n- label: B\n  device: b200\n  \n",
        "steps:\n- device: b200-k8s\n\n\n- label: B\n  device: b200-k8s\n  \n",
    ),
    "one of two jobs": (
        "steps:\n- device: h100\n- device: b200\n",
        "steps:\n- device: h100\n- device: b200-k8s\n",
    ),
    "braces": (
        "steps: [{label: A, device: b200}, {device: h100}]\n",
        "steps: [{label: A, device: b200-k8s}, {device: h100}]\n",
    ),
    "windows line ends": ("steps:\r\n- device: b200\r\n", "steps:\r\n- device: b200-k8s\r\n"),
    "byte order mark": ("\ufeffsteps:\n- device: b200\n", "\ufeffsteps:\n- device: b200-k8s\n"),
    "no final line end": ("steps:\n- device: b200", "steps:\n- device: b200-k8s"),
    "beyond the basic plane": (
        "steps:\n- label: '🧪 é'\n  device: b200\n",
        "steps:\n- label: '🧪 é'\n  device: b200-k8s\n",
    ),
    "a tag": ("steps:\n- device: !!str b200\n", "steps:\n- device: !!str b200-k8s\n"),
    "two documents": (
        "steps:\n- device: b200\n---\nsteps:\n- device: b200\n",
        "steps:\n- device: b200-k8s\n---\nsteps:\n- device: b200-k8s\n",
    ),
    "an anchor that no alias names": (
        "steps:\n- device: &q b200\n",
        "steps:\n- device: &q b200-k8s\n",
    ),
    "merged in place": (
        "steps:\n- <<: {device: b200}\n  label: A\n",
        "steps:\n- <<: {device: b200-k8s}\n  label: A\n",
    ),
    "an alias for its key": (
        "steps:\n- label: &d device\n  *d : b200\n",
        "steps:\n- label: &d device\n  *d : b200-k8s\n",
    ),
    "an anchored list": ("steps: &s\n- device: b200\n", "steps: &s\n- device: b200-k8s\n"),
    "repeated other key": (
        "steps:\n- label: A\n  label: B\n  device: b200\n",
        "steps:\n- label: A\n  label: B\n  device: b200-k8s\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(before: str, after: str) -> None:
    assert changed(MOVE, {PATH: before}) == {PATH: after}


STAYS = {
    "another queue": "steps:\n- device: h100\n",
    "a longer name": "steps:\n- device: b200-k8s\n",
    "no queue": "steps:\n- label: b200\n",
    "a comment": "steps:\n# - device: b200\n- device: h100\n",
    "a command": "steps:\n- commands:\n  - 'device: b200'\n",
    "a key": "steps:\n- key: b200\n",
    "no steps": "device: b200\n",
    "steps are no list": "steps: {device: b200}\n",
    "an item is no job": "steps:\n- b200\n",
    "nested": "steps:\n- mirror: {amd: {device: b200}}\n",
    "empty": "",
    "comments only": "# device: b200\n",
    "empty value": "steps:\n- device:\n  label: b200\n",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS.keys())
def test_leaves_alone(text: str) -> None:
    assert changed(MOVE, {PATH: text}) == {PATH: text}


REFUSALS = {
    "a tag": ("steps:\n- device: !q b200\n", f"{PATH}:2:14: the value has the tag !q"),
    "a block of lines": (
        "steps:\n- device: |-\n    b200\n",
        f"{PATH}:2:11: the old value is a block of lines",
    ),
}


@pytest.mark.parametrize(("text", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses(text: str, error: str) -> None:
    assert refusal(MOVE, {PATH: text}).startswith(error)


JOBS = {
    PATH: "steps:\n- {key: a, device: b200}\n- {key: b, device: b200}\n- {key: c, device: h100}\n"
}


def test_named_jobs_move_and_others_stay() -> None:
    operation = "  - set-queue: {jobs: {queue: b200, key: [a]}, to: b200-k8s, leaves: 1}\n"
    after = (
        "steps:\n- {key: a, device: b200-k8s}\n- {key: b, device: b200}\n- {key: c, device: h100}\n"
    )
    assert changed(operation, JOBS) == {PATH: after}


def test_jobs_named_by_label() -> None:
    files = {PATH: "steps:\n- label: 'A (B200)'\n  device: b200\n"}
    operation = "  - set-queue: {jobs: {label: A (B200)}, to: b200-k8s}\n"
    assert changed(operation, files) == {PATH: "steps:\n- label: 'A (B200)'\n  device: b200-k8s\n"}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("{jobs: {key: [a, bb]}, to: x}", ":3:3: no job has the key 'bb'; did you mean 'b'?"),
        ("{jobs: {queue: b200, key: c}, to: x}", "job 'c' is on h100, not on b200 or x"),
        ("{jobs: {queue: b200}, to: x, leaves: 1}", "0 jobs would stay on b200"),
        ("{jobs: {queue: b200, key: a}, to: x, leaves: 0}", "1 job would stay on b200"),
    ],
)
def test_expectations_that_fail(options: str, error: str) -> None:
    assert error in refusal(f"  - set-queue: {options}\n", JOBS)


def test_a_value_that_needs_quotes_gets_them() -> None:
    files = {PATH: "steps:\n- device: b200\n"}
    operation = "  - set-queue: {jobs: {queue: b200}, to: ': odd'}\n"
    assert changed(operation, files) == {PATH: 'steps:\n- device: ": odd"\n'}


WRONG = {
    "no selector": "{jobs: {}, to: x}",
    "no names": "{jobs: {queue: []}, to: x}",
    "nothing": "{jobs: {queue: b200}, to: }",
    "leaves of no queue": "{jobs: {key: a}, to: x, leaves: 0}",
    "a huge number": "{jobs: {queue: b200}, to: x, leaves: 99999999999999999999}",
}


@pytest.mark.parametrize("options", WRONG.values(), ids=WRONG)
def test_recipes_that_are_wrong(options: str) -> None:
    with pytest.raises(BadUsage, match=r"test\.yaml:5:\d+: "):
        run(f"  - set-queue: {options}\n", JOBS)


def test_names_with_escapes_are_found_when_asked_for() -> None:
    files = {PATH: 'steps:\n- label: "A \\"x\\""\n  device: b200\n'}
    after = changed("""  - set-queue: {jobs: {label: 'A "x"'}, to: b}\n""", files)
    assert after == {PATH: files[PATH].replace("b200", "b")}


def test_waves_on_one_queue_can_run_again() -> None:
    """What the first wave leaves, the second moves; then the first has less left than it said."""
    operations = (
        "  - set-queue: {jobs: {queue: b200, key: a}, to: new, leaves: 1}\n"
        "  - set-queue: {jobs: {queue: b200}, to: new, leaves: 0}\n"
    )
    assert changed(operations, JOBS)[PATH].count("new") == 2


def test_a_job_that_fits_half() -> None:
    operation = "  - set-queue: {jobs: {key: a, label: x}, to: b}\n"
    assert "the job with the key 'a' does not fit the rest" in refusal(operation, JOBS)


def test_a_queue_that_no_job_is_on_is_a_warning() -> None:
    (done,) = run("  - set-queue: {jobs: {queue: b20}, to: new}\n", JOBS).done
    assert [f.message for f in done.findings] == ["no job is on b20 or new; did you mean 'b200'?"]
    (done,) = run("  - set-queue: {jobs: {queue: b20}, to: h100}\n", JOBS).done
    assert done.findings == ()


def test_summary_counts() -> None:
    (done,) = run(MOVE, JOBS).done
    assert (done.summary, done.edits) == ("2 jobs from b200 to b200-k8s", 2)


SHARED = {
    "an alias": "q: &q b200  # c\nsteps:\n- device: *q\n",
    "an anchor": "steps:\n- device: &q b200\n- device: *q\n",
    "a merge": "x: &x {device: b200}\nsteps:\n- <<: *x\n",
    "two merges": "x: &x\n  device: b200\ny: &y\n  <<: *x\nsteps:\n- <<: [*y]\n",
    "a parent that others inherit": (
        "steps:\n- &x\n  key: a\n  device: b200\n- <<: *x\n  key: b\n"
    ),
    "a merge that a job does not take it from": (
        "x: &x {device: b200}\nsteps:\n- <<: *x\n- <<: [*x]\n  device: h100\n"
    ),
    "a job that is an alias": "x: &x {device: 'b200'}\nsteps:\n- *x\n",
}


@pytest.mark.parametrize("text", SHARED.values(), ids=SHARED)
def test_a_value_is_changed_where_it_is_written(text: str) -> None:
    operation = "  - set-queue: {jobs: {queue: b200}, to: k8s, leaves: 0}\n"
    assert changed(operation, {PATH: text}) == {PATH: text.replace("b200", "k8s")}


SHARED_REFUSALS = {
    "another job has it": (
        "{key: a}",
        "q: &q b200\nsteps:\n- {key: a, device: *q}\n- {key: b, device: *q}\n",
        f"{PATH}:1:7: 'b200' is written here for b too; choose these jobs as well",
    ),
    "a job inherits it": (
        "{key: a}",
        "steps:\n- &x\n  key: a\n  device: b200\n- <<: *x\n  key: b\n",
        f"{PATH}:4:11: 'b200' is written here for b too",
    ),
    "something that is no job has it": (
        "{queue: b200}",
        "q: &q b200\nenv: {Q: *q}\nsteps:\n- {key: a, device: *q}\n",
        f"{PATH}:1:7: 'b200' is repeated by the alias *q at 2:10",
    ),
}


@pytest.mark.parametrize(("jobs", "text", "error"), SHARED_REFUSALS.values(), ids=SHARED_REFUSALS)
def test_a_value_that_others_have_too_is_refused(jobs: str, text: str, error: str) -> None:
    operation = f"  - set-queue: {{jobs: {jobs}, to: k8s}}\n"
    assert refusal(operation, {PATH: text}).startswith(error)


TOLD = {
    "behind it": ("  runs-on: q\n", "  runs-on: new  # was q\n"),
    "behind a comment": ("  runs-on: q # big\n", "  runs-on: new # big, was q\n"),
    "behind brackets": (
        "  runs-on: [self-hosted, q]\n",
        "  runs-on: [self-hosted, new]  # was q\n",
    ),
    "once for two": (
        "  runs-on: ${{ inputs.x && 'q' || 'r' }}\n",
        "  runs-on: ${{ inputs.x && 'new' || 'new' }}  # was q, r\n",
    ),
    "where each is written": (
        "  runs-on: ${{ matrix.on }}\n  strategy:\n    matrix:\n      on: [x]\n"
        "      include:\n      - on: q\n      - {on: r}\n",
        "  runs-on: ${{ matrix.on }}\n  strategy:\n    matrix:\n      on: [x]\n"
        "      include:\n      - on: new  # was q\n      - {on: new}  # was r\n",
    ),
}
WORKFLOW = ".github/workflows/a.yml"
TELL = "  - set-queue: {jobs: {queue: [q, r]}, to: new, comment: 'was {old}'}\n"


@pytest.mark.parametrize(("before", "after"), TOLD.values(), ids=TOLD)
def test_the_old_queue_is_kept_in_a_comment(before: str, after: str) -> None:
    head = "jobs:\n a:\n"
    files = {WORKFLOW: head + before}
    assert changed(TELL, files, "github-actions") == {WORKFLOW: head + after}


def test_a_comment_that_has_no_room_is_refused() -> None:
    files = {WORKFLOW: "{jobs: {a: {runs-on: q}}}\n"}
    assert "shares its line; leave 'comment' out" in refusal(TELL, files, "github-actions")


def test_a_key_that_names_the_queue_gets_the_comment() -> None:
    files = {".bazelci/p.yml": "tasks:\n  q:\n    test_targets: [a]\n"}
    after = "tasks:\n  new:  # was q\n    test_targets: [a]\n"
    assert changed(TELL, files, "bazelci") == {".bazelci/p.yml": after}
