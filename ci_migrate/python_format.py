"""How a project's formatter is set, read from the settings nearest to a file."""

import posixpath
import sys
from collections.abc import Iterator
from typing import Any

from ci_migrate.errors import BadFile, Place
from ci_migrate.python_layout import Format
from ci_migrate.text import BYTE_ORDER_MARK
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
    for found, settings in _settings(tree, path):
        ruff = _table(settings, "ruff")
        width = ruff.get("line-length", _table(settings, "black").get("line-length"))
        if ruff or width is not None:
            quote = "'" if _table(ruff, "format").get("quote-style") == "single" else '"'
            indent = ruff.get("indent-width", default.indent)
            width = default.width if width is None else width
            return Format(_number(found, width), _number(found, indent), quote)
    return default


def _table(settings: dict[str, Any], name: str) -> dict[str, Any]:
    value = settings.get(name)
    return value if isinstance(value, dict) else {}


def _number(path: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1000:
        return value
    what = f"the formatter's setting {value!r} is no number of columns"
    raise BadFile(what, place=Place(path), hint="mend the file")


def _settings(tree: Tree, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the `tool` tables of the files that may set a formatter, the nearest first."""
    folder = posixpath.dirname(path)
    while True:
        for name in (".ruff.toml", "ruff.toml", "pyproject.toml"):
            found = posixpath.join(folder, name)
            if (text := read_text(tree, found)) is not None:
                settings = _parsed(found, text)
                yield found, {"ruff": settings} if "ruff" in name else _table(settings, "tool")
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _parsed(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix(BYTE_ORDER_MARK))
    except tomllib.TOMLDecodeError as error:
        raise BadFile(
            f"not valid TOML: {error}", place=Place(path), hint="mend the file"
        ) from error
