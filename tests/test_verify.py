"""A change is made again from the recipe that it names, and compared to the byte."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from ci_migrate.apply import apply_recipe
from ci_migrate.errors import BadUsage, Refused
from ci_migrate.record import Record, read, trailers
from ci_migrate.report import verdict as report
from ci_migrate.report.patch import render
from ci_migrate.run import Mode, Run
from ci_migrate.verify import Verdict, verify
from tests.test_cli import cli, git

AREA = ".buildkite/test_areas/a.yaml"
OTHER = ".buildkite/test_areas/b.yaml"
STEPS = "steps:\n- label: One  # the first\n  device: b200\n- label: Two\n  device: h100\n"
RECIPE = """\
name: move
title: Move a queue
parameters:
  to: {default: b200-k8s}
operations:
  - set-queue: {jobs: {queue: b200}, to: "{{to}}"}
  - move-lines: {from: lists/a.txt, to: lists/b.txt, lines: {entry: two}}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        AREA: STEPS,
        OTHER: STEPS.replace("\n", "\r\n"),
        "recipes/move.yaml": RECIPE.replace("{{to}}", "${to}"),
        "lists/a.txt": "one\ntwo",
        "other.txt": "x\n",
    }
    for path, text in files.items():
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_bytes(text.encode())
    git(tmp_path / "tree", "init", "-q", "-b", "main")
    commit(tmp_path / "tree", "Begin")
    return tmp_path / "tree"


def commit(tree: Path, message: str) -> None:
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", message)


def applied(tree: Path, mode: Mode = "apply", **values: str) -> Run:
    return apply_recipe(
        "move", root=tree, values=values, mode=mode, allow_dirty=False, proof="quick",
        with_base=True,
    )  # fmt: skip


def committed(tree: Path, more: str = "", **values: str) -> None:
    run = applied(tree, "apply", **values)
    commit(tree, f"Move\n\n{more}{trailers(run)}")


def differing(verdict: Verdict) -> dict[str, str]:
    return {difference.path: difference.kind for difference in verdict.differences}


@pytest.fixture
def patch(tree: Path, tmp_path: Path) -> Path:
    path = tmp_path / "a patch"
    path.write_bytes(render(applied(tree, "dry-run")).encode())
    return path


def test_a_patch_is_verified(tree: Path, patch: Path) -> None:
    verdict = verify(str(patch), root=tree)
    assert (verdict.exit_code, verdict.compared) == (0, 4)
    assert report.conclusion(verdict).startswith("verified: 4 files as move makes them of ")


def test_a_patch_of_an_older_commit_is_verified_on_that_commit(tree: Path, patch: Path) -> None:
    (tree / AREA).write_text(STEPS.replace("One", "Uno"))
    commit(tree, "Later")
    assert verify(str(patch), root=tree).exit_code == 0
    with pytest.raises(Refused, match="the patch does not fit"):
        verify(str(patch), root=tree, base="HEAD")


def test_a_patch_is_verified_outside_git(tree: Path, patch: Path) -> None:
    shutil.rmtree(tree / ".git")
    verdict = verify(str(patch), root=tree)
    assert (verdict.exit_code, verdict.base) == (0, "the files as they are")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("+  device: b200-k8s\n", "+  device: b300-k8s\n", AREA),
        ("+  device: b200-k8s\n", "+  device: b200-k8s \n", AREA),
        ("+  device: b200-k8s\r\n", "+  device: b200-k8s\n", OTHER),
        ("+two\n", "+two\n\\ No newline at end of file\n", "lists/b.txt"),
    ],
)
def test_a_changed_patch_is_found(tree: Path, patch: Path, old: str, new: str, path: str) -> None:
    content = patch.read_bytes().decode()
    assert old in content
    patch.write_bytes(content.replace(old, new, 1).encode())
    verdict = verify(str(patch), root=tree)
    assert differing(verdict) == {path: "differs"}
    assert verdict.exit_code == 1
    assert "⏎" in report.as_text(verdict)


def test_a_file_that_the_patch_leaves_out(tree: Path, patch: Path) -> None:
    start, _, rest = patch.read_bytes().partition(b"diff --git")
    first, _, others = rest.partition(b"diff --git")
    patch.write_bytes(start + b"diff --git" + others)
    assert AREA in first.decode()
    assert differing(verify(str(patch), root=tree)) == {AREA: "missing in the change"}


EXTRA = """\
diff --git a/other.txt b/other.txt
--- a/other.txt
+++ b/other.txt
@@ -1 +1 @@
-x
+y
"""


def test_a_file_that_the_recipe_does_not_make(tree: Path, patch: Path) -> None:
    patch.write_bytes(patch.read_bytes() + EXTRA.encode())
    assert differing(verify(str(patch), root=tree)) == {"other.txt": "not made by the recipe"}
    verdict = verify(str(patch), root=tree, leave_out=("other.*",))
    assert (verdict.exit_code, verdict.left_out) == (0, ("other.txt",))


