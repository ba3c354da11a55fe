"""What a changed test file must mean, worked out from the old syntax tree and the intents alone."""

import ast
import copy
from typing import NamedTuple

from ci_migrate.errors import BadFile, Refused
from ci_migrate.pytest_cases import cases_of
from ci_migrate.python_change import NewDecorator, NewExpression, PythonIntent
from ci_migrate.python_source import (
    Definition,
    PythonFile,
    Test,
    comments_in,
    find_test,
    parse_python,
)
from ci_migrate.text import Span


class PythonClaim(NamedTuple):
    """The new file has the syntax tree of the old, but for `intents`, and the same test ids."""

    test: Test
    intents: tuple[PythonIntent, ...]

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
        if not _same_elsewhere(old, new, self.test.node, test.node):
            return f"the syntax tree differs outside of '{test.name}'"
        return ""


def _ids(test: Test) -> list[list[str | None]]:
    return [[case.id for case in cases] for cases in cases_of(test)]


def _same_elsewhere(old: PythonFile, new: PythonFile, was: Definition, now: Definition) -> bool:
    """Compare statement by statement; those with the same source text need no look inside."""
    if len(old.tree.body) != len(new.tree.body):
        return False
    return all(
        _source(old, one) == _source(new, other) or _without(one, was) == _without(other, now)
        for one, other in zip(old.tree.body, new.tree.body, strict=True)
    )


def _source(file: PythonFile, statement: ast.stmt) -> str:
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
    return file.text[file.starts[first - 1] : file.offset(*_end(statement))]


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
            decorators.insert(intent.position, _expression(intent.code))
    return decorators


def _dumps(nodes: list[ast.expr]) -> list[str]:
    return list(map(ast.dump, nodes))


def _expression(code: str) -> ast.expr:
    return ast.parse(f"({code}\n)", mode="eval").body


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
                return _expression(self.intent.code)
            if span.end <= self.intent.span.start or self.intent.span.end <= span.start:
                return node
        return super().generic_visit(node)
