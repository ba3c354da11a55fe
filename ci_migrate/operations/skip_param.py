"""Skip one case of a parametrised test where a condition holds."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector, find_case
from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.option_types import Reason
from ci_migrate.options import option
from ci_migrate.pytest_cases import param_call
from ci_migrate.pytest_kinds import check_plain, is_one_mark
from ci_migrate.pytest_marks import (
    Condition,
    already_skipped,
    lone_marks,
    skipif,
    skips_of_case,
)
from ci_migrate.python_change import mark_case
from ci_migrate.python_format import format_of
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import code_of, read_test, span_of
from ci_migrate.skipping import needed_imports, rewrite
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
        test = read_test(tree, self.file, self.test)
        case = find_case(test, self.param)
        place = test.file.place(span_of(test, case.node))
        if already_skipped(skips_of_case(case), self.if_, self.reason.text, place):
            return Outcome(f"case {self.param} of '{self.test}' is skipped already")
        lone = lone_marks(case)
        one = lone is None or is_one_mark(tree, test, lone, place)
        if param_call(case.node) is None:
            check_plain(tree, test, code_of(case.node), place)
        format = format_of(tree, self.file)
        imports = needed_imports(test, self.if_, self.imports, tree, format)
        mark = skipif(self.if_, self.reason.text, format)
        change = mark_case(test, case, mark, format, marks_are_one=one)
        summary = f"case {self.param} of '{self.test}' is skipped if {self.if_.code}"
        return Outcome(summary, (rewrite(test, change, imports),))
