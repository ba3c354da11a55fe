"""The words of pytest's `-k`, joined by `and`, `or` and `not`.

Source: pytest's documentation, "Using -k to select tests by name".
"""

import ast
import re
from collections.abc import Callable, Iterable

_TOKEN = re.compile(r"[()]|[^\s()]+")
_JOINING = ("and", "or", "not", "(", ")")


def keyword_holds(expression: str, known: Callable[[str], bool | None]) -> bool | None:
    """Say whether an expression holds, by what is `known` of each word, in small letters.

    None if that is not known, or if the expression can't be understood; without words it holds.
    """
    tokens = _TOKEN.findall(expression)
    if not tokens:
        return True
    words = [token for token in tokens if token not in _JOINING]
    numbers = iter(range(len(words)))
    code = [token if token in _JOINING else f"n{next(numbers)}" for token in tokens]
    try:
        tree = ast.parse(" ".join(code), mode="eval").body
        return _value(tree, [known(word.lower()) for word in words])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr, known: list[bool | None]) -> bool | None:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all_of(_value(value, known) for value in values)
        case ast.BoolOp(values=values):
            return any_of(_value(value, known) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = _value(operand, known)
            return None if value is None else not value
        case ast.Name(id=name):
            return known[int(name[1:])]
    return None


def all_of(values: Iterable[bool | None]) -> bool | None:
    """Return whether all of several answers are yes, None being one that is not known."""
    found = set(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """Return the same for any of them."""
    found = set(values)
    return True if True in found else None if None in found else False
