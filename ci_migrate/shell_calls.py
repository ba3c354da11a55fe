"""The programs that shell commands start, one after the other, and the folder each starts in.

What the shell works out (`$NAME`, `*`) stays as it is written, and a folder that it works out is
not known.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.job import Origin, Workspace


class Call(NamedTuple):
    """A program with its arguments, without quotes, and where it is written.

    Its `folder` is below the root; None if not known. It is `inner` if the text is an argument of
    another program, which may run it elsewhere.
    """

    words: tuple[str, ...]
    folder: str | None
    command: Origin
    inner: bool = False

    @property
    def program(self) -> str:
        """Return the name of the program, without its folder."""
        return self.words[0].rpartition("/")[2]


def calls_of(commands: tuple[Origin, ...], workspace: Workspace) -> tuple[Call, ...]:
    """Return what commands start that share a shell, so that `cd` counts for those behind it."""
    found: list[Call] = []
    folder: str | None = workspace.folder
    for command in commands:
        shell = _Shell(command, workspace)
        found += shell.calls(command.text, folder)
        folder = shell.folder
    return tuple(found)


def below_root(path: str, folder: str | None, workspace: Workspace) -> str | None:
    """Return a path of a command as one from the root; None if it is elsewhere or not known."""
    if folder is None or not _PLAIN.fullmatch(path):
        return None
    whole = posixpath.normpath(posixpath.join(workspace.root, folder, path))
    if whole == workspace.root:
        return ""
    start = f"{workspace.root}/"
    return whole.removeprefix(start) if whole.startswith(start) else None


_PLAIN = re.compile(r"[\w./+@%,=-]+")
_TOKEN = re.compile(
    r"""(?P<gap>(?:[ \t\r]|\\\r?\n)+|(?<![^\s;&|()])\#[^\n]*)
    |(?P<redirect>\d*(?:>>|>&|<<<|<<-?|>|<|&>)[ \t]*)
    |(?P<end>&&|\|\||;;|[;&|\n])
    |(?P<open>\()|(?P<close>\))
    |(?P<word>(?:[^\s'"\\;&|()<>]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SETTING = re.compile(r"[A-Za-z_]\w*=")
_LEADING = frozenset((
    "env", "time", "exec", "command", "nohup", "sudo", "if", "then", "else", "do", "while", "!",
    "{",
))  # fmt: skip


class _Shell:
    """One shell that reads a command: its folder changes as it goes on."""

    def __init__(self, command: Origin, workspace: Workspace) -> None:
        self.command = command
        self.workspace = workspace
        self.folder: str | None = None

    def calls(self, text: str, folder: str | None, *, inner: bool = False) -> list[Call]:
        """Return what a text starts in a folder; what it leaves as its folder stays in `folder`."""
        self.folder = folder
        found: list[Call] = []
        around: list[str | None] = []
        for kind, words in _parts(text):
            if started := _without_settings(words):
                found += self._started(started, inner=inner)
            if kind == "open":
                around.append(self.folder)
            elif kind == "close" and around:
                self.folder = around.pop()
        return found

    def _started(self, words: tuple[str, ...], *, inner: bool) -> Iterator[Call]:
        if words[0] in ("cd", "pushd", "popd"):
            self.folder = self._changed(words[1:])
            return
        yield Call(words, self.folder, self.command, inner)
        runs = words[0] in ("bash", "sh") or words[0].endswith(".sh")
        for word in words[1:] if runs else ():
            if " " in word or "\n" in word:
                yield from _Shell(self.command, self.workspace).calls(word, "", inner=True)

    def _changed(self, words: tuple[str, ...]) -> str | None:
        path = words[0] if len(words) == 1 else ""
        return below_root(path, self.folder, self.workspace) if path[:1] not in ("-", "") else None


def _parts(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words up to each end of a command, and what ended it."""
    words: list[str] = []
    skipping = False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "word":
            if not skipping:
                words.append(_unquoted(match[0]))
            skipping = False
        elif kind == "redirect":
            skipping = True
        elif kind != "gap":
            yield kind, tuple(words)
            words, skipping = [], False
    yield "end", tuple(words)


def _without_settings(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a program with its arguments, without the variables that are set for it."""
    for index, word in enumerate(words):
        if word not in _LEADING and not _SETTING.match(word):
            return words[index:]
    return ()


_QUOTED = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", re.DOTALL)


def _unquoted(word: str) -> str:
    if "'" not in word and '"' not in word and "\\" not in word:
        return word
    return _QUOTED.sub(_inside, word)


def _inside(match: re.Match[str]) -> str:
    if match[2] is not None:
        return re.sub(r"\\([\"\\$`\n])", r"\1", match[2])
    return match[1] if match[1] is not None else match[3]
