"""Put another decorator in the place of one that a test has."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.marking import find_marked, recode
from ci_migrate.options import option
from ci_migrate.pytest_code import MarkCode
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_source import code_of
from ci_migrate.reversal import Undoing, check_no_imports, swapped
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class ReplaceDecorator:
    """Replace a decorator of a test, given as its code, however it is laid out.

    A test that has the new one already, and not the old, is left alone; one that has neither, or
    both, or the old one twice, is refused.

    Example:
        - replace-decorator:
            file: tests/test_models.py
            test: test_large
            from: create_new_process_for_each_test()
            to: pytest.mark.asyncio
    """

    file: str = option("path of the test file")
    test: str = option("name of the test, as `test_name` or `TestClass::test_name`")
    from_: MarkCode = option("decorator that the test has, in Python and without the @")
    to: MarkCode = option("decorator that it gets")
    imports: tuple[ImportStatement, ...] = option(
        "imports that the decorator needs, added where they are missing", default=()
    )

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if there is not one such decorator."""
        marked = find_marked(tree, self.file, self.test, None)
        found = [node for node in marked.marks if self.from_.same_as(code_of(node))]
        there = [node for node in marked.marks if self.to.same_as(code_of(node))]
        if there and (not found or found == there):
            return Outcome(f"{marked.name} has its decorator already")
        if there:
            what = f"{marked.name} has {self.to.code} already, beside {self.from_.code}"
            hint = "remove one of them with remove-mark"
            raise Refused(what, place=marked.place_of(there[0]), hint=hint)
        if len(found) != 1:
            what = f"{len(found) or 'no'} decorators of {marked.name} are {self.from_.code}"
            known = ", ".join(" ".join(code_of(node).split()) for node in marked.marks) or "none"
            raise Refused(what, place=marked.place, hint=f"its decorators: {known}")
        rewrites = recode(tree, marked, found[0], self.to.code, self.imports)
        return Outcome(f"{marked.name} has the decorator {self.to.code}", rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_no_imports(self.imports)
        return swapped(self, from_=self.to, to=self.from_)
