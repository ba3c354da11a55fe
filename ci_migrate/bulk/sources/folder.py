"""Every repository below a folder, bare or with its files."""

import os
from collections.abc import Iterator
from pathlib import Path

from ci_migrate.bulk.remote import Remote, remote
from ci_migrate.errors import BadUsage, Place

_DEPTH = 3  # folders down, as in host/organisation/repository


def find(given: str, folder: Path) -> Iterator[Remote]:
    """Yield the repositories in the order of their paths, but none inside another."""
    top = folder / Path(given).expanduser()
    if not top.is_dir():
        raise BadUsage("no such folder", place=Place(str(top)), hint="check the path")
    yield from _below(top, _DEPTH)


def _below(folder: Path, depth: int) -> Iterator[Remote]:
    for name in sorted(os.listdir(folder)):
        path = folder / name
        if path.is_symlink() or not path.is_dir():
            continue
        if (path / ".git").exists() or all((path / part).exists() for part in ("HEAD", "objects")):
            yield remote(os.path.abspath(path), folder)
        elif depth > 1:
            yield from _below(path, depth - 1)
