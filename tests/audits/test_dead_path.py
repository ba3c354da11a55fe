"""Paths that name nothing, and those that are left alone."""

import pytest

from tests.audits.surveys import FILE, findings, job, lines, repository
from tests.memory import changed

LIST = "tests/evals/configs/models.txt"
AMD = ".buildkite/test-amd.yaml"


def _files(*entries: str) -> str:
    return "  source_file_dependencies:\n" + "".join(f"  - {entry}\n" for entry in entries)


FOUND = [
    pytest.param(repository(job("pytest a.py"), "tests/b.py"), f"{FILE}:8:5 error 'evals' names 'a.py', which is not there", id="a test"),
    pytest.param(repository(job("pytest a.py::test_b"), "tests/a.py"), f"{FILE}:8:5 error 'evals' names 'test_b' in tests/a.py, which is not there", id="a test in a file"),
    pytest.param(repository(job("cd ..", "pytest a.py"), "tests/a.py"), f"{FILE}:9:5 error 'evals' names 'a.py', which is not there", id="in another folder"),
    pytest.param(repository(job("pytest a.py", fields="  working_dir: /vllm-workspace\n"), "tests/a.py"), f"{FILE}:9:5 error 'evals' names 'a.py', which is not there", id="in its working folder"),
    pytest.param(repository(job("pytest .", fields="  working_dir: /vllm-workspace/test\n"), "tests/a.py"), f"{FILE}:7:16 error 'evals' names the working folder 'test', which is not there", id="the working folder"),
    pytest.param(repository(job("pytest . --ignore=a"), "tests/b.py"), f"{FILE}:8:5 warning 'evals' names 'a' of --ignore, which is not there", id="left out"),
    pytest.param(repository(job("pytest . --deselect tests/b.py::test_a"), "tests/b.py"), f"{FILE}:8:5 warning 'evals' names 'test_a' in tests/b.py, which is not there", id="a test left out"),
    pytest.param(repository(job("pip install -r more.txt"), "tests/b.py"), f"{FILE}:8:5 error 'evals' names 'more.txt', which is not there", id="requirements"),
    pytest.param(repository(job("pytest evals/a.py --config-list-file=configs/no.txt"), "tests/evals/a.py"), f"{FILE}:8:5 error 'evals' names the list tests/evals/configs/no.txt, which is not there", id="a list"),
    pytest.param({**repository(job("pytest evals/a.py --config-list-file=configs/models.txt"), "tests/evals/a.py", "tests/evals/configs/Big.yaml"), LIST: "Big.yaml\nSmall.yaml\n"}, f"{LIST}:2:1 error Small.yaml names no file, and 'evals' does not run it", id="a line of a list"),
    pytest.param(repository(job("x", fields=_files("src/a", "src/b")), "src/a/c"), f"{FILE}:9:5 warning 'evals' names the dependency 'src/b', which is not there", id="a dependency"),
    pytest.param(repository(job("x", fields=_files('"!src/b/"')), "src/a/c"), f"{FILE}:8:5 warning 'evals' names the dependency 'src/b/', which is not there", id="a dependency left out"),
    pytest.param(repository(job("x", fields="  mirror:\n    amd:\n      device: mi300_1\n      commands: [pytest a.py]\n"), "tests/b.py"), f"{FILE}:10:18 error 'evals (amd)' names 'a.py', which is not there", id="in a mirror"),
]  # fmt: skip

QUIET = [
    pytest.param(repository(job("pytest b.py c tests", "cd c", "pytest ../b.py"), "tests/b.py", "tests/c/d.py", "tests/tests/x"), id="all there"),
    pytest.param({**repository(job("pytest a.py::TestA::test_b[x]"), "tests/a.py"), "tests/a.py": "class TestA:\n    def test_b(self): pass\n"}, id="a test there"),
    pytest.param({**repository(job("pytest a.py::TestA::test_c"), "tests/a.py"), "tests/a.py": "class TestA(Base):\n    pass\n"}, id="a test of a class above"),
    pytest.param({**repository(job("pytest a.py::test_c"), "tests/a.py"), "tests/a.py": "from b import *\n"}, id="a test that may be imported"),
    pytest.param(repository(job("pytest $A a*.py /tmp/a.py", "python -c 'a.py'"), "tests/b.py"), id="what the shell works out, and elsewhere"),
    pytest.param(repository(job("git clone x", "pytest x/a.py"), "tests/b.py"), id="what a command may have made"),
    pytest.param(repository(job("bash run.sh 'pytest no.py'"), "tests/run.sh"), id="what another script is given"),
    pytest.param(repository(job("pytest no.py"), "tests/b.py", head="a: b"), id="where the folder is not known"),
    pytest.param({p: t for p, t in repository(job("pytest no.py", fields=_files("no")), "tests/b.py").items() if p != "README.md"}, id="a part of a repository"),
    pytest.param({"README.md": "", ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: pytest no.py}]\n"}, id="another CI system"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "line"), FOUND)
def test_finds(files: dict[str, str], line: str) -> None:
    assert lines("dead-path", files) == [line]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("dead-path", files) == []


def test_a_dependency_fits_as_the_repository_s_generator_reads_it() -> None:
    steps = f"steps:\n- label: Evals\n  agent_pool: mi300_1\n{_files('src/a')}"
    files = {"README.md": "", "src/ab.py": "", AMD: steps}
    assert lines("dead-path", files) == []
    own = f"dialect: vllm-test-areas\nmatches-in: {{{AMD}: path}}\n"
    (line,) = lines("dead-path", {**files, ".ci-migrate/profile.yaml": own})
    assert line.endswith("warning 'Evals' names the dependency 'src/a', which is not there")
    own = own.replace("path}", "part}")
    files[AMD] = steps.replace("src/a", "rc/a")
    assert lines("dead-path", {**files, ".ci-migrate/profile.yaml": own}) == []


def test_the_ending_that_was_left_out_is_put_there() -> None:
    files = repository(job("x", fields=_files('"!src/a"')), "src/a.py")
    (finding,) = findings("dead-path", files)
    after = changed(f"- {finding.fix}\n", files)
    assert '  - "!src/a.py"\n' in after[FILE]
    assert lines("dead-path", after) == []


def test_what_jobs_share_is_told_once() -> None:
    first = job("x", fields=_files("src/b").replace(":", ": &files", 1))
    second = "- label: Other\n  source_file_dependencies: *files\n"
    assert len(lines("dead-path", repository(first + second, "src/a"))) == 1


def test_a_copy_of_a_job_names_nothing_new() -> None:
    old, other = job("pytest a.py"), job("pytest a.py").replace("evals", "more")
    files = (repository(one, "tests/b.py") for one in (old + other, old))
    assert lines("dead-path", *files) == []
