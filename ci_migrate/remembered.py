"""Work that is done once: on a document, or on files of a tree as long as they are the same."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ci_migrate.document import Document
from ci_migrate.errors import BadFile
from ci_migrate.tree import Tree

_K = TypeVar("_K", bound=Hashable)
_T = TypeVar("_T")
_KEPT = 16
_DOCUMENTS = 256  # as many as are kept when they are parsed


def once(work: Callable[[Document], _T]) -> Callable[[Document], _T]:
    """Return a function that does the same, and does it once for a document."""
    kept: dict[int, tuple[Document, _T]] = {}  # to hash a document would be to walk through it

    def known(document: Document) -> _T:
        found = kept.get(id(document))
        if found is None or found[0] is not document:
            if len(kept) == _DOCUMENTS:
                del kept[next(iter(kept))]
            found = kept[id(document)] = (document, work(document))
        return found[1]

    return known


def remembered(work: Callable[[_K, Tree], _T]) -> Callable[[_K, Tree], _T]:
    """Return a function that does the same, and does it again only if what it read has changed."""
    kept: dict[_K, tuple[_Seen, _T]] = {}

    def known(key: _K, tree: Tree) -> _T:
        if key not in kept or not kept[key][0].holds(tree):
            watching = _Watching(tree)
            result = work(key, watching)
            if len(kept) == _KEPT:
                del kept[next(iter(kept))]
            kept[key] = watching.seen, result
        seen, result = kept[key]
        for error in seen.errors:
            tree.note(error)
        return result

    return known


@dataclass(slots=True)
class _Seen:
    """What was read of a tree, which paths were found by which globs, and what was broken."""

    files: dict[str, bytes | None] = field(default_factory=dict)
    found: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    errors: list[BadFile] = field(default_factory=list)

    def holds(self, tree: Tree) -> bool:
        """Say whether a tree would be seen so."""
        return all(
            tuple(tree.paths(globs)) == paths for globs, paths in self.found.items()
        ) and all(tree.read(path) == content for path, content in self.files.items())


@dataclass(slots=True)
class _Watching:
    """A tree, and what was seen of it."""

    tree: Tree
    seen: _Seen = field(default_factory=_Seen)

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        found = self.seen.found[globs] = tuple(self.tree.paths(globs))
        return found

    def read(self, path: str) -> bytes | None:
        content = self.seen.files[path] = self.tree.read(path)
        return content

    def note(self, error: BadFile) -> None:
        self.seen.errors.append(error)
