"""Change the reason of a skip that is there."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, recode
from ci_migrate.options import option
from ci_migrate.python_format import format_of
from ci_migrate.python_layout import quoted
from ci_migrate.reversal import Undoing, swapped
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
        marked = find_marked(tree, self.file, self.test, self.param)
        found = [skip for skip in marked.skips if skip.reason == self.from_]
        if not found and any(skip.reason == self.to for skip in marked.skips):
            return Outcome(f"the skip of {marked.name} has its reason already")
        node = found[0].reason_node if len(found) == 1 else None
        if node is None:
            what = f"{len(found) or 'no'} skips of {marked.name} have the reason '{self.from_}'"
            known = ", ".join(f"'{s.reason}'" for s in marked.skips if s.reason is not None)
            raise Refused(what, place=marked.place, hint=f"its reasons: {known or 'none'}")
        code = quoted(self.to, format_of(tree, self.file))
        rewrites = recode(tree, marked, node, code)
        return Outcome(f"the skip of {marked.name} has the reason '{self.to}'", rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        return swapped(self, from_=self.to, to=self.from_)
