"""The command `audit`: its formats, its baseline, and what it mends."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ci_migrate.audit import audit_names
from ci_migrate.baseline import BASELINE
from ci_migrate.cli import app
from ci_migrate.errors import Place
from ci_migrate.finding import Audited, Finding
from ci_migrate.fixes import fix, recipe_of
from ci_migrate.report.audits import github, markdown
from ci_migrate.report.github import SHOWN
from ci_migrate.report.markdown import LIMIT
from tests.memory import Memory
from tests.test_cli import git
from tests.test_formats import check_sarif

FILE = ".buildkite/test_areas/evals.yaml"
JOBS = """\
group: Evals
depends_on: [image]
steps:
- label: Evals
  key: evals
  device: {device}
  source_file_dependencies: [csrc/]
  commands:
  - vllm serve m -tp 2
"""
NEEDS = "'vllm serve m -tp 2' needs 2 GPUs, and 'evals' gets 1 GPU on b200-k8s"
SAW = "'evals' saw the 2 GPUs of a b200 host, and gets 1 on b200-k8s"
ADD = "add-field: {jobs: {key: 'evals', file: '.buildkite/test_areas/evals.yaml'}, field: <gpus>, value: 2, after: <queue>}"


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A tree whose job has moved to b200-k8s; `before` in it is the tree that it was."""
    for folder, device in ((".", "b200-k8s"), ("before", "b200")):
        path = tmp_path / folder / FILE
        path.parent.mkdir(parents=True)
        path.write_text(JOBS.format(device=device))
    return tmp_path


def _audit(root: Path, *words: str) -> tuple[int, str]:
    sides = ("--root", str(root), "--before", str(root / "before"))
    only = ("--only", "gpu-fit", "--only", "gpu-visibility")
    result = CliRunner().invoke(app, ["audit", *sides, *only, *words])
    return result.exit_code, result.output


def test_text(moved: Path) -> None:
    assert _audit(moved) == (
        1,
        f"{FILE}:6:11: warning: {SAW} [gpu-visibility]\n"
        f"{FILE}:9:5: error: {NEEDS} [gpu-fit]\n"
        "1 error, 1 warning\n",
    )


def test_json(moved: Path) -> None:
    code, text = _audit(moved, "--format", "json")
    report = json.loads(text)
    assert code == 1
    assert [one["message"] for one in report.pop("findings")] == [SAW, NEEDS]
    others = {"version": 1, "gone": [], "stay": [], "allowed": 0, "baseline": 0, "unused": 0}
    assert report == others


def test_github(moved: Path) -> None:
    _, text = _audit(moved, "--format", "github")
    assert text == (
        f"::error file={FILE},line=9,title=gpu-fit::{NEEDS}\n"
        f"::warning file={FILE},line=6,title=gpu-visibility::{SAW}\n"
        "1 error, 1 warning\n"
    )


def test_markdown(moved: Path) -> None:
    _, text = _audit(moved, "--format", "markdown")
    assert text.splitlines() == [
        "### ci-migrate audit",
        "",
        "**1 error, 1 warning**",
        "",
        f"- ⚠️ `{FILE}:6:11` {SAW} (gpu-visibility)",
        f"- ❌ `{FILE}:9:5` {NEEDS} (gpu-fit)",
        f"  A fix: `{ADD}`",
        "",
        "<!-- ci-migrate: audit -->",
    ]


def test_sarif(moved: Path) -> None:
    _, text = _audit(moved, "--format", "sarif")
    log = json.loads(text)
    check_sarif(log)
    results = log["runs"][0]["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [
        ("gpu-visibility", "warning"),
        ("gpu-fit", "error"),
    ]
    assert results[0]["message"]["text"] == SAW
    assert results[1]["message"]["text"] == f"{NEEDS}; a fix: {ADD}"


def test_long_reports_are_cut() -> None:
    one = Finding(Place("a.yaml", 1), "x" * 100, "error", "gpu-fit")
    many = Audited(tuple(one._replace(subject=str(number)) for number in range(1000)))
    assert len(github.render(many).splitlines()) == SHOWN + 1
    text = markdown.render(many)
    assert len(text) < LIMIT
    assert "more are left out" in text


