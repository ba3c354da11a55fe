"""Ask git which files have changes that are not committed."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice

from ci_migrate.errors import Place, Refused

_PATHS_A_CALL = 500


def uncommitted(root: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return those of the paths, below `root`, that git could not bring back; none without git.

    Raises Refused if git can't tell.
    """
    if not _in_repository(root):
        return ()
    return tuple(path for part in _parts(paths) for path in _changed(root, part))


def _in_repository(folder: str) -> bool:
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def _parts(paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(paths)
    while part := tuple(islice(rest, _PATHS_A_CALL)):
        yield part


def _changed(root: str, paths: tuple[str, ...]) -> Iterator[str]:
    import subprocess  # only a run that writes needs it

    command = ["git", "--no-optional-locks", "--literal-pathspecs", "status", "--porcelain", "-z"]
    command += ["--no-renames", "--untracked-files=all", "--", *paths]
    try:
        run = subprocess.run(command, cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise _unknown(str(error.strerror)) from error
    if run.returncode:
        raise _unknown(run.stderr.decode(errors="replace").strip().split("\n")[0])
    for record in run.stdout.split(b"\0"):
        if record:
            yield os.fsdecode(record[3:])


def _unknown(why: str) -> Refused:
    what = f"git can't say whether files are committed: {why}"
    return Refused(what, place=Place("."), hint="mend that, or add --allow-dirty")
