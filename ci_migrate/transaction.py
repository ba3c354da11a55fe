"""Write all files of a run or none, whatever happens on the way, and undo what was written.

Every new file is first written beside the one whose place it takes, and the journal notes it. Once
that is on the disk the run is committed; what follows are renames, which take no room. A run that
was killed is finished, or taken back, by the next one.
"""

import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from ci_migrate.changeset import FileChange
from ci_migrate.errors import BadFile, Place, Refused
from ci_migrate.file_steps import beside, digest, exists, prepare, read, replace, was_made
from ci_migrate.files import Folder, failed
from ci_migrate.journal import Journal, Plan, Step, read_plain


class Content(NamedTuple):
    """One file before and after a run; None where there is no file. `mode` is for a new one."""

    path: str
    before: bytes | None
    after: bytes | None
    mode: int | None = None


def write(folder: Folder, changes: tuple[FileChange, ...], recipe: str = "") -> None:
    """Write all changes, or none: whatever fails, files that were replaced are put back.

    Raises Refused if a file is not as it was read, or another run writes here; BadFile if a file
    can't be written.
    """
    contents = tuple(
        Content(change.path, _encoded(change.before), _encoded(change.after)) for change in changes
    )
    journal = Journal.of(folder.root)
    with journal.locked():
        recover(journal)
        _write(folder, contents, journal, recipe)


def undo(folder: Folder) -> tuple[str, ...]:
    """Put the files of the last run back as they were before it; return their paths.

    Raises Refused if there was no run, or if a file was changed since: then none is put back.
    """
    journal = Journal.of(folder.root)
    with journal.locked():
        recover(journal)
        plan = journal.last_plan()
        if plan is None:
            raise Refused("there is no run to undo", place=Place(folder.root))
        contents = []
        for number, step in enumerate(plan.steps):
            now = read(step.target)
            if digest(now) != step.after:
                what = "this file was changed since the run that is to be undone"
                raise Refused(what, place=Place(step.path), hint="put it back by hand")
            old = _kept(journal, number, step)
            contents.append(Content(step.target, now, old, step.mode))
        _write(Folder("/"), tuple(contents), journal, f"undo {plan.recipe}")
        journal.forget()
        return tuple(step.path for step in plan.steps)


def _kept(journal: Journal, number: int, step: Step) -> bytes | None:
    """Return what a run kept of a file; raises Refused where it is not what was there."""
    try:
        old = None if step.before is None else read_plain(journal.old(number))
    except OSError as error:
        raise failed("read", str(journal.old(number)), error) from error
    if digest(old) != step.before:
        what = "what was kept of this file is not what it was"
        raise Refused(what, place=Place(step.path), hint="put it back by hand")
    return old


def settle(folder: Folder, *, writing: bool) -> bool:
    """End a run that was killed on the way, before the tree is read; say whether there was one.

    Raises Refused where this run is not one that writes.
    """
    journal = Journal.of(folder.root)
    if journal.current_plan() is None:
        return False
    if not writing:
        what = "an earlier run was killed here while it wrote"
        raise Refused(what, place=Place(folder.root), hint="end it with 'ci-migrate recover'")
    with journal.locked():
        recover(journal)
    return True


def recover(journal: Journal) -> None:
    """Finish a run that was killed after it was committed, and take back any other.

    Raises BadFile where neither can be done, with the file that stands in the way, and Refused
    where somebody has changed a file since.
    """
    plan = journal.current_plan()
    if plan is None:
        journal.end(keep=False)
        return
    for step in plan.steps:
        if digest(read(step.target)) not in (step.before, step.after):
            what = "this file was changed since the run that was killed"
            raise Refused(what, place=Place(step.path), hint="move it away, and recover again")
    if journal.committed:
        try:
            _finish(journal, plan)
            return
        except OSError:
            journal.abort()
    try:
        _take_back(journal, plan)
    except OSError as error:
        what = f"a run that was killed can't be taken back: {error.strerror}"
        place = Place(str(error.filename or journal.folder))
        raise BadFile(what, place=place, hint="mend this, and run again") from error


