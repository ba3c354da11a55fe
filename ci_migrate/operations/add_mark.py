"""Put a mark on a test, or on one of its cases."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, mark
from ci_migrate.options import option
from ci_migrate.pytest_code import MarkCode
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import code_of
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class AddMark:
    """Put a mark above the first pytest mark of a test, or among the marks of one of its cases.

    One that is there already, however it is laid out, is left alone.
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    mark: MarkCode = option("mark, in Python, such as `pytest.mark.slow`")
    param: CaseSelector | None = option(
        "case, if the mark is for one and not the test", default=None
    )
    imports: tuple[ImportStatement, ...] = option(
        "imports that the mark needs, added where they are missing", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if the mark can't be added."""
        marked = find_marked(tree, self.file, self.test, self.param)
        if any(self.mark.same_as(code_of(node)) for node in marked.marks):
            return Outcome(f"{marked.name} is marked already")
        rewrites = mark(tree, marked, self.mark.code, self.imports)
        return Outcome(f"{marked.name} is marked {self.mark.code}", rewrites)
