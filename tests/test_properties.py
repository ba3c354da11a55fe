"""Properties that a recipe states, where they hold and where they do not."""

import pytest

from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage
from ci_migrate.properties import NAMES
from tests.memory import Memory, recipe

FILE = ".buildkite/test_areas/evals.yaml"
MOE, DENSE = "tests/evals/moe.txt", "tests/evals/dense.txt"
FILES = {
    FILE: """\
group: Evals
depends_on: [image]
steps:
- label: Evals
  key: evals
  device: b200
  commands:
  - pytest evals
  - pytest evals
  - pytest more
""",
    MOE: "# Mixtures\nA.yaml\nB.yaml\n",
    DENSE: "C.yaml\n",
}

HOLD = [
    pytest.param("same-commands", "- set-queue: {jobs: {key: evals}, to: h100}\n", id="another queue"),
    pytest.param("same-commands", "- add-lines: {file: tests/evals/moe.txt, lines: [D.yaml]}\n", id="no file of jobs"),
    pytest.param("conserves-lines", "- move-lines: {from: tests/evals/moe.txt, to: tests/evals/dense.txt, lines: {entry: [B.yaml]}}\n", id="moved lines"),
    pytest.param("conserves-lines", "- remove-item: {jobs: {key: evals}, list: <commands>, item: pytest more}\n", id="no list"),
]  # fmt: skip

BROKEN = [
    pytest.param("same-commands", "- remove-item: {jobs: {key: evals}, list: <commands>, item: pytest more}\n", [f"{FILE}:10:5: command 'pytest more' is lost"], id="a command less"),
    pytest.param("same-commands", "- remove-item: {jobs: {key: evals}, list: <commands>, item: pytest evals}\n", [f"{FILE}:8:5: command 'pytest evals' is lost 2 times"], id="two less"),
    pytest.param("same-commands", "- edit-item: {jobs: {key: evals}, list: <commands>, find: more, replace: most}\n", [f"{FILE}:10:5: command 'pytest more' is lost", f"{FILE}:10:5: command 'pytest most' is added"], id="another command"),
    pytest.param("conserves-lines", "- remove-lines: {file: tests/evals/moe.txt, lines: {entry: [B.yaml]}}\n", [f"{MOE}:3:1: line 'B.yaml' is lost"], id="a line less"),
    pytest.param("conserves-lines", "- add-lines: {file: tests/evals/moe.txt, lines: [D.yaml]}\n", [f"{MOE}:4:1: line 'D.yaml' is added"], id="a line more"),
]  # fmt: skip
HINT = "; mend the recipe, or what it says that it holds"


@pytest.mark.parametrize(("name", "operations"), HOLD)
def test_it_holds(name: str, operations: str) -> None:
    changeset = migrate(recipe(operations, f"holds: {name}\n"), Memory(FILES))
    assert changeset.failures == ()
    assert changeset.files != ()


@pytest.mark.parametrize(("name", "operations", "errors"), BROKEN)
def test_it_does_not_hold(name: str, operations: str, errors: list[str]) -> None:
    assert migrate(recipe(operations), Memory(FILES)).failures == ()
    changeset = migrate(recipe(operations, f"holds: [{name}]\n"), Memory(FILES))
    assert changeset.files == ()
    assert [str(failure.error) for failure in changeset.failures] == [e + HINT for e in errors]
    assert {failure.name for failure in changeset.failures} == {name}
    assert {str(failure.place) for failure in changeset.failures} == {"test.yaml:4:9"}


def test_an_unknown_property_is_named() -> None:
    with pytest.raises(BadUsage, match=r"test\.yaml:4:8: unknown property 'same-command'"):
        recipe("- set-queue: {jobs: {key: evals}, to: h100}\n", "holds: same-command\n")


def test_every_property_is_tried() -> None:
    for cases in (HOLD, BROKEN):
        assert {case.values[0] for case in cases} == set(NAMES)
