"""What can go wrong in an expected way, each as one line that says where, what and what to do."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple


class Place(NamedTuple):
    """A point in a file; `line` and `column` count from 1, and are absent for a whole file."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        numbers = (self.line, self.column)
        return ":".join([self.path, *(str(number) for number in numbers if number is not None)])


class CiMigrateError(Exception):
    """An expected failure: `what` is wrong at `place`, and `hint` says what to do about it."""

    exit_code: ClassVar[int]

    def __init__(self, what: str, *, place: Place | None = None, hint: str = "") -> None:
        self.what = what
        self.place = place
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        return self.line()

    def line(self, operation: str = "") -> str:
        """Return `path:line:column: what is wrong; what to do`, with an operation's name in it."""
        start = f"{self.place}: " if self.place else ""
        end = f"; {self.hint}" if self.hint else ""
        return f"{start}{operation}{self.what}{end}"


class BadUsage(CiMigrateError):
    """The command line or the recipe is wrong."""

    exit_code = 2


class Refused(CiMigrateError):
    """The change can't be shown to be right, so nothing is changed."""

    exit_code = 3


class BadFile(CiMigrateError):
    """A file can't be read, understood as text, or written."""

    exit_code = 4


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the known name most like `name`, or lists all of a few."""
    from difflib import get_close_matches  # only a failure needs it

    names = sorted(set(known))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    close = close or [known for known in names if name and known.startswith(name)][:1]
    if close:
        return f"did you mean '{close[0]}'?"
    if 0 < len(names) <= 12:
        return "known: " + ", ".join(names)
    return ""


def is_slip(name: str, known: Iterable[str]) -> bool:
    """Say whether a name is so like a known one that it was surely meant."""
    from difflib import get_close_matches  # only what is not known needs it

    return bool(get_close_matches(name, sorted(set(known)), n=1, cutoff=0.8))
