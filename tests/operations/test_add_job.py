"""add-job: a job that was not there."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = ".buildkite/test_areas/area.yaml"
NEW = "job: {label: N, commands: [a, b]}"


def steps(text: str) -> dict[str, str]:
    return {PATH: "group: G\nsteps:\n" + text}


A, B = "- label: A\n  commands:\n    - x\n", "- label: B\n  key: b\n"
ADDED = "- label: N\n  commands:\n    - a\n    - b\n"
ADD = {
    "below": ("after: A", A + B, A + ADDED + B),
    "below the last": ("after: b", A + B, A + B + ADDED.replace("    -", "    -")),
    "above": ("before: A", A + B, ADDED + A + B),
    "at the end": (f"file: {PATH}", A + B, A + B + ADDED),
    "apart as the others": ("after: A", A + "\n" + B, A + "\n" + ADDED + "\n" + B),
    "above, apart": ("before: B", A + "\n" + B, A + "\n" + ADDED + "\n" + B),
    "below comments of its own": (
        "after: A",
        A + "    # more\n# of B\n" + B,
        A + "    # more\n" + ADDED + "# of B\n" + B,
    ),
    "no final line end": ("after: b", A + B[:-1], A + B + ADDED[:-1]),
    "windows": (
        "after: A",
        (A + B).replace("\n", "\r\n"),
        (A + ADDED + B).replace("\n", "\r\n"),
    ),
}


@pytest.mark.parametrize(("place", "before", "after"), ADD.values(), ids=ADD)
def test_add_job(place: str, before: str, after: str) -> None:
    before_, after_ = steps(before), steps(after)
    if "\r" in before:
        before_, after_ = (
            {PATH: f[PATH].replace("G\nsteps:\n", "G\r\nsteps:\r\n")} for f in (before_, after_)
        )
    assert changed(f"  - add-job: {{{NEW}, {place}}}\n", before_) == after_


def test_as_it_stands() -> None:
    operation = """\
  - add-job:
      after: A
      job: !source |
        # for now
        label: "N"  # see #1
        commands: [a,
          "b"]
"""
    error = "source is one value"
    with pytest.raises(BadUsage, match="mend it|" + error):
        run(operation.replace("# for now", "- x"), {})
    operation = operation.replace("        # for now\n", "")
    assert changed(operation, steps(A)) == steps(
        A + '- label: "N"  # see #1\n  commands: [a,\n    "b"]\n'
    )


@pytest.mark.parametrize("place", ["after: A", "before: A", f"file: {PATH}"])
def test_a_job_that_is_there_is_left_alone(place: str) -> None:
    there = steps(A + "- label: N\n")
    assert changed(f"  - add-job: {{{NEW}, {place}}}\n", there) == there


REFUSALS = {
    "no such job": (NEW, "after: Z", ".buildkite: no job has the key or label 'Z'"),
    "no name": ("job: {commands: [a]}", "after: A", "the new job has no key and no label"),
    "no file with jobs": (NEW, "file: other.yaml", "other.yaml: this file has no job"),
}


@pytest.mark.parametrize(("job", "place", "error"), REFUSALS.values(), ids=REFUSALS)
def test_add_job_refuses(job: str, place: str, error: str) -> None:
    assert refusal(f"  - add-job: {{{job}, {place}}}\n", steps(A)).startswith(error)


def test_one_place_is_told() -> None:
    with pytest.raises(BadUsage, match="told by 'after' or 'before', or by 'file'"):
        run(f"  - add-job: {{{NEW}}}\n", {})
