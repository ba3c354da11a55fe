"""Spell a new value like the value it replaces: same quotes where it had some, else none."""

import re
from typing import NamedTuple

import yaml

from ci_migrate.document import Scalar
from ci_migrate.errors import Refused


class Value(NamedTuple):
    """A text, written as the recipe writes it: `2` stays a number, and `"2"` stays text."""

    text: str
    quoted: bool = False


class Spelling(NamedTuple):
    """How a value is written: the characters, and whether a reader sees it as plain."""

    text: str
    plain: bool


def spell(value: Value, *, like: Scalar | None, flow: bool) -> Spelling:
    """Return how `value` is written in the place of `like`, or where nothing stood before.

    Raises Refused if the old value is a block scalar, whose lines are not rewritten as a whole.
    """
    style = like.style if like else ""
    if style in ("|", ">"):
        raise Refused("the old value is a block of lines", hint="edit the text in it instead")
    if style == "'" and _printable(value.text):
        return Spelling(_single(value.text), plain=False)
    if style == '"':
        return Spelling(_double(value.text), plain=False)
    if is_plain(value.text, flow=flow) and not (value.quoted and _is_not_text(value.text)):
        return Spelling(value.text, plain=True)
    if _printable(value.text) and ('"' in value.text or "\\" in value.text):
        return Spelling(_single(value.text), plain=False)
    return Spelling(_double(value.text), plain=False)


def is_plain(text: str, *, flow: bool) -> bool:
    """Say whether `text` can stand without quotes, in a block or between brackets."""
    return bool((_PLAIN_IN_FLOW if flow else _PLAIN).fullmatch(text)) and _printable(text)


# YAML 1.2 §7.3.3: what a plain scalar may begin with and contain; a value on one line. A tab in it
# is allowed there, but not every parser takes it.
_PLAIN = re.compile(
    r"(?!---|\.\.\.)(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[\-?:](?=\S))"
    r"(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#]))*"
)
_PLAIN_IN_FLOW = re.compile(
    r"(?!---|\.\.\.)(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`])"
    r"(?:[^\s:#,\[\]{}]|:(?=[^\s,\[\]{}])|(?<=\S)#| +(?=[^\s#]))*"
)


def _printable(text: str) -> bool:
    return all(char.isprintable() or char == "\t" for char in text)


def kind_of_plain(text: str) -> str:
    """Return what YAML 1.1 reads a plain text as: str, int, float, bool, null, timestamp, merge."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ())
    found = (tag for tag, pattern in resolvers if pattern.match(text))
    return str(next(found, "str")).rpartition(":")[2]


def _is_not_text(text: str) -> bool:
    return kind_of_plain(text) != "str"


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(map(_escape, escaped)) + '"'


def _escape(char: str) -> str:
    if char.isprintable():
        return char
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
    code = ord(char)
    return known.get(char) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
