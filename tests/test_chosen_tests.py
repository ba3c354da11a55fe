"""Which tests a command runs."""

import json

import pytest

from ci_migrate.chosen_tests import Target, chooses, may_run
from ci_migrate.keywords import any_of
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.memory import Memory

PATH = "tests/v1/decode/test_eagle.py"
TEST = Target(PATH, "test_light", (), ("small", "large"), frozenset({"test_heavy"}))
UNKNOWN = TEST._replace(more=None)
METHOD = TEST._replace(name="TestEagle::test_light")


def runs(command: str, target: Target) -> bool | None:
    """Say whether a job of vLLM's, which starts in tests/, runs a test by a command."""
    file = ".buildkite/test_areas/a.yaml"
    step = {"label": "A", "source_file_dependencies": ["x"], "commands": [command]}
    text = json.dumps({"group": "A", "depends_on": ["b"], "steps": [step]})
    survey = Survey(Memory({file: text}), load_dialect("vllm-test-areas"), ())
    (job,) = survey.jobs
    assert job.workspace is not None
    return any_of(chooses(call, job.workspace, target) for call in survey.calls(job))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("pytest v1/decode", True),
        ("pytest -v -s v1/decode/test_eagle.py", True),
        ("pytest -sv ./v1/decode/", True),
        ("pytest /vllm-workspace/tests/v1", True),
        ("python -m pytest .", True),
        ("cd .. && pytest tests/v1/decode", True),
        ("cd v1 && pytest -x ../v1/decode", True),
        ("pytest", True),
        ("pytest -v -s", True),
        ("export A=1\nTOKEN=x pytest v1/decode", True),
        ("bash -c 'set -e && pytest v1/decode && echo done'", True),
        ("find v1/decode -name 'test_*.py' -exec pytest -s {} \\;", True),
        ("pytest v1/decode/test_eagle.py::test_light", True),
        ("pytest other v1/decode", True),
        ("pytest -k light v1/decode", True),
        ("pytest -k 'EAGLE and not heavy' v1", True),
        ("pytest v1/decode -k 'heavy or (light and not slow)'", True),
        ("pytest --ignore=v1/other v1", True),
        ("pytest v1/decode_other", False),
        ("pytest decode", False),
        ("pytest v2", False),
        ("cd v2 && pytest", False),
        ("pytest /test_eagle.py", None),
        ("pytest v1/decode/test_eagle.py::test_heavy", False),
        ("pytest v1/decode -k heavy", False),
        ("pytest v1/decode -k 'not light'", False),
        ("pytest v1 --ignore=v1/decode", False),
        ("pytest v1 --ignore v1/decode", False),
        ("python v1/decode/test_eagle.py", False),
        ("pip install pytest", False),
        ("echo pytest-cov", False),
        ("", False),
        ("pytest $TESTS", None),
        ("cd $FOLDER && pytest", None),
        ("pytest v1/decode -m slow", None),
        ("pytest v1/decode -k small", None),
        ("pytest v1/decode -k 'not small'", None),
        ("pytest v1/decode -k 'and and'", None),
        ("pytest v1/decode/test_eagle.py::test_light[small]", None),
        ("pytest v1 --deselect v1/decode/test_eagle.py::test_light", None),
    ],
)
def test_a_command(command: str, answer: bool | None) -> None:
    assert runs(command, TEST) is answer
    assert not answer or may_run(f"- {command}\n".encode(), PATH)


@pytest.mark.parametrize(
    ("target", "command", "answer"),
    [
        (UNKNOWN, "pytest v1/decode -k small", None),
        (UNKNOWN, "pytest v1/decode -k heavy", False),
        (TEST._replace(ids=("small",), more=()), "pytest v1/decode -k small", True),
        (METHOD, "pytest v1/decode/test_eagle.py::TestEagle", True),
        (METHOD, "pytest v1/decode/test_eagle.py::TestEagle::test_heavy", False),
        (METHOD, "pytest v1/decode -k testeagle", True),
    ],
)
def test_a_command_for_other_tests(target: Target, command: str, answer: bool | None) -> None:
    assert runs(command, target) is answer


@pytest.mark.parametrize(
    "text",
    [
        "pytest v2/decode",
        "make test",
        "pytest other/test_x.py",
        "- pytest -v kernels",
        "run: pytest v1/decoders",
    ],
)
def test_most_files_are_told_apart_quickly(text: str) -> None:
    assert not may_run(text.encode(), PATH)
