"""What operations on marks share: what is marked, the names that a mark needs, the rewrites."""

from typing import NamedTuple

from ci_migrate.case_selector import CaseSelector, find_case
from ci_migrate.changeset import Rewrite
from ci_migrate.errors import Place, Refused
from ci_migrate.import_changes import add_imports, after, remove_imports
from ci_migrate.pytest_cases import Case, param_call
from ci_migrate.pytest_code import makes_cases
from ci_migrate.pytest_kinds import check_one_mark, check_plain, is_one_mark
from ci_migrate.pytest_marks import Skip, lone_marks, marks_of_case, skips_of_case, skips_of_test
from ci_migrate.python_change import decorate, mark_case, replace
from ci_migrate.python_format import format_of
from ci_migrate.python_imports import ImportStatement
from ci_migrate.python_intents import PythonChange
from ci_migrate.python_names import check_names
from ci_migrate.python_proof import PythonClaim
from ci_migrate.python_removal import remove_decorator, remove_mark
from ci_migrate.python_source import Test, Written, code_of, find_test, read_test, span_of
from ci_migrate.tree import Tree


class Marked(NamedTuple):
    """What has marks: a test, or one of its cases; `name` says which, for messages."""

    name: str
    test: Test
    case: Case | None

    @property
    def place(self) -> Place:
        """Return where it stands."""
        if self.case is None:
            return self.test.place
        return self.test.file.place(span_of(self.test, self.case.node))

    def place_of(self, node: Written) -> Place:
        """Return where one of the marks stands."""
        return self.test.file.place(span_of(self.test, node))

    @property
    def marks(self) -> tuple[Written, ...]:
        """Return the marks that are written out; for a test, all its decorators."""
        return self.test.decorators if self.case is None else marks_of_case(self.case)

    @property
    def skips(self) -> tuple[Skip, ...]:
        """Return the skips among the marks."""
        return skips_of_test(self.test) if self.case is None else skips_of_case(self.case)


def find_marked(tree: Tree, path: str, name: str, param: CaseSelector | None) -> Marked:
    """Return a test, or the case of it that is chosen; raises Refused if there is none."""
    test = read_test(tree, path, name)
    if param is None:
        return Marked(f"'{name}'", test, None)
    return Marked(f"case {param} of '{name}'", test, find_case(test, param))


def mark(
    tree: Tree, marked: Marked, code: str, imports: tuple[ImportStatement, ...]
) -> tuple[Rewrite, ...]:
    """Return the rewrites that add a mark, and the imports it needs where they are missing.

    Raises Refused where the layout has no place for it, or a name would still not be there.
    """
    test, case = marked.test, marked.case
    format = format_of(tree, test.file.path)
    if case is None:
        _check_names(test, code, imports)
        return _rewrites(tree, test, decorate(test, code, format), imports)
    plain = param_call(case.node) is None
    _check_names(test, f"pytest, {code}" if plain else code, imports)
    if plain:
        check_plain(tree, test, code_of(case.node), marked.place)
    extended = [test.file, *map(after, add_imports(test.file, imports, tree))][-1]
    check_one_mark(tree, find_test(extended, test.name), code, marked.place)
    lone = lone_marks(case)
    one = lone is None or is_one_mark(tree, test, lone, marked.place)
    change = mark_case(test, case, code, format, marks_are_one=one)
    return _rewrites(tree, test, change, imports)


def unmark(
    tree: Tree,
    marked: Marked,
    node: Written,
    imports: tuple[ImportStatement, ...],
) -> tuple[Rewrite, ...]:
    """Return the rewrites that remove a mark, and those of the imports that nothing uses then."""
    test, case = marked.test, marked.case
    if case is not None:
        _check_values(tree, test, case, marked.place)
        change = remove_mark(test, case, node, format_of(tree, test.file.path))
    elif not makes_cases(code_of(node)):
        change = remove_decorator(test, node)
    else:
        what = "this parametrize makes cases of the test"
        raise Refused(what, place=marked.place_of(node), hint="remove it by hand")
    first = _rewrite(test, change)
    return (first, *remove_imports(after(first), imports, unused_only=True))


def recode(
    tree: Tree,
    marked: Marked,
    node: Written,
    code: str,
    imports: tuple[ImportStatement, ...] = (),
) -> tuple[Rewrite, ...]:
    """Return the rewrites that put other code for a mark or a part of one, with its imports."""
    _check_names(marked.test, code, imports)
    format = format_of(tree, marked.test.file.path)
    change = replace(marked.test, node, code, marked.case, format)
    return _rewrites(tree, marked.test, change, imports)


def _check_values(tree: Tree, test: Test, case: Case, place: Place) -> None:
    """Check that what a `pytest.param` holds is no such thing itself, for it may stand alone."""
    call = param_call(case.node)
    for argument in call.args if call else ():
        if argument.keyword is None:
            check_plain(tree, test, code_of(argument.value), place)


def _check_names(test: Test, code: str, imports: tuple[ImportStatement, ...]) -> None:
    check_names(test, code, [statement.node for statement in imports])


def _rewrites(
    tree: Tree, test: Test, change: PythonChange, imports: tuple[ImportStatement, ...]
) -> tuple[Rewrite, ...]:
    first = _rewrite(test, change)
    return (first, *add_imports(after(first), imports, tree))


def _rewrite(test: Test, change: PythonChange) -> Rewrite:
    claim = PythonClaim(test, change.intents)
    return Rewrite(test.file.path, test.file.text, change.edits, claim)
