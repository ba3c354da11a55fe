"""Where a Python file uses a name that an import binds."""

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath

from ci_migrate.errors import Place
from ci_migrate.python_comments import comments_of
from ci_migrate.python_source import PythonFile


def first_use(file: PythonFile, name: str) -> Place | None:
    """Return the first place in a file that may use a name, other than to import it.

    An argument of that name counts, as pytest may fill it by a fixture that was imported. So does
    text that reads as an expression with the name in it, as in annotations, `__all__` and
    `usefixtures`, or that ends in the file's own name and this one, as what is patched does.
    """
    places = [*_places(file, name), *_type_comments(file, name)]
    return min(places, key=lambda place: (place.line or 0, place.column or 0), default=None)


def _places(file: PythonFile, name: str) -> Iterator[Place]:
    patched = f"{PurePosixPath(file.path).stem}.{name}"
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.expr | ast.stmt | ast.arg):
            continue
        if _uses(node, name) or _is_text(node, patched):
            yield Place(file.path, node.lineno, node.col_offset + 1)


def _uses(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=found) | ast.arg(arg=found):
            return found == name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return name in names
        case ast.Constant(value=str(text)):
            return name in text and _reads_as_use(text, name)
    return False


def _reads_as_use(text: str, name: str) -> bool:
    """Say whether a text is an expression that uses a name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what the text would be as code
            parsed = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(_uses(node, name) for node in ast.walk(parsed))


def _is_text(node: ast.AST, text: str) -> bool:
    """Say whether a node is a text that ends in some words with dots."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    return node.value == text or node.value.endswith(f".{text}")


def _type_comments(file: PythonFile, name: str) -> Iterator[Place]:
    if "type:" not in file.text:
        return
    word = re.compile(rf"#\s*type:.*\b{re.escape(name)}\b")
    for comment in comments_of(file):
        if word.match(comment.text):
            yield Place(file.path, comment.line, comment.column + 1)
