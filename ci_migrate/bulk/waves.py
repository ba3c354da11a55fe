"""Let changes go out in waves, at a rate, and stop where too many fail."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from ci_migrate.bulk.campaign import Waves
from ci_migrate.bulk.forge import Later

_T = TypeVar("_T")
_TRIES = 5  # of one change, where the host wants to be asked later


class Clock(NamedTuple):
    """The time in seconds, and how to let some pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def in_waves(
    changes: Iterable[_T], send: Callable[[_T], bool], waves: Waves, clock: Clock | None = None
) -> Iterator[_T]:
    """Send each change, and yield it then; `send` says whether it went well.

    What raises Later is sent again once that time is over. After `waves.stop` failures the rest
    stays.
    """
    clock = clock or Clock()
    failures = 0
    due = clock.now()
    for sent, change in enumerate(changes):
        if waves.size and sent and sent % waves.size == 0:
            due = max(due, clock.now() + waves.pause)
        clock.sleep(max(0.0, due - clock.now()))
        due = clock.now() + (60 / waves.per_minute if waves.per_minute else 0)
        failures += not _sent(change, send, clock)
        yield change
        if waves.stop and failures >= waves.stop:
            return


def _sent(change: _T, send: Callable[[_T], bool], clock: Clock) -> bool:
    for _ in range(_TRIES):
        try:
            return send(change)
        except Later as error:
            clock.sleep(error.seconds)
    return False
