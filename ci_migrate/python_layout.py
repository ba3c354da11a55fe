"""Lay new Python code out as Black and ruff's formatter do, and measure what they measure.

An expression stays on one line if it fits. If not, the content of its outermost brackets goes to a
line of its own, and if that does not fit either, to one line for each part, with a trailing comma.
A string in pieces gets a line for each piece.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import libcst as cst


class Format(NamedTuple):
    """What a project's formatter is set to: `width` and `indent` in columns."""

    width: int = 88
    indent: int = 4
    quote: str = '"'


def lay_out(
    code: str, *, prefix: str, indent: int, suffix: str, format: Format, comment: str = ""
) -> str:
    """Return `prefix + code + suffix` as lines that end with a line feed but for the last.

    The first line's indentation, `indent` columns, is left out; that of the others is written.
    A `comment` that follows counts for the width, as it does for ruff unless it is for a tool.
    """
    node = cst.parse_expression(code)
    reserved = 0 if not comment or _FOR_TOOLS.match(comment) else 2 + width_of(comment)
    flat = _flat(node)
    if flat is not None and indent + width_of(prefix + flat + suffix) + reserved <= format.width:
        return prefix + flat + suffix
    return _opened(node, prefix=prefix, indent=indent, suffix=suffix, format=format)


def quoted(text: str, format: Format) -> str:
    """Return text as a Python string in the project's quotes, or those that need no escapes."""
    other = "'" if format.quote == '"' else '"'
    quote = other if text.count(format.quote) > text.count(other) else format.quote
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return quote + "".join(map(_escape, escaped)) + quote


def width_of(text: str) -> int:
    """Return how many columns a text takes; wide characters take two."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


_FOR_TOOLS = re.compile(r"#\s*(noqa|type:|pyright:|pylint:|flake8:|ruff:|fmt:|nosec)")


def _escape(char: str) -> str:
    if char.isprintable():
        return char
    return char.encode("unicode_escape").decode("ascii")


class _Part(NamedTuple):
    """One of the things between brackets, with what stands before it (`name=`, `*`, `key: `)."""

    prefix: str
    value: cst.BaseExpression


class _Brackets(NamedTuple):
    """An expression that ends in brackets: what opens them, the parts, what closes them."""

    head: str
    parts: tuple[_Part, ...]
    close: str
    comma: bool  # the last part has a comma already, which keeps the brackets open
    lone_tuple: bool  # and there it means a tuple of one


def _render(
    node: cst.BaseExpression, *, prefix: str, indent: int, suffix: str, format: Format
) -> str:
    flat = _flat(node)
    if flat is not None and indent + width_of(prefix + flat + suffix) <= format.width:
        return prefix + flat + suffix
    return _opened(node, prefix=prefix, indent=indent, suffix=suffix, format=format)


def _opened(
    node: cst.BaseExpression, *, prefix: str, indent: int, suffix: str, format: Format
) -> str:
    """Lay an expression out over several lines, if it has brackets to open or is in pieces."""
    brackets = _brackets(node)
    if isinstance(node, cst.ConcatenatedString) and not _has_comment(node):
        return prefix + _in_pieces(node, indent, format) + suffix
    if brackets is None or not brackets.parts:
        return prefix + _code(node) + suffix
    inner = indent + format.indent
    pad, end = " " * inner, " " * indent + brackets.close + suffix
    body = _flat_parts(brackets) if isinstance(node, cst.Call) else None
    if body is not None and inner + width_of(body) <= format.width:
        return f"{prefix}{brackets.head}\n{pad}{body}\n{end}"
    # A comma behind the last part keeps the brackets open for good; one part alone gets none.
    comma = "," if brackets.comma or len(brackets.parts) > 1 else ""
    parts = (
        _render(part.value, prefix=part.prefix, indent=inner, suffix=comma, format=format)
        for part in brackets.parts
    )
    lines = "".join(f"{pad}{part}\n" for part in parts)
    return f"{prefix}{brackets.head}\n{lines}{end}"


def _in_pieces(node: cst.ConcatenatedString, indent: int, format: Format) -> str:
    """Return a string's pieces, one a line, within its parentheses if it has some."""
    pieces, rest = [_code(node.left)], node.right
    while isinstance(rest, cst.ConcatenatedString):
        pieces, rest = [*pieces, _code(rest.left)], rest.right
    pieces.append(_code(rest))
    if not node.lpar:
        return f"\n{' ' * indent}".join(pieces)
    inner = "".join(f"\n{' ' * (indent + format.indent)}{piece}" for piece in pieces)
    return f"({inner}\n{' ' * indent})"


def _flat(node: cst.BaseExpression) -> str | None:
    """Return an expression on one line; None if a comma, a comment or a string keeps it open."""
    brackets = _brackets(node)
    if brackets is None:
        code = _code(node)
        return None if "\n" in code or "\r" in code else code
    body = _flat_parts(brackets)
    if body is None or "#" in brackets.head:
        return None
    return brackets.head + body + ("," if brackets.lone_tuple else "") + brackets.close


def _flat_parts(brackets: _Brackets) -> str | None:
    if brackets.comma and not brackets.lone_tuple:
        return None
    flat = [(part.prefix, _flat(part.value)) for part in brackets.parts]
    if any(value is None for _, value in flat):
        return None
    return ", ".join(prefix + (value or "") for prefix, value in flat)


def _brackets(node: cst.BaseExpression) -> _Brackets | None:
    """Take an expression that ends in brackets apart; None for any other, or with a comment."""
    if _has_comment(node):
        return None
    match node:
        case cst.Call(func=func, args=args, lpar=()):
            parts = tuple(
                _Part(f"{arg.keyword.value}=" if arg.keyword else arg.star, arg.value)
                for arg in args
            )
            return _Brackets(_code(func) + "(", parts, ")", _ends_in_comma(args), False)
        case cst.Tuple(elements=elements, lpar=[_]):
            comma = _ends_in_comma(elements)
            one = len(elements) == 1
            return _Brackets("(", _elements(elements), ")", comma, one)
        case cst.List(elements=elements, lpar=()):
            return _Brackets("[", _elements(elements), "]", _ends_in_comma(elements), False)
        case cst.Set(elements=elements, lpar=()):
            return _Brackets("{", _elements(elements), "}", _ends_in_comma(elements), False)
        case cst.Dict(elements=elements, lpar=()):
            return _Brackets("{", _pairs(elements), "}", _ends_in_comma(elements), False)
    return None


def _elements(elements: Sequence[cst.BaseElement]) -> tuple[_Part, ...]:
    return tuple(
        _Part("*" if isinstance(element, cst.StarredElement) else "", element.value)
        for element in elements
    )


def _pairs(elements: Sequence[cst.BaseDictElement]) -> tuple[_Part, ...]:
    return tuple(_Part(_key(element), element.value) for element in elements)


def _key(element: cst.BaseDictElement) -> str:
    return f"{_code(element.key)}: " if isinstance(element, cst.DictElement) else "**"


def _ends_in_comma(parts: Sequence[cst.CSTNode]) -> bool:
    return bool(parts) and isinstance(getattr(parts[-1], "comma", None), cst.Comma)


def _has_comment(node: cst.CSTNode) -> bool:
    return "#" in _code(node) and _comment_within(node)


def _comment_within(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Comment) or any(map(_comment_within, node.children))


def _code(node: cst.CSTNode) -> str:
    return cst.Module(()).code_for_node(node)
