"""What git knows: which files it could not bring back, and what a tree was at a revision."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice

from ci_migrate.errors import BadFile, BadUsage, Place, Refused
from ci_migrate.git_process import GitFailed, run, without_filters
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


def below_top(root: str) -> str:
    """Return the path of a folder from the top of its repository, as `a/b/`; "" where it is that.

    It is "" outside of any, too.
    """
    real = os.path.realpath(root)
    path = os.path.relpath(real, _repository(real) or real).replace(os.sep, "/")
    return "" if path == "." else f"{path}/"


def head(root: str) -> str:
    """Return the name of the commit that is checked out; nothing if there is none."""
    top = _repository(root)
    try:
        return _git(top, "rev-parse", "--verify", "HEAD")[0].strip() if top else ""
    except Refused:  # a repository without commits
        return ""


def changed_since(root: str, since: str, until: str = "") -> frozenset[str]:
    """Return the paths, relative to `root`, that differ from a commit now, or at another commit.

    Files that git does not know and does not ignore differ as well. Raises BadUsage for what git
    does not know.
    """
    top = _top(root)
    ends = (commit_of(root, since), *([commit_of(root, until)] if until else []))
    paths = _git(top, "diff", "--name-only", "--no-renames", "-z", *ends, "--")
    if not until:
        paths += _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(map(_from(root, top), paths))


class Revision:
    """The files of a repository as they are at a revision, by their path from a folder of it."""

    def __init__(self, root: str, revision: str) -> None:
        """Look the files up; raises BadUsage for no repository or an unknown revision."""
        top = _top(root)
        try:
            listed = _git(top, "ls-tree", "-r", "-z", "--full-tree", _named(top, revision, "tree"))
        except Refused as error:
            what = f"'{revision}' is no revision here, and no folder"
            raise BadUsage(what, hint="name a commit, a branch or a tag") from error
        records = (record.split("\t", 1) for record in listed)
        from_root = _from(root, top)
        files = {from_root(path): head.split() for head, path in records if head[:3] == "100"}
        self.top = top
        self.objects = {path: name for path, (_, _, name) in files.items()}
        self.modes = {path: mode for path, (mode, _, _) in files.items()}

    def paths(self, globs: tuple[str, ...]) -> list[str]:
        """Return the paths that match any of the globs, each once, sorted."""
        fits = matcher(globs).fullmatch
        return sorted(path for path in self.objects if fits(path) and not path.startswith("../"))

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if git lacks it."""
        name = self.objects.get(path)
        if name is None:
            return None
        return _object(self.top, name, path)

    def mode(self, path: str) -> str:
        """Return a file's mode, such as `100644`."""
        return self.modes[path]

    def note(self, error: BadFile) -> None:
        """Do nothing: who reads a revision for a run keeps the notes."""


def ends_of(root: str, revisions: str) -> tuple[str, str]:
    """Return the two commits of a range, or of one commit the one before it and itself.

    `A...B` begins where B left A. Raises BadUsage for what git does not know.
    """
    first, dots, last = revisions.partition("...")
    if dots:
        ends = commit_of(root, first or "HEAD"), commit_of(root, last or "HEAD")
        return _git(_top(root), "merge-base", *ends)[0].strip(), ends[1]
    first, dots, last = revisions.partition("..")
    if dots:
        return commit_of(root, first or "HEAD"), commit_of(root, last or "HEAD")
    one = commit_of(root, revisions)
    if not _git(_top(root), "rev-list", "--max-count=1", "--skip=1", one):
        what = f"nothing is before '{revisions}', the first commit"
        raise BadUsage(what, hint="name another")
    return commit_of(root, f"{one}^"), one


def has_commit(root: str, name: str) -> bool:
    """Say whether a commit is in the repository of a folder, if that has one."""
    try:
        return bool(commit_of(root, name))
    except BadUsage:
        return False


def messages(root: str, base: str, last: str) -> str:
    """Return the messages of the commits between two."""
    return "\n".join(
        _git(_top(root), "log", "-z", "--no-show-signature", "--format=%B", f"{base}..{last}")
    )


def files_between(root: str, base: str, last: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield path, mode and bytes of the files that two commits differ in; no mode for one gone."""
    top = _top(root)
    from_root = _from(root, top)
    records = iter(_git(top, "diff-tree", "-r", "-z", "--no-renames", base, last))
    for head in records:
        _, mode, _, name, _ = head.split()
        gone = set(mode) == {"0"}
        blob = not gone and not mode.startswith("160")  # which is another repository's commit
        path = next(records)
        content = _object(top, name, path) if blob else b""
        yield from_root(path), "" if gone else mode, content


def commit_of(root: str, revision: str) -> str:
    """Return the name of a commit; raises BadUsage for what is none."""
    try:
        return _named(_top(root), revision, "commit")
    except Refused as error:
        what = f"'{revision}' is no commit here, and no file"
        raise BadUsage(what, hint="name a patch, a commit or a range of commits") from error


def _named(top: str, revision: str, kind: str) -> str:
    """Return the full name of what a revision means, which no command takes for an option."""
    words = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{{kind}}}")
    return _git(top, *words)[0].strip()


def _top(root: str) -> str:
    top = root if _is_bare(root) else _repository(os.path.realpath(root))
    if top is None:
        raise BadUsage(f"'{root}' is in no git repository", hint="name one with --root")
    return top


def _from(root: str, top: str) -> Callable[[str], str]:
    """Return what tells a path, that is told from the top, from the root."""
    real = os.path.realpath(root)
    if real == os.path.realpath(top):
        return lambda path: path
    return lambda path: os.path.relpath(os.path.join(os.path.realpath(top), path), real)


def _is_bare(root: str) -> bool:
    """Say whether a folder is the repository itself, without files beside it."""
    return all(os.path.exists(os.path.join(root, name)) for name in ("HEAD", "objects", "refs"))


@lru_cache(maxsize=4096)
def _object(top: str, name: str, path: str) -> bytes:
    try:
        return run(top, ("cat-file", "blob", name))
    except GitFailed as error:
        what = "git has no such object here"
        raise BadFile(what, place=Place(path), hint="fetch it first") from error


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
    options = (
        "--porcelain",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--ignore-submodules=all",
    )
    try:
        plain = without_filters(top)
        output = run(top, ("status", *options, "--", *paths), settings=plain)
    except GitFailed as error:
        raise _unknown(str(error)) from error
    for record in _records(output):
        yield record[3:]


def _git(top: str, *words: str) -> list[str]:
    try:
        return _records(run(top, words))
    except GitFailed as error:
        raise _unknown(str(error)) from error


def _records(output: bytes) -> list[str]:
    return [os.fsdecode(record) for record in output.split(b"\0") if record]


def _unknown(why: str) -> Refused:
    what = f"git can't say whether files are committed: {why}"
    return Refused(what, place=Place("."), hint="mend that, or add --allow-dirty")
