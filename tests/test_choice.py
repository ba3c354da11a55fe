"""Some of what a recipe does: some files, or what is picked of it; the rest can be done later."""

from pathlib import Path
from random import Random

import pytest

from ci_migrate.binding import bind, in_part
from ci_migrate.changeset import Changeset, Outcome
from ci_migrate.choice import Piece, in_files, keep, pieces
from ci_migrate.engine import migrate, migrate_picked
from ci_migrate.recipe import parse_recipe
from tests.memory import Memory, recipe
from tests.shared import SHARED, needs_shared, tree

A = ".buildkite/test_areas/a.yaml"
B = ".buildkite/test_areas/b.yaml"
STEPS = """\
steps:
- label: One  # first
  key: one
  device: b200
- label: Two
  key: two
  device: b200
"""
FILES = {
    A: STEPS,
    B: STEPS.replace("one", "three").replace("two", "four"),
    "x/one.txt": "a\nb\n",
}
MOVE = "  - set-queue: {jobs: {queue: b200}, to: b200-k8s, leaves: 0}\n"
LINES = "  - move-lines: {from: x/one.txt, to: x/two.txt, lines: {entry: b}}\n"
TIMEOUT = "  - add-field: {jobs: {queue: b200-k8s}, field: optional, value: true}\n"
RENAME = "  - rename-job: {from: one, to: uno}\n"


