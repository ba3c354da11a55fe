"""A limit of time for work that a hostile text or pattern could make endless."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ci_migrate.errors import Refused


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise Refused if what is done inside takes longer; no limit off the main thread.

    Python's regular expressions look for signals while they backtrack, and so end too.
    """
    if threading.current_thread() is not threading.main_thread() or not seconds:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        what = f"this took longer than {seconds:g} s"
        raise Refused(what, hint="make its patterns simpler, or raise --time-limit")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
