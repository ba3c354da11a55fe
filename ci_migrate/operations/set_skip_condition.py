"""Change the condition of a skip that is there."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, recode
from ci_migrate.options import option
from ci_migrate.pytest_marks import Condition
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import code_of
from ci_migrate.reversal import Undoing, check_no_imports, swapped
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class SetSkipCondition:
    """Give the skip of a test, or of one of its cases, another condition.

    A skip that has the new condition already is left alone; without a skip under the old one, or
    with two, the change is refused.

    Example:
        - set-skip-condition:
            file: tests/test_models.py
            test: test_large
            from: torch.cuda.device_count() < 2
            to: not current_platform.is_cuda()
            imports: from vllm.platforms import current_platform
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    from_: Condition = option("condition, in Python, that the skip has")
    to: Condition = option("condition, in Python, that it gets")
    param: CaseSelector | None = option(
        "case, if the skip is on one and not the test", default=None
    )
    imports: tuple[ImportStatement, ...] = option(
        "imports that the condition needs, added where they are missing", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if there is not one skip with the old condition."""
        marked = find_marked(tree, self.file, self.test, self.param)
        nodes = [skip.condition_node for skip in marked.skips if skip.condition_node]
        found = [node for node in nodes if self.from_.same_as(code_of(node))]
        if not found and any(self.to.same_as(code_of(node)) for node in nodes):
            return Outcome(f"the skip of {marked.name} has its condition already")
        if len(found) != 1:
            what = f"{len(found) or 'no'} skips of {marked.name} depend on {self.from_.code}"
            known = ", ".join(map(code_of, nodes)) or "none"
            raise Refused(what, place=marked.place, hint=f"its conditions: {known}")
        rewrites = recode(tree, marked, found[0], self.to.code, self.imports)
        return Outcome(f"{marked.name} is skipped if {self.to.code}", rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_no_imports(self.imports)
        return swapped(self, from_=self.to, to=self.from_)