class Answers:
    """Picks by given answers, and keeps what it was asked about."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.asked: list[Piece] = []

    def __call__(self, index: int, outcome: Outcome) -> Outcome:
        return keep(outcome, self._wants)

    def _wants(self, piece: Piece) -> bool:
        self.asked.append(piece)
        return self.answers.pop(0)


def picked(operations: str, *answers: bool, files: dict[str, str] = FILES) -> Changeset:
    choose = Answers(*answers)
    changeset = migrate_picked(recipe(operations), Memory(files), pick=choose)
    assert choose.answers == []
    return changeset


def after(changeset: Changeset) -> dict[str, str | None]:
    return {change.path: change.after for change in changeset.files}


def test_jobs_are_picked_one_by_one() -> None:
    changeset = picked(MOVE, False, True, True, False)
    assert after(changeset) == {
        A: STEPS.replace("two\n  device: b200", "two\n  device: b200-k8s"),
        B: FILES[B].replace("three\n  device: b200", "three\n  device: b200-k8s"),
    }
    assert changeset.failures == ()
    assert str(changeset.proof).endswith("a second run does the rest")
    assert changeset.done[0].summary.startswith("2 of 4 changes: ")


def test_all_and_nothing() -> None:
    whole = migrate(recipe(MOVE), Memory(FILES))
    everything = picked(MOVE, True, True, True, True)
    assert (everything.files, everything.proof) == (whole.files, whole.proof)
    nothing = picked(MOVE, False, False, False, False)
    assert (nothing.files, nothing.proof, nothing.failures) == ((), None, ())


@pytest.mark.parametrize("wanted", [True, False])
def test_what_belongs_together_is_one_piece(wanted: bool) -> None:
    changeset = picked(LINES, wanted)
    assert sorted(after(changeset)) == (["x/one.txt", "x/two.txt"] if wanted else [])


def test_later_operations_see_what_was_picked() -> None:
    changeset = picked(MOVE + TIMEOUT, True, False, False, False, True)
    (change,) = changeset.files
    assert change.after == STEPS.replace("b200\n- label", "b200-k8s\n  optional: true\n- label")


def test_what_needs_something_that_was_left_out_is_left_out() -> None:
    more = RENAME + "  - set-field: {jobs: {key: uno}, field: label, to: Uno}\n"
    changeset = picked(more + MOVE, False, True, True, True, True)
    assert changeset.done[0].summary == "left out"
    assert "no job has the key 'uno'" in changeset.done[-1].summary
    assert sorted(after(changeset)) == [A, B]


def test_a_part_that_can_not_be_completed_is_refused() -> None:
    """The second operation hides from a later run what the first would still have to change."""
    hide = "  - set-field: {jobs: {queue: b200-k8s, key: one}, field: key, to: done}\n"
    first = "  - set-queue: {jobs: {key: [one, two], queue: b200}, to: b200-k8s}\n"
    changeset = picked(first + hide, True, False, True, files={A: STEPS})
    assert changeset.files == ()
    assert changeset.failures != ()


def test_a_whole_recipe_that_is_refused_is_not_asked_about() -> None:
    changeset = picked("  - set-queue: {jobs: {key: none}, to: b}\n")
    assert [str(failure.error) for failure in changeset.failures] != []


def only(operations: str, *globs: str, changed: frozenset[str] | None = None) -> Changeset:
    return migrate(recipe(operations), Memory(FILES), choose=in_files(globs, changed))


def test_only_some_files() -> None:
    changeset = only(MOVE, "**/a.yaml")
    assert sorted(after(changeset)) == [A]
    assert str(changeset.proof).endswith("a second run changes nothing")
    assert sorted(after(only(MOVE, "**/a.yaml", "**/b.*"))) == [A, B]


def test_only_changed_files_and_new_ones() -> None:
    assert sorted(after(only(MOVE + LINES, changed=frozenset({B, "x/one.txt"})))) == [
        B,
        "x/one.txt",
        "x/two.txt",
    ]
    assert only(MOVE, "**/a.yaml", changed=frozenset({B})).files == ()


def test_what_would_be_divided_is_left_out_whole_and_told() -> None:
    changeset = only(LINES, "x/one.txt")
    assert changeset.files == ()
    (finding,) = changeset.done[0].findings
    assert str(finding.place) == "x/two.txt"
    assert finding.message.startswith("left out whole")


def test_pieces_stand_in_the_order_of_the_file() -> None:
    choose = Answers(*[True] * 4)
    migrate_picked(recipe(MOVE), Memory(FILES), pick=choose)
    places = [(part.path, part.edits[0].span.start) for (part,) in choose.asked]
    assert places == sorted(places)
    assert pieces(Outcome("nothing")) == ()


def test_a_job_that_names_its_queue_twice_leaves_whole() -> None:
    workflow = (
        "on: push\njobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n"
        "        include:\n        - {os: old, n: 1}\n        - {os: old, n: 2}\n"
        "    steps: [{run: x}]\n  b:\n    runs-on: old\n    steps: [{run: x}]\n"
    )
    files = {".github/workflows/ci.yml": workflow}
    bound = recipe("  - set-queue: {jobs: {queue: old}, to: new}\n", dialect="github-actions")
    choose = Answers(True)
    changeset = migrate_picked(bound, Memory(files), pick=choose)
    assert [change.after for change in changeset.files] == [workflow.replace("old", "new")]


REPLAYS = sorted((Path(__file__).parent / "replays").glob("*.yaml"))


@needs_shared
@pytest.mark.parametrize("path", REPLAYS, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_part_of_a_real_migration_leaves_the_rest(path: Path, seed: int) -> None:
    before = tree(SHARED / "replays" / path.stem / "before")
    bound = in_part(bind(parse_recipe(path.name, path.read_text()), {}))
    random = Random(seed)  # noqa: S311 - the same picks each time
    part = migrate_picked(
        bound,
        Memory(before),
        pick=lambda _, outcome: keep(outcome, lambda piece: random.random() < 0.5),
    )
    assert part.failures == ()
    rest = migrate(bound, Memory(done(before, part)))
    assert rest.failures == ()
    whole = migrate(bound, Memory(before))
    assert done(done(before, part), rest) == done(before, whole)


def done(files: dict[str, str], changeset: Changeset) -> dict[str, str]:
    made = {**files, **after(changeset)}
    return {path: text for path, text in made.items() if text is not None}
