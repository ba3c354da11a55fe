"""What stands in a file of Azure Pipelines once expressions have inserted what is below them.

Source: learn.microsoft.com/azure/devops/pipelines/process, the pages template-expressions
(conditional and iterative insertion) and templates (paths).
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, parse, parts
from ci_migrate.errors import CiMigrateError
from ci_migrate.lookup import Found, child, follow
from ci_migrate.tree import Tree, read_text

EACH = re.compile(r"\s*\$\{\{\s*each\s+(\w+)\s+in\s+(.*?)\s*\}\}\s*")
_MOST_TEMPLATES = 5  # in one another


class Scope(NamedTuple):
    """Where expressions stand, and so what they can name; what is nearer comes first.

    `passed` is what a template is given, where its text is read as a part of another file.
    """

    document: Document
    tree: Tree | None
    strategies: tuple[Found, ...] = ()
    variables: "tuple[tuple[Value, ...], ...]" = ()
    loops: tuple[tuple[str, str], ...] = ()
    passed: "tuple[Scope, Found] | None" = None
    depth: int = 0  # templates around it

    def inside(self, found: Found) -> "Scope":
        """Return the scope of what stands in a stage or a job, whose variables are nearer."""
        own = tuple(Value(self, one) for one in fields(found, "variables"))
        return self._replace(variables=(own, *self.variables) if own else self.variables)


class Value(NamedTuple):
    """A node with the scope that it stands in, and how one came to it."""

    scope: Scope
    found: Found
    via: str = ""


def is_inserting(key: object) -> bool:
    """Say whether a key is an expression that inserts its value into what is around it."""
    return isinstance(key, Scalar) and key.value.lstrip().startswith("${{")


def inserted(found: Found) -> Iterator[Found]:
    """Yield what stands below `${{ if … }}` and other expressions in a mapping."""
    node = found.node
    for key, value in node.entries if isinstance(node, Mapping) else ():
        inner = follow(value, found.through, flow=getattr(node, "flow", False))
        if is_inserting(key) and inner is not None:
            yield inner


def fields(found: Found | None, name: str) -> Iterator[Found]:
    """Yield the values of a key, its own one and those below expressions."""
    if found is None:
        return
    if (own := child(found, name)) is not None:
        yield own
    for inner in inserted(found):
        yield from fields(inner, name)


def items(scope: Scope, found: Found | None) -> Iterator[tuple[Part, Value]]:
    """Yield the items of a list, with those that expressions insert into it, in their order."""
    if found is None:
        return
    node = found.node
    if isinstance(node, Mapping) and node.entries and all(is_inserting(k) for k, _ in node.entries):
        for key, value in node.entries:
            yield from items(_looped(scope, key), follow(value, found.through, flow=node.flow))
    for part in parts(node) if isinstance(node, Sequence) else ():
        item = follow(part.value, found.through, flow=getattr(node, "flow", False))
        if item is not None and any(isinstance(one.node, Sequence) for one in inserted(item)):
            yield from items(scope, item)
        elif item is not None:
            yield part, Value(scope, item)


def fields_of_any_case(found: Found, name: str) -> Iterator[Found]:
    """Yield the values of a key whose case does not matter."""
    node = found.node
    for key, value in node.entries if isinstance(node, Mapping) else ():
        if isinstance(key, Scalar) and key.value.casefold() == name.casefold():
            inner = follow(value, found.through, flow=getattr(node, "flow", False))
            if inner is not None:
                yield inner
    for inner in inserted(found):
        yield from fields_of_any_case(inner, name)


def is_opaque(text: str) -> bool:
    """Say whether a text holds an expression."""
    return any(start in text for start in ("${{", "$(", "$["))


def template(scope: Scope, written: str) -> Scope | None:
    """Return the scope of a template that is named in a file; None if it can't be read."""
    path, _, repository = written.replace("\\", "/").partition("@")
    outside = repository not in ("", "self") or is_opaque(path)
    if scope.tree is None or outside or scope.depth == _MOST_TEMPLATES:
        return None
    folder = posixpath.dirname(scope.document.path)
    path = posixpath.normpath(path.lstrip("/") if path.startswith("/") else f"{folder}/{path}")
    try:
        text = read_text(scope.tree, path.lstrip("/"))
        document = parse(path.lstrip("/"), text) if text is not None else None
    except CiMigrateError:
        return None
    return Scope(document, scope.tree, depth=scope.depth + 1) if document else None


def tops(scope: Scope) -> Iterator[Found]:
    """Yield the top of each document of a file."""
    found = (follow(root) for root in scope.document.roots)
    yield from (one for one in found if one is not None)


def _looped(scope: Scope, key: object) -> Scope:
    match = EACH.fullmatch(key.value) if isinstance(key, Scalar) else None
    if match is None:
        return scope
    return scope._replace(loops=((match[1], match[2]), *scope.loops))
