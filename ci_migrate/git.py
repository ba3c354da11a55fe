"""What git knows: which files it could not bring back, and what a tree was at a revision."""

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from ci_migrate.errors import BadFile, BadUsage, Place, Refused
from ci_migrate.globs import matcher

_PATHS_A_CALL = 500


def uncommitted(root: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return those of the paths, relative to `root`, that git could not bring back.

    They have changes that are not committed, or git does not know them, because they are new,
    ignored, or another repository's. Without a repository there are none. Raises Refused if git
    can't tell.
    """
    top = _repository(root)
    if top is None:
        return ()
    real = {
        os.path.relpath(os.path.realpath(os.path.join(root, path)), top): path for path in paths
    }
    parts = list(_parts(real))
    known = {path for part in parts for path in _unchanged_by_hint(top, part)}
    changed = {path for part in parts for path in _changed(top, part)}
    return tuple(real[path] for path in real if path in changed or path not in known)


class Revision:
    """The files of a repository as they are at a revision, by their path from its top."""

    def __init__(self, root: str, revision: str) -> None:
        """Look the files up; raises BadUsage for no repository or an unknown revision."""
        top = root if _is_bare(root) else _repository(os.path.realpath(root))
        if top is None:
            raise BadUsage(f"'{root}' is in no git repository", hint="name one with --root")
        try:
            listed = _git(top, "ls-tree", "-r", "-z", "--full-tree", f"{revision}^{{tree}}")
        except Refused as error:
            what = f"'{revision}' is no revision here, and no folder"
            raise BadUsage(what, hint="name a commit, a branch or a tag") from error
        records = (record.split("\t", 1) for record in listed)
        self.top = top
        self.objects = {path: head.split()[2] for head, path in records if head.startswith("100")}

    def paths(self, globs: tuple[str, ...]) -> list[str]:
        """Return the paths that match any of the globs, each once, sorted."""
        return sorted(filter(matcher(globs).fullmatch, self.objects))

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if git lacks it."""
        name = self.objects.get(path)
        if name is None:
            return None
        try:
            return _object(self.top, name)
        except OSError as error:
            what = "git has no such object here"
            raise BadFile(what, place=Place(path), hint="fetch it first") from error

    def note(self, error: BadFile) -> None:
        """Do nothing: who reads a revision for a run keeps the notes."""


def _is_bare(root: str) -> bool:
    """Say whether a folder is the repository itself, without files beside it."""
    return all(os.path.exists(os.path.join(root, name)) for name in ("HEAD", "objects", "refs"))


@lru_cache(maxsize=4096)
def _object(top: str, name: str) -> bytes:
    import subprocess  # only what reads revisions needs it

    command = ["git", "cat-file", "blob", name]
    run = subprocess.run(command, cwd=top, capture_output=True, check=False)
    if run.returncode:
        raise FileNotFoundError(name)
    return run.stdout


def _repository(folder: str) -> str | None:
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _parts(paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(paths)
    while part := tuple(islice(rest, _PATHS_A_CALL)):
        yield part


def _unchanged_by_hint(top: str, paths: tuple[str, ...]) -> Iterator[str]:
    """Yield the files that git tracks and was not told to overlook changes of."""
    for record in _git(top, "ls-files", "-z", "-v", "--", *paths):
        if record.startswith("H "):
            yield record[2:]


def _changed(top: str, paths: tuple[str, ...]) -> Iterator[str]:
    options = ("--porcelain", "-z", "--no-renames", "--untracked-files=all")
    for record in _git(top, "status", *options, "--", *paths):
        yield record[3:]


def _git(top: str, *words: str) -> list[str]:
    import subprocess  # only a run that writes needs it

    command = ["git", "--no-optional-locks", "--literal-pathspecs", *words]
    try:
        run = subprocess.run(command, cwd=top, capture_output=True, check=False)
    except OSError as error:
        raise _unknown(str(error.strerror)) from error
    if run.returncode:
        raise _unknown(run.stderr.decode(errors="replace").strip().split("\n")[0])
    return [os.fsdecode(record) for record in run.stdout.split(b"\0") if record]


def _unknown(why: str) -> Refused:
    what = f"git can't say whether files are committed: {why}"
    return Refused(what, place=Place("."), hint="mend that, or add --allow-dirty")
