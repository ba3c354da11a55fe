"""Where a repository is: its address for git, and its name for people, without credentials."""

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

_CREDENTIALS = re.compile(r"(?<=://)[^/\s'\"]*@")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|[^/]+@[^/:]+:", re.I)

_PASSWORD = "CI_MIGRATE_PASSWORD"  # noqa: S105 - the name of a variable
_HELPER = f"""!f() {{ test "$1" != get || printf 'password=%s\\n' "${_PASSWORD}"; }}; f"""


class Remote(NamedTuple):
    """A repository: the `name` that it is known by, and the `url` that only git is given."""

    name: str
    url: str

    def __repr__(self) -> str:
        """Return what a log may show of it."""
        return f"Remote({self.name!r})"


def remote(given: str, folder: Path) -> Remote:
    """Return the repository at an address, or at a path counted from a folder."""
    if _ADDRESS.match(given):
        return Remote(redacted(without_login(given)[0]), given)
    path = os.path.abspath(folder / Path(given).expanduser())
    return Remote(path, f"file://{quote(path)}")


def redacted(text: str) -> str:
    """Return a text with no user and no password in the addresses that stand in it."""
    return _CREDENTIALS.sub("", text)


def without_login(url: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return an address without what logs in, and settings of git and variables that log in.

    In an address git would give it to a program of its own as an argument, which all users of a
    machine can see, and to the user's helpers, which may store it.
    """
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    if parts.scheme not in ("http", "https") or not user:
        return url, {}, {}
    name, colon, password = user.partition(":")
    site = f"credential.{parts.scheme}://{host}"
    settings = {f"{site}.username": unquote(name)}
    if colon:
        settings |= {"credential.helper": "", f"{site}.helper": _HELPER}
    return parts._replace(netloc=host).geturl(), settings, {_PASSWORD: unquote(password)}


def slug(name: str) -> str:
    """Return a name for a file that tells of a repository and is no other one's."""
    from hashlib import sha256

    words = re.sub(r"[^\w.-]+", "-", re.sub(r"^.*://|\.git$", "", name))[-60:].strip("-.")
    return f"{words}-{sha256(name.encode(errors='surrogateescape')).hexdigest()[:8]}"
