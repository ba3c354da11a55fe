"""The only reader and writer of target files."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ci_migrate.changeset import FileChange
from ci_migrate.errors import BadFile, CiMigrateError, Place, Refused
from ci_migrate.globs import folders, matcher


@dataclass(slots=True)
class Folder:
    """The files below `root`, an absolute path without links.

    Links are not followed while looking for files, and a path that is asked for by name is
    refused if it leads outside the root.
    """

    root: str
    _found: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, root: Path) -> "Folder":
        """Return the folder; raises BadFile if there is none."""
        if not root.is_dir():
            raise BadFile("no such folder", place=Place(str(root)), hint="name one with --root")
        return cls(os.path.realpath(root))

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        """Return the paths that match any of the globs, each once, sorted."""
        fits = matcher(globs).fullmatch
        found = [path for start in folders(globs) for path in self._walk(start) if fits(path)]
        self._found.update(found)
        return sorted(found)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if it can't be read."""
        # Resolving links costs more than reading, and a path from a walk has none.
        known = path in self._found
        absolute = f"{self.root}/{path}" if known else self.inside(path)
        try:
            descriptor = os.open(absolute, _READ)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _failed("read", path, error) from error
        try:
            if not known and not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BadFile("not a file", place=Place(path), hint="a file is needed here")
            content = os.read(descriptor, _CHUNK)
            if len(content) == _CHUNK:
                content += b"".join(iter(lambda: os.read(descriptor, _CHUNK), b""))
            return content
        except OSError as error:
            raise _failed("read", path, error) from error
        finally:
            os.close(descriptor)

    def inside(self, path: str) -> str:
        """Return a file's absolute path without links; raises Refused if it is out of the root."""
        try:
            real = os.path.realpath(os.path.join(self.root, path))
        except ValueError as error:  # a NUL in it
            raise Refused("no such path", place=Place(path), hint="mend the path") from error
        if os.path.commonpath([self.root, real]) != self.root:
            what = "the path leads out of the root"
            raise Refused(what, place=Place(path), hint="name a file inside the root")
        return real

    def _walk(self, start: str) -> Iterator[str]:
        if os.path.realpath(os.path.join(self.root, start)) != os.path.normpath(
            os.path.join(self.root, start)
        ):
            return  # a link, which is not followed
        stack = [start]
        while stack:
            below = stack.pop()
            prefix = f"{below}/" if below else ""
            try:
                with os.scandir(os.path.join(self.root, below)) as entries:
                    for entry in entries:
                        if entry.is_file(follow_symlinks=False):
                            yield prefix + entry.name
                        elif entry.is_dir(follow_symlinks=False) and entry.name != ".git":
                            stack.append(prefix + entry.name)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise _failed("read", below or self.root, error) from error


def write(folder: Folder, changes: tuple[FileChange, ...]) -> None:
    """Write all changes, or none: whatever fails, files that were replaced are put back.

    Every new file is first written beside the one it replaces, with its mode, and then renamed
    over it. Raises Refused if a file is not as it was read, BadFile if one can't be written.
    """
    writer = _Writer(folder)
    try:
        for change in changes:
            writer.prepare(change)
        for change in changes:
            writer.replace(change)
    except BaseException:
        writer.put_back()
        raise
    writer.clean()


_CHUNK = 1 << 16  # a file's rest is asked for only if this much came
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class _Writer:
    folder: Folder
    targets: set[str] = field(default_factory=set)
    made_folders: list[str] = field(default_factory=list)
    fresh: dict[str, str] = field(default_factory=dict)  # target: the new file beside it
    keeping: str = ""  # where an old file was last to be kept, whole or not
    old: dict[str, str | None] = field(default_factory=dict)  # target: the old file, kept beside it

    def prepare(self, change: FileChange) -> None:
        target = self.folder.inside(change.path)
        if target in self.targets:
            what = "two changes lead to this file, one through a link"
            raise Refused(what, place=Place(change.path), hint="name the file one way")
        self.targets.add(target)
        self._check_unchanged(change)
        if change.after is None:
            return
        try:
            self._make_folders(os.path.dirname(target))
            self.fresh[target] = beside = _beside(target)
            status = os.stat(target) if change.before is not None else None
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            with open(descriptor, "wb") as file:
                file.write(change.after.encode())
                if status is not None:
                    with suppress(PermissionError):
                        os.fchown(file.fileno(), status.st_uid, status.st_gid)
                    os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
        except OSError as error:
            raise _failed("write", change.path, error) from error

    def replace(self, change: FileChange) -> None:
        target = self.folder.inside(change.path)
        self._check_unchanged(change)
        try:
            if change.before is not None:
                self.keeping = _beside(target)
                _keep(target, self.keeping)
                self.old[target] = self.keeping
            else:
                self.old[target] = None
            if change.after is None:
                os.unlink(target)
            else:
                os.replace(self.fresh[target], target)
                del self.fresh[target]
        except OSError as error:
            raise _failed("write", change.path, error) from error

    def put_back(self) -> None:
        """Restore every file that was replaced; go on whatever happens, to restore the most."""
        for target, kept in reversed(self.old.items()):
            with suppress(OSError):
                if kept is not None:
                    os.replace(kept, target)
                    os.unlink(kept)  # a rename between two names of one file leaves both
                elif target not in self.fresh:
                    os.unlink(target)
        for beside in (*self.fresh.values(), self.keeping):
            with suppress(OSError):
                os.unlink(beside)
        for made in reversed(self.made_folders):
            with suppress(OSError):
                os.rmdir(made)

    def clean(self) -> None:
        """Remove the old files, all of them even if a person interrupts it."""
        kept = [path for path in self.old.values() if path is not None]
        try:
            while kept:
                with suppress(OSError):
                    os.unlink(kept[-1])
                kept.pop()
        except BaseException:
            for path in kept:
                with suppress(OSError):
                    os.unlink(path)
            raise

    def _check_unchanged(self, change: FileChange) -> None:
        content = self.folder.read(change.path)
        before = None if change.before is None else change.before.encode()
        if content != before:
            what = "the file has changed since it was read"
            raise Refused(what, place=Place(change.path), hint="run again")

    def _make_folders(self, path: str) -> None:
        if not os.path.isdir(path):
            self._make_folders(os.path.dirname(path))
            os.mkdir(path)
            self.made_folders.append(path)


def _keep(target: str, kept: str) -> None:
    """Give the old file a second name, or copy it where the system allows no second name."""
    try:
        os.link(target, kept)
    except OSError:
        shutil.copy2(target, kept)


def _beside(target: str) -> str:
    head, name = os.path.split(target)
    return os.path.join(head, f".{name[:200]}.{os.urandom(4).hex()}.ci-migrate")


def _failed(doing: str, path: str, error: OSError) -> CiMigrateError:
    hint = "check the path and its permissions"
    return BadFile(f"can't {doing}: {error.strerror}", place=Place(path), hint=hint)
