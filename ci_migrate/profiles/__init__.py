"""Facts about queues that come with the tool, and those that a tree states itself."""

from functools import cache
from pathlib import Path

from ci_migrate.errors import BadUsage, Place
from ci_migrate.options import read_options
from ci_migrate.profile import Profile
from ci_migrate.recipe import dialect_names, read_given
from ci_migrate.tree import Tree, decode, read_text

OWN = ".ci-migrate/profile.yaml"


def profiles_for(tree: Tree) -> tuple[Profile, ...]:
    """Return the profiles for a tree, one of a dialect: those that come with the tool, and its own.

    What the tree's own one says stands before what the other says. Raises BadUsage, with the place,
    if it is wrong.
    """
    text = read_text(tree, OWN)
    if text is None:
        return _shipped()
    own = _profile(OWN, text)
    same, others = _parted(_shipped(), own.dialect)
    return (own.over(same[0]) if same else own, *others)


def _parted(
    profiles: tuple[Profile, ...], dialect: str
) -> tuple[tuple[Profile, ...], tuple[Profile, ...]]:
    same = tuple(one for one in profiles if one.dialect == dialect)
    return same, tuple(one for one in profiles if one not in same)


@cache
def _shipped() -> tuple[Profile, ...]:
    paths = sorted(Path(__file__).parent.glob("*.yaml"))
    return tuple(_profile(path.name, decode(path.name, path.read_bytes())) for path in paths)


def _profile(path: str, text: str) -> Profile:
    profile = read_options(Profile, read_given(path, text))
    if profile.dialect not in dialect_names():
        what = f"unknown dialect '{profile.dialect}'"
        raise BadUsage(what, place=Place(path), hint="known: " + ", ".join(dialect_names()))
    return profile
