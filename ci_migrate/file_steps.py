"""One file of a run: the new one beside it, then in its place, and the old one kept."""

import errno
import hashlib
import os
import shutil
from contextlib import suppress

from ci_migrate.journal import Plan, Step


def prepare(plan: Plan, content: bytes | None, step: Step) -> None:
    """Write a new file beside the one whose place it will take, with its mode and owner.

    Raises OSError where a folder on the way has become a link.
    """
    check_no_link(step)
    if content is None:
        return
    for made in plan.folders:
        if step.target.startswith(made + os.sep):
            with suppress(FileExistsError):
                os.mkdir(made)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(step.fresh, flags, 0o666)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        if step.before is not None:
            status = os.stat(step.target)
            with suppress(PermissionError):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
        if step.mode is not None:
            os.fchmod(file.fileno(), step.mode)
        os.fsync(file.fileno())


def replace(step: Step) -> None:
    """Let a new file take the place of the old one, which is kept; done before, it does nothing.

    Raises OSError where a folder on the way has become a link.
    """
    check_no_link(step)
    waiting = step.target if step.after is None else step.fresh
    if not exists(waiting):
        return
    if step.before is not None:
        _keep(step.target, step.kept)
    if step.after is None:
        os.unlink(step.target)
    else:
        os.replace(step.fresh, step.target)


def check_no_link(step: Step) -> None:
    """Check that a file still stands where it was found; raises OSError if a link leads away.

    Who changes folders within the moment after this can change the files as well.
    """
    folder = os.path.dirname(step.target)
    if os.path.realpath(folder) != folder:
        raise OSError(errno.ELOOP, "a folder has become a link", folder)


def was_made(step: Step) -> bool:
    """Say whether a file that was not there has come, as it was to be."""
    made = step.after is not None and not exists(step.fresh)
    return made and digest(read(step.target)) == step.after


def exists(path: str) -> bool:
    """Say whether there is a file; raises OSError where that can't be told."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _keep(target: str, kept: str) -> None:
    """Give the old file a second name, or copy it, whole or not at all, where there are none."""
    try:
        os.link(target, kept)
    except FileExistsError:
        return  # kept before
    except OSError:
        shutil.copy2(target, f"{kept}.part")
        os.replace(f"{kept}.part", kept)


def beside(target: str, kind: str) -> str:
    """Return a name beside a file that nothing else has."""
    head, name = os.path.split(target)
    return os.path.join(head, f".{name[:200]}.{os.urandom(4).hex()}.{kind}.ci-migrate")


def read(path: str) -> bytes | None:
    """Return a file's bytes, or None if there is none; raises OSError if it can't be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def digest(content: bytes | None) -> str | None:
    """Return the SHA-256 of a file's bytes in hex; None for no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()
