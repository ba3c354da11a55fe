"""What nothing reads or runs, and what is read or run in one way or another."""

import pytest

from ci_migrate.audits import orphan
from tests.audits.surveys import FILE, job, lines, repository, survey

COMMAND = "pytest evals/test_e.py --config-list-file=configs/one.txt"
ONE, TWO = "tests/evals/configs/one.txt", "tests/evals/configs/two.txt"
CONFIG = "tests/evals/configs/{}.yaml"


def _files(*commands: str, head: str = "depends_on: [image]", **more: str) -> dict[str, str]:
    paths = ("tests/evals/test_e.py", "tests/a/test_x.py", "tests/a/test_y.py", "tests/a/help.py")
    lists = {ONE: "Big.yaml\n", CONFIG.format("Big"): "", CONFIG.format("Small"): ""}
    return {**repository(job(*commands), *paths, head=head), **lists, **more}


SMALL = f"{CONFIG.format('Small')} note no list has {CONFIG.format('Small')}"
FOUND = [
    pytest.param(_files(COMMAND, "pytest a"), [SMALL], id="a config"),
    pytest.param({**_files(COMMAND, "pytest a"), TWO: "Small.yaml\n"}, [f"{TWO} note no job reads {TWO}"], id="a list"),
    pytest.param(_files(COMMAND, "pytest a/test_x.py"), ["tests/a/test_y.py note no job runs tests/a/test_y.py", SMALL], id="a test"),
    pytest.param({**_files(COMMAND, "pytest a"), **{f"tests/b/test_{n}.py": "" for n in range(5)}}, ["tests/b/test_0.py note no job runs tests/b/test_0.py and 4 others in tests/b", SMALL], id="a folder of tests"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), FOUND)
def test_finds(files: dict[str, str], expected: list[str]) -> None:
    assert sorted(lines("orphan", files)) == sorted(expected)


def _quiet(*commands: str, **more: str) -> dict[str, str]:
    files = _files(COMMAND, *commands, **more)
    return {path: text for path, text in files.items() if path != CONFIG.format("Small")}


QUIET = [
    pytest.param(_quiet("pytest a"), id="in a folder"),
    pytest.param(_quiet("pytest"), id="all of the folder"),
    pytest.param(_quiet("cd a && pytest test_x.py test_y.py"), id="from another folder"),
    pytest.param(_quiet("find a/ -name 'test_*.py' | xargs pytest"), id="found by the shell"),
    pytest.param(_quiet("bash run.sh 'pytest a'"), id="by a script that is given it"),
    pytest.param({**_quiet("pytest a/test_x.py"), "tools/run.sh": "pytest test_y.py\n"}, id="named by a script"),
    pytest.param({**_quiet("pytest a"), TWO: "Big.yaml\n", "tools/run.sh": "x two.txt\n"}, id="a list of a script"),
    pytest.param({**_quiet("pytest a"), "tests/evals/configs/notes.txt": "words\n"}, id="a text that is no list"),
    pytest.param({**_quiet("pytest a"), "src/test_z.py": ""}, id="where jobs run nothing"),
    pytest.param({p: t for p, t in _files(COMMAND).items() if p != "README.md"}, id="a part of a repository"),
    pytest.param({"README.md": "", "tests/test_a.py": "", ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: tox}, {run: pytest tests/test_b.py}]\n"}, id="another CI system"),
]  # fmt: skip


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("orphan", files) == []


def test_a_job_whose_folder_is_not_known_may_start_anywhere() -> None:
    files = _quiet("pytest a")
    other = ".buildkite/intel_jobs/a.yaml"
    files[other] = f"group: B\nsteps:\n{job('pytest b').replace('evals', 'b')}"
    files["tests/b/test_z.py"] = ""
    assert lines("orphan", files) == []


def test_with_a_side_before_only_what_is_new_is_told() -> None:
    old = _files(COMMAND, "pytest a")
    assert lines("orphan", old, old) == []
    assert lines("orphan", {**old, "tests/b/test_z.py": ""}, old) == [
        "tests/b/test_z.py note no job runs tests/b/test_z.py"
    ]


def test_a_list_that_is_read_no_more_is_told() -> None:
    old = _quiet("pytest a")
    new = {**old, FILE: old[FILE].replace(" --config-list-file=configs/one.txt", "")}
    assert lines("orphan", new, old) == [f"{ONE} note no job reads {ONE} now"]
    other = {".buildkite/test_areas/more.yaml": old[FILE].replace("evals\n", "more\n")}
    assert lines("orphan", {**new, **other}, {**old, **other}) == []


def test_of_some_files_only_lists_are_looked_at() -> None:
    side = survey(_files(COMMAND))
    side.only = frozenset((FILE,))
    assert list(orphan.findings(side, None)) == []
