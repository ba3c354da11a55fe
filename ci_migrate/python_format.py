"""How a project's formatter is set, read from the settings nearest to a file."""

import posixpath
import sys
from collections.abc import Iterator
from typing import Any

from ci_migrate.errors import BadFile, Place
from ci_migrate.python_layout import Format
from ci_migrate.tree import Tree, read_text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def format_of(tree: Tree, path: str) -> Format:
    """Return the width, indent and quotes of new code in a file.

    Settings of ruff come before those of Black, and a nearer file before a farther one; where
    nothing is set, both tools' default of 88 columns holds. Raises BadFile for broken TOML.
    """
    default = Format()
    for settings in _settings(tree, path):
        ruff = settings.get("ruff", {})
        width = ruff.get("line-length", settings.get("black", {}).get("line-length"))
        if ruff or width is not None:
            quote = "'" if ruff.get("format", {}).get("quote-style") == "single" else '"'
            return Format(width or default.width, ruff.get("indent-width", default.indent), quote)
    return default


def _settings(tree: Tree, path: str) -> Iterator[dict[str, Any]]:
    """Yield the `tool` tables of the files that may set a formatter, the nearest first."""
    folder = posixpath.dirname(path)
    while True:
        for name in (".ruff.toml", "ruff.toml", "pyproject.toml"):
            found = posixpath.join(folder, name)
            if (text := read_text(tree, found)) is not None:
                table = _table(found, text)
                yield {"ruff": table} if "ruff" in name else table.get("tool", {})
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _table(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile(
            f"not valid TOML: {error}", place=Place(path), hint="mend the file"
        ) from error