def _write(folder: Folder, contents: tuple[Content, ...], journal: Journal, recipe: str) -> None:
    try:
        plan = _plan(folder, contents, recipe)
    except OSError as error:
        raise failed("write", recipe or "files", error) from error
    try:
        journal.begin(plan)
        for content, step in zip(contents, plan.steps, strict=True):
            _trying(content.path, lambda c=content, s=step: prepare(plan, c.after, s))  # type: ignore[misc]
        for content in contents:
            _check_unchanged(folder, content)
        journal.commit()
        for content, step in zip(contents, plan.steps, strict=True):
            _trying(content.path, lambda s=step: replace(s))  # type: ignore[misc]
        _finish(journal, plan)
    except BaseException as error:
        done = _end_well(journal, plan)
        if done and isinstance(error, OSError | BadFile):
            return
        if isinstance(error, OSError):
            raise failed("write", recipe or "files", error) from error
        raise


def _end_well(journal: Journal, plan: Plan) -> bool:
    """End a run that met an error: finished if all files are new, else taken back; say which.

    Where the disk does not let it, the journal stays, and the next run ends this one.
    """
    with suppress(OSError):
        if all(digest(read(step.target)) == step.after for step in plan.steps):
            with suppress(OSError):
                _finish(journal, plan)
            return True
        journal.abort()
        _take_back(journal, plan)
    return False


def _trying(path: str, action: Callable[[], None]) -> None:
    try:
        action()
    except OSError as error:
        raise failed("write", path, error) from error


def _plan(folder: Folder, contents: tuple[Content, ...], recipe: str) -> Plan:
    """Work out what will be done; raises Refused where two changes lead to one file."""
    steps: list[Step] = []
    folders: list[str] = []
    for content in contents:
        target = folder.inside(content.path)
        if any(step.target == target for step in steps):
            what = "two changes lead to this file, one through a link"
            raise Refused(what, place=Place(content.path), hint="name the file one way")
        _check_unchanged(folder, content)
        mode = content.mode
        with suppress(FileNotFoundError, NotADirectoryError):
            mode = stat.S_IMODE(os.stat(target).st_mode)
        before, after = digest(content.before), digest(content.after)
        names = (beside(target, "new"), beside(target, "old"))
        steps.append(Step(content.path, target, *names, before, after, mode))
        if content.after is not None:
            folders += _missing_folders(os.path.dirname(target), folders)
    return Plan(recipe, time.time(), tuple(steps), tuple(folders))


def _missing_folders(folder: str, known: list[str]) -> list[str]:
    """Return the folders that are to be made for a file, the outermost first."""
    missing: list[str] = []
    while folder != os.path.dirname(folder) and folder not in known and not os.path.isdir(folder):
        missing.insert(0, folder)
        folder = os.path.dirname(folder)
    return missing


def _finish(journal: Journal, plan: Plan) -> None:
    """Do what is left to do of a committed run, and keep the old files for an undo."""
    for step in plan.steps:
        replace(step)
    for number, step in enumerate(plan.steps):
        if step.before is not None and exists(step.kept):
            shutil.move(step.kept, journal.old(number, last=False))
    journal.end(keep=True)


def _take_back(journal: Journal, plan: Plan) -> None:
    """Put back every file that was replaced, and leave nothing of the run."""
    for number, step in reversed(list(enumerate(plan.steps))):
        if (moved := journal.old(number, last=False)).exists():
            shutil.move(moved, step.kept)
        if exists(step.kept):
            os.replace(step.kept, step.target)
            with suppress(FileNotFoundError):  # a rename between two names of one file leaves both
                os.unlink(step.kept)
        elif step.before is None and was_made(step):
            os.unlink(step.target)
        with suppress(FileNotFoundError):
            os.unlink(step.fresh)
        with suppress(FileNotFoundError):
            os.unlink(f"{step.kept}.part")
    for made in reversed(plan.folders):
        with suppress(OSError):
            os.rmdir(made)
    journal.end(keep=False)


def _check_unchanged(folder: Folder, content: Content) -> None:
    if folder.read(content.path) != content.before:
        what = "the file has changed since it was read"
        raise Refused(what, place=Place(content.path), hint="run again")


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
