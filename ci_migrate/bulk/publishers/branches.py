"""A branch in each clone, from where a person takes it further."""

from collections.abc import Iterator

from ci_migrate.bulk.publishers import Change
from ci_migrate.bulk.states import State, Step

GOAL: State = "committed"
REMOTE = False


def publish(change: Change) -> Iterator[Step]:
    """Do nothing more: the commit is there."""
    yield Step("committed", {"commit": change.commit, "branch": change.branch})
