"""Push the branch of a change, and overwrite nothing but what is our own."""

from contextlib import suppress

from ci_migrate.bulk.forge import Later
from ci_migrate.bulk.publishers import Change
from ci_migrate.errors import BadFile, Place, Refused

_BUSY = ("429", "Too Many Requests", "rate limit")
_LATER = 60.0  # seconds to wait where git hides what the host says


def push(change: Change) -> None:
    """Let the remote branch be our commit, if it is not.

    Raises Refused if its head is not ours, and Later where the host has too much to do.
    """
    if change.ours == (change.commit,):  # so there is no branch of ours yet, most likely
        with suppress(BadFile):
            change.clone.push(change.branch, change.commit, "")
            return
    try:
        _push_over(change)
    except BadFile as error:
        if any(word in error.what for word in _BUSY):
            raise Later(error.what, _LATER) from error
        raise


def _push_over(change: Change) -> None:
    there = change.clone.head(change.branch)
    if there == change.commit:
        return
    if there and there not in change.ours:
        what = f"the branch '{change.branch}' has a commit that is not ours: {there[:12]}"
        hint = "name another branch, or take that one away"
        raise Refused(what, place=Place(change.name), hint=hint)
    change.clone.push(change.branch, change.commit, there)
