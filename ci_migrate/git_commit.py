"""Make a commit of the files that a run changed, and of nothing else."""

import os
import subprocess
from collections.abc import Iterable
from contextlib import suppress

from ci_migrate.errors import BadUsage, Place, Refused

_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


def check_ready(root: str, branch: str) -> None:
    """Check, before anything is written, that a commit can be made, on a new branch if named.

    Raises BadUsage for no repository or a branch that can't be made; Refused where changes are
    staged, or a merge or the like is under way.
    """
    try:
        top = _git(root, "rev-parse", "--show-toplevel").rstrip("\n")
    except Refused as error:
        raise BadUsage(f"'{root}' is in no git repository", hint="leave --commit out") from error
    if _git(top, "diff", "--cached", "--name-only", "-z"):
        what = "there are staged changes, which are not this commit's"
        raise Refused(what, place=Place(top), hint="commit or unstage them first")
    for name in _UNDER_WAY:
        path = os.path.join(top, _git(top, "rev-parse", "--git-path", name).rstrip("\n"))
        if os.path.exists(path):
            what = f"a merge, a rebase or the like is under way ({name})"
            raise Refused(what, place=Place(top), hint="end it first")
    if branch:
        _check_branch(top, branch)


def commit(root: str, paths: Iterable[str], message: str, branch: str) -> str:
    """Commit these files, given relative to `root`, and return the commit's short name.

    With `branch` it is made on a new one. Raises Refused if git does not make it, because of a
    hook for example; the files stay as they are then, and neither stage nor branch is kept.
    """
    listed = [*paths]
    before = _head(root)
    if branch:
        _git(root, "checkout", "--quiet", "-b", branch)
    try:
        _git(root, "add", "--all", "--force", "--", *listed)
        _git(root, "commit", "--quiet", "--file=-", "--only", "--", *listed, input=message)
    except Refused as error:
        with suppress(Refused):
            _git(root, "reset", "--quiet", "--", *listed)
        if branch:
            _git(root, "symbolic-ref" if before.startswith("refs/") else "checkout", *_to(before))
            _git(root, "branch", "--quiet", "-D", branch)
        what = f"the files are written, but git does not commit them: {error.what}"
        raise Refused(what, place=error.place, hint="mend that and commit, or undo") from error
    return _git(root, "rev-parse", "--short", "HEAD").strip()


def _check_branch(top: str, branch: str) -> None:
    try:
        _git(top, "check-ref-format", "--branch", branch)
    except Refused as error:
        raise BadUsage(f"'{branch}' is no name for a branch", hint="choose another") from error
    with suppress(Refused):
        _git(top, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        raise BadUsage(f"there is a branch '{branch}' already", hint="choose another name")


def _head(root: str) -> str:
    """Return the branch that is checked out, or the commit where none is."""
    try:
        return _git(root, "symbolic-ref", "--quiet", "HEAD").strip()
    except Refused:
        return _git(root, "rev-parse", "HEAD").strip()


def _to(before: str) -> tuple[str, ...]:
    return ("HEAD", before) if before.startswith("refs/") else ("--quiet", "--detach", before)


def _git(folder: str, *words: str, input: str = "") -> str:
    command = ["git", "--literal-pathspecs", *words]
    try:
        run = subprocess.run(
            command,
            cwd=folder,
            input=input.encode(errors="backslashreplace"),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise Refused(f"git can't be run: {error.strerror}", hint="install it") from error
    if run.returncode:
        lines = run.stderr.decode(errors="replace").strip().splitlines()
        raise Refused(lines[-1] if lines else f"git {words[0]} fails", place=Place(folder))
    return os.fsdecode(run.stdout)
