"""Skip one case of a parametrised test where a condition holds."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, mark
from ci_migrate.option_types import Reason
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.pytest_marks import Condition, already_skipped, skipif
from ci_migrate.python_format import format_of
from ci_migrate.python_imports import ImportStatement
from ci_migrate.reversal import Undoing, check_no_imports
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class SkipParam:
    """Make a case a `pytest.param` with a `skipif` mark, or add that mark to those it has.

    A case that is skipped so already is left alone; one that is skipped under the same condition
    for another reason is refused.

    The case is named by its id, by a value in it, or by its position counted from 0; `argument`
    tells several `parametrize` apart. Whether `marks=gpu_mark(2)` is one mark or several is looked
    up where it is defined, and refused if that doesn't tell.

    Example:
        - skip-param:
            file: tests/test_models.py
            test: test_model
            param: {value: org/model-8B}
            if: current_platform.is_device_capability_family(100)
            reason: no kernel for this GPU yet
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

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_no_imports(self.imports)
        reason = Pattern.exactly(self.reason.text)
        options = {"file": self.file, "test": self.test, "if_": self.if_, "reason": reason}
        return Undoing("remove-skip", options | {"param": self.param})
