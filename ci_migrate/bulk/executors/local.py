"""Do the work on this machine, in one process or several."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context

from ci_migrate.bulk.states import Step
from ci_migrate.bulk.work import Result, Task, work
from ci_migrate.errors import BadUsage

_AHEAD = 4  # tasks for each process that wait for it
_TRIES = 3  # of a task whose process was killed


class Local:
    """Processes on this machine; with one job there is no other process."""

    own_disk = True

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield results as they come; what a killed process had is done again."""
        if self._jobs == 1:
            yield from map(work, tasks)
            return
        rest = iter(tasks)
        tried: dict[str, int] = {}
        going: dict[Future[Result], Task] = {}
        while True:
            for task in islice(rest, self._jobs * _AHEAD - len(going)):
                going[self._submit(task)] = task
            if not going:
                return
            done, _ = wait(going, return_when=FIRST_COMPLETED)
            lost = [going.pop(f) for f in done if isinstance(f.exception(), BrokenProcessPool)]
            for future in done:
                if future in going:
                    del going[future]
                    yield future.result()
            if lost:
                lost += going.values()
                going.clear()
                self.close()
            for task in lost:
                tried[task.remote.name] = tried.get(task.remote.name, 0) + 1
                if tried[task.remote.name] < _TRIES:
                    going[self._submit(task)] = task
                else:
                    yield _given_up(task)

    def close(self) -> None:
        """End the processes; what is going on is ended first, and what waits is not begun."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _submit(self, task: Task) -> "Future[Result]":
        if self._pool is None:
            # A copy of a process that has threads may stand still for ever, so none is made.
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=get_context("spawn"))
        return self._pool.submit(work, task)


def start(*, jobs: int, scheduler: str) -> Local:
    """Return processes on this machine; raises BadUsage for a scheduler, which is Dask's."""
    if scheduler:
        raise BadUsage("--scheduler goes with --executor dask", hint="add that")
    return Local(max(1, jobs))


def _given_up(task: Task) -> Result:
    what = f"its process was killed {_TRIES} times"
    step = Step("failed", {"key": task.key, "error": what, "what": what})
    return Result(task.remote.name, (step,))
