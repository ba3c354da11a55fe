"""What a change that is made already does to the machines: since a folder, or a revision."""

from pathlib import Path
from typing import NamedTuple

from ci_migrate.changeset import Changeset, FileChange
from ci_migrate.consequences import sides_of
from ci_migrate.errors import BadFile, BadUsage
from ci_migrate.files import Folder
from ci_migrate.git import Revision, changed_since
from ci_migrate.impact import Impact, impact_of
from ci_migrate.recipe import load_dialect
from ci_migrate.text import Edit, Span
from ci_migrate.tree import Tree, decode
from ci_migrate.trees import Laid, ReadOnce


class Since(NamedTuple):
    """A tree as it was and as it is, and the paths of the files that differ."""

    old: Tree
    now: Tree
    paths: tuple[str, ...]


def since(root: Path, *, folder: Path | None, revision: str) -> Since:
    """Return what differs below `root` since another folder or, without one, a revision.

    Raises BadUsage if both are named or neither, or for an unknown revision.
    """
    if bool(folder) == bool(revision):
        raise BadUsage("what to compare with is not clear", hint="give one of --since and --before")
    now = ReadOnce(Folder.open(root))
    old, differing = side_before(now, root, folder=folder, revision=revision)
    every = (path for tree in (old, now) for path in tree.paths(("**",)))
    paths = frozenset(every) if differing is None else differing
    return Since(old, now, tuple(p for p in sorted(paths) if old.read(p) != now.read(p)))


def side_before(
    now: Tree, root: Path, *, folder: Path | None, revision: str
) -> tuple[Tree, frozenset[str] | None]:
    """Return the tree in another folder, or that below `root` at a revision, beside the one `now`.

    With it come the paths in which they may differ, None where that is not known: of a revision,
    for what did not change need not be asked of git. Raises BadUsage for an unknown revision.
    """
    if folder:
        return ReadOnce(Folder.open(folder)), None
    paths = frozenset(path for path in changed_since(str(root), revision) if path[:3] != "../")
    past = Revision(str(root), revision)
    return Laid(now, {path: past.read(path) for path in paths}), paths


def impact_since(root: Path, *, folder: Path | None, revision: str) -> Impact | None:
    """Return the impact of what differs; None if there is none that can be told."""
    change = since(root, folder=folder, revision=revision)
    found = (_file_change(change, path) for path in change.paths)
    changeset = Changeset(tuple(one for one in found if one is not None), (), ())
    sides = sides_of(changeset, change.old, (load_dialect(),))
    return impact_of(changeset, *sides) if sides else None


def _file_change(change: Since, path: str) -> FileChange | None:
    """Return a file before and after, all of it changed; None if it is no text."""
    contents = (tree.read(path) for tree in (change.old, change.now))
    try:
        before, after = (None if one is None else decode(path, one) for one in contents)
    except BadFile:
        return None
    edit = Edit(Span(0, len(before or "")), after or "")
    return FileChange(path, before, after, (edit,), ())
