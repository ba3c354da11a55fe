"""Let a test, or one of its cases, run that was skipped."""

from dataclasses import dataclass

from ci_migrate.case_selector import CaseSelector
from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, unmark
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.pytest_marks import Condition, Skip
from ci_migrate.python_imports import ImportStatement
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class RemoveSkip:
    """Remove a `skip` or `skipif`, chosen by its condition, its reason, or as the only one.

    A `pytest.param` that has no mark, id or other keyword left is a plain value again. Where there
    is no such skip nothing changes; several that fit are refused.

    Brackets that a comma keeps open stay open. Refused: comments that would have no place, a
    comment for a tool (`# fmt: off`) above the decorator.

    Example:
        - remove-skip: {file: tests/test_models.py, test: test_large}
        - remove-skip: {file: tests/test_models.py, test: test_model, param: deepseek, if: current_platform.is_rocm()}
        - remove-skip: {file: tests/test_models.py, test: test_large, reason: "see *issues/12", imports: [import pytest]}
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    param: CaseSelector | None = option("case, if the skip is on one", default=None)
    if_: Condition | None = option("condition, in Python, that the skip has", default=None)
    reason: Pattern | None = option("reason that the skip has, or a pattern of it", default=None)
    imports: tuple[ImportStatement, ...] = option(
        "imports to remove where nothing in the file uses them any more", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if it is not one skip that can be removed."""
        marked = find_marked(tree, self.file, self.test, self.param)
        found = [skip for skip in marked.skips if self._fits(skip)]
        if not found:
            return Outcome(f"{marked.name} has no such skip")
        if len(found) > 1:
            what = f"{len(found)} skips of {marked.name} fit"
            hint = "choose one by 'if' and 'reason'"
            raise Refused(what, place=marked.place_of(found[1].node), hint=hint)
        rewrites = unmark(tree, marked, found[0].node, self.imports)
        return Outcome(f"{marked.name} is no longer skipped", rewrites)

    def _fits(self, skip: Skip) -> bool:
        if self.if_ is not None and not (skip.condition_node and self.if_.same_as(skip.condition)):
            return False
        return self.reason is None or self.reason.fits(skip.reason)
