"""Skip a whole test where a condition holds."""

from dataclasses import dataclass

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
class SkipTest:
    """Put `@pytest.mark.skipif(…)` on a test, above its first pytest mark.

    A test that is skipped so already is left alone; one that is skipped under the same condition
    for another reason is refused.

    The names in `if` and `pytest` itself must be there, or stand in `imports`, which are added
    where a sorter of imports would put them. New code is laid out for the line length of the
    nearest `ruff.toml` or `pyproject.toml` (ruff's, else Black's), 88 without.

    Example:
        - skip-test:
            file: tests/test_models.py
            test: test_large            # or TestModels::test_large
            if: current_platform.is_device_capability_family(100)
            reason: no kernel for this GPU yet
            imports: [import pytest, from vllm.platforms import current_platform]
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    if_: Condition = option("condition, in Python, under which it is skipped")
    reason: Reason = option("text that pytest shows for the skipped test")
    imports: tuple[ImportStatement, ...] = option(
        "imports that the condition needs, added where they are missing", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if the test can't be skipped so."""
        marked = find_marked(tree, self.file, self.test, None)
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
        return Undoing("remove-skip", options)
