"""Draft what was changed in the marks of pytest files, and in the imports that they need."""

import ast
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from ci_migrate.errors import CiMigrateError
from ci_migrate.infer.data import Data, Draft
from ci_migrate.infer.fields import Choice
from ci_migrate.pytest_cases import Case, cases_of
from ci_migrate.pytest_code import makes_cases
from ci_migrate.pytest_marks import Condition, Skip, marks_of_case, skips_of_case, skips_of_test
from ci_migrate.python_imports import bound_name
from ci_migrate.python_source import (
    PythonFile,
    Test,
    Written,
    code_of,
    expression,
    find_test,
    parse_python,
    test_names,
)
from ci_migrate.tree import Tree, read_text


class _Marks(NamedTuple):
    """The marks of a test or a case on one side, and the skips among them."""

    marks: tuple[Written, ...]
    skips: tuple[Skip, ...]


def test_drafts(paths: tuple[str, ...], before: Tree, after: Tree) -> Iterator[Choice]:
    """Yield drafts for marks that came, went or changed, and for imports that are left."""
    for path in paths:
        old, new = _file(before, path), _file(after, path)
        if old is None or new is None:
            continue
        come = sorted(_imports(new) - _imports(old))
        used: set[str] = set()
        for name in sorted(set(test_names(old)) & set(test_names(new))):
            one, other = _test(old, name), _test(new, name)
            if one is None or other is None:
                continue
            where: dict[str, Data] = {"file": path, "test": name}
            for drafts in _changes(where, one, other):
                needed = _needed(drafts[0], come)
                used |= set(needed)
                yield Choice((*_with(drafts, needed), drafts))
        rest: list[Data] = [statement for statement in come if statement not in used]
        if rest:
            yield Choice(((Draft("add-import", {"file": path, "import": rest}),),))
        gone: list[Data] = [*sorted(_imports(old) - _imports(new))]
        if gone:
            yield Choice(((Draft("remove-import", {"file": path, "import": gone}),),))


def _file(tree: Tree, path: str) -> PythonFile | None:
    text = read_text(tree, path)
    try:
        return None if text is None else parse_python(path, text)
    except CiMigrateError:
        return None


def _test(file: PythonFile, name: str) -> Test | None:
    try:
        return find_test(file, name)
    except CiMigrateError:
        return None


def _changes(where: dict[str, Data], old: Test, new: Test) -> Iterator[tuple[Draft, ...]]:
    own = (
        _Marks(
            tuple(d for d in test.decorators if not makes_cases(code_of(d))), skips_of_test(test)
        )
        for test in (old, new)
    )
    yield from _marks(where, *own, decorators=True)
    for one, other in zip(cases_of(old), cases_of(new), strict=False):
        if len(one) != len(other):
            continue
        for was, now in zip(one, other, strict=True):
            sides = (_Marks(marks_of_case(case), skips_of_case(case)) for case in (was, now))
            yield from _marks({**where, "param": _param(was, one)}, *sides, decorators=False)


def _param(case: Case, cases: tuple[Case, ...]) -> Data:
    ids = [other.id for other in cases]
    if case.id is not None and ids.count(case.id) == 1:
        return case.id
    chosen: dict[str, Data] = {"index": case.position}
    if case.arguments:
        chosen["argument"] = case.arguments[0]
    return chosen


def _marks(
    where: dict[str, Data], old: _Marks, new: _Marks, *, decorators: bool
) -> Iterator[tuple[Draft, ...]]:
    was, now = [*map(_shape, old.marks)], [*map(_shape, new.marks)]
    lost = [mark for mark in old.marks if _shape(mark) not in now]
    come = [mark for mark in new.marks if _shape(mark) not in was]
    for one, other in zip_longest(lost, come):
        gone, made = _skip(old, one), _skip(new, other)
        if one is not None and other is not None:
            yield from _changed(where, one, other, gone, made, decorators=decorators)
        elif one is not None:
            yield (_removed(where, one, gone),)
        elif other is not None:
            yield (_added(where, other, made),)


def _changed(
    where: dict[str, Data],
    one: Written,
    other: Written,
    gone: Skip | None,
    made: Skip | None,
    *,
    decorators: bool,
) -> Iterator[tuple[Draft, ...]]:
    drafts: list[Draft] = []
    if gone and made and gone.condition and made.condition and gone.reason and made.reason:
        if not Condition(gone.condition).same_as(made.condition):
            change: dict[str, Data] = {"from": _line(gone.condition), "to": _line(made.condition)}
            drafts.append(Draft("set-skip-condition", {**where, **change}))
        if gone.reason != made.reason:
            drafts.append(
                Draft("set-skip-reason", {**where, "from": gone.reason, "to": made.reason})
            )
        yield tuple(drafts)
    elif decorators:
        codes: dict[str, Data] = {"from": _line(code_of(one)), "to": _line(code_of(other))}
        yield (Draft("replace-decorator", {**where, **codes}),)
    else:
        yield (_removed(where, one, gone), _added(where, other, made))


def _added(where: dict[str, Data], mark: Written, skip: Skip | None) -> Draft:
    if skip and skip.condition_node and skip.condition and skip.reason:
        name = "skip-param" if "param" in where else "skip-test"
        return Draft(name, {**where, "if": _line(skip.condition), "reason": skip.reason})
    return Draft("add-mark", {**where, "mark": _line(code_of(mark))})


def _removed(where: dict[str, Data], mark: Written, skip: Skip | None) -> Draft:
    if skip and skip.condition_node and skip.condition:
        return Draft("remove-skip", {**where, "if": _line(skip.condition)})
    return Draft("remove-mark", {**where, "mark": _line(code_of(mark))})


def _skip(marks: _Marks, mark: Written | None) -> Skip | None:
    return next((skip for skip in marks.skips if skip.node is mark), None)


def _with(drafts: tuple[Draft, ...], needed: list[str]) -> Iterator[tuple[Draft, ...]]:
    """Yield the drafts with the imports that the first of them needs, if there are any."""
    first, *others = drafts
    if needed and not first.name.startswith("remove-") and first.name != "set-skip-reason":
        options: dict[str, Data] = {**first.options, "imports": [*needed]}
        yield (Draft(first.name, options), *others)


def _needed(draft: Draft, imports: list[str]) -> list[str]:
    told = [draft.options.get(key) for key in ("if", "to", "mark")]
    code = " ".join(text for text in told if isinstance(text, str))
    made = "pytest" if draft.name in ("skip-test", "skip-param") else ""
    names = {node.id for node in ast.walk(_tree(code)) if isinstance(node, ast.Name)} | {made}
    return [statement for statement in imports if _bound(statement) in names]


def _tree(code: str) -> ast.AST:
    try:
        return ast.parse(f"f({code}\n)")
    except SyntaxError:
        return ast.Module([], [])


def _imports(file: PythonFile) -> set[str]:
    """Return the imports at the top level, one thing each."""
    found: set[str] = set()
    for statement in file.tree.body:
        if isinstance(statement, ast.Import):
            found |= {ast.unparse(ast.Import([alias])) for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            made = (ast.ImportFrom(statement.module, [a], 0) for a in statement.names)
            found |= {ast.unparse(statement) for statement in made}
    return found


def _bound(statement: str) -> str:
    (node,) = ast.parse(statement).body
    return bound_name(node) if isinstance(node, ast.Import | ast.ImportFrom) else ""


def _shape(mark: Written) -> str:
    return ast.dump(expression(code_of(mark)))


def _line(code: str) -> str:
    """Return code on one line."""
    return ast.unparse(expression(code)) if "\n" in code else code.strip()
