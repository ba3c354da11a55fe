"""A change that someone proposes, as a patch or in git, and the files that it leads to."""

import os
import re
import subprocess
import sys
import tempfile
from ast import literal_eval
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ci_migrate.errors import BadFile, Place, Refused
from ci_migrate.files import Folder, mode_of
from ci_migrate.git import Revision, ends_of, files_between, messages


class FileState(NamedTuple):
    """A file's mode as git writes it, such as `100644`, and its bytes."""

    mode: str
    content: bytes


_LEFT = re.compile(rb"^(?:rename|copy) from ([^\n]+)$", re.M)  # no line of a hunk begins so

States = dict[str, FileState | None]


class Proposal(NamedTuple):
    """A change: the `words` that come with it, its `base` if it has one, and what it leads to.

    `after` gives the files that it changes as they are then, None for one that is gone.
    """

    words: str
    base: str
    after: "Callable[[Revision | Folder], States]"


def from_patch(path: str) -> Proposal:
    """Read a patch, `-` from standard input; raises BadFile if it can't be read."""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        what = f"can't read: {error.strerror}"
        raise BadFile(what, place=Place(path), hint="check the path") from error
    head = content.split(b"\ndiff --git ", 1)[0]
    return Proposal(head.decode(errors="replace"), "", lambda before: _patched(content, before))


def from_git(revisions: str, root: Path) -> Proposal:
    """Look up a commit, or a range; raises BadUsage for what git does not know."""
    base, head = ends_of(str(root), revisions)

    def after(before: Revision | Folder) -> States:
        changed = files_between(str(root), base, head)
        return {path: FileState(mode, file) if mode else None for path, mode, file in changed}

    return Proposal(messages(str(root), base, head), base, after)


def _patched(patch: bytes, before: Revision | Folder) -> States:
    """Return the files of a patch once it is applied; git does that, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = _paths(patch, _apply(folder, patch, "--numstat", "-z"))
        for path in paths:
            content = before.read(path)
            if content is not None:
                _write(folder, path, FileState(before.mode(path), content))
        _apply(folder, patch)
        return {path: _read(folder, path) for path in paths}


def _apply(folder: str, patch: bytes, *options: str) -> bytes:
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", *options, "-"]
    nowhere = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    inside = {"GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(folder))}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**kept, **nowhere, **inside}
    try:
        run = subprocess.run(
            command, cwd=folder, input=patch, env=environment, capture_output=True, check=False
        )
    except OSError as error:
        raise Refused(f"git can't be run: {error.strerror}", hint="install it") from error
    if run.returncode:
        why = run.stderr.decode(errors="replace").strip().split("\n")[0].removeprefix("error: ")
        raise Refused(f"the patch does not fit: {why}", hint="name what it is made of with --base")
    return run.stdout


def _paths(patch: bytes, numstat: bytes) -> list[str]:
    """Return the paths of a patch; of files that it renames, git counts the new ones only."""
    counted = [os.fsdecode(record).split("\t", 2)[-1] for record in numstat.split(b"\0")]
    left = [_unquoted(match[1]) for match in _LEFT.finditer(patch)]
    return list(dict.fromkeys(filter(None, [*counted, *left])))


def _unquoted(name: bytes) -> str:
    """Return a path that git may have written in quotes, with C's escapes."""
    try:
        quoted = name.startswith(b'"')
        return os.fsdecode(literal_eval(f"b{name.decode()}") if quoted else name)
    except (ValueError, SyntaxError) as error:
        what = "the patch does not fit: it renames a file whose name can't be read"
        raise Refused(what, hint="make it anew with git diff") from error


def _write(folder: str, path: str, state: FileState) -> None:
    full = Path(folder, path)
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(state.content)
    full.chmod(0o755 if state.mode == "100755" else 0o644)


def _read(folder: str, path: str) -> FileState | None:
    full = os.path.join(folder, path)
    if os.path.islink(full):
        return FileState("120000", os.fsencode(os.readlink(full)))
    if not os.path.exists(full):
        return None
    return FileState(mode_of(os.stat(full)), Path(full).read_bytes())
