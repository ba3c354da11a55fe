"""The states that a repository goes through, and which may follow which."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

State = Literal[
    "cloned",
    "changed",
    "proved",
    "written",
    "committed",
    "pushed",
    "opened",
    "unchanged",
    "refused",
    "failed",
]

# A repository may be begun again from any state, and fail in any.
_NEXT: dict[State, tuple[State, ...]] = {
    "cloned": ("changed", "unchanged", "refused"),
    "changed": ("proved", "refused"),
    "proved": ("written", "committed"),
    "written": ("written", "committed"),
    "committed": ("written", "committed", "pushed", "refused"),
    "pushed": ("written", "committed", "pushed", "opened", "refused"),
    "opened": ("written", "opened"),
    "unchanged": (),
    "refused": (),
    "failed": (),
}

STATES: tuple[State, ...] = tuple(_NEXT)
ENDS: tuple[State, ...] = ("unchanged", "refused", "failed")
_RANKS: dict[State, int] = {"proved": 1, "written": 2, "committed": 3, "pushed": 4, "opened": 5}


class Step(NamedTuple):
    """A state that was reached, and what is to be told of it, as plain values."""

    state: State
    data: dict[str, Any] = {}  # noqa: RUF012 - never changed


Watch = Callable[[str, tuple[Step, ...]], None]  # is told a repository and the steps it took


def may_follow(old: State | None, new: State) -> bool:
    """Say whether a repository may come from a state, None before the first, to another."""
    return new in ("cloned", "failed") or (old is not None and new in _NEXT[old])


def is_short_of(state: State, goal: State) -> bool:
    """Say whether a change that was proved has still to be brought to its goal."""
    return state in _RANKS and _RANKS[state] < _RANKS[goal]
