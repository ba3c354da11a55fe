"""How a recipe names a mark: by its code."""

import ast
from typing import NamedTuple

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