def test_a_baseline_takes_what_is_there(moved: Path) -> None:
    code, text = _audit(moved, "--write-baseline")
    assert (code, text) == (0, f"1 error, 1 warning; written to {BASELINE}\n")
    assert _audit(moved) == (0, "nothing found; 2 in the baseline\n")
    path = moved / FILE
    path.write_text("# A line more\n" + path.read_text().replace("-tp 2", "-tp 4"))
    code, text = _audit(moved)
    assert (code, text.splitlines()[-1]) == (
        1,
        "1 error; 1 no more; 1 in the baseline; 1 in the baseline, and no more found: write it again",
    )
    assert _audit(moved, "--write-baseline")[0] == 0
    assert _audit(moved)[1].endswith("nothing found; 1 no more; 2 in the baseline\n")


def test_the_lines_of_audits_that_do_not_run_are_not_unused(moved: Path) -> None:
    _audit(moved, "--write-baseline")
    words = ("audit", "--root", str(moved), "--only", "gpu-fit")
    assert CliRunner().invoke(app, words).output == "nothing found; 1 in the baseline\n"


def test_fix_mends_and_can_be_undone(moved: Path) -> None:
    before = (moved / FILE).read_text()
    code, text = _audit(moved, "--fix", "--dry-run", "--allow-dirty")
    assert (code, (moved / FILE).read_text()) == (0, before)
    assert "+  num_devices: 2\n" in text
    assert "1 file would change; nothing was written" in text
    assert "no more: " in text
    code, text = _audit(moved, "--fix", "--allow-dirty")
    assert code == 0
    assert (moved / FILE).read_text() == before.replace("k8s\n", "k8s\n  num_devices: 2\n")
    assert _audit(moved)[1].endswith("nothing found; 1 no more\n")
    assert _audit(moved, "--fix") == (0, "nothing to fix\n")
    assert CliRunner().invoke(app, ["undo", "--root", str(moved)]).exit_code == 0
    assert (moved / FILE).read_text() == before


def test_the_recipe_does_what_fix_does(moved: Path) -> None:
    code, text = _audit(moved, "--format", "recipe")
    assert (code, text) == (
        0,
        f"name: audit-fixes\ntitle: Fix what audits find\noperations:\n- {ADD}\n",
    )
    path = moved / "audit-fixes.yaml"
    path.write_text(text)
    words = ["apply", str(path), "--root", str(moved), "--allow-dirty"]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert "num_devices: 2" in (moved / FILE).read_text()
    assert _audit(moved, "--format", "recipe") == (0, "# nothing to fix\n")


def _finding(fix: str) -> Finding:
    return Finding(Place("a.yaml"), "wrong", fix=fix)


def test_a_fix_that_is_refused_leaves_the_others() -> None:
    good = ADD.replace("value: 2", "value: '$x'")
    lost = ADD.replace("evals", "none")
    text = recipe_of(map(_finding, (lost, good, lost, good, "", "bad\x1b")))
    assert text.count("\n- ") == 2
    tree = Memory({FILE: JOBS.format(device="b200-k8s")})
    _, changeset, errors = fix(text, tree)
    assert [error.what for error in errors] == ["no job has the key 'none'"]
    (change,) = changeset.files
    assert "  num_devices: $x\n" in (change.after or "")
    _, changeset, errors = fix(recipe_of([_finding(lost)]), tree)
    assert (len(changeset.failures), changeset.files, errors) == (1, (), ())


def test_all_audits_are_listed_with_what_they_find() -> None:
    lines = CliRunner().invoke(app, ["list", "--audits"]).output.splitlines()
    assert [line.split()[0] for line in lines] == list(audit_names())
    assert all(re.fullmatch(r"[a-z-]+  +[a-z].{20,100}", line) for line in lines)


def test_since_a_revision_only_what_is_below_the_folder_is_looked_at(tmp_path: Path) -> None:
    root, outside = tmp_path / "below", tmp_path / "tests" / "test_a.py"
    for path, text in ((root / FILE, JOBS.format(device="b200")), (outside, "")):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    (root / FILE).write_text(JOBS.format(device="b200-k8s"))
    outside.write_text("@pytest.mark.skip\ndef test_a(): pass\n")
    words = ["audit", "--root", str(root), "--since", "HEAD", "--format", "json"]
    result = CliRunner().invoke(app, words)
    found = json.loads(result.output)["findings"]
    assert {(one["audit"], one["path"]) for one in found} == {
        ("gpu-fit", FILE),
        ("gpu-visibility", FILE),
    }


def test_options_that_exclude_each_other(moved: Path) -> None:
    assert _audit(moved, "--since", "HEAD")[0] == 2
    assert _audit(moved, "--fix", "--write-baseline")[0] == 2
