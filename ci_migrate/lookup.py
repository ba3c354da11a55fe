"""Look values up in YAML as a loader would, through aliases and merge keys, step by step."""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence, entry
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


def child(found: Found | None, name: str) -> Found | None:
    """Return the value of one key, that of a merged mapping included; None if there is none."""
    node = found.node if found else None
    if found is None or not isinstance(node, Mapping):
        return None
    if (own := entry(node, name)) is not None:
        return follow(own.value, found.through, flow=node.flow)
    for merged in _merged(found):
        if (inner := child(merged, name)) is not None:
            return inner
    return None


def keys_of(found: Found | None) -> frozenset[str]:
    """Return the keys of a mapping, those of merged mappings included."""
    if found is None or not isinstance(found.node, Mapping):
        return frozenset()
    keys = (follow(key) for key, _ in found.node.entries)
    own = {key.text for key in keys if key and key.text is not None} - {"<<"}
    return frozenset(own).union(*map(keys_of, _merged(found)))


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


def _merged(found: Found) -> Iterator[Found]:
    """Yield the mappings that are merged into one, those that count more first."""
    merge = entry(found.node, "<<") if isinstance(found.node, Mapping) else None
    yield from items_of(follow(merge.value, found.through)) if merge else ()
