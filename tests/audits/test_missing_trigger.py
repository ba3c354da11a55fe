"""What jobs run and do not name, and what is named in one way or another."""

import pytest

from tests.audits.surveys import FILE, findings, job, lines, repository, survey
from tests.memory import changed
from tests.shared import SHARED, needs_shared, tree

COMMAND = "pytest evals/a.py --config-list-file=configs/models.txt"
LIST = "tests/evals/configs/models.txt"
MODEL = "vllm/model_executor/models/qwen3_next.py"


def _repository(command: str, *entries: str, fields: str = "") -> dict[str, str]:
    named = "  source_file_dependencies:\n" + "".join(f"  - {entry}\n" for entry in entries)
    paths = ("tests/evals/a.py", "tests/b/c.py", "tests/run.sh", "src/a.py", MODEL)
    return {
        **repository(job(command, fields=fields + named), *paths),
        LIST: "Big.yaml\n",
        "tests/evals/configs/Big.yaml": "model_name: Qwen/Qwen3-Next-80B\n",
    }


def _says(what: str, severity: str = "warning", line: int = 7, them: str = "it") -> str:
    return f"{FILE}:{line}:3 {severity} 'evals' runs {what}, and no dependency names {them}"


FOUND = [
    pytest.param(_repository("pytest b/c.py", "src/"), [_says("tests/b/c.py")], id="a test"),
    pytest.param(_repository("pytest b", "src/"), [_says("tests/b")], id="a folder of tests"),
    pytest.param(_repository("bash run.sh", "src/"), [_says("tests/run.sh")], id="a script"),
    pytest.param(_repository("pytest b/c.py", "src/", '"!tests/b"'), [_says("tests/b/c.py")], id="left out"),
    pytest.param(_repository("pytest b/c.py", "src/", fields="  optional: true\n"), [_says("tests/b/c.py", "note", 8)], id="started by hand"),
    pytest.param(_repository(COMMAND, MODEL), [_says(f"the list {LIST}")], id="a list with its test"),
    pytest.param(_repository(COMMAND, "tests/evals"), [_says(f"Qwen3-Next-80B, which {MODEL} implements")], id="a model"),
    pytest.param(_repository("pytest b b/c.py evals ../vllm run.sh", "src/"), [_says("tests/b, and 3 others", them="them")], id="many"),
]  # fmt: skip

QUIET = [
    pytest.param(_repository("pytest b/c.py", "tests/b/"), id="its folder"),
    pytest.param(_repository("pytest b", "tests/b/c.py"), id="a part of the folder"),
    pytest.param(_repository("pytest b/c.py", "tests/b/c"), id="without its ending, which is dead-path's"),
    pytest.param(_repository("pytest b/d.py", "src/"), id="a test that is not there"),
    pytest.param(_repository("bash run.sh 'pytest b/c.py'", "src/", "tests/b"), id="a script that starts others"),
    pytest.param(_repository(COMMAND, "tests/evals", "vllm/"), id="a model in a folder"),
    pytest.param({**_repository(COMMAND, "tests/evals"), "tests/evals/configs/Big.yaml": "model_name: a/b\n"}, id="a model that no table has"),
    pytest.param(repository(job("pytest b/c.py"), "tests/b/c.py"), id="no list"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), FOUND)
def test_finds(files: dict[str, str], expected: list[str]) -> None:
    assert lines("missing-trigger", files) == expected


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("missing-trigger", files) == []


@pytest.mark.parametrize(
    ("command", "named", "inserted"),
    [
        pytest.param("pytest b/c.py", "src/", "tests/b/c.py", id="a test"),
        pytest.param(COMMAND, MODEL, "tests/evals/", id="the folder of a list and its test"),
        pytest.param(COMMAND, "tests/evals", MODEL, id="a model"),
    ],
)
def test_the_fix_names_it(command: str, named: str, inserted: str) -> None:
    files = _repository(command, named)
    (finding,) = findings("missing-trigger", files)
    after = changed(f"- {finding.fix}\n", files)
    assert f"  - {named}\n  - {inserted}\n  commands:" in after[FILE]
    assert lines("missing-trigger", after) == []


def test_of_many_some_less_are_not_new() -> None:
    old = _repository("pytest b b/c.py evals ../vllm run.sh ../src", "docs/")
    new = _repository("pytest b b/c.py evals ../vllm run.sh", "docs/")
    assert lines("missing-trigger", new, old) == []


@needs_shared
def test_the_models_that_the_reviewer_of_the_real_change_missed() -> None:
    files = tree(SHARED / "vllm" / "after")
    told = [f.message for f in findings("missing-trigger", files) if "-b200-ep'" in f.message]
    assert len(survey(files).jobs) > 400
    assert [message.split(" runs ")[1].split(",")[0] for message in told] == [
        "the list tests/evals/gsm8k/configs/models-blackwell-ep.txt",
        "Qwen3-Next-80B-A3B-Instruct-NVFP4",
        "NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4",
    ]
