"""Skip a whole test where a condition holds."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.option_types import Reason
from ci_migrate.options import option
from ci_migrate.pytest_marks import Condition, already_skipped, skipif, skips_of_test
from ci_migrate.python_change import decorate
from ci_migrate.python_format import format_of
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import read_test
from ci_migrate.skipping import needed_imports, rewrite
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
        test = read_test(tree, self.file, self.test)
        if already_skipped(skips_of_test(test), self.if_, self.reason.text, test.place):
            return Outcome(f"'{self.test}' is skipped already")
        format = format_of(tree, self.file)
        imports = needed_imports(test, self.if_, self.imports, tree, format)
        change = decorate(test, skipif(self.if_, self.reason.text, format), format)
        return Outcome(
            f"'{self.test}' is skipped if {self.if_.code}", (rewrite(test, change, imports),)
        )
