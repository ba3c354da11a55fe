"""Trees over other trees: one that is read once, and one with new files laid over it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ci_migrate.errors import BadFile
from ci_migrate.globs import matcher
from ci_migrate.tree import Tree, holder, search, searched

_KEPT_BYTES = 64 << 20  # of files read, so that a large tree does not fill the memory


@dataclass(slots=True)
class ReadOnce:
    """A tree that is walked and read once, as long as what it keeps has `room`, in bytes."""

    tree: Tree
    room: int = _KEPT_BYTES
    _listed: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _kept: dict[str, bytes | None] = field(default_factory=dict)
    _searched: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = field(
        default_factory=dict
    )

    def paths(self, globs: tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths that match any of the globs, each once, sorted."""
        if globs not in self._listed:
            self._listed[globs] = tuple(self.tree.paths(globs))
        return self._listed[globs]

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if it can't be read."""
        if path in self._kept:
            return self._kept[path]
        content = self.tree.read(path)
        self.room -= len(content or b"")
        if self.room > 0:
            self._kept[path] = content
        return content

    def search(self, globs: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths of the files that match a glob and hold one of the words, sorted."""
        if (globs, words) not in self._searched:
            self._searched[globs, words] = tuple(search(self, globs, words))
        return self._searched[globs, words]

    def note(self, error: BadFile) -> None:
        """Tell the tree below."""
        self.tree.note(error)


def read_once(tree: Tree) -> ReadOnce:
    """Return a tree so that it is walked and read once; one that is so already, itself."""
    return tree if isinstance(tree, ReadOnce) else ReadOnce(tree)


@dataclass(slots=True)
class Laid:
    """A tree with files laid over it by path: their bytes, None for one that is gone."""

    tree: Tree
    files: dict[str, bytes | None] = field(default_factory=dict)

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        """Return the paths that match any of the globs, each once, sorted."""
        if not self.files:
            return self.tree.paths(globs)
        there = set(self.tree.paths(globs)) - self.files.keys()
        return sorted(there.union(self._laid(globs)))

    def search(self, globs: tuple[str, ...], words: tuple[str, ...]) -> Iterable[str]:
        """Return the paths of the files that match a glob and hold one of the words, sorted."""
        if not self.files:
            return searched(self.tree, globs, words)
        holds = holder(words)
        there = set(searched(self.tree, globs, words)) - self.files.keys()
        return sorted(there.union(p for p in self._laid(globs) if holds(self.files[p] or b"")))

    def _laid(self, globs: tuple[str, ...]) -> Iterator[str]:
        laid = (path for path, content in self.files.items() if content is not None)
        return filter(matcher(globs).fullmatch, laid)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if it can't be read."""
        return self.files[path] if path in self.files else self.tree.read(path)

    def note(self, error: BadFile) -> None:
        """Tell the tree below."""
        self.tree.note(error)
