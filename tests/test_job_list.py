"""What is told of a tree: its jobs, and the files that were not understood."""

from pathlib import Path

import pytest

from ci_migrate.errors import Place
from ci_migrate.finding import Finding
from ci_migrate.job_list import count_dialects, list_jobs
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, run
from tests.test_cli import cli

JOB = "on: push\njobs:\n  a:\n    runs-on: old\n"
BROKEN = "b:\n  tags: [old\n"

BESIDE = {
    "gitlab": (".gitlab-ci.yml", "a: {script: x, tags: [old]}\n", ".gitlab/b.yml"),
    "gitlab, included": (
        ".gitlab-ci.yml", "include: ci/b.yml\na: {script: x, tags: [old]}\n", "ci/b.yml",
    ),
    "gitlab, included and looked at": (
        ".gitlab-ci.yml", "include: .gitlab/b.yml\na: {script: x, tags: [old]}\n", ".gitlab/b.yml",
    ),
    "circleci": (
        ".circleci/config.yml", "jobs:\n  a:\n    resource_class: old\n    steps: [checkout]\n", ".circleci/b.yml",
    ),
    "github": (".github/workflows/a.yml", JOB, ".github/workflows/b.yml"),
    "github, called": (
        ".github/workflows/a.yml", JOB + "  b:\n    uses: ./.github/workflows/b.yml\n", ".github/workflows/b.yml",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "other"), BESIDE.values(), ids=BESIDE)
def test_a_file_that_is_no_yaml_hides_no_other(path: str, text: str, other: str) -> None:
    files = {path: text, other: BROKEN}
    found = list_jobs(Memory(files), load_dialect(), ())
    assert [row.queue for row in found.rows if row.key == "a"] == ["old"]
    assert [error.place for error in found.errors] == [Place(other, 3, 1)]
    changeset = run("  - set-queue: {jobs: {queue: old}, to: new}\n", files, "")
    assert [change.after for change in changeset.files] == [text.replace("old", "new")]
    assert [finding.place for finding in changeset.done[0].findings] == [Place(other, 3, 1)]


def test_which_files_have_no_jobs_and_why() -> None:
    files = {
        ".github/workflows/a.yml": JOB,
        ".github/workflows/b.yml": "# later\n",
        ".github/workflows/c.yml": "on: push\n",
        ".gitlab-ci.yml": "stages: [x]\n",
        "charts/values.yaml": "a: b\n",
        "sub/.github/workflows/a.yml": JOB,
    }
    found = list_jobs(Memory(files), load_dialect(), ())
    assert found.without == (
        Finding(Place(".github/workflows/b.yml"), "no YAML in it, or comments alone"),
        Finding(Place(".github/workflows/c.yml"), "nothing that a CI system reads as jobs"),
        Finding(Place(".gitlab-ci.yml"), "gitlab-ci that has no jobs"),
    )
    assert found.elsewhere == ("sub/.github/workflows/a.yml", "charts/values.yaml")
    count = count_dialects(Memory(files))
    assert {row.name: row.files for row in count.rows if row.files} == {
        "github-actions": 1,
        "gitlab-ci": 1,
    }
    assert count.unknown == (".github/workflows/b.yml", ".github/workflows/c.yml")
    assert count.elsewhere == found.elsewhere


def test_the_commands_say_what_was_not_understood(tmp_path: Path) -> None:
    for path, text in {
        "a/.gitlab-ci.yml": "a: b\n",
        "eng/a.yml": "a: b\n",
        "eng/b.yml": BROKEN,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "values.yaml").touch()
    broken = "eng/b.yml:3:1: not valid YAML: while parsing a flow sequence"
    run = cli("list", "--dialects", cwd=tmp_path)
    assert run.returncode == 4
    assert run.stderr.startswith(broken)
    assert run.stderr.splitlines()[1:] == [
        "not understood: 2 YAML files that are of no CI system, as a/.gitlab-ci.yml; 'ci-migrate jobs' tells of each",
        "not looked at: 1 YAML file where no CI system has its files, as values.yaml; "
        "'ci-migrate list --dialects' says where they have them, seen from --root",
    ]
    run = cli("jobs", cwd=tmp_path)
    assert run.returncode == 4
    assert run.stderr.startswith(broken)
    assert [line.partition(":")[0] for line in run.stderr.splitlines()] == [
        "eng/b.yml", "a/.gitlab-ci.yml", "eng/a.yml", "not looked at",
    ]  # fmt: skip
