"""What a changed test file must mean, worked out from the old syntax tree and the intents alone."""

import ast
import copy
from typing import NamedTuple

from ci_migrate.errors import BadFile, Refused
from ci_migrate.pytest_cases import cases_of
from ci_migrate.python_change import NewDecorator, NewExpression, PythonIntent
from ci_migrate.python_imports import NewStatement
from ci_migrate.python_source import (
    Definition,
    PythonFile,
    Test,
    comments_in,
    expression,
    find_test,
    first_line,
    parse_python,
)
from ci_migrate.text import Span


class PythonClaim(NamedTuple):
    """The new file has the syntax tree of the old, but for the intents, and the same test ids."""

    test: Test
    intents: tuple[PythonIntent, ...]
    statements: tuple[NewStatement, ...] = ()

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        old = self.test.file
        try:
            new = parse_python(old.path, after)
            test = find_test(new, self.test.name)
        except (BadFile, Refused) as error:
            return f"the result can't be read: {error}"
        if _ids(test) != _ids(self.test):
            return f"the ids are {_ids(test)}, where {_ids(self.test)} were meant"
        expected = _decorators(self.test, self.intents)
        if _dumps(expected) != _dumps(test.node.decorator_list):
            return f"the decorators of '{test.name}' are not those that were meant"
        if comments_in(test.module.code) != comments_in(self.test.module.code):
            return f"the comments among the decorators of '{test.name}' are not the same"
        if not _same_elsewhere(self.test, test, self.statements):
            return f"the syntax tree differs outside of '{test.name}'"
        return ""


def _ids(test: Test) -> list[list[str | None]]:
    return [[case.id for case in cases] for cases in cases_of(test)]


def _same_elsewhere(was: Test, now: Test, statements: tuple[NewStatement, ...]) -> bool:
    """Compare statement by statement; those with the same source text need no look inside."""
    expected = _expected(was.file, statements)
    found = now.file.tree.body
    return len(expected) == len(found) and all(
        ast.dump(ast.parse(one).body[0]) == ast.dump(other)
        if isinstance(one, str)
        else _source(was.file, one) == _source(now.file, other)
        or _without(one, was.node) == _without(other, now.node)
        for one, other in zip(expected, found, strict=True)
    )


def _expected(file: PythonFile, statements: tuple[NewStatement, ...]) -> list[ast.stmt | str]:
    """Return the module's statements with the new ones, as source text, among them."""
    result: list[ast.stmt | str] = []
    for position in range(len(file.tree.body) + 1):
        here = [new for new in statements if new.position == position]
        result += [new.code for new in here]
        if position < len(file.tree.body) and not any(new.replaces for new in here):
            result.append(file.tree.body[position])
    return result


def _source(file: PythonFile, statement: ast.stmt) -> str:
    return file.text[file.starts[first_line(statement) - 1] : file.offset(*_end(statement))]


def _end(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _without(statement: ast.stmt, definition: Definition) -> str:
    """Dump a statement around a definition that was compared already."""
    decorators = definition.decorator_list
    definition.decorator_list = []
    try:
        return ast.dump(statement)
    finally:
        definition.decorator_list = decorators


def _decorators(test: Test, intents: tuple[PythonIntent, ...]) -> list[ast.expr]:
    """Return the test's decorators with the intents carried out on their syntax trees."""
    decorators = copy.deepcopy(test.node.decorator_list)
    for intent in intents:
        if isinstance(intent, NewExpression):
            visit = _Replacer(test.file, intent).visit
            decorators = [visit(decorator) for decorator in decorators]
    for intent in intents:
        if isinstance(intent, NewDecorator):
            decorators.insert(intent.position, expression(intent.code))
    return decorators


def _dumps(nodes: list[ast.expr]) -> list[str]:
    return list(map(ast.dump, nodes))


class _Replacer(ast.NodeTransformer):
    """Replaces the outermost expression that lies within the intent's span."""

    def __init__(self, file: PythonFile, intent: NewExpression) -> None:
        self.file = file
        self.intent = intent

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr):
            start = self.file.offset(node.lineno, node.col_offset)
            span = Span(start, self.file.offset(*_end(node)))
            if self.intent.span.start <= span.start and span.end <= self.intent.span.end:
                return expression(self.intent.code)
            if span.end <= self.intent.span.start or self.intent.span.end <= span.start:
                return node
        return super().generic_visit(node)
