"""Match paths against globs in which `**` stands for any folders, `*` and `?` for none."""

import re
from functools import cache


@cache
def matcher(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern that a path, with forward slashes, matches whole if any glob fits it."""
    return re.compile("|".join(f"(?:{_pattern(glob)})" for glob in globs), re.S)


def folders(globs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fewest folders that hold everything the globs can match; "" is the root."""
    wanted = sorted({re.split(r"[*?]", glob, maxsplit=1)[0].rpartition("/")[0] for glob in globs})
    return tuple(
        folder
        for folder in wanted
        if not any(other != folder and _holds(other, folder) for other in wanted)
    )


def _pattern(glob: str) -> str:
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return "".join(known.get(part) or re.escape(part) for part in parts)


def _holds(folder: str, other: str) -> bool:
    return not folder or other.startswith(f"{folder}/")
