"""A folder of files as one run sees it, on disk or in memory."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from ci_migrate.document import Document, parse
from ci_migrate.errors import BadFile, Place


class Tree(Protocol):
    """Files by their path below a root, with forward slashes whatever the system."""

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        """Return the paths that match any of the globs, each once, sorted."""

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is none; raises BadFile if it can't be read."""

    def note(self, error: BadFile) -> None:
        """Remember that a file was left as it is because it can't be understood."""


@runtime_checkable
class Searching(Protocol):
    """A tree that knows more of its files than what reading them all would tell each time."""

    def search(self, globs: tuple[str, ...], words: tuple[str, ...]) -> Iterable[str]:
        """Return the paths, sorted, as `search` does."""


def read_text(tree: Tree, path: str) -> str | None:
    """Return a file's text with its line ends and BOM as they are, or None if there is none.

    Raises BadFile if it is not UTF-8.
    """
    content = tree.read(path)
    return None if content is None else decode(path, content)


def decode(path: str, content: bytes) -> str:
    """Return the text of a file's bytes; raises BadFile, with the line, if they are not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 (byte 0x{content[error.start]:02x})"
        raise BadFile(what, place=Place(path, line), hint="save it as UTF-8") from error


def read_document(tree: Tree, path: str) -> Document | None:
    """Return a file that another one asks for, or None if there is none.

    One that is no YAML is noted and as good as none: who asks for it has values of its own.
    """
    try:
        text = read_text(tree, path)
        return None if text is None else parse(path, text)
    except BadFile as error:
        tree.note(error)
        return None


def files_with(
    tree: Tree, globs: tuple[str, ...], words: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files that hold at least one of the words as a whole word.

    This is what makes a run over a large tree fast: a file without any word is never decoded nor
    parsed. A word written with escapes or broken over lines is therefore not seen. No words: all.
    Files that are no text are noted and left out.
    """
    for path in searched(tree, globs, words):
        try:
            text = read_text(tree, path)
        except BadFile as error:
            tree.note(error)
            continue
        if text is not None:
            yield path, text


def searched(tree: Tree, globs: tuple[str, ...], words: tuple[str, ...]) -> Iterable[str]:
    """Return what `search` does, from a tree that knows if it is one."""
    if isinstance(tree, Searching):
        return tree.search(globs, words)
    return search(tree, globs, words)


def search(tree: Tree, globs: tuple[str, ...], words: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of the files that match a glob and hold one of the words, by reading all.

    Files that can't be read are among them: it is for who reads them to say so.
    """
    holds = holder(words)
    for path in tree.paths(globs):
        try:
            content = tree.read(path)
        except BadFile:
            yield path
            continue
        if content is not None and holds(content):
            yield path


_MANY = 5000  # words, from which on looking for them costs more than reading the files


def holder(words: tuple[str, ...]) -> Callable[[bytes], object]:
    """Return a test for bytes that hold a word which no word goes on; without words, for all.

    Finding the bytes first, and their bounds only where there are some, is the fastest.
    """
    needles = [word.encode() for word in words]
    if not needles or len(needles) > _MANY:
        return lambda content: True
    first, *others = needles
    whole = re.compile(b"(?<![\\w-])(?:" + b"|".join(map(re.escape, needles)) + b")(?![\\w-])")
    if not others:
        return lambda content: first in content and whole.search(content)
    return lambda content: any(n in content for n in needles) and whole.search(content)
