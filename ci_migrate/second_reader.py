"""Read YAML with a second parser, of other authors, and compare what the two understand.

ruamel.yaml's own parser is written for YAML 1.2 and shares no code with libyaml's. What both read
alike is not a quirk of one of them.
"""

from itertools import zip_longest
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ci_migrate.document import events
from ci_migrate.errors import BadFile
from ci_migrate.meaning import Meaning, meaning_of
from ci_migrate.text import BYTE_ORDER_MARK

_KINDS = {
    SequenceStartEvent: "list",
    MappingStartEvent: "mapping",
    SequenceEndEvent: "end",
    MappingEndEvent: "end",
    DocumentStartEvent: "document",
    AliasEvent: "alias",
    ScalarEvent: "scalar",
}


def disagreement(path: str, text: str) -> str:
    """Return how the two parsers differ on a text; nothing if they understand the same."""
    try:
        first = [m for event in events(path, text) if (m := meaning_of(event))]
    except BadFile as error:
        return error.what
    try:
        stream = YAML(typ="safe", pure=True).parse(text.removeprefix(BYTE_ORDER_MARK))
        second = [_meaning(event) for event in stream if type(event) in _KINDS]
    except YAMLError as error:
        return f"a second YAML parser does not take it: {str(error).splitlines()[0]}"
    for one, other in zip_longest(first, second):
        if one != other:
            return f"one YAML parser understands {one}, a second one {other}"
    return ""


def _meaning(event: Any) -> Meaning:
    kind = _KINDS[type(event)]
    if kind in ("end", "document"):
        return (kind, None, None, None, False)
    if kind == "alias":
        return (kind, event.anchor, None, None, False)
    tag = None if event.tag is None else str(event.tag)
    if kind == "scalar":
        return (kind, event.anchor, tag, event.value, not event.style)
    return (kind, event.anchor, tag, None, False)
