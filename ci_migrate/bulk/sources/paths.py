"""Repositories that are named one by one, by path or by address."""

from collections.abc import Iterator
from pathlib import Path

from ci_migrate.bulk.remote import Remote, remote


def find(given: str, folder: Path) -> Iterator[Remote]:
    """Yield the repository at a path or an address."""
    yield remote(given, folder)
