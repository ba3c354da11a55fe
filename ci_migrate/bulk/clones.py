"""Clones that hold only what is asked for: one commit deep, without files but those read.

A clone is bare. Its files are read, and commits are made, in git's own store, so that no file is
ever checked out, no hook or filter of a repository runs, and nothing can be dirty.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from ci_migrate.bulk.remote import Remote, redacted, slug, without_login
from ci_migrate.errors import BadFile, Place
from ci_migrate.git_process import with_settings
from ci_migrate.globs import matcher

_BASE = "refs/ci-migrate/base"
_BESIDE = 200  # files of a folder that come along with one of them
_CONFIG = """\
[core]
	repositoryformatversion = 1
	bare = true
[extensions]
	partialClone = origin
"""
_SETTINGS = {
    "remote.origin.promisor": "true",
    "remote.origin.partialclonefilter": "blob:none",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.ext.allow": "never",
}
_ELSEWHERE = (  # what leads git to another repository, where we run in one of its hooks
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
)


class Commit(NamedTuple):
    """A commit to be made: its message, and bytes by path, None for a file that goes."""

    message: str
    files: Mapping[str, bytes | None]


@dataclass(slots=True)
class Clone:
    """A clone in a folder of its own, and a tree of files for the engine.

    `seconds` is the longest that one git command may take. A clone that was `used_before` may have
    been left in disorder.
    """

    folder: Path
    remote: Remote
    seconds: float = 600.0
    base: str = ""
    used_before: bool = False
    _time: str = ""
    _modes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _brought: set[str] = field(default_factory=set)
    _reader: "subprocess.Popen[bytes] | None" = None

    @classmethod
    def at(cls, clones: Path, remote: Remote, seconds: float) -> "Clone":
        """Return the clone of a repository in the folder of all clones; begin it if need be."""
        folder = clones / slug(remote.name)
        used_before = folder.exists()
        for name in ("objects", "refs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "config").write_text(_CONFIG)
        (folder / "HEAD").write_text("ref: refs/heads/main\n")
        return cls(folder, remote, seconds, used_before=used_before)

    def head(self, branch: str) -> str:
        """Return the commit of a branch, or of the default one, as it is there; nothing if none."""
        name = f"refs/heads/{branch}" if branch else "HEAD"
        listed = self._git("ls-remote", "origin", name).decode(errors="replace").split("\n")
        return next((line.split("\t")[0] for line in listed if line.endswith(f"\t{name}")), "")

    def fetch(self, branch: str) -> str:
        """Bring the branch, or the default one, and return its commit; nothing if there is none.

        Raises BadFile where git fails.
        """
        self.close()
        name = f"refs/heads/{branch}" if branch else "HEAD"
        options = ("--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head")
        try:
            self._git("fetch", *options, "--filter=blob:none", "origin", f"+{name}:{_BASE}")
        except BadFile as error:
            if branch or "couldn't find remote ref HEAD" not in error.what:
                raise
            return ""
        named, content = self._object(_BASE)
        self.base = named
        head = content.decode(errors="replace").partition("\n\n")[0]
        self._time = next(
            line.rsplit("> ", 1)[1] for line in head.split("\n") if line.startswith("committer ")
        )
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", named)
        records = (os.fsdecode(r).split("\t", 1) for r in listed.split(b"\0") if r)
        files = ((path, told.split()) for told, path in records if told.startswith("100"))
        self._modes = {path: (mode, name) for path, (mode, _, name) in files}
        return named

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        """Return the paths that match any of the globs, sorted, and bring these files at once.

        Who asks for all that there is with `**` wants to know their names, and nothing is brought.
        """
        found = sorted(filter(matcher(globs).fullmatch, self._modes))
        if globs != ("**",):
            self._bring(found)
        return found

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if git can't bring it.

        Where it is not here yet, those beside it come along, such as the configs of a list.
        """
        if path not in self._modes:
            return None
        name = self._modes[path][1]
        if name not in self._brought:
            self._bring(self._beside(path))
        return self._object(name)[1]

    def note(self, error: BadFile) -> None:
        """Do nothing: who reads a clone for a run keeps the notes."""

    def commit(self, branch: str, commits: Iterable[Commit], author: str) -> str:
        """Let a branch be the base with commits on it, and return the last one's name.

        They bear the time of the base, so that the same change is the same commit.
        """
        stream = []
        parent = self.base
        for number, commit in enumerate(commits, 1):
            message = commit.message.encode()
            who = f"{author} {self._time}"
            stream += [f"commit refs/heads/{branch}\nmark :{number}\n".encode()]
            stream += [f"author {who}\ncommitter {who}\n".encode()]
            stream += [b"data %d\n" % len(message), message, b"\nfrom ", parent.encode(), b"\n"]
            for path, content in commit.files.items():
                stream.append(self._change(path, content))
            parent = f":{number}"
        stream.append(f"get-mark {parent}\n".encode())
        words = ("fast-import", "--quiet", "--force")
        return self._git(*words, given=b"".join(stream)).decode().strip()

    def has(self, branch: str, commit: str) -> bool:
        """Say whether the branch is at a commit; `commit` lets it be there once all is stored."""
        try:
            return (self.folder / "refs" / "heads" / branch).read_text().strip() == commit
        except OSError:
            return False

    def push(self, branch: str, commit: str, expected: str) -> None:
        """Let a remote branch be a commit, if it is still the `expected` one, or none if empty.

        Raises BadFile where git fails.
        """
        name = f"refs/heads/{branch}"
        lease = f"--force-with-lease={name}:{expected}"
        self._git("push", "--quiet", "--no-verify", lease, "origin", f"{commit}:{name}")

    def size(self) -> int:
        """Return the bytes that the clone takes on the disk, where a small file takes a block."""
        places = (self.folder, *self.folder.rglob("*"))
        return sum(place.lstat().st_blocks for place in places if os.path.lexists(place)) * 512

    def close(self) -> None:
        """End the process that reads objects."""
        if self._reader is not None:
            self._reader.kill()
            self._reader.communicate()
            self._reader = None

    def remove(self) -> None:
        """Take the clone off the disk."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _bring(self, paths: Iterable[str]) -> None:
        names = {self._modes[path][1] for path in paths} - self._brought
        if names:
            options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none")
            quick = ("-c", "fetch.negotiationAlgorithm=noop")
            given = "\n".join(sorted(names)).encode()
            self._git(*quick, "fetch", *options, "--stdin", "origin", given=given)
            self._brought |= names

    def _beside(self, path: str) -> list[str]:
        """Return a file and those of its folder and kind, if they are not too many."""
        start, end = path[: path.rfind("/") + 1], os.path.splitext(path)[1]
        others = [p for p in self._modes if p.startswith(start) and p.endswith(end)]
        beside = [p for p in others if p.rfind("/") < len(start)]
        return beside if len(beside) <= _BESIDE else [path]

    def _change(self, path: str, content: bytes | None) -> bytes:
        escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        quoted = b'"' + os.fsencode(escaped) + b'"'
        if content is None:
            return b"D " + quoted + b"\n"
        mode = self._modes.get(path, ("100644", ""))[0].encode()
        return b"M %s inline %s\ndata %d\n%s\n" % (mode, quoted, len(content), content)

    def _object(self, name: str) -> tuple[str, bytes]:
        """Return the name and the bytes of an object; one process reads them all."""
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "cat-file", "--batch"],
                cwd=self.folder,
                env=_environment(self.remote.url),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        asked, told = self._reader.stdin, self._reader.stdout
        assert asked is not None and told is not None  # noqa: S101, PT018 - both are pipes
        return _answer(name, asked, told, self.remote)

    def _git(self, *words: str, given: bytes | None = None) -> bytes:
        try:
            run = subprocess.run(
                ["git", *words],
                cwd=self.folder,
                env=_environment(self.remote.url),
                input=given,
                stdin=subprocess.DEVNULL if given is None else None,
                capture_output=True,
                check=False,
                timeout=self.seconds,
            )
        except subprocess.TimeoutExpired as error:
            raise _failed(self.remote, f"git took longer than {self.seconds:g} s") from error
        except OSError as error:
            raise _failed(self.remote, f"git can't be run: {error.strerror}") from error
        if run.returncode:
            raise _failed(self.remote, _said(run.stderr))
        return run.stdout


def identity(given: str) -> str:
    """Return who commits: as given, or as git is set up; raises BadFile if it is not."""
    if given:
        return given
    run = subprocess.run(
        ["git", "var", "GIT_COMMITTER_IDENT"], capture_output=True, check=False, text=True
    )
    if run.returncode:
        what = "git does not know who commits"
        raise BadFile(what, hint="say 'author = \"Name <mail>\"' in the campaign")
    return run.stdout.rsplit(" ", 2)[0]


def _environment(url: str) -> dict[str, str]:
    """Return what git is to know: the address too, which is so neither stored nor shown."""
    address, login, secret = without_login(url)
    settings = {**_SETTINGS, "remote.origin.url": address, **login}
    env = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_DIR": ".", **secret}
    env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    return with_settings(env, settings)  # those of the user stay, and may log in


def _answer(name: str, asked: IO[bytes], told: IO[bytes], remote: Remote) -> tuple[str, bytes]:
    try:
        asked.write(f"{name}\n".encode())
        asked.flush()
    except BrokenPipeError as error:
        raise _failed(remote, "git can't read its objects") from error
    head = told.readline().split()
    if len(head) != 3:
        raise _failed(remote, f"git has no object {name}")
    content = told.read(int(head[2]) + 1)[:-1]
    return head[0].decode(), content


def _said(stderr: bytes) -> str:
    """Return the line of an error that says most."""
    lines = stderr.decode(errors="replace").strip().split("\n")
    told = [line for line in lines if line.startswith(("fatal: ", "error: ", "ERROR: ", " ! "))]
    return " ".join((told or lines)[0].removeprefix("fatal: ").split())


def _failed(remote: Remote, what: str) -> BadFile:
    return BadFile(redacted(what), place=Place(remote.name), hint="check that git can reach it")
