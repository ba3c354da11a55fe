"""Facts about queues that come with the tool, and those that a tree states itself."""

from pathlib import Path

from ci_migrate.errors import BadUsage, Place
from ci_migrate.options import read_options
from ci_migrate.profile import Profile
from ci_migrate.recipe import dialect_names, read_given
from ci_migrate.tree import Tree, decode, read_text

OWN = ".ci-migrate/profile.yaml"


def profiles_for(tree: Tree) -> tuple[Profile, ...]:
    """Return the profiles for a tree, its own one before those that come with the tool.

    Raises BadUsage, with the place, if its own one is wrong.
    """
    text = read_text(tree, OWN)
    own = (_profile(OWN, text),) if text is not None else ()
    return (*own, *_shipped())


def _shipped() -> tuple[Profile, ...]:
    paths = sorted(Path(__file__).parent.glob("*.yaml"))
    return tuple(_profile(path.name, decode(path.name, path.read_bytes())) for path in paths)


def _profile(path: str, text: str) -> Profile:
    profile = read_options(Profile, read_given(path, text))
    if profile.dialect not in dialect_names():
        what = f"unknown dialect '{profile.dialect}'"
        raise BadUsage(what, place=Place(path), hint="known: " + ", ".join(dialect_names()))
    return profile
