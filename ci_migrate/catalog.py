"""Where recipes are found: in the tree that they are for, and among those that are built in."""

import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ci_migrate.errors import BadFile, BadUsage, Place, nearest

if TYPE_CHECKING:
    from ci_migrate.binding import BoundRecipe
    from ci_migrate.recipe import Recipe

_FOLDERS = (".ci-migrate/recipes", "recipes")


class Found(NamedTuple):
    """A recipe's file: its name, its path, and whether it came with the tool."""

    name: str
    path: Path
    built_in: bool


def recipes(root: Path) -> tuple[Found, ...]:
    """Return the recipes that can be named, those of the tree before built-in ones they hide."""
    found: dict[str, Found] = {}
    for candidate in _candidates(root):
        found.setdefault(candidate.name, candidate)
    return tuple(sorted(found.values(), key=lambda recipe: recipe.name))


def load(name: str, root: Path) -> "Recipe":
    """Read the recipe with a name, or at a path; raises BadUsage where that is wrong."""
    from ci_migrate.recipe import parse_recipe  # reading takes a YAML parser, finding does not
    from ci_migrate.tree import decode

    path = _path(name, root)
    try:
        if path.exists() and not path.is_file():
            raise BadFile("not a file", place=Place(_shown(path)), hint="name a recipe's file")
        content = path.read_bytes()
    except OSError as error:
        what = f"can't read: {error.strerror}"
        raise BadFile(what, place=Place(_shown(path)), hint="check the path") from error
    try:
        return parse_recipe(_shown(path), decode(_shown(path), content))
    except BadFile as error:
        raise BadUsage(error.what, place=error.place, hint=error.hint) from error


def load_bound(name: str, root: Path, values: Mapping[str, str]) -> "BoundRecipe":
    """Read a recipe, and those that it uses, with values for its parameters.

    Raises BadUsage where one is wrong, or a value is.
    """
    from ci_migrate.binding import bind

    recipe = load(name, root)
    return bind(recipe, values, partial(load_used, root=root, near=recipe))


def load_used(name: str, root: Path, near: "Recipe") -> "Recipe":
    """Read a recipe that `near` uses, itself or through others, by its name or at a path.

    Raises BadUsage where that is wrong, or leads out of the root and of the folder of `near`.
    """
    folders = [Path(os.path.realpath(folder)) for folder in (root, Path(near.path).parent)]
    target = Path(os.path.realpath(name))
    if is_path(name) and not any(target.is_relative_to(folder) for folder in folders):
        what = f"{name} leads out of the root, and of the folder of the recipe"
        raise BadUsage(what, hint="name a recipe of this tree")
    return load(name, root)


def is_path(name: str) -> bool:
    """Say whether a recipe is told by its path, and not by its name."""
    return os.sep in name or "/" in name or name.endswith((".yaml", ".yml"))


def _path(name: str, root: Path) -> Path:
    if is_path(name):
        return Path(name)
    known = {recipe.name: recipe.path for recipe in recipes(root)}
    if name not in known:
        raise BadUsage(f"no recipe '{name}'", hint=nearest(name, known) or "name a file")
    return known[name]


def _candidates(root: Path) -> Iterator[Found]:
    for folder in _FOLDERS:
        yield from _in(root / folder, built_in=False)
    package = Path(__file__).parent
    for shipped in (package / "recipes", package.parent / "recipes"):
        yield from _in(shipped, built_in=True)


def _in(folder: Path, *, built_in: bool) -> Iterator[Found]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix in (".yaml", ".yml") and path.is_file():
                yield Found(path.stem, path, built_in)


def _shown(path: Path) -> str:
    """Return the path as a person would write it here: relative if that is shorter."""
    relative = os.path.relpath(path)
    return min(relative, str(path), key=len)
