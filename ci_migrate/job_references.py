"""Where jobs name other jobs that must have ended before them."""

from collections.abc import Iterator

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parse, resolved
from ci_migrate.errors import BadFile
from ci_migrate.job import Dialect, Reference
from ci_migrate.tree import Tree, files_with


def references(tree: Tree, dialect: Dialect, names: tuple[str, ...]) -> Iterator[Reference]:
    """Yield each place of a tree where one of the names stands as what is waited for."""
    for path, text in files_with(tree, dialect.GLOBS, names):
        try:
            found = [r for r in dialect.references(parse(path, text)) if r.node.value in names]
        except BadFile as error:
            tree.note(error)
            continue
        yield from found


def named_below(document: Document, node: Node, field: str) -> Iterator[Reference]:
    """Yield the names that stand below each field of this name, however deep.

    That is a text, an item of a list, or a `step` or a `job` in a list of mappings.
    """
    if isinstance(node, Sequence):
        for item in node.items:
            yield from named_below(document, item, field)
    if not isinstance(node, Mapping):
        return
    for key, value in node.entries:
        if isinstance(key, Scalar) and key.value == field:
            yield from names_in(document, value, flow=node.flow)
        else:
            yield from named_below(document, value, field)


def names_in(document: Document, value: Node, *, flow: bool) -> Iterator[Reference]:
    """Yield the names in a text, in a list of texts, or of mappings with a `step` or a `job`."""
    if isinstance(value, Scalar):
        yield Reference(document, value, flow)
    for item in value.items if isinstance(value, Sequence) else ():
        named, inside = _named(item) if isinstance(item, Mapping) else (item, item)
        if isinstance(named, Scalar):
            flow = getattr(inside, "flow", False) or getattr(value, "flow", False)
            yield Reference(document, named, flow)


def _named(mapping: Mapping) -> tuple[Node | None, Mapping]:
    for key, value in mapping.entries:
        found = resolved(key)
        if isinstance(found, Scalar) and found.value in ("step", "job"):
            return value, mapping
    return None, mapping
