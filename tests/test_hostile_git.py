"""Repositories and revisions of strangers: nothing that they say is run, or taken for an option."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ci_migrate.apply import apply_recipe
from ci_migrate.errors import BadUsage, CiMigrateError
from ci_migrate.git import Revision, ends_of, head, uncommitted
from ci_migrate.record import trailers
from ci_migrate.verify import verify
from tests.test_cli import cli, git

AREA = ".buildkite/a.yaml"
RECIPE = "name: move\ntitle: M\noperations:\n  - set-queue: {jobs: {queue: old}, to: new}\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a repository with a commit before a run of its recipe, and the commit of the run."""
    files = {
        AREA: "steps:\n- device: old\n",
        "recipes/move.yaml": RECIPE.replace("title: M\n", "title: M\ndialect: vllm-test-areas\n"),
        ".gitattributes": "* filter=evil diff=evil merge=evil\n",
        "other.txt": "x\n",
    }
    root = tmp_path / "tree"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Begin")
    git(root, "checkout", "-qb", "moved")
    run = apply_recipe(
        "move", root=root, values={}, mode="apply", allow_dirty=False, proof="quick", with_base=True
    )
    git(root, "add", "-A")
    git(root, "commit", "-qm", f"Move\n\n{trailers(run)}")
    git(root, "checkout", "-q", "main")
    return root


def trap(root: Path) -> Path:
    """Write a command that leaves a mark wherever it is run, and give it what it is given."""
    command = root.parent / "trap"
    command.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{root.parent}/sprung'\ncat\n")
    command.chmod(0o755)
    return command


CONFIGS = {
    "a monitor": {"core.fsmonitor": "{trap}"},
    "hooks": {"core.hooksPath": "{hooks}"},
    "a filter": {"filter.evil.clean": "{trap}", "filter.evil.smudge": "{trap}"},
    "a filter that must work": {"filter.evil.clean": "{trap}", "filter.evil.required": "true"},
    "a filter that stays": {"filter.evil.process": "{trap}"},
    "a diff": {"diff.evil.command": "{trap}", "diff.external": "{trap}"},
    "a text of a diff": {"diff.evil.textconv": "{trap}"},
    "a merge": {"merge.evil.driver": "{trap}"},
    "a pager": {"core.pager": "{trap}", "pager.log": "{trap}", "pager.status": "{trap}"},
    "an editor": {"core.editor": "{trap}", "sequence.editor": "{trap}"},
    "signatures": {"log.showSignature": "true", "gpg.program": "{trap}", "commit.gpgSign": "true"},
    "credentials": {"credential.helper": "!{trap}", "core.askPass": "{trap}"},
    "aliases": {"alias.status": "!{trap}", "alias.ls-tree": "!{trap}"},
    "all": {
        "core.fsmonitor": "{trap}",
        "core.hooksPath": "{hooks}",
        "filter.evil.clean": "{trap}",
        "log.showSignature": "true",
        "gpg.program": "{trap}",
    },
}


@pytest.fixture
def signed(tree: Path) -> None:
    """Let the last commit claim a signature, so that git would have it checked."""
    body = git(tree, "cat-file", "commit", "moved")
    top, blank, message = body.partition("\n\n")
    mark = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    command = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    body = f"{top}\n{mark}{blank}{message}"
    run = subprocess.run(command, cwd=tree, input=body.encode(), capture_output=True, check=True)
    git(tree, "update-ref", "refs/heads/moved", run.stdout.decode().strip())


@pytest.mark.usefixtures("signed")
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_no_command_of_a_repository_is_run(tree: Path, config: dict[str, str]) -> None:
    hooks = tree / "hooks"
    hooks.mkdir()
    command = trap(tree)
    for name in (
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "fsmonitor-watchman",
    ):
        shutil.copy(command, hooks / name)
    for name, value in config.items():
        git(tree, "config", name, value.format(trap=command, hooks=hooks))
    (tree / AREA).touch()  # so that git looks at what is in it
    assert verify("main..moved", root=tree).exit_code == 0
    assert uncommitted(str(tree), [AREA, "other.txt"]) == ()
    (tree / "other.txt").write_text("y\n")
    assert uncommitted(str(tree), [AREA, "other.txt"]) == ("other.txt",)
    assert Revision(str(tree), "moved").read(AREA) == b"steps:\n- device: new\n"
    assert cli("infer", "main", "moved", cwd=tree).returncode == 0
    assert cli("apply", "move", cwd=tree).returncode == 0
    assert not (tree.parent / "sprung").exists()


def test_the_traps_would_spring(tree: Path) -> None:
    """The commands above are run by a plain git: the tests can fail."""
    command = trap(tree)
    git(tree, "config", "core.fsmonitor", str(command))
    git(tree, "status")
    assert (tree.parent / "sprung").exists()


def test_a_filter_with_an_odd_name(tree: Path) -> None:
    command = trap(tree)
    (tree / ".gitattributes").write_text("* filter=a=b.c\n")
    git(tree, "commit", "-qam", "Attributes")
    git(tree, "config", "filter.a=b.c.clean", str(command))
    (tree / "other.txt").write_text("y\n")
    assert uncommitted(str(tree), ["other.txt"]) == ("other.txt",)
    assert not (tree.parent / "sprung").exists()


