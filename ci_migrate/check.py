"""Run the recipes of `.ci-migrate.toml` as checks, so that a migration once made stays made."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ci_migrate.binding import in_part, narrowed
from ci_migrate.catalog import is_path, load_bound
from ci_migrate.choice import in_files
from ci_migrate.engine import TIME_LIMIT, migrate
from ci_migrate.errors import BadFile, BadUsage, Place, nearest
from ci_migrate.files import Folder
from ci_migrate.run import Run
from ci_migrate.tree import Tree
from ci_migrate.trees import ReadOnce

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = ".ci-migrate.toml"
_KEPT_BYTES = 256 << 20  # of files, which all recipes look at
_KNOWN = ("recipe", "parameters", "jobs", "only")


class Wanted(NamedTuple):
    """A recipe that must have nothing left to change, with what is given to it."""

    recipe: str
    values: dict[str, str]
    jobs: tuple[str, ...]
    only: tuple[str, ...]


def read_wanted(root: Path) -> tuple[Wanted, ...]:
    """Return what the tree's file lists; raises BadUsage where it is wrong or there is none."""
    path = root / FILE
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError as error:
        what = "there is no such file, which lists the recipes to check"
        raise BadUsage(what, place=Place(str(path)), hint="name recipes, or write it") from error
    except OSError as error:
        what = f"can't read: {error.strerror}"
        raise BadFile(what, place=Place(str(path)), hint="check the path") from error
    except ValueError as error:
        raise BadUsage(str(error), place=Place(str(path)), hint="mend the TOML") from error
    listed = content.get("check")
    if not isinstance(listed, list) or not listed or set(content) != {"check"}:
        hint = 'write [[check]] and recipe = "NAME", once for each'
        raise BadUsage("this file lists no recipes", place=Place(str(path)), hint=hint)
    return tuple(_wanted(entry, Place(f"{path}, entry {n}")) for n, entry in enumerate(listed, 1))


def check(wanted: Iterable[Wanted], root: Path, *, limit: float = TIME_LIMIT) -> tuple[Run, ...]:
    """Run recipes on the files below `root`, each file read once, and return what is left.

    Raises CiMigrateError if a recipe is wrong; what its operations refuse stands in its run.
    """
    tree = ReadOnce(Folder.open(root), _KEPT_BYTES)
    return tuple(_run(one, tree, root, limit) for one in wanted)


def _run(wanted: Wanted, tree: Tree, root: Path, limit: float) -> Run:
    name = wanted.recipe
    if is_path(name) and not Path(name).is_absolute():
        name = str(root / name)
    recipe = load_bound(name, root, wanted.values)
    recipe = narrowed(recipe, wanted.jobs) if wanted.jobs else recipe
    recipe = in_part(recipe) if wanted.only else recipe
    choose = in_files(wanted.only, None) if wanted.only else None
    changeset = migrate(recipe, tree, limit=limit, choose=choose)
    return Run(recipe, "check", changeset, wanted.recipe, globs=wanted.only)


def _wanted(entry: Any, place: Place) -> Wanted:
    if not isinstance(entry, dict) or not isinstance(entry.get("recipe"), str):
        raise BadUsage("no recipe is named", place=place, hint='write recipe = "NAME"')
    for key in entry:
        if key not in _KNOWN:
            raise BadUsage(f"unknown key '{key}'", place=place, hint=nearest(key, _KNOWN))
    values = entry.get("parameters", {})
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise BadUsage("parameters have texts as values", place=place, hint='write to = "b"')
    names = [entry.get("jobs", []), entry.get("only", [])]
    if not all(isinstance(n, list) and all(isinstance(x, str) for x in n) for n in names):
        raise BadUsage("jobs and only are lists of texts", place=place, hint='write ["a", "b"]')
    return Wanted(entry["recipe"], values, tuple(names[0]), tuple(names[1]))
