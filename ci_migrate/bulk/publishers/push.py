"""A pushed branch in each repository."""

from collections.abc import Iterator

from ci_migrate.bulk.publishers import Change
from ci_migrate.bulk.pushing import push
from ci_migrate.bulk.states import State, Step

GOAL: State = "pushed"
REMOTE = True


def publish(change: Change) -> Iterator[Step]:
    """Push the branch; raises Refused if its head is not ours."""
    push(change)
    yield Step("pushed", {"pushed": change.commit})
