"""Put a mark on a test, or on one of its cases."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, mark
from ci_migrate.options import option
from ci_migrate.pytest_code import MarkCode, MarkPattern
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import code_of
from ci_migrate.reversal import Undoing, check_no_imports
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class AddMark:
    """Put a mark above the first pytest mark of a test, or among the marks of one of its cases.

    One that is there already, however it is laid out, is left alone.

    A mark for a case is written as `pytest.mark.…`, or found to be one mark where it is defined.

    Example:
        - add-mark: {file: tests/test_models.py, test: test_large, mark: "pytest.mark.flaky(reruns=2)"}
        - add-mark:
            file: tests/test_models.py
            test: test_model
            param: deepseek
            mark: large_gpu_mark(min_gb=80)
            imports: from tests.utils import large_gpu_mark
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

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_no_imports(self.imports)
        mark = MarkPattern.exactly(self.mark)
        options = {"file": self.file, "test": self.test, "mark": mark, "param": self.param}
        return Undoing("remove-mark", options)