def test_the_users_own_filters_are_run(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user has set up is trusted: without it the file would be as changed."""
    config = tree.parent / "own"
    config.write_text('[filter "evil"]\n clean = tr y x\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    (tree / "other.txt").write_text("y\n")
    assert uncommitted(str(tree), ["other.txt"]) == ()


def test_submodules_are_not_entered(tree: Path) -> None:
    inner = tree / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    git(inner, "commit", "-q", "--allow-empty", "-m", "In")
    git(tree, "-c", "advice.addEmbeddedRepo=false", "add", "inner")
    git(tree, "commit", "-qm", "Inner")
    git(inner, "config", "core.fsmonitor", str(trap(tree)))
    assert uncommitted(str(tree), [AREA, "inner"]) == ()
    assert uncommitted(str(tree), ["inner/x"]) == ("inner/x",)
    assert not (tree.parent / "sprung").exists()


@pytest.mark.parametrize("url", ["ext::{trap} %S", "{tree}", "ssh://example.invalid/x"])
def test_what_is_missing_is_not_fetched(tree: Path, url: str) -> None:
    command = trap(tree)
    missing = git(tree, "rev-parse", f"moved:{AREA}").strip()
    git(tree, "config", "extensions.partialClone", "origin")
    git(tree, "config", "remote.origin.url", url.format(trap=command, tree=tree))
    git(tree, "config", "remote.origin.promisor", "true")
    git(tree, "config", "remote.origin.uploadpack", str(command))
    git(tree, "config", "core.sshCommand", str(command))
    git(tree, "config", "protocol.ext.allow", "always")
    (tree / ".git" / "objects" / missing[:2] / missing[2:]).unlink()
    with pytest.raises(CiMigrateError, match="git has no such object here"):
        Revision(str(tree), "moved").read(AREA)
    assert cli("verify", "main..moved", cwd=tree).returncode == 4
    assert not (tree.parent / "sprung").exists()


OPTIONS = [
    "--help",
    "-h",
    "--output={out}",
    "--upload-pack={trap}",
    "--exec={trap}",
    "-c",
    "--",
    "",
]


@pytest.mark.parametrize("word", OPTIONS)
def test_a_revision_is_no_option(tree: Path, word: str) -> None:
    word = word.format(out=tree / "out", trap=trap(tree))
    for revision in (word, f"{word}..main", f"main..{word}", f"main...{word}"):
        if revision in ("", "..main", "main..", "main..."):
            continue  # which mean HEAD
        with pytest.raises(BadUsage):
            ends_of(str(tree), revision)
    with pytest.raises(BadUsage):
        Revision(str(tree), word)
    assert not (tree / "out").exists()
    assert not (tree.parent / "sprung").exists()


@pytest.mark.parametrize("base", ["--output=out", "-x", "a\0b", "../x", "\udc80"])
def test_a_base_in_a_patch_is_no_option(tree: Path, tmp_path: Path, base: str) -> None:
    patch = git(tree, "diff", "main", "moved")
    path = tmp_path / "odd.patch"
    head = f"Ci-Migrate: move\nCi-Migrate-Base: {base}\n\n"
    path.write_bytes((head + patch).encode(errors="surrogateescape"))
    assert verify(str(path), root=tree).base == "the files as they are"
    assert not (tree / "out").exists()


@pytest.mark.parametrize("name", ["a\0b", "../x.yaml", "/etc/passwd/x.yaml", "--root", "a/\0.yaml"])
def test_a_recipe_in_a_patch_is_one_of_the_tree(tree: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "odd.patch"
    path.write_text(f"Ci-Migrate: {name}\n\n{git(tree, 'diff', 'main', 'moved')}")
    with pytest.raises(CiMigrateError):
        verify(str(path), root=tree)


PATHS = ["../evil", "a/../../evil", "/evil", ".git/config", "sub/.GIT/config", "x/../../evil"]


@pytest.mark.parametrize("path", PATHS)
def test_a_patch_leads_nowhere_else(tree: Path, tmp_path: Path, path: str) -> None:
    (tree / "deep" / "er").mkdir(parents=True)
    (tree / "x").symlink_to("deep/er")
    (tree / "evil").write_text("a\n")
    text = f"Ci-Migrate: move\n\ndiff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    (tmp_path / "odd.patch").write_text(f"{text}@@ -1 +1 @@\n-a\n+b\n")
    with pytest.raises(CiMigrateError, match="does not fit"):
        verify(str(tmp_path / "odd.patch"), root=tree)


def test_replaced_objects_are_not_believed(tree: Path) -> None:
    """A repository can show another object for one; what a commit really has is what counts."""
    git(tree, "replace", f"moved:{AREA}", "main:other.txt")
    assert Revision(str(tree), "moved").read(AREA) == b"steps:\n- device: new\n"


def test_variables_of_another_repository(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a hook git tells its own repository; the folder that was named is the one that counts."""
    other = tree.parent / "other"
    other.mkdir()
    git(other, "init", "-q")
    expected = head(str(tree))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert head(str(tree)) == expected != ""
    assert uncommitted(str(tree), [AREA]) == ()
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "")
    assert uncommitted(str(tree), [AREA]) == ()
