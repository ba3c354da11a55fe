"""Repositories that a file lists, a path or an address a line."""

from collections.abc import Iterator
from pathlib import Path

from ci_migrate.bulk.remote import Remote, remote
from ci_migrate.errors import BadUsage, Place


def find(given: str, folder: Path) -> Iterator[Remote]:
    """Yield what the file lists; paths count from its folder, and `#` starts a comment."""
    path = folder / Path(given).expanduser()
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        what = f"the list of repositories can't be read: {getattr(error, 'strerror', error)}"
        raise BadUsage(what, place=Place(str(path)), hint="check the path") from error
    for line in lines:
        entry = line.partition(" #")[0].strip()
        if entry and not entry.startswith("#"):
            yield remote(entry, path.parent)
