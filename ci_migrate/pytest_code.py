"""How a recipe names a mark: by its code, or by a pattern that its code fits."""

import ast
import io
import tokenize
from typing import NamedTuple

from ci_migrate.pattern import Pattern
from ci_migrate.pytest_marks import Condition
from ci_migrate.python_source import expression


class MarkCode(NamedTuple):
    """The source of a mark or another decorator, which is a name or a call."""

    code: str

    @classmethod
    def parse(cls, text: str) -> "MarkCode":
        """Read a name or a call without comments; raises ValueError for anything else."""
        code = Condition.parse(text).code
        if not isinstance(_alone(code), ast.Name | ast.Attribute | ast.Call):
            raise ValueError("is not the code of a mark, which is a name or a call")
        if makes_cases(code):
            raise ValueError("makes a test's cases, which stay as they are")
        return cls(code)

    def same_as(self, code: str) -> bool:
        """Say whether another source text is the same expression, however it is laid out."""
        return Condition(self.code).same_as(code)


class MarkPattern(NamedTuple):
    """The source of a mark, or a pattern of it."""

    pattern: Pattern
    exact: MarkCode | None

    @classmethod
    def parse(cls, text: str) -> "MarkPattern":
        """Read code, a glob or a regular expression; raises ValueError if it is none of them.

        Code in which a star means something, as in `mark(*ARGS)`, is no glob.
        """
        pattern = Pattern.parse(text.strip())
        if pattern.kind == "exact" or (pattern.kind == "glob" and _has_star(pattern.text)):
            return cls(pattern, MarkCode.parse(text))
        return cls(pattern, None)

    @classmethod
    def exactly(cls, code: MarkCode) -> "MarkPattern":
        """Return what only this code fits, however it is laid out."""
        return cls(Pattern.exactly(code.code), code)

    def __str__(self) -> str:
        return self.pattern.text

    def fits(self, code: str) -> bool:
        """Say whether a mark is meant, however it is laid out and whatever its quotes are."""
        if self.exact is not None:
            return self.exact.same_as(code)
        return any(map(self.pattern.fits, _spellings(code)))


def makes_cases(code: str) -> bool:
    """Say whether a decorator is a `parametrize`."""
    node = expression(code)
    function = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(function).endswith("mark.parametrize")


def _alone(code: str) -> ast.expr | None:
    """Return the syntax tree of code that needs no brackets around it, or None."""
    try:
        return ast.parse(code, mode="eval").body
    except SyntaxError:
        return None


def _has_star(text: str) -> bool:
    """Say whether text is code with a star outside of its strings."""
    code = _alone(text)
    return code is not None and any(
        isinstance(node, ast.Starred | ast.Mult | ast.Pow)
        or (isinstance(node, ast.keyword) and node.arg is None)
        for node in ast.walk(code)
    )


def _spellings(code: str) -> tuple[str, ...]:
    """Return code as it is written, and on one line with either kind of quotes."""
    single = ast.unparse(expression(code))
    double = list(single)
    for token in tokenize.generate_tokens(io.StringIO(single).readline):
        text, line = token.string, token.start[0]
        if token.type == tokenize.STRING and text[0] == "'" and '"' not in text and line == 1:
            double[token.start[1]] = double[token.end[1] - 1] = '"'
    return code, single, "".join(double)
