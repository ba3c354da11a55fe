"""Where a repository is: its address for git, and its name for people, without credentials."""

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

_CREDENTIALS = re.compile(r"(?<=://)[^/\s'\"]*@")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|[^/]+@[^/:]+:", re.I)


class Remote(NamedTuple):
    """A repository: the `name` that it is known by, and the `url` that only git is given."""

    name: str
    url: str


def remote(given: str, folder: Path) -> Remote:
    """Return the repository at an address, or at a path counted from a folder."""
    if _ADDRESS.match(given):
        return Remote(redacted(given), given)
    path = os.path.abspath(folder / Path(given).expanduser())
    return Remote(path, f"file://{quote(path)}")


def redacted(text: str) -> str:
    """Return a text with no user and no password in the addresses that stand in it."""
    return _CREDENTIALS.sub("", text)


def slug(name: str) -> str:
    """Return a name for a file that tells of a repository and is no other one's."""
    from hashlib import sha256

    words = re.sub(r"[^\w.-]+", "-", re.sub(r"^.*://|\.git$", "", name))[-60:].strip("-.")
    return f"{words}-{sha256(name.encode(errors='surrogateescape')).hexdigest()[:8]}"
