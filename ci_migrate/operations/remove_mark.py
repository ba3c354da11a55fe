"""Take a mark away from a test, or from one of its cases."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, unmark
from ci_migrate.options import option
from ci_migrate.pytest_code import MarkPattern
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import code_of
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class RemoveMark:
    """Remove a mark, or another decorator, with the comments right above it.

    A `pytest.param` that has no mark, id or other keyword left is a plain value again. Where there
    is no such mark nothing changes; several that fit are refused.

    The mark is the same expression, however it is laid out, or fits a pattern as a whole. Refused:
    a `parametrize`, for it makes the test's cases; comments that would have no place.

    Example:
        - remove-mark: {file: tests/test_models.py, test: test_large, mark: pytest.mark.slow}
        - remove-mark: {file: tests/test_models.py, test: test_model, param: {index: 2}, mark: "pytest.mark.timeout(*)"}
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    mark: MarkPattern = option("mark to remove: its code, or a pattern of it")
    param: CaseSelector | None = option("case, if the mark is on one", default=None)
    imports: tuple[ImportStatement, ...] = option(
        "imports to remove where nothing in the file uses them any more", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if it is not one mark that can be removed."""
        marked = find_marked(tree, self.file, self.test, self.param)
        found = [node for node in marked.marks if self.mark.fits(code_of(node))]
        if not found:
            return Outcome(f"{marked.name} has no mark {self.mark}")
        if len(found) > 1:
            what = f"{len(found)} marks of {marked.name} are {self.mark}"
            raise Refused(what, place=marked.place_of(found[1]), hint="name one by its whole code")
        rewrites = unmark(tree, marked, found[0], self.imports)
        return Outcome(f"{marked.name} is no longer marked {self.mark}", rewrites)
