"""A second run is part of the proof: it changes nothing, or the first one is refused."""

import pytest

from tests.memory import refusal, run

PATH = ".buildkite/area.yaml"
TEXT = "steps:\n- label: A\n  key: a\n  commands: [run a]\n"

AGAIN = {
    "text that is found again": "edit-item: {jobs: {key: a}, find: run, replace: run run}",
    "plain text that is found again": "edit-text: {files: '**', find: label, replace: label-label}",
}


@pytest.mark.parametrize("operation", AGAIN.values(), ids=AGAIN)
def test_what_would_change_again_is_refused(operation: str) -> None:
    changeset = run(f"  - {operation}\n", {PATH: TEXT})
    assert (changeset.files, changeset.proof) == ((), None)
    assert "a second run would change this again" in str(changeset.failures[0].error)


def test_the_place_is_where_it_would_change() -> None:
    error = refusal("  - edit-item: {jobs: {key: a}, find: run, replace: run run}\n", {PATH: TEXT})
    assert error == f"{PATH}:4:14: a second run would change this again; narrow what it looks for"


def test_what_would_be_refused_is_said() -> None:
    operations = (
        "  - set-field: {jobs: {key: a}, field: label, to: B}\n  - rename-job: {from: a, to: b}\n"
    )
    changeset = run(operations, {PATH: TEXT})
    assert len(changeset.files) == 1
    assert (
        str(changeset.proof)
        == "1 file, 2 spans, 0 bytes outside them, a second run changes nothing"
    )
    (finding,) = changeset.done[0].findings
    assert finding.message == "a second run would be refused: no job has the key 'a'"
