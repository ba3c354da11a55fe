"""Repositories that are named one by one, by address only."""

from collections.abc import Iterator
from pathlib import Path

from ci_migrate.bulk.remote import Remote, redacted, remote
from ci_migrate.errors import BadUsage


def find(given: str, folder: Path) -> Iterator[Remote]:
    """Yield the repository at an address; raises BadUsage for a path."""
    found = remote(given, folder)
    if found.url != given:
        raise BadUsage(f"'{redacted(given)}' is no git URL", hint="name paths under 'paths'")
    yield found
