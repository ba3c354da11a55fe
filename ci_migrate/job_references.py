"""Where jobs name other jobs that must have ended before them."""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parse, resolved
from ci_migrate.job import Dialect
from ci_migrate.tree import Tree, files_with


class Reference(NamedTuple):
    """The text that names a job; `flow` if it stands between brackets or braces."""

    document: Document
    node: Scalar
    flow: bool


def references(tree: Tree, dialect: Dialect, names: tuple[str, ...]) -> Iterator[Reference]:
    """Yield each place of a tree where one of the names stands as what is waited for."""
    for path, text in files_with(tree, dialect.GLOBS, names):
        found = references_in(parse(path, text), dialect)
        yield from (reference for reference in found if reference.node.value in names)


def references_in(document: Document, dialect: Dialect) -> Iterator[Reference]:
    """Yield each text that names what a job, or a whole file, waits for.

    That is a text, an item of a list, or a `step` in a list of mappings.
    """
    for root in document.roots:
        for node, flow in _named_below(root, dialect.FIELDS.needs):
            yield Reference(document, node, flow)


def _named_below(node: Node, field: str) -> Iterator[tuple[Scalar, bool]]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _named_below(item, field)
    if not isinstance(node, Mapping):
        return
    for key, value in node.entries:
        if isinstance(key, Scalar) and key.value == field:
            yield from _names(value, flow=node.flow)
        else:
            yield from _named_below(value, field)


def _names(value: Node, *, flow: bool) -> Iterator[tuple[Scalar, bool]]:
    if isinstance(value, Scalar):
        yield value, flow
    for item in value.items if isinstance(value, Sequence) else ():
        step = _value(item, "step") if isinstance(item, Mapping) else item
        if isinstance(step, Scalar):
            yield step, isinstance(value, Sequence) and value.flow


def _value(mapping: Mapping, name: str) -> Node | None:
    for key, value in mapping.entries:
        found = resolved(key)
        if isinstance(found, Scalar) and found.value == name:
            return value
    return None
