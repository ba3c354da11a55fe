"""Add imports to a Python file."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.import_changes import add_imports
from ci_migrate.job import Dialect
from ci_migrate.options import option
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import read_python
from ci_migrate.text import counted
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class AddImport:
    """Add imports where they are missing, and where a sorter of imports would put them.

    One whose name is that of something else in the file is refused.

    Example:
        - add-import: {file: tests/test_models.py, import: [import pytest, from vllm.platforms import current_platform]}
    """

    file: str = option("path of the Python file")
    import_: tuple[ImportStatement, ...] = option("import of one thing, or several of them")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if an import has no place."""
        rewrites = add_imports(read_python(tree, self.file), self.import_, tree)
        return Outcome(f"{counted(rewrites, 'import')} added to {self.file}", rewrites)
