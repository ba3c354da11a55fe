"""Where changes go: one file a kind, found by its name in a campaign."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from ci_migrate.bulk.clones import Clone
from ci_migrate.bulk.states import State, Step
from ci_migrate.errors import Place, Refused
from ci_migrate.modules import module_in, names_in


class Change(NamedTuple):
    """A change that is to go out: that of one repository, proved, and committed if that is asked.

    `ours` are all commits that we made for it, so that nobody else's is overwritten.
    """

    name: str
    clone: Clone
    patch: str
    commit: str
    branch: str
    base: str  # name of the branch that it goes to; empty for the default one
    ours: tuple[str, ...]
    title: str
    body: str
    draft: bool
    folder: Path  # of the campaign's state


class Publisher(Protocol):
    """A kind of place for changes: the state in which they are there, and whether others see it."""

    GOAL: State
    REMOTE: bool

    def publish(self, change: Change) -> Iterator[Step]:
        """Yield the steps as they are done; each may be done twice.

        Raises Refused where somebody else's work is in the way, Later where the host wants to be
        asked later, and BadFile where it fails.
        """


def publisher_names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return names_in(__path__)


def load_publisher(name: str) -> Publisher:
    """Return the publisher with a name, which is one of those known."""
    return cast(Publisher, module_in(__name__, name))


def closed(change: Change, url: str) -> Refused:
    """Return why nothing is asked for again where somebody has closed a request unmerged."""
    what = f"the request of '{change.branch}' was closed, and not merged: {url}"
    return Refused(what, place=Place(change.name), hint="name another branch to ask again")
