"""The only reader of target files; `transaction` is the only writer."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

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
            raise failed("read", path, error) from error
        try:
            if not known and not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BadFile("not a file", place=Place(path), hint="a file is needed here")
            content = os.read(descriptor, _CHUNK)
            if len(content) == _CHUNK:
                content += b"".join(iter(lambda: os.read(descriptor, _CHUNK), b""))
            return content
        except OSError as error:
            raise failed("read", path, error) from error
        finally:
            os.close(descriptor)

    def mode(self, path: str) -> str:
        """Return a file's mode as git writes it; raises BadFile if there is no such file."""
        try:
            return mode_of(os.stat(self.inside(path)))
        except OSError as error:
            raise failed("read", path, error) from error

    def note(self, error: BadFile) -> None:
        """Do nothing: who reads a folder for a run keeps the notes."""

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
                        elif entry.is_dir(follow_symlinks=False) and entry.name not in _OWN:
                            stack.append(prefix + entry.name)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise failed("read", below or self.root, error) from error


_OWN = (".git", ".ci-migrate")  # folders that are git's and ours, not the tree's
_CHUNK = 1 << 16  # a file's rest is asked for only if this much came
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


def mode_of(status: os.stat_result) -> str:
    """Return the mode of a file as git writes it."""
    return "100755" if status.st_mode & stat.S_IXUSR else "100644"


def failed(doing: str, path: str, error: OSError) -> CiMigrateError:
    """Return the error for a file that the system would not let us read or write."""
    hint = "check the path and its permissions"
    return BadFile(f"can't {doing}: {error.strerror}", place=Place(path), hint=hint)
