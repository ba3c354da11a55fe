"""Two versions of a tree, as folders or as git revisions, and the files in which they differ."""

from pathlib import Path

from ci_migrate.errors import BadUsage
from ci_migrate.files import Folder
from ci_migrate.git import Revision
from ci_migrate.tree import Tree


def compare(before: str, after: str, root: Path) -> tuple[Tree, Tree, tuple[str, ...]]:
    """Return both trees and the paths that differ; revisions are those of the repository `root`.

    Raises BadUsage for what is neither two folders nor two revisions, or does not differ.
    """
    trees: tuple[Tree, Tree]
    if Path(before).is_dir() and Path(after).is_dir():
        trees = Folder.open(Path(before)), Folder.open(Path(after))
        paths = {path for tree in trees for path in tree.paths(("**",))}
        changed = [p for p in sorted(paths) if trees[0].read(p) != trees[1].read(p)]
    else:
        old, new = Revision(str(root), before), Revision(str(root), after)
        trees = old, new
        both = sorted(old.objects.keys() | new.objects.keys())
        changed = [path for path in both if old.objects.get(path) != new.objects.get(path)]
    if not changed:
        raise BadUsage(f"'{before}' and '{after}' do not differ", hint="name two versions")
    return *trees, tuple(changed)
