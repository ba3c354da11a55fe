"""Look values up in YAML as a loader would, through aliases and merge keys, step by step."""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence
from ci_migrate.entries import entry, positions
from ci_migrate.job import Origin
from ci_migrate.text import Span


class Found(NamedTuple):
    """A node that is no alias, the aliases that led to it, and whether it is between brackets."""

    node: Node
    through: tuple[Span, ...] = ()
    flow: bool = False

    @property
    def text(self) -> str | None:
        """Return the text of a scalar; None for anything else."""
        return self.node.value if isinstance(self.node, Scalar) else None


def follow(node: Node, through: tuple[Span, ...] = (), *, flow: bool = False) -> Found | None:
    """Return what a node stands for; None inside the anchored node itself."""
    while isinstance(node, Alias):
        through = (*through, node.span)
        if node.target is None:
            return None
        node, flow = node.target, False
    return Found(node, through, flow)


def look_up(found: Found | None, path: str) -> Found | None:
    """Return the value at a path of keys, those of merged mappings included; None if none."""
    for name in path.split("."):
        found = child(found, name)
    return found


def child(found: Found | None, name: str, seen: set[int] | None = None) -> Found | None:
    """Return the value of a key, whatever characters that has; None if there is none.

    Merged mappings count too. No mapping is looked at twice: those that merge one another twice
    would take for ever.
    """
    seen = set() if seen is None else seen
    node = found.node if found else None
    if found is None or not isinstance(node, Mapping) or id(node) in seen:
        return None
    seen.add(id(node))
    if (own := entry(node, name)) is not None:
        return follow(own.value, found.through, flow=node.flow)
    for merged in _merged(found):
        if (inner := child(merged, name, seen)) is not None:
            return inner
    return None


def keys_of(found: Found | None) -> frozenset[str]:
    """Return the keys of a mapping, those of merged mappings included."""
    if found is None or not isinstance(found.node, Mapping):
        return frozenset()
    return _own_keys(found.node) | merged_names(found.node)


def merged_names(node: Mapping, seen: set[int] | None = None) -> frozenset[str]:
    """Return the keys that a mapping has from merged ones alone."""
    seen = set() if seen is None else seen
    names: set[str] = set()
    for merged in _merged(Found(node)):
        if isinstance(merged.node, Mapping) and id(merged.node) not in seen:
            seen.add(id(merged.node))
            names |= _own_keys(merged.node) | merged_names(merged.node, seen)
    return frozenset(names - _own_keys(node))


def items_of(found: Found | None) -> Iterator[Found]:
    """Yield the items of a list, or a single value itself."""
    if found is None:
        return
    if not isinstance(found.node, Sequence):
        yield found
        return
    for item in found.node.items:
        inner = follow(item, found.through, flow=found.node.flow)
        if inner is not None:
            yield inner


def text_at(node: Node, path: str) -> str | None:
    """Return the text at a path of keys; None if there is no single value."""
    found = look_up(follow(node), path)
    return found.text if found else None


def origin(document: Document, found: Found, *, via: str = "") -> Origin | None:
    """Return where a value is written; None if it is no single text."""
    if not isinstance(found.node, Scalar):
        return None
    whole = Span(0, len(found.node.value))
    return Origin(document, found.node, whole, found.flow, found.through, via)


def origins_at(document: Document, found: Found | None, path: str) -> tuple[Origin, ...]:
    """Return the text, or the texts of the list, at a path of keys."""
    items = (origin(document, one) for one in items_of(look_up(found, path)))
    return tuple(one for one in items if one is not None)


def _own_keys(node: Mapping) -> frozenset[str]:
    keys = (follow(key) for key, _ in node.entries)
    return frozenset(key.text for key in keys if key and key.text is not None) - {"<<"}


def _merged(found: Found) -> Iterator[Found]:
    """Yield the mappings that are merged into one, those that count more first."""
    node = found.node
    if not isinstance(node, Mapping) or "<<" not in positions(node):
        return
    for key, value in reversed(node.entries):
        if isinstance(key, Scalar) and key.value == "<<":  # of several merges the last one wins
            yield from items_of(follow(value, found.through))
