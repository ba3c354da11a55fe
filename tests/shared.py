"""Real files to test on, where they are: see the variable CI_MIGRATE_SHARED."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("CI_MIGRATE_SHARED", Path(__file__).parents[2] / "shared"))
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data here")


def corpus() -> list[Path]:
    """Return the real CI files."""
    return sorted(p for p in (SHARED / "corpus").rglob("*") if p.suffix in (".yml", ".yaml"))


def read(path: Path) -> str:
    """Return a file's text with its line ends."""
    return path.read_bytes().decode()


def tree(folder: Path) -> dict[str, str]:
    """Return the text files below a folder by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): read(path) for path in files}
