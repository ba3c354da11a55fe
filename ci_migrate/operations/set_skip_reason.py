"""Change the reason of a skip that is there."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector, find_case
from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.options import option
from ci_migrate.pytest_marks import skips_of_case, skips_of_test
from ci_migrate.python_change import replace
from ci_migrate.python_format import format_of
from ci_migrate.python_layout import quoted
from ci_migrate.python_source import read_test, span_of
from ci_migrate.reversal import Undoing, swapped
from ci_migrate.skipping import rewrite
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class SetSkipReason:
    """Give the skip of a test, or of one of its cases, another reason.

    A skip that has the new reason already is left alone; without a skip for the old reason, or
    with two, the change is refused.

    Example:
        - set-skip-reason: {file: tests/test_models.py, test: test_large, from: old reason, to: new reason}
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    from_: str = option("reason that the skip has")
    to: str = option("reason that it gets")
    param: CaseSelector | None = option(
        "case, if the skip is on one and not the test", default=None
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if there is not one skip with the old reason."""
        test = read_test(tree, self.file, self.test)
        case = find_case(test, self.param) if self.param else None
        skips = skips_of_case(case) if case else skips_of_test(test)
        found = [skip for skip in skips if skip.reason == self.from_]
        if not found and any(skip.reason == self.to for skip in skips):
            return Outcome(f"the skip of '{self.test}' has its reason already")
        node = found[0].reason_node if len(found) == 1 else None
        if node is None:
            what = f"{len(found) or 'no'} skips of '{self.test}' have the reason '{self.from_}'"
            known = ", ".join(f"'{skip.reason}'" for skip in skips) or "none"
            place = test.file.place(span_of(test, case.node)) if case else test.place
            raise Refused(what, place=place, hint=f"its reasons: {known}")
        format = format_of(tree, self.file)
        change = replace(test, node, quoted(self.to, format), case, format)
        return Outcome(
            f"the skip of '{self.test}' has the reason '{self.to}'", (rewrite(test, change),)
        )

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        return swapped(self, from_=self.to, to=self.from_)
