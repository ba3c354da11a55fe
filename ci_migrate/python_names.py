"""Which names a Python file binds before a line, and what the marks among them are."""

import ast
import builtins
from collections.abc import Iterator

from ci_migrate.errors import Place, Refused
from ci_migrate.python_source import PythonFile, Test, parse_python
from ci_migrate.tree import Tree, read_text

_DEPTH = 5  # imports followed from file to file


def check_names(test: Test, code: str) -> None:
    """Check that a file binds, above the test, every name that `code` uses; raises Refused."""
    bound = {name for name, _ in _bindings(test.file.tree.body, test.node.lineno)}
    if "*" in bound:
        return
    expression = ast.parse(code, mode="eval")
    inner = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name) and _stores(n)}
    inner |= {n.arg for n in ast.walk(expression) if isinstance(n, ast.arg)}
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and node.id not in bound | inner | set(dir(builtins)):
            what = f"nothing above '{test.name}' defines '{node.id}'"
            raise Refused(what, place=test.place, hint=f"import {node.id} in this file first")


def is_one_mark(tree: Tree, file: PythonFile, code: str, place: Place) -> bool:
    """Say whether an expression given as `marks` is one mark, as opposed to several.

    What a name stands for is looked up in the file and in the files of the tree that it imports
    from. Raises Refused where that does not tell.
    """
    found = _is_one(tree, file, ast.parse(f"({code}\n)", mode="eval").body, _DEPTH)
    if found is None:
        what = f"can't tell whether '{code}' is one mark or several"
        hint = "write these marks as a list in the test first"
        raise Refused(what, place=place, hint=hint)
    return found


def _stores(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _bindings(body: list[ast.stmt], before: int) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the names that statements bind, with the statement, down to a line."""
    for statement in body:
        if statement.lineno >= before:
            return
        match statement:
            case ast.Import(names=names):
                yield from ((a.asname or a.name.partition(".")[0], statement) for a in names)
            case ast.ImportFrom(names=names):
                yield from ((a.asname or a.name, statement) for a in names)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, statement
            case ast.ClassDef(name=name):
                yield name, statement
            case _:
                stores = (n for n in ast.walk(statement) if isinstance(n, ast.Name) and _stores(n))
                yield from ((name.id, statement) for name in stores)
                for part in ("body", "orelse", "finalbody"):
                    yield from _bindings(getattr(statement, part, []), before)
                for handler in getattr(statement, "handlers", []):
                    yield from _bindings(handler.body, before)


def _is_one(tree: Tree, file: PythonFile, node: ast.expr, depth: int) -> bool | None:
    match node:
        case ast.List() | ast.Tuple() | ast.ListComp() | ast.Set():
            return False
        case ast.Call(func=func):
            return _is_one(tree, file, func, depth)
        case ast.Attribute() if ast.unparse(node).startswith(("pytest.mark.", "mark.")):
            return True
        case ast.Name(id=name) if depth:
            found = [s for known, s in _bindings(file.tree.body, 1 << 30) if known == name]
            return _is_one_bound(tree, file, name, found[-1], depth - 1) if found else None
    return None


def _is_one_bound(
    tree: Tree, file: PythonFile, name: str, statement: ast.stmt, depth: int
) -> bool | None:
    match statement:
        case ast.Assign(value=value, targets=[ast.Name()]):
            return _is_one(tree, file, value, depth)
        case ast.AnnAssign(value=ast.expr() as value):
            return _is_one(tree, file, value, depth)
        case ast.FunctionDef():
            answers = {_is_one(tree, file, value, depth) for value in _returned(statement)}
            return answers.pop() if len(answers) == 1 else None
        case ast.ImportFrom(module=str() as module, level=0, names=names):
            original = next(a.name for a in names if name in (a.asname, a.name))
            path = module.replace(".", "/")
            for candidate in (f"{path}.py", f"{path}/__init__.py"):
                if (text := read_text(tree, candidate)) is not None:
                    imported = ast.Name(original, ast.Load())
                    return _is_one(tree, parse_python(candidate, text), imported, depth)
    return None


def _returned(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield what a function returns; a local name stands for what was last assigned to it."""
    local = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            yield local.get(value.id, value) if isinstance(value, ast.Name) else value
