"""What skips have in common: the names that a mark needs, and the rewrite of the test file."""

from ci_migrate.changeset import Rewrite
from ci_migrate.errors import Refused
from ci_migrate.pytest_marks import Condition
from ci_migrate.python_change import PythonChange
from ci_migrate.python_imports import ImportChange, ImportStatement, add_import
from ci_migrate.python_layout import Format
from ci_migrate.python_names import check_names
from ci_migrate.python_proof import PythonClaim
from ci_migrate.python_source import Test
from ci_migrate.tree import Tree


def needed_imports(
    test: Test,
    condition: Condition,
    imports: tuple[ImportStatement, ...],
    tree: Tree,
    format: Format,
) -> tuple[ImportChange, ...]:
    """Return the imports to add for a mark with this condition.

    Raises Refused if a name would still not be there, or if two imports go to one place.
    """
    statements = [statement.node for statement in imports]
    check_names(test, f"pytest, {condition.code}", statements)
    added = [add_import(test.file, statement, tree, format) for statement in imports]
    changes = tuple(change for change in added if change is not None)
    replaced = [change.edit.span for change in changes if change.intent.replaces]
    if len(set(replaced)) < len(replaced):
        what = "two names are to be added to one import"
        raise Refused(what, place=test.file.place(replaced[0]), hint="add one of them first")
    return changes


def rewrite(test: Test, change: PythonChange, imports: tuple[ImportChange, ...] = ()) -> Rewrite:
    """Return the rewrite of a test file by a change of the test and imports."""
    statements = tuple(added.intent for added in imports)
    edits = (*(added.edit for added in imports), *change.edits)
    claim = PythonClaim(test, change.intents, statements)
    return Rewrite(test.file.path, test.file.text, edits, claim)
