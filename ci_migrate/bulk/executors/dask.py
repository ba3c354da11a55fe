"""Do the work on a Dask cluster, whose workers have ci-migrate and git."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

from ci_migrate.bulk.states import Step
from ci_migrate.bulk.work import Result, Task, work
from ci_migrate.errors import BadFile, BadUsage, Place

_PATIENCE = 30  # seconds for the scheduler to answer
_AHEAD = 4  # tasks for each thread of the workers


class Dask:
    """A client of a scheduler; what a lost worker had is done again by another."""

    own_disk = False

    def __init__(self, client: Any, as_completed: Any) -> None:
        self._client = client
        self._as_completed = as_completed

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield results as they come."""
        rest = iter(tasks)
        going: dict[str, Task] = {}
        coming = self._as_completed(())
        while True:
            room = max(1, sum(self._client.nthreads().values())) * _AHEAD - len(going)
            for task in islice(rest, max(0, room)):
                future = self._client.submit(work, task, pure=False)
                going[future.key] = task
                coming.add(future)
            if not going:
                return
            future = next(coming)
            task = going.pop(future.key)
            error = future.exception()
            yield future.result() if error is None else _lost(task, error)

    def close(self) -> None:
        """Leave the cluster as it is."""
        self._client.close()


def start(*, jobs: int, scheduler: str) -> Dask:
    """Return a client; raises BadUsage without Dask, and BadFile without a scheduler."""
    try:
        distributed: Any = import_module("distributed")  # what has no types is not to be checked
    except ImportError as error:
        what = "Dask is not here"
        raise BadUsage(what, hint="install 'ci-migrate[dask]'") from error
    if not scheduler:
        raise BadUsage("--executor dask needs a scheduler", hint="add --scheduler tcp://HOST:8786")
    try:
        return Dask(distributed.Client(scheduler, timeout=_PATIENCE), distributed.as_completed)
    except (OSError, TimeoutError, ValueError) as error:
        what = f"the scheduler can't be reached: {error}"
        raise BadFile(what, place=Place(scheduler), hint="check that it runs") from error


def _lost(task: Task, error: BaseException) -> Result:
    what = f"its workers were lost: {type(error).__name__}"
    step = Step("failed", {"key": task.key, "error": what, "what": what})
    return Result(task.remote.name, (step,))
