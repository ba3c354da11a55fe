"""Take imports out of a Python file that uses them no longer."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.import_changes import remove_imports
from ci_migrate.job import Dialect
from ci_migrate.options import option
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import read_python
from ci_migrate.text import counted
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class RemoveImport:
    """Remove imports that nothing in the file uses, and leave the other names of a `from`.

    One that is in use is refused, or with `unused-only` left alone.

    In use is a name that stands anywhere in the file, also as an argument (a fixture) or in text
    that reads as code (a type, `__all__`). Refused as well: a star, `__future__`, an import that
    `# noqa: F401` or `import a as a` keeps, one that stands twice or in another statement.

    Example:
        - remove-import: {file: tests/test_models.py, import: from tests.utils import multi_gpu_test}
        - remove-import: {file: tests/test_models.py, import: [import os, import re], unused-only: true}
    """

    file: str = option("path of the Python file")
    import_: tuple[ImportStatement, ...] = option("import of one thing, or several of them")
    unused_only: bool = option("true to leave imports that are in use", default=False)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if an import can't be done without."""
        file = read_python(tree, self.file)
        rewrites = remove_imports(file, self.import_, unused_only=self.unused_only)
        return Outcome(f"{counted(rewrites, 'import')} removed from {self.file}", rewrites)
