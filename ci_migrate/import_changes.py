"""Imports that come to a file or leave it, one after the other, each change with its own proof."""

from ci_migrate.changeset import Rewrite
from ci_migrate.python_format import format_of
from ci_migrate.python_import_removal import remove_import
from ci_migrate.python_imports import ImportStatement, add_import
from ci_migrate.python_intents import ModuleChange
from ci_migrate.python_proof import ModuleClaim
from ci_migrate.python_source import PythonFile, parse_python
from ci_migrate.text import splice
from ci_migrate.tree import Tree


def add_imports(
    file: PythonFile, statements: tuple[ImportStatement, ...], tree: Tree
) -> tuple[Rewrite, ...]:
    """Return the rewrites that add the imports which a file has not, each to what the last made."""
    format = format_of(tree, file.path)
    rewrites: list[Rewrite] = []
    for statement in statements:
        file = _after(file, rewrites)
        if (change := add_import(file, statement, tree, format)) is not None:
            rewrites.append(_rewrite(file, change))
    return tuple(rewrites)


def remove_imports(
    file: PythonFile, statements: tuple[ImportStatement, ...], *, unused_only: bool
) -> tuple[Rewrite, ...]:
    """Return the rewrites that remove the imports which a file has.

    Raises Refused for one that is in use, or leaves it with `unused_only`.
    """
    rewrites: list[Rewrite] = []
    for statement in statements:
        file = _after(file, rewrites)
        if (change := remove_import(file, statement, unused_only=unused_only)) is not None:
            rewrites.append(_rewrite(file, change))
    return tuple(rewrites)


def after(rewrite: Rewrite) -> PythonFile:
    """Return a file as a rewrite makes it."""
    return parse_python(rewrite.path, splice(rewrite.before, rewrite.edits))


def _after(file: PythonFile, rewrites: list[Rewrite]) -> PythonFile:
    return after(rewrites[-1]) if rewrites else file


def _rewrite(file: PythonFile, change: ModuleChange) -> Rewrite:
    claim = ModuleClaim(file, change.intent)
    return Rewrite(file.path, file.text, (change.edit,), claim)
