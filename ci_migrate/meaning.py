"""What YAML means, as a row of parser events without places and without the choice of quotes."""

from typing import Any

import yaml

# What one event means: its kind, anchor, tag, text, and whether that text is plain, so that 2
# differs from "2".
Meaning = tuple[str, str | None, str | None, str | None, bool]

DOCUMENT: Meaning = ("document", None, None, None, False)
END: Meaning = ("end", None, None, None, False)
LIST: Meaning = ("list", None, None, None, False)
MAPPING: Meaning = ("mapping", None, None, None, False)


def text_meaning(text: str, *, plain: bool) -> Meaning:
    """Return what a scalar without anchor and tag means."""
    return ("scalar", None, None, text, plain)


def meaning_of(event: Any) -> Meaning | None:
    """Return what a parser event means, or None if nothing."""
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return ("scalar", event.anchor, event.tag, event.value, not event.style)
    if kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
        return END
    if kind is yaml.MappingStartEvent:
        return ("mapping", event.anchor, event.tag, None, False)
    if kind is yaml.SequenceStartEvent:
        return ("list", event.anchor, event.tag, None, False)
    if kind is yaml.AliasEvent:
        return ("alias", event.anchor, None, None, False)
    if kind is yaml.DocumentStartEvent:
        return DOCUMENT
    return None
