"""A change that fails its proof is refused, with a report that can be filed."""

import json
from pathlib import Path

import pytest

from ci_migrate import cli
from ci_migrate.binding import BoundOperation
from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.document import parse
from ci_migrate.engine import migrate
from ci_migrate.job import Dialect
from ci_migrate.recipe import load_dialect
from ci_migrate.report import json as as_json
from ci_migrate.report import markdown
from ci_migrate.run import Run
from ci_migrate.text import Edit, Span
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import NewText
from ci_migrate.yaml_proof import YamlClaim
from tests.memory import Memory, recipe

PATH = ".buildkite/test_areas/a.yaml"
TEXT = "steps:\n- label: a  # ``` \u202e\n  device: b200\n- label: c\n  device: b200\n"
FAULT = "piece 8 of the data is ('scalar', None, None, 'k8s', True)"


class Unsound:
    """An operation whose edits are not what it claims: it writes over the wrong value."""

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        document = parse(PATH, TEXT)
        second = dialect.jobs(document, tree)[1].queues[0].node
        first = TEXT.index("b200")
        edits = (Edit(Span(first, first + 4), "k8s"),)
        claim = YamlClaim(document, (NewText(second, "k8s", plain=True),))
        return Outcome("unsound", (Rewrite(PATH, TEXT, edits, claim),))


@pytest.fixture
def run() -> Run:
    bound = recipe("  - set-queue: {jobs: {queue: b200}, to: k8s}\n")
    place = bound.operations[0].place
    wrong = BoundOperation("unsound", place, Unsound(), load_dialect("vllm-test-areas"))
    bound = bound._replace(operations=(wrong,))
    return Run(bound, "apply", migrate(bound, Memory({PATH: TEXT})))


def test_it_is_refused(run: Run) -> None:
    assert run.changeset.files == ()
    assert run.exit_code == 3


def test_the_report_for_people(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    cli._report(run, Path(), cli.Format.TEXT, None, color=False)
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(f"{PATH}: unsound: the change fails its proof: {FAULT}")
    assert "PyYAML" in said[1]
    assert said[2].endswith(f"file {PATH}")
    assert said[3].startswith(f"fault: {FAULT}")
    assert said[4:9] == [
        "edit at 3:11: 'b200' -> 'k8s'",
        "     1 | steps:",
        "     2 | - label: a  # ``` \\u202e",
        "     3 |   device: b200",
        "     4 | - label: c",
    ]
    assert said[-1] == "test is refused; nothing was written"


def test_the_report_in_json(run: Run) -> None:
    (failure,) = json.loads(as_json.render(run))["failures"]
    assert "edit at 3:11: 'b200' -> 'k8s'" in failure["report"]


def test_the_report_in_markdown_stays_in_its_fence(run: Run) -> None:
    text = markdown.render(run)
    assert "\n````\nci-migrate " in text
    assert "| - label: a  # ``` \\u202e\n" in text


def test_another_failure_has_none() -> None:
    bound = recipe("  - set-queue: {jobs: {queue: b200}, to: k8s, expect: 5}\n")
    run = Run(bound, "apply", migrate(bound, Memory({PATH: TEXT})))
    (failure,) = json.loads(as_json.render(run))["failures"]
    assert failure["report"] is None
