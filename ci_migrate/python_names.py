"""Which names a condition uses, and whether a test file binds them where the test stands."""

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator

from ci_migrate.errors import Refused
from ci_migrate.python_source import Test
from ci_migrate.text import BYTE_ORDER_MARK


def check_names(test: Test, code: str, imports: Iterable[ast.stmt] = ()) -> None:
    """Check that a file binds, above the test, every name that `code` uses; raises Refused.

    `imports` are statements that will be added to the file.
    """
    bound = set(dir(builtins)) | {"__name__", "__file__"}
    _bind(list(imports), test.node.lineno + 1, bound)
    _bind(test.file.tree.body, test.node.lineno, bound)
    if "*" in bound:
        return
    for name in sorted(set(_used(symtable.symtable(f"({code}\n)", "condition", "eval")))):
        if name not in bound:
            what = f"nothing above '{test.name}' defines '{name}'"
            raise Refused(what, place=test.place, hint="say how to import it in 'imports'")


def unbound_names(text: str) -> set[str]:
    """Return the names that a file's text uses and nothing in the file, nor Python, binds."""
    module = symtable.symtable(text.removeprefix(BYTE_ORDER_MARK), "file", "exec")
    bound = set(_assigned(module)) | set(dir(builtins))
    return set(_used(module)) - bound


def bindings(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """Yield the statements of a module that bind a name in it, under conditions too."""
    for statement in body:
        match statement:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound = {(alias.asname or alias.name).partition(".")[0] for alias in names}
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound = {statement.name}
            case _:
                bound = set(_stored(statement))
                for inner in _bodies(statement):
                    yield from bindings(inner, name)
        if name in bound:
            yield statement


def _assigned(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a module binds, also from within functions."""
    for symbol in table.get_symbols():
        binds = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
        if binds and (table.get_type() == "module" or symbol.is_declared_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _assigned(inner)


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that an expression takes from around it."""
    for symbol in table.get_symbols():
        outside = symbol.is_global() or table.get_type() == "module"
        if symbol.is_referenced() and outside and not symbol.is_assigned():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _used(inner)


def _bind(body: list[ast.stmt], line: int, bound: set[str]) -> None:
    """Add the names that statements bind before a line, and take out those that they delete.

    What surrounds the line binds nothing yet itself, but what stands in it does.
    """
    for statement in body:
        if statement.lineno >= line:
            return
        around = (statement.end_lineno or line) >= line
        match statement:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound |= {(a.asname or a.name).partition(".")[0] for a in names}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound |= set() if around else {name}
            case ast.ClassDef(name=name, body=inner):
                if around:
                    _bind(inner, line, bound)
                else:
                    bound.add(name)
            case ast.Delete():
                bound -= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
            case ast.AnnAssign(value=None):
                pass
            case ast.If(test=test) if _only_for_types(test):
                _bind(statement.orelse, line, bound)
            case _:
                bound |= set(_stored(statement))
                for inner_body in _bodies(statement):
                    _bind(inner_body, line, bound)


def _only_for_types(test: ast.expr) -> bool:
    return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for name in ("handlers", "cases"):
        yield from (part.body for part in getattr(statement, name, []))


_OTHER_SCOPES = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def _stored(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement itself assigns, not what it holds in bodies or scopes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case | _OTHER_SCOPES):
            yield from _stored(child)
