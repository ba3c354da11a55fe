"""What a changed Python file must mean, worked out from the old tree and the intents alone."""

import ast
import copy
from typing import NamedTuple

from ci_migrate.errors import BadFile, Refused
from ci_migrate.pytest_cases import cases_of
from ci_migrate.python_comments import comments_of
from ci_migrate.python_intents import (
    GoneComments,
    ModuleIntent,
    NewDecorator,
    NewExpression,
    NewStatement,
    PythonIntent,
    RemovedDecorator,
    RemovedName,
    RemovedStatement,
)
from ci_migrate.python_names import unbound_names
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
        gone = [intent for intent in self.intents if isinstance(intent, GoneComments)]
        if gone or _removes(self.intents):
            if not _comments_are_left(old, new, gone):
                return "the comments that are left are not those that were meant"
        elif comments_in(test.module.code) != comments_in(self.test.module.code):
            return f"the comments among the decorators of '{test.name}' are not the same"
        if not _same_elsewhere(self.test, test):
            return f"the syntax tree differs outside of '{test.name}'"
        return ""


class ModuleClaim(NamedTuple):
    """The new file has the statements of the old, but for the intent, and no name is missing."""

    file: PythonFile
    intent: ModuleIntent

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        try:
            new = parse_python(self.file.path, after)
        except BadFile as error:
            return f"the result can't be read: {error}"
        if not _same_statements(self.file, new, _statements(self.file, self.intent)):
            return "the statements are not those that were meant"
        if not isinstance(self.intent, NewStatement):
            if missing := unbound_names(after) - unbound_names(self.file.text):
                return f"nothing defines {', '.join(sorted(missing))} any more"
            if not _comments_are_left(self.file, new, _gone(self.file, self.intent)):
                return "the comments that are left are not those that were meant"
        return ""


def _ids(test: Test) -> list[list[str | None]]:
    return [[case.id for case in cases] for cases in cases_of(test)]


def _removes(intents: tuple[PythonIntent, ...]) -> bool:
    return any(isinstance(intent, RemovedDecorator) for intent in intents)


def _comments_are_left(was: PythonFile, now: PythonFile, gone: list[GoneComments]) -> bool:
    """Say whether a file has the comments of another, but for those that are to be gone."""
    kept = [
        comment.text
        for comment in comments_of(was)
        if not any(span.start <= comment.offset < span.end for (span,) in gone)
    ]
    return kept == [comment.text for comment in comments_of(now)]


def _statements(file: PythonFile, intent: ModuleIntent) -> list[ast.stmt]:
    """Return the module's statements with the intent carried out."""
    result = list(file.tree.body)
    match intent:
        case NewStatement(position, replaces, code):
            result[position : position + replaces] = ast.parse(code).body
        case RemovedStatement(position):
            del result[position]
        case RemovedName(position, number):
            statement = copy.deepcopy(result[position])
            del statement.names[number]  # type: ignore[attr-defined]
            result[position] = statement
    return result


def _same_statements(was: PythonFile, now: PythonFile, expected: list[ast.stmt]) -> bool:
    """Compare statement by statement; an old one with the same source text needs no look inside."""
    found, old = now.tree.body, set(map(id, was.tree.body))
    return len(expected) == len(found) and all(
        (id(one) in old and _source(was, one) == _source(now, other))
        or ast.dump(one) == ast.dump(other)
        for one, other in zip(expected, found, strict=True)
    )


def _gone(file: PythonFile, intent: RemovedStatement | RemovedName) -> list[GoneComments]:
    """Return the lines whose comments go with what an intent removes."""
    removed: ast.stmt | ast.alias = file.tree.body[intent.position]
    if isinstance(intent, RemovedName):
        if not intent.comments:
            return []
        removed = removed.names[intent.number]  # type: ignore[union-attr]
    return [GoneComments(file.lines(removed.lineno, removed.end_lineno or removed.lineno))]


def _same_elsewhere(was: Test, now: Test) -> bool:
    """Compare statement by statement; those with the same source text need no look inside."""
    expected, found = was.file.tree.body, now.file.tree.body
    return len(expected) == len(found) and all(
        _source(was.file, one) == _source(now.file, other)
        or _without(one, was.node) == _without(other, now.node)
        for one, other in zip(expected, found, strict=True)
    )


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
        elif isinstance(intent, RemovedDecorator):
            del decorators[intent.position]
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
