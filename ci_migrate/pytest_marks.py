"""Skip marks: how a new one is written, and the ones that a test or a case has."""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import libcst as cst

from ci_migrate.errors import Place, Refused
from ci_migrate.pytest_cases import Case, marks_argument
from ci_migrate.python_layout import Format, quoted
from ci_migrate.python_source import Test, code_of, comments_in, expression, literal


class Condition(NamedTuple):
    """A Python expression; `code` is its source."""

    code: str

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read a Python expression that can stand as one argument.

        Raises ValueError for anything else.
        """
        try:
            call = ast.parse(f"f({text.strip()}\n)", mode="eval").body
        except (SyntaxError, ValueError, RecursionError) as error:
            raise ValueError("is not a Python expression") from error
        match call:
            case ast.Call(args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
                if not comments_in(text) and ast.unparse(argument) != "":
                    return _checked(cls(text.strip()), argument)
        raise ValueError("is not one Python expression")

    def same_as(self, code: str | None) -> bool:
        """Say whether another source text is the same expression, however it is laid out."""
        return code is not None and _shape(self.code) == _shape(code)


class Skip(NamedTuple):
    """A skip mark that is there: its condition and its reason, as text and as nodes.

    The condition has a node if it is the only one, and the reason has text if that is plain.
    """

    node: cst.BaseExpression
    condition: str | None = None
    condition_node: cst.BaseExpression | None = None
    reason: str | None = None
    reason_node: cst.BaseExpression | None = None


def skipif(condition: Condition, reason: str, format: Format) -> str:
    """Return the source of a mark that skips where the condition holds."""
    return f"pytest.mark.skipif({condition.code}, reason={quoted(reason, format)})"


def skips_of_test(test: Test) -> tuple[Skip, ...]:
    """Return the skip marks among a test's decorators."""
    return tuple(_skips(test.decorators))


def skips_of_case(case: Case) -> tuple[Skip, ...]:
    """Return the skip marks of a case."""
    return tuple(_skips(marks_of_case(case)))


def already_skipped(
    skips: tuple[Skip, ...], condition: Condition, reason: str, place: Place
) -> bool:
    """Say whether a skip for this condition and reason is there.

    Raises Refused if one is there for the same condition and another reason.
    """
    same = [skip for skip in skips if skip.condition and condition.same_as(skip.condition)]
    if same and all(skip.reason != reason for skip in same):
        what = f"a skip for this condition is there, with the reason '{same[0].reason}'"
        raise Refused(what, place=place, hint="use set-skip-reason to change it")
    return bool(same)


def lone_marks(case: Case) -> str | None:
    """Return the source of marks that are not written as a list, or None."""
    given = marks_argument(case.node)
    return None if given is None or isinstance(given, cst.List | cst.Tuple) else code_of(given)


def marks_of_case(case: Case) -> tuple[cst.BaseExpression, ...]:
    """Return the marks of a case as they are written, without those that a star stands for."""
    given = marks_argument(case.node)
    if isinstance(given, cst.List | cst.Tuple):
        return tuple(e.value for e in given.elements if isinstance(e, cst.Element))
    return () if given is None else (given,)


def _skips(nodes: Iterable[cst.BaseExpression]) -> Iterator[Skip]:
    for node in nodes:
        call = node if isinstance(node, cst.Call) else None
        name = code_of(call.func if call else node).rpartition("mark.")[2]
        arguments = call.args if call else ()
        named = {a.keyword.value: a.value for a in arguments if a.keyword is not None}
        plain = [a.value for a in arguments if a.keyword is None and not a.star]
        if name == "skipif" and call is not None:
            conditions = [*plain, *(named[key] for key in ("condition",) if key in named)]
            condition = code_of(conditions[0] if conditions else node)
            alone = conditions[0] if len(conditions) == 1 else None
            yield Skip(node, condition, alone, *_reason(named.get("reason")))
        elif name == "skip":
            reason = named.get("reason") or next(iter(plain), None)
            yield Skip(node, None, None, *_reason(reason))


def _reason(node: cst.BaseExpression | None) -> tuple[str | None, cst.BaseExpression | None]:
    if node is None:
        return None, None
    try:
        reason = literal(code_of(node))
    except ValueError:
        return None, node
    return (reason, node) if isinstance(reason, str) else (None, node)


def _checked(condition: Condition, meant: ast.expr) -> Condition:
    if _shape(condition.code) != ast.dump(meant):
        raise ValueError("is not one Python expression")
    return condition


def _shape(code: str) -> str:
    return ast.dump(expression(code))
