"""What a value among a test's cases or marks is, where a name or a call hides it."""

import ast

from ci_migrate.errors import Place, Refused
from ci_migrate.python_lookup import origins
from ci_migrate.python_source import PythonFile, Test, expression
from ci_migrate.tree import Tree


def is_one_mark(tree: Tree, test: Test, code: str, place: Place) -> bool:
    """Say whether an expression given as `marks` is one mark, as opposed to several.

    Raises Refused where its definition does not tell.
    """
    answer = _kind(tree, test, code)
    if answer is None:
        what = f"can't tell whether '{code}' is one mark or several"
        raise Refused(what, place=place, hint="write these marks as a list in the test first")
    return answer


def check_one_mark(tree: Tree, test: Test, code: str, place: Place) -> None:
    """Check that an expression that is to be added is one mark; raises Refused if not."""
    if not _kind(tree, test, code):
        what = f"can't tell that '{code}' is one mark"
        raise Refused(what, place=place, hint="write it out, as pytest.mark.…")


def _kind(tree: Tree, test: Test, code: str) -> bool | None:
    node = expression(code)
    if _hidden(test, node):
        return None
    found = origins(tree, test.file, node)
    answers = {None if origin is None else _is_one(origin[1]) for origin in found}
    return answers.pop() if len(answers) == 1 else None


def check_plain(tree: Tree, test: Test, code: str, place: Place) -> None:
    """Check that a case is a plain value; raises Refused if it may come to a `pytest.param`."""
    node = expression(code)
    for found in origins(tree, test.file, node):
        if found is not None and _is_param(*found):
            what = f"'{code}' is a pytest.param that is made elsewhere"
            raise Refused(what, place=place, hint="write it out in the test first")


def _hidden(test: Test, node: ast.expr) -> bool:
    """Say whether the class around the test binds a name that the expression uses."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    around = (
        part
        for part in ast.walk(test.file.tree)
        if isinstance(part, ast.ClassDef) and test.node in part.body
    )
    return any(
        isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id in names
        for klass in around
        for part in ast.walk(klass)
    )


def _is_one(node: ast.expr) -> bool | None:
    match node:
        case ast.List() | ast.Tuple() | ast.ListComp() | ast.Set():
            return False
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="pytest"), attr="mark")):
            return True
        case ast.Call(func=func) if isinstance(func, ast.Attribute):
            return _is_one(func)
    return None


def _is_param(file: PythonFile, call: ast.expr) -> bool:
    """Say whether a call is one of `pytest.param`, under whatever name the file imports it."""
    if not isinstance(call, ast.Call):
        return False
    name = ast.unparse(call.func)
    aliases = {
        alias.asname
        for statement in file.tree.body
        if isinstance(statement, ast.ImportFrom) and statement.module == "pytest"
        for alias in statement.names
        if alias.name == "param"
    }
    return name.rpartition(".")[2] == "param" or name in aliases
