"""Python test files: where tests and their decorators stand.

The file is parsed with `ast`, which is quick, to find the test; its decorators alone are parsed
with libcst, which keeps commas and comments.
"""

import ast
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import libcst as cst
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider

from ci_migrate.errors import BadFile, Place, Refused, nearest
from ci_migrate.text import BYTE_ORDER_MARK, Span, line_and_column
from ci_migrate.tree import Tree, read_text

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Written: TypeAlias = cst.BaseExpression  # an expression with its commas and comments


@dataclass(frozen=True, slots=True, eq=False)
class PythonFile:
    """A Python file: its path, its whole text, its syntax tree, and where its lines begin."""

    path: str
    text: str
    tree: ast.Module
    starts: tuple[int, ...]

    def offset(self, line: int, byte: int) -> int:
        """Return the character at a line, from 1, and a UTF-8 byte of it, from 0, as in `ast`."""
        start = self.starts[line - 1]
        return start + len(self.text[start : start + byte].encode()[:byte].decode())

    def line_of(self, offset: int) -> int:
        """Return the line of a character, from 1."""
        return bisect_right(self.starts, offset)

    def line_start(self, offset: int) -> int:
        """Return where the line of a character begins."""
        return self.starts[self.line_of(offset) - 1]

    def lines(self, first: int, last: int) -> Span:
        """Return where lines stand, from 1 and with the end of the last one."""
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        return Span(self.starts[first - 1], end)

    def place(self, span: Span) -> Place:
        """Return where a span begins, for a message."""
        return Place(self.path, *line_and_column(self.text, span.start))


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """A test function or class, named as pytest does (`TestClass::test_method`)."""

    file: PythonFile
    name: str
    node: Definition
    line: int  # where the line of its `def` or `class` begins
    indent: int
    decorators: tuple[cst.BaseExpression, ...]
    module: cst.Module  # the decorators alone
    shift: int  # from a character of the module to that of the file

    @property
    def place(self) -> Place:
        """Return where the test's `def` or `class` stands, for a message."""
        return self.file.place(Span(self.line + self.indent, self.line + self.indent))


@lru_cache(maxsize=4)  # what a proof has parsed, the next operation on the file starts from
def parse_python(path: str, text: str) -> PythonFile:
    """Parse a Python file; raises BadFile, with its place, where it is not Python."""
    body = text.removeprefix(BYTE_ORDER_MARK)
    try:
        tree = ast.parse(body)
    except SyntaxError as error:
        place = Place(path, error.lineno, error.offset)
        raise BadFile(f"not valid Python: {error.msg}", place=place, hint="mend it") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadFile(f"not valid Python: {error}", place=Place(path), hint="mend it") from error
    shift = len(text) - len(body)
    return PythonFile(path, text, tree, (shift, *(m.end() for m in _LINE_END.finditer(text))))


def read_python(tree: Tree, path: str, *, kind: str = "file") -> PythonFile:
    """Return a Python file of a tree; raises Refused if there is none."""
    text = read_text(tree, path)
    if text is None:
        raise Refused(f"no such {kind}", place=Place(path), hint="check the recipe's file")
    return parse_python(path, text)


def read_test(tree: Tree, path: str, name: str) -> Test:
    """Return a test of a file in a tree; raises Refused if there is no such file or test."""
    return find_test(read_python(tree, path, kind="test file"), name)


def find_test(file: PythonFile, name: str) -> Test:
    """Return the test with this name; raises Refused if there is none, or several."""
    definitions = list(definitions_in(file))
    found = [node for known, node in definitions if known == name]
    if len(found) == 1:
        return _test(file, name, found[0])
    if found:
        what = f"'{name}' is defined {len(found)} times"
        place = Place(file.path, found[1].lineno, found[1].col_offset + 1)
        raise Refused(what, place=place, hint="give each its own name")
    names = [known for known, _ in definitions]
    inside = [known for known in names if known.endswith(f"::{name}")]
    hint = f"did you mean '{inside[0]}'?" if inside else nearest(name, names)
    close = next((node for known, node in definitions if f"'{known}'" in hint), None)
    place = Place(file.path, close.lineno, close.col_offset + 1) if close else Place(file.path)
    raise Refused(f"no test '{name}'", place=place, hint=hint)


