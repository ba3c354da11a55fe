"""delete-job, copy-job, move-job, rename-job and split-commands."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = ".buildkite/test_areas/area.yaml"
OTHER = ".buildkite/test_areas/other.yaml"


def steps(text: str, other: str = "") -> dict[str, str]:
    """Return a file with these jobs, and perhaps a second one."""
    files = {PATH: "steps:\n" + text}
    return {**files, OTHER: "group: G\nsteps:\n" + other} if other else files


A, B, C = (f"- label: {name}\n  key: {name.lower()}\n  commands:\n    - x\n" for name in "ABC")

DELETE = {
    "the first": ("key: a", A + "\n" + B, B),
    "the last": ("key: b", A + "\n" + B, A),
    "in the middle": ("label: B", A + "\n" + B + "\n" + C, A + "\n" + C),
    "several": ("key: [a, c]", A + B + C, B),
    "with its comments": ("key: b", A + "\n# of B\n" + B + "  # deeper\n" + C, A + "\n" + C),
    "one in a group": (
        "label: X",
        "- group: G\n  steps:\n  - label: X\n  - label: Y\n" + A,
        "- group: G\n  steps:\n  - label: Y\n" + A,
    ),
    "with the job that waits for it": (
        "key: [a, d]",
        A + "- label: D\n  key: d\n  depends_on: a\n" + B,
        B,
    ),
}


@pytest.mark.parametrize(("jobs", "before", "after"), DELETE.values(), ids=DELETE)
def test_delete_job(jobs: str, before: str, after: str) -> None:
    assert changed(f"  - delete-job: {{jobs: {{{jobs}}}}}\n", steps(before)) == steps(after)


def test_delete_job_that_is_gone() -> None:
    assert changed("  - delete-job: {jobs: {key: gone}}\n", steps(A)) == steps(A)


@pytest.mark.parametrize(
    "text", [A + "- {label: D, depends_on: [a]}\n", A + "- {label: D, depends_on: [{step: a}]}\n"]
)
def test_delete_job_refuses_one_that_another_waits_for(text: str) -> None:
    assert "waits for the job 'a'" in refusal("  - delete-job: {jobs: {key: a}}\n", steps(text))


def test_delete_job_refuses_the_only_one_and_what_is_not_expected() -> None:
    assert "nothing would be left" in refusal("  - delete-job: {jobs: {key: a}}\n", steps(A))
    operation = "  - delete-job: {jobs: {key: '*'}, expect: 1}\n"
    assert "2 jobs would change" in refusal(operation, steps(A + B))


COPY = {
    "with another name": (
        "job: a, set: {key: n, label: N}",
        A + "\n" + B,
        A + "\n" + A.replace("A", "N").replace("a\n", "n\n") + "\n" + B,
    ),
    "by its label": (
        "job: L, set: {label: M}",
        "- label: L\n  n: 1\n",
        "- label: L\n  n: 1\n- label: M\n  n: 1\n",
    ),
    "with fields set, added and removed": (
        "job: L, set: {label: M, c: [y]}, add: {field: q, value: 2, after: label}, remove: n",
        "# of L\n- label: L  # 1\n  n: 1\n  c:\n      - x\n",
        "# of L\n- label: L  # 1\n  n: 1\n  c:\n      - x\n# of L\n- label: M  # 1\n  q: 2\n  c:\n      - y\n",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), COPY.values(), ids=COPY)
def test_copy_job(options: str, before: str, after: str) -> None:
    assert changed(f"  - copy-job: {{{options}}}\n", steps(before)) == steps(after)


COPY_REFUSED = {
    "the same key": ("job: a, set: {label: N}", A, "the key of job 'a'"),
    "no name": ("job: A", A, "the key of job 'a'"),
    "a label that is taken": (
        "job: a, set: {key: n, label: B}",
        A + B,
        "has the label 'B' already",
    ),
    "no such job": ("job: b, set: {key: n}", A, "no job has the key or label 'b'"),
    "an anchor": ("job: a, set: {key: n}", "- key: a\n  c: &c x\n", "holds an anchor"),
    "a field that is not there": ("job: a, set: {key: n, label: N, z: 1}", A, "has no z"),
    "two of the name": (
        "job: L, set: {label: M}",
        "- label: L\n- label: L\n",
        "two jobs have the label 'L'",
    ),
}


@pytest.mark.parametrize(("options", "text", "error"), COPY_REFUSED.values(), ids=COPY_REFUSED)
def test_copy_job_refuses(options: str, text: str, error: str) -> None:
    assert error in refusal(f"  - copy-job: {{{options}}}\n", steps(text))


MOVE = {
    "below another": ("jobs: {key: a}, after: b", A + "\n" + B + "\n" + C, B + "\n" + A + "\n" + C),
    "to the end": ("jobs: {key: a}, after: c", A + "\n" + B + "\n" + C, B + "\n" + C + "\n" + A),
    "above another": (
        "jobs: {key: c}, before: b",
        A + "\n" + B + "\n" + C,
        A + "\n" + C + "\n" + B,
    ),
    "several": ("jobs: {key: [a, b]}, after: c", A + B + C, C + A + B),
    "with its comments": (
        "jobs: {key: c}, before: a",
        "# of A\n" + A + B + "# of C\n" + C + "  # deeper\n",
        "# of C\n" + C + "  # deeper\n# of A\n" + A + B,
    ),
    "into a group": (
        "jobs: {key: a}, before: x",
        A + B + "- group: G\n  steps:\n    - key: x\n",
        B
        + "- group: G\n  steps:\n"
        + A.replace("- l", "    - l").replace("\n  ", "\n      ")
        + "    - key: x\n",
    ),
    "without a final line end": (
        "jobs: {key: c}, before: a",
        A + B + C.rstrip(),
        C + A + B.rstrip(),
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), MOVE.values(), ids=MOVE)
def test_move_job(options: str, before: str, after: str) -> None:
    assert changed(f"  - move-job: {{{options}}}\n", steps(before)) == steps(after)


MOVE_STAYS = {
    "below": ("jobs: {key: b}, after: a", A + B + C),
    "above": ("jobs: {key: a}, before: b", A + B + C),
    "several below": ("jobs: {key: [b, c]}, after: a", A + B + C),
}


@pytest.mark.parametrize(("options", "text"), MOVE_STAYS.values(), ids=MOVE_STAYS)
def test_move_job_leaves_alone_what_stands_there(options: str, text: str) -> None:
    assert changed(f"  - move-job: {{{options}}}\n", steps(text)) == steps(text)


def test_move_job_to_another_file() -> None:
    indented = "  - label: X\n    key: x\n\n  - label: Y\n    key: y\n"
    operation = f"  - move-job: {{jobs: {{key: [a, c]}}, to: {OTHER}, expect: 2}}\n"
    moved = "\n".join(text.replace("- l", "  - l").replace("\n  ", "\n    ") for text in ("", A, C))
    assert changed(operation, steps(A + "\n" + B + "\n" + C, indented)) == steps(
        B, indented + moved
    )
    beside = "  - move-job: {jobs: {key: a}, after: x}\n"
    first, second = indented.split("\n\n")
    lines = A.replace("- l", "  - l").replace("\n  ", "\n    ")
    assert changed(beside, steps(A + B, indented)) == steps(B, f"{first}\n\n{lines}\n{second}")


def test_move_job_between_line_ends() -> None:
    files = steps(A + B, C.replace("\n", "\r\n"))
    after = changed(f"  - move-job: {{jobs: {{key: a}}, to: {OTHER}}}\n", files)
    assert after == {PATH: "steps:\n" + B, OTHER: files[OTHER] + A.replace("\n", "\r\n")}


def test_move_job_to_a_new_file() -> None:
    operation = (
        f'  - move-job: {{jobs: {{key: [a, c]}}, to: {OTHER}, head: "group: G\\nsteps:\\n"}}\n'
    )
    files = steps(A + "\n" + B + "\n" + C)
    assert changed(operation, files) == steps(B, A + "\n" + C)


MOVE_REFUSED = {
    "a file that is not there": (f"jobs: {{key: a}}, to: {OTHER}", A + B, "does not exist"),
    "a head without an end": (
        f"jobs: {{key: a}}, to: {OTHER}, head: 'a: b'",
        A + B,
        "'head' does not end",
    ),
    "no such neighbour": ("jobs: {key: a}, after: z", A + B, "no job has the key or label 'z'"),
    "the last job": (f"jobs: {{key: a}}, to: {OTHER}, head: 'steps:'", A, "nothing would be left"),
    "not as many": ("jobs: {key: [a, b]}, after: c, expect: 1", A + B + C, "2 jobs would move"),
    "an anchor": ("jobs: {key: a}, after: b", "- key: a\n  c: &c x\n" + B, "holds an anchor"),
}


@pytest.mark.parametrize(("options", "text", "error"), MOVE_REFUSED.values(), ids=MOVE_REFUSED)
def test_move_job_refuses(options: str, text: str, error: str) -> None:
    assert error in refusal(f"  - move-job: {{{options}}}\n", steps(text))


WAITS = (
    "- label: W\n  depends_on: a\n- label: V\n  depends_on:\n  - a  # why\n  - {step: a}\n  - ab\n"
)

RENAME = {
    "a key and what waits for it": (
        "from: a, to: n",
        A + WAITS,
        A.replace("key: a", "key: n")
        + WAITS.replace("on: a", "on: n").replace("- a ", "- n ").replace("step: a", "step: n"),
    ),
    "a label": ("of: label, from: A, to: 'A: new'", A + B, A.replace("A", '"A: new"') + B),
    "by a pattern": (
        "of: label, from: '/(.*) B200/', to: '\\1 K8s'",
        "- label: 'x B200'\n- label: y B200  # c\n- label: z\n",
        "- label: 'x K8s'\n- label: y K8s  # c\n- label: z\n",
    ),
    "by a table": (
        "names: {a: n, b: m}",
        A + B,
        A.replace("key: a", "key: n") + B.replace("key: b", "key: m"),
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), RENAME.values(), ids=RENAME)
def test_rename_job(options: str, before: str, after: str) -> None:
    assert changed(f"  - rename-job: {{{options}}}\n", steps(before)) == steps(after)


def test_rename_job_is_named_in_other_files() -> None:
    files = {**steps(A), OTHER: "depends_on:\n- a\nsteps:\n- label: O\n"}
    after = {
        **steps(A.replace("key: a", "key: n")),
        OTHER: "depends_on:\n- n\nsteps:\n- label: O\n",
    }
    assert changed("  - rename-job: {from: a, to: n}\n", files) == after


def test_rename_job_that_has_its_name() -> None:
    assert changed("  - rename-job: {from: z, to: a}\n", steps(A)) == steps(A)


RENAME_REFUSED = {
    "a name that is taken": ("from: a, to: b", A + B, "two jobs would have the key 'b'"),
    "one name for two": ("from: '/[ab]/', to: n", A + B, "two jobs would have the key 'n'"),
    "no such name": ("from: z, to: n", A, "no job has the key 'z'"),
    "a name that fits again": (
        "from: '/(.*)/', to: '\\1x'",
        A,
        "which a second run would rename again",
    ),
    "a row of names": ("names: {a: c, c: d}", A + C, "which a second run would rename again"),
    "not as many": ("from: '/([ab])/', to: '\\1-', expect: 1", A + B, "2 jobs would be renamed"),
}


@pytest.mark.parametrize(("options", "text", "error"), RENAME_REFUSED.values(), ids=RENAME_REFUSED)
def test_rename_job_refuses(options: str, text: str, error: str) -> None:
    assert error in refusal(f"  - rename-job: {{{options}}}\n", steps(text))


SPLIT = "- label: L\n  commands:\n    - setup\n    # of a\n    - a\n    - b\n    - c\n  n: 1\n"

SPLITS = {
    "in two": (
        "job: L, into: [{set: {label: M}, commands: a}, {set: {label: N}}]",
        SPLIT,
        "- label: M\n  commands:\n    # of a\n    - a\n  n: 1\n- label: N\n  commands:\n    - setup\n    - b\n    - c\n  n: 1\n",
    ),
    "in three, one with the old name": (
        "job: L, shared: setup, into: [{set: {label: M}, commands: a}, {set: {n: 2}}, {set: {label: N}, commands: c}]",
        SPLIT + "\n- label: O\n  n: 1\n",
        "- label: M\n  commands:\n    - setup\n    # of a\n    - a\n  n: 1\n\n"
        "- label: L\n  commands:\n    - setup\n    - b\n  n: 2\n\n"
        "- label: N\n  commands:\n    - setup\n    - c\n  n: 1\n\n- label: O\n  n: 1\n",
    ),
    "where the commands come last": (
        "job: L, into: [{set: {label: M}, commands: a}, {set: {label: N}}]",
        "- label: L\n  commands:\n  - a\n  - b\n",
        "- label: M\n  commands:\n  - a\n- label: N\n  commands:\n  - b\n",
    ),
    "between brackets": (
        "job: L, into: [{set: {label: M}, commands: '*a'}, {set: {label: N}, commands: b}]",
        "- label: L\n  commands: [a, b, ca]",
        "- label: M\n  commands: [a, ca]\n- label: N\n  commands: [b]",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), SPLITS.values(), ids=SPLITS)
def test_split_commands(options: str, before: str, after: str) -> None:
    assert changed(f"  - split-commands: {{{options}}}\n", steps(before)) == steps(after)


TWO = "{set: {label: N}}"
SPLIT_REFUSED = {
    "a command in no part": (
        "into: [{set: {label: M}, commands: a}, {set: {label: N}, commands: b}]",
        "goes to no part",
    ),
    "a command in two": (
        f"into: [{{set: {{label: M}}, commands: a}}, {{set: {{label: O}}, commands: '*'}}, {TWO}]",
        "goes to 2 parts",
    ),
    "a part without any": (
        f"into: [{{set: {{label: M}}, commands: z}}, {TWO}]",
        "nothing would be left",
    ),
    "two of a name": (f"into: [{{set: {{label: N}}, commands: a}}, {TWO}]", "two jobs 'N'"),
    "a name that is taken": (f"into: [{{set: {{label: T}}, commands: a}}, {TWO}]", "two jobs 'T'"),
    "another list": (
        f"list: x, into: [{{set: {{label: M}}, commands: a}}, {TWO}]",
        "has no list x",
    ),
}


@pytest.mark.parametrize(("options", "error"), SPLIT_REFUSED.values(), ids=SPLIT_REFUSED)
def test_split_commands_refuses(options: str, error: str) -> None:
    files = steps(SPLIT + "- label: T\n")
    assert error in refusal(f"  - split-commands: {{job: L, {options}}}\n", files)


@pytest.mark.parametrize(
    "operation",
    [
        "split-commands: {job: L, into: [{set: {label: M}, commands: a}]}",
        "split-commands: {job: L, into: [{set: {label: M}}, {set: {label: N}}]}",
        "rename-job: {from: a}",
        "rename-job: {of: queue, from: a, to: b}",
        "rename-job: {from: a, to: b, names: {a: b}}",
        "move-job: {jobs: {key: a}}",
        "move-job: {jobs: {key: a}, after: b, before: c}",
        "move-job: {jobs: {key: a}, after: b, to: c, head: d}",
        "move-job: {jobs: {key: a}, after: b, head: c}",
    ],
)
def test_wrongly_told(operation: str) -> None:
    with pytest.raises(BadUsage):
        run(f"  - {operation}\n", {})
