"""Where work is done: one file a kind, found by its name."""

from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from ci_migrate.bulk.work import Result, Task
from ci_migrate.modules import module_in, names_in


class Executor(Protocol):
    """What does tasks, some at once; `own_disk` says that its clones lie where they are read."""

    own_disk: bool

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task once, as they come; tasks are taken as there is room."""

    def close(self) -> None:
        """End what it has started."""


def executor_names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return names_in(__path__)


def load_executor(name: str, *, jobs: int, scheduler: str) -> Executor:
    """Return an executor; raises BadUsage where it can't be had."""
    return cast(Executor, module_in(__name__, name).start(jobs=jobs, scheduler=scheduler))