@pytest.mark.parametrize(
    ("extra", "path", "kind"),
    [
        ("old mode 100644\nnew mode 100755\n", "other.txt", "has another mode"),
        ("similarity index 100%\nrename from other.txt\nrename to new.txt\n", "new.txt", "not made"),
        ("similarity index 100%\ncopy from other.txt\ncopy to new.txt\n", "new.txt", "not made"),
        ("deleted file mode 100644\n--- a/other.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "other.txt", "not made"),
    ],
    ids=["a mode", "a rename", "a copy", "a deleted file"],
)  # fmt: skip
def test_other_changes_of_files(tree: Path, patch: Path, extra: str, path: str, kind: str) -> None:
    end = "new.txt" if path == "new.txt" else "other.txt"
    patch.write_bytes(patch.read_bytes() + f"diff --git a/other.txt b/{end}\n{extra}".encode())
    assert differing(verify(str(patch), root=tree))[path].startswith(kind)


def test_a_link_in_a_patch_is_not_followed(tree: Path, patch: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    link = (
        "diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n"
        f"@@ -0,0 +1 @@\n+{tmp_path / 'secret'}\n\\ No newline at end of file\n"
    )
    patch.write_bytes(patch.read_bytes() + link.encode())
    (difference,) = verify(str(patch), root=tree).differences
    assert difference.found == os.fsencode(tmp_path / "secret")


@pytest.mark.parametrize(
    "path", ["../out.txt", "/out.txt", ".git/config"], ids=["above", "absolute", "git's own"]
)
def test_a_patch_that_leads_out_is_refused(tree: Path, patch: Path, path: str) -> None:
    new = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    patch.write_bytes(patch.read_bytes() + f"{new}@@ -0,0 +1 @@\n+x\n".encode())
    before = sorted(tree.parent.rglob("*"))
    with pytest.raises(Refused):
        verify(str(patch), root=tree)
    assert sorted(tree.parent.rglob("*")) == before


def test_a_patch_that_does_not_fit_is_refused(tree: Path, patch: Path) -> None:
    patch.write_bytes(patch.read_bytes().replace(b" - label: Two\n", b" - label: Zwei\n"))
    patch.write_bytes(patch.read_bytes().replace(b" steps:\n", b" stages:\n"))
    with pytest.raises(Refused, match="the patch does not fit: patch failed"):
        verify(str(patch), root=tree)


def test_a_commit_is_verified(tree: Path) -> None:
    committed(tree)
    assert verify("HEAD", root=tree).exit_code == 0
    assert verify("HEAD~1..HEAD", root=tree).exit_code == 0
    assert verify("HEAD", root=tree / "lists", record=Record(str(tree / "recipes/move.yaml")))


def test_values_are_given_again(tree: Path) -> None:
    committed(tree, to="a queue's name")
    assert verify("HEAD", root=tree).exit_code == 0


def test_a_changed_commit_is_found(tree: Path) -> None:
    run = applied(tree)
    (tree / AREA).write_text((tree / AREA).read_text().replace("Two", "Zwei"))
    (tree / OTHER).write_text((tree / OTHER).read_text())
    (tree / "other.txt").unlink()
    (tree / "link").symlink_to("other.txt")
    (tree / "lists/a.txt").chmod(0o755)
    commit(tree, f"Move\n\n{trailers(run)}")
    assert differing(verify("HEAD", root=tree)) == {
        AREA: "differs",
        OTHER: "differs",
        "link": "not made by the recipe",
        "lists/a.txt": "has another mode",
        "other.txt": "not made by the recipe",
    }


def test_a_branch_is_verified_where_it_left(tree: Path) -> None:
    git(tree, "checkout", "-q", "-b", "move")
    committed(tree)
    git(tree, "checkout", "-q", "main")
    (tree / AREA).write_text(STEPS.replace("One", "Uno"))
    commit(tree, "Later")
    assert verify("main...move", root=tree).exit_code == 0
    assert verify("main..move", root=tree).exit_code == 1


def test_an_undone_run_is_verified(tree: Path) -> None:
    only = (
        RECIPE.replace("{{to}}", "${to}").replace("b200}", "b200, label: One}").split("  - move")[0]
    )
    (tree / "recipes/move.yaml").write_text(only)
    (tree / OTHER).unlink()
    commit(tree, "Only queues")
    committed(tree)
    run = apply_recipe(
        "move", root=tree, values={}, mode="apply", allow_dirty=False, proof="quick", reverse=True,
        jobs=("One",),
    )  # fmt: skip
    commit(tree, f"Back\n\n{trailers(run)}")
    assert "--reverse --job One" in trailers(run)
    assert verify("HEAD", root=tree).exit_code == 0


def test_another_recipe_is_warned_of(tree: Path) -> None:
    committed(tree)
    with (tree / "recipes/move.yaml").open("a") as file:
        file.write("# more\n")
    verdict = verify("HEAD", root=tree)
    assert verdict.exit_code == 0
    assert verdict.warnings == (
        "the recipe is not the one that the change names: its SHA-256 is another",
    )


def test_a_recipe_that_comes_with_the_change_is_warned_of(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree)
    with (tree / "recipes/move.yaml").open("a") as file:
        file.write("# more\n")
    committed(tree)
    verdict = verify("HEAD", root=Path())
    assert differing(verdict) == {"recipes/move.yaml": "not made by the recipe"}
    assert verdict.warnings == (
        "the change has its own recipe in it, recipes/move.yaml: read it as well",
    )


def test_a_recipe_that_is_refused_on_the_base(tree: Path) -> None:
    committed(tree)
    (tree / "recipes/move.yaml").write_text(
        RECIPE.replace("{{to}}", "${to}").replace("{jobs", "{expect: 7, jobs")
    )
    verdict = verify("HEAD", root=tree)
    assert (verdict.exit_code, verdict.compared) == (3, 4)
    assert report.conclusion(verdict).startswith("move is refused on ")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Move", "'HEAD' does not say which recipe made it; name the recipe with --recipe"),
        ("Ci-Migrate: move --to x", "can't be read; name the recipe with --recipe"),
        ("Ci-Migrate: move 'x", "can't be read; name the recipe with --recipe"),
        ("Ci-Migrate: ", "can't be read; name the recipe with --recipe"),
        ("Ci-Migrate: a\nCi-Migrate: b", "several recipes made this change; verify commit by commit"),
        ("Ci-Migrate: nope", "no recipe 'nope'"),
    ],
)  # fmt: skip
def test_records_that_can_not_be_followed(tree: Path, message: str, error: str) -> None:
    (tree / AREA).write_text("steps: []\n")
    commit(tree, message)
    with pytest.raises(BadUsage) as caught:
        verify("HEAD", root=tree)
    assert error in str(caught.value)


