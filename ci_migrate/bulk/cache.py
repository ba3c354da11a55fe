"""The folder of all clones, bounded in number and in size."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from ci_migrate.bulk.clones import Clone
from ci_migrate.bulk.remote import Remote, slug


class Cache:
    """The folder of all clones, bounded: those done with, and used longest ago, go first."""

    def __init__(self, folder: Path, keep: int, most: int) -> None:
        """Take what is there into account; at most `keep` clones of `most` bytes together stay."""
        self.folder, self._keep, self._most = folder, keep, most
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        nowhere = Remote("", "")
        self._sizes = {path.name: Clone(path, nowhere).size() for path in there if path.is_dir()}

    def used(self, name: str, size: int, *, done: bool, busy: Iterable[str] = ()) -> None:
        """Note the use of a clone; one that is done with goes first, and those busy stay."""
        self._sizes.pop(slug(name), None)
        used = {slug(name): size}
        self._sizes = used | self._sizes if done else self._sizes | used
        spared = set(map(slug, busy))
        for other in list(self._sizes):
            if len(self._sizes) <= self._keep and sum(self._sizes.values()) <= self._most:
                return
            if other not in spared:
                shutil.rmtree(self.folder / other, ignore_errors=True)
                del self._sizes[other]
