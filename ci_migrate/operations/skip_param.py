"""Skip one case of a parametrised test where a condition holds."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, mark
from ci_migrate.option_types import Reason
from ci_migrate.options import option
from ci_migrate.pytest_marks import Condition, already_skipped, skipif
from ci_migrate.python_format import format_of
from ci_migrate.python_imports import ImportStatement
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class SkipParam:
    """Make a case a `pytest.param` with a `skipif` mark, or add that mark to those it has.

    A case that is skipped so already is left alone; one that is skipped under the same condition
    for another reason is refused.
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    param: CaseSelector = option("case: its id, or {value: …} or {index: …}")
    if_: Condition = option("condition, in Python, under which it is skipped")
    reason: Reason = option("text that pytest shows for the skipped case")
    imports: tuple[ImportStatement, ...] = option(
        "imports that the condition needs, added where they are missing", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if the case can't be skipped so."""
        marked = find_marked(tree, self.file, self.test, self.param)
        if already_skipped(marked.skips, self.if_, self.reason.text, marked.place):
            return Outcome(f"{marked.name} is skipped already")
        code = skipif(self.if_, self.reason.text, format_of(tree, self.file))
        rewrites = mark(tree, marked, code, self.imports)
        return Outcome(f"{marked.name} is skipped if {self.if_.code}", rewrites)
