"""How a change was made, written where the change is, so that it can be made again and compared.

The form is that of git's trailers: a line each, `Name: value`. A patch has them above its first
file, and a commit at the end of its message.
"""

import re
import shlex
from typing import NamedTuple

from ci_migrate import __version__
from ci_migrate.errors import BadUsage
from ci_migrate.run import Run

_LINE = re.compile(r"^Ci-Migrate(-[A-Za-z0-9-]+)?: *(.*)$", re.M)


class Record(NamedTuple):
    """The recipe with what was given with it, as in a shell, and what it was and stood on.

    `sha256` is that of the recipe's file, and of those that it uses behind it. What is not known
    is empty.
    """

    recipe: str
    values: tuple[tuple[str, str], ...] = ()
    jobs: tuple[str, ...] = ()
    reverse: bool = False
    version: str = ""
    sha256: str = ""
    base: str = ""


def trailers(run: Run) -> str:
    """Return the lines that record a run, in the form of git's trailers."""
    fields = {
        "Ci-Migrate": shlex.join(run.words),
        "Ci-Migrate-Version": __version__,
        "Ci-Migrate-Recipe-Sha256": run.recipe.digest,
        "Ci-Migrate-Base": run.base,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def read(text: str) -> Record | None:
    """Return the record in a text; None if there is none.

    Raises BadUsage for several, and where one says what can't be given to a recipe.
    """
    lines = [(match[1] or "", match[2].strip()) for match in _LINE.finditer(text)]
    told = {value for name, value in lines if not name}
    if not told:
        return None
    if len(told) > 1:
        raise BadUsage("several recipes made this change", hint="verify commit by commit")
    found = dict(lines)
    values: list[tuple[str, str]] = []
    jobs: list[str] = []
    reverse = False
    try:
        recipe, *words = shlex.split(found[""])
        while words:
            match words.pop(0):
                case "--reverse":
                    reverse = True
                case "--job":
                    jobs.append(words.pop(0))
                case "--param":
                    name, _, value = words.pop(0).partition("=")
                    values.append((name, value))
                case other:
                    raise ValueError(other)
    except (ValueError, IndexError) as error:
        what = f"the record 'Ci-Migrate: {found['']}' can't be read"
        raise BadUsage(what, hint="name the recipe with --recipe") from error
    return Record(
        recipe,
        tuple(values),
        tuple(jobs),
        reverse,
        version=found.get("-Version", ""),
        sha256=found.get("-Recipe-Sha256", ""),
        base=found.get("-Base", ""),
    )