def test_names(file: PythonFile) -> tuple[str, ...]:
    """Return the names of the tests, and of all other functions and classes, in their order."""
    return tuple(name for name, _ in definitions_in(file))


def definitions_in(file: PythonFile) -> Iterator[tuple[str, Definition]]:
    """Yield the same with the statements that define them."""
    yield from _definitions(file.tree.body, "")


def span_of(test: Test, node: cst.CSTNode) -> Span:
    """Return where an expression in a test's decorators stands, its parentheses included."""
    return _positions(test)[node]


def decorator_line(test: Test, index: int) -> int:
    """Return where the line of a decorator's `@` begins."""
    at = test.file.text.rfind("@", 0, span_of(test, test.decorators[index]).start)
    return test.file.line_start(at)


def first_line(statement: ast.stmt) -> int:
    """Return the line, from 1, of a statement or of its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def expression(code: str) -> ast.expr:
    """Return the syntax tree of an expression, which may stand on several lines."""
    return ast.parse(f"({code}\n)", mode="eval").body


def literal(code: str) -> object:
    """Return the value of an expression that is written out; raises ValueError if it isn't."""
    try:
        value: object = ast.literal_eval(expression(code))
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("not written out") from error
    return value


def comments_in(code: str) -> list[str]:
    """Return the comments of some source text, in their order."""
    if "#" not in code:
        return []
    lines = iter(f"({code}\n)".splitlines(keepends=True))
    try:
        tokens = list(tokenize.generate_tokens(lambda: next(lines, "")))
    except (tokenize.TokenError, SyntaxError):
        return [code]
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def code_of(node: cst.CSTNode) -> str:
    """Return the source text of a node."""
    return cst.Module(()).code_for_node(node)


_LINE_END = re.compile(r"\r\n?|\n")


def _definitions(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, Definition]]:
    for statement in body:
        if isinstance(statement, Definition):
            yield prefix + statement.name, statement
        if isinstance(statement, ast.ClassDef):
            yield from _definitions(statement.body, f"{prefix}{statement.name}::")
        elif not isinstance(statement, Definition):
            for part in ("body", "orelse", "finalbody"):
                yield from _definitions(getattr(statement, part, []), prefix)
            for part in ("handlers", "cases"):
                for inner in getattr(statement, part, []):
                    yield from _definitions(inner.body, prefix)


def _test(file: PythonFile, name: str, node: Definition) -> Test:
    line = file.starts[node.lineno - 1]
    indent = file.offset(node.lineno, node.col_offset) - line
    start = line
    if node.decorator_list:
        first = node.decorator_list[0]
        at = file.text.rfind("@", 0, file.offset(first.lineno, first.col_offset))
        start = file.line_start(at)
    # Only the decorators are parsed, with a function of no content to hang on.
    before = "if 1:\n" if indent else ""
    function = f"{file.text[line : line + indent]}def _(): pass\n"
    try:
        module = cst.parse_module(before + file.text[start:line] + function)
    except (cst.ParserSyntaxError, RecursionError) as error:
        what = f"the decorators of '{name}' are written in a way that is not understood"
        place = Place(file.path, node.lineno)
        raise Refused(what, place=place, hint="add the mark by hand") from error
    decorators = tuple(decorator.decorator for decorator in _function(module).decorators)
    return Test(file, name, node, line, indent, decorators, module, start - len(before))


def _function(module: cst.Module) -> cst.FunctionDef:
    statement = module.body[0]
    if isinstance(statement, cst.If):
        statement = statement.body.body[0]  # type: ignore[assignment]
    assert isinstance(statement, cst.FunctionDef)  # noqa: S101 (for the type checker)
    return statement


@lru_cache(maxsize=2)
def _positions(test: Test) -> dict[cst.CSTNode, Span]:
    wrapper = MetadataWrapper(test.module, unsafe_skip_copy=True)
    starts = (0, *(m.end() for m in _LINE_END.finditer(test.module.code)))
    ranges = wrapper.resolve(WhitespaceInclusivePositionProvider)
    return {
        node: Span(
            starts[place.start.line - 1] + place.start.column + test.shift,
            starts[place.end.line - 1] + place.end.column + test.shift,
        )
        for node, place in ranges.items()
    }
