"""What an expression in a test file stands for, followed through definitions and imports.

Only what stands in the tree is followed. All definitions of a name count, for which of them holds
may depend on a condition.
"""

import ast
from collections.abc import Iterator
from typing import TypeAlias

from ci_migrate.errors import BadFile
from ci_migrate.python_source import PythonFile, parse_python
from ci_migrate.tree import Tree, read_text

_DEPTH = 8  # names, calls and imports followed

# What an expression may come to: expressions that are not followed any further, each with the
# file in which it stands. None among them means that something can't be told.
Origins: TypeAlias = list[tuple[PythonFile, ast.expr] | None]


def origins(tree: Tree, file: PythonFile, node: ast.expr) -> Origins:
    """Return all that an expression, at the level of a module, may come to."""
    return list(_origins(tree, file, node, _DEPTH))


def _origins(
    tree: Tree, file: PythonFile, node: ast.expr, depth: int
) -> Iterator[tuple[PythonFile, ast.expr] | None]:
    match node:
        case _ if depth == 0:
            yield None
        case ast.Name(id=name):
            yield from _of_name(tree, file, name, depth - 1)
        case ast.Call(func=ast.Name(id=name)):
            yield from _of_call(tree, file, node, name, depth - 1)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _origins(tree, file, body, depth - 1)
            yield from _origins(tree, file, orelse, depth - 1)
        case _:
            yield file, node


def _of_name(
    tree: Tree, file: PythonFile, name: str, depth: int
) -> Iterator[tuple[PythonFile, ast.expr] | None]:
    for found in _definitions(file.tree.body, name):
        match found:
            case ast.Assign(value=value, targets=[ast.Name()]):
                yield from _origins(tree, file, value, depth)
            case ast.AnnAssign(value=ast.expr() as value):
                yield from _origins(tree, file, value, depth)
            case ast.ImportFrom() if imported := _imported(tree, found, name):
                yield from _of_name(tree, imported[0], imported[1], depth) if depth else (None,)
            case _:
                yield None


def _of_call(
    tree: Tree, file: PythonFile, call: ast.Call, name: str, depth: int
) -> Iterator[tuple[PythonFile, ast.expr] | None]:
    definitions = list(_definitions(file.tree.body, name))
    if not definitions or depth == 0:
        yield file, call
    for found in definitions if depth else ():
        match found:
            case ast.FunctionDef(decorator_list=[]):
                yield from _returned(tree, file, found, depth)
            case ast.ImportFrom() if imported := _imported(tree, found, name):
                yield from _of_call(tree, imported[0], call, imported[1], depth - 1)
            case ast.ImportFrom() | ast.ClassDef():
                yield file, call
            case ast.Assign(value=value, targets=[ast.Name()]):
                called = _origins(tree, file, value, depth)
                marks = (isinstance(x[1], ast.Attribute) if x else False for x in called)
                yield (file, value) if all(marks) else None
            case _:
                yield None


def _returned(
    tree: Tree, file: PythonFile, function: ast.FunctionDef, depth: int
) -> Iterator[tuple[PythonFile, ast.expr] | None]:
    """Yield what a function returns; for a local name, all that is assigned to it."""
    arguments = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
    local: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            local.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            name = value.id if isinstance(value, ast.Name) else ""
            if name in arguments:
                yield None
            for part in local.get(name, [value]) if name not in arguments else ():
                yield from _origins(tree, file, part, depth)


def _definitions(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """Yield the statements of a module that bind a name, under conditions too."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=bound) | ast.ClassDef(name=bound):
                if bound == name:
                    yield statement
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                if any((a.asname or a.name) == name for a in names):
                    yield statement
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                stores = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
                if any(n.id == name and isinstance(n.ctx, ast.Store) for n in stores):
                    yield statement
            case _:
                for part in ("body", "orelse", "finalbody"):
                    yield from _definitions(getattr(statement, part, []), name)
                for handler in getattr(statement, "handlers", []):
                    yield from _definitions(handler.body, name)


def _imported(tree: Tree, statement: ast.ImportFrom, name: str) -> tuple[PythonFile, str] | None:
    """Return the file of the tree that a name is imported from, and its name there."""
    if statement.level or statement.module is None:
        return None
    original = next(a.name for a in statement.names if (a.asname or a.name) == name)
    path = statement.module.replace(".", "/")
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        if (text := read_text(tree, candidate)) is not None:
            try:
                return parse_python(candidate, text), original
            except BadFile:
                return None
    return None