def test_a_record_can_not_lead_out_of_the_root(tree: Path) -> None:
    (tree.parent / "move.yaml").write_text(RECIPE)
    (tree / AREA).write_text("steps: []\n")
    commit(tree, "Ci-Migrate: ../move.yaml")
    with pytest.raises(Refused, match="the path leads out of the root"):
        verify("HEAD", root=tree)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("nope", "'nope' is no commit here, and no file"),
        ("main..nope", "'nope' is no commit here, and no file"),
        ("HEAD", "nothing is before 'HEAD', the first commit"),
        ("--output=x", "'--output=x' is no commit here"),
    ],
)
def test_changes_that_are_not_there(tree: Path, change: str, error: str) -> None:
    with pytest.raises(BadUsage) as caught:
        verify(change, root=tree)
    assert error in str(caught.value)


def test_records_are_read_as_they_were_written(tree: Path) -> None:
    run = applied(tree, "dry-run", to="it's; a $(queue)")
    assert read(f"Title\n\nText\n{trailers(run)}") == Record(
        "move",
        (("to", "it's; a $(queue)"),),
        version=trailers(run).split("Version: ")[1].split("\n")[0],
        sha256=run.recipe.digest,
        base=git(tree, "rev-parse", "HEAD").strip(),
    )


def test_the_command(tree: Path, patch: Path) -> None:
    run = cli("verify", str(patch), cwd=tree)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[-1].startswith("verified: 4 files as move makes them of ")
    patch.write_bytes(patch.read_bytes() + EXTRA.encode())
    run = cli("verify", str(patch), "--format", "json", cwd=tree)
    told = json.loads(run.stdout)
    assert (run.returncode, told["verified"]) == (1, False)
    assert [one["path"] for one in told["differences"]] == ["other.txt"]
    run = cli("verify", "HEAD", "--job", "x", cwd=tree)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "--param, --job and --reverse go with a recipe; add --recipe NAME\n"


def test_a_patch_from_standard_input(tree: Path, patch: Path) -> None:
    command = ["python", "-m", "ci_migrate", "verify", "-", "--root", str(tree)]
    run = subprocess.run(command, input=patch.read_bytes(), capture_output=True, check=True)
    assert b"verified: 4 files" in run.stdout


def test_files_keep_their_modes_in_the_comparison(tree: Path) -> None:
    (tree / AREA).chmod(stat.S_IMODE((tree / AREA).stat().st_mode) | 0o111)
    commit(tree, "A mode")
    committed(tree)
    assert verify("HEAD", root=tree).exit_code == 0
