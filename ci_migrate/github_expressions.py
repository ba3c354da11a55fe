"""GitHub's expressions, as far as they name things: what a text may come to, and what it refers to.

Source: docs.github.com, "Evaluate expressions in workflows and actions": literals and operators.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.text import Span


class Piece(NamedTuple):
    """What an expression may come to: a literal, or what stands at a `path` of names.

    `span` is the literal without its quotes, or the path. Where a function is applied to it, what
    comes of it is not `known`.
    """

    span: Span
    path: tuple[str, ...] = ()
    known: bool = True


def is_template(text: str) -> bool:
    """Say whether there is an expression in a text."""
    return "${{" in text


def values(text: str) -> tuple[Piece, ...]:
    """Return what a text that is one expression may come to; nothing if that cannot be told."""
    whole = _WHOLE.fullmatch(text)
    return tuple(_values(_tokens(text, Span(*whole.span(1))))) if whole else ()


def names_below(text: str, contexts: tuple[str, ...], *, bare: bool) -> Iterator[Span]:
    """Yield the names that stand below the contexts, as `build` in `needs.build.result`.

    A `bare` text is an expression without braces, such as that of an `if`.
    """
    for inside in _insides(text, bare=bare):
        for path in _paths(_tokens(text, inside)):
            if path.names[0] in contexts and len(path.names) > 1:
                yield path.spans[1]


def compared(
    text: str, path: tuple[str, ...], operators: tuple[str, ...], *, bare: bool
) -> Iterator[Span]:
    """Yield the literals that stand beside a path, with one of the operators between them."""
    for inside in _insides(text, bare=bare):
        tokens = _tokens(text, inside)
        for found in _paths(tokens):
            if found.names != path:
                continue
            before, behind = tokens[: found.start][-2:], tokens[found.end :][:2]
            if len(behind) == 2 and behind[0].text in operators:
                yield from _literal(behind[1])
            if len(before) == 2 and before[1].text in operators:
                yield from _literal(before[0])


class _Token(NamedTuple):
    text: str
    span: Span


class _Path(NamedTuple):
    """Names with dots between them, or in brackets: the tokens from `start` up to `end`."""

    names: tuple[str, ...]
    spans: tuple[Span, ...]
    start: int
    end: int


_INSIDE = r"\$\{\{((?:'[^']*'|(?!\}\})[^'])*)\}\}"
_WHOLE = re.compile(rf"\s*{_INSIDE}\s*")
_EXPRESSION = re.compile(_INSIDE)
_TOKEN = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][\w-]*|[=!<>]=|&&|\|\||\S")
_NAME = re.compile(r"[A-Za-z_][\w-]*")


def _insides(text: str, *, bare: bool) -> Iterator[Span]:
    if bare:
        yield Span(0, len(text))
        return
    for match in _EXPRESSION.finditer(text):
        yield Span(*match.span(1))


def _tokens(text: str, inside: Span) -> list[_Token]:
    found = _TOKEN.finditer(text, *inside)
    return [_Token(match[0], Span(*match.span())) for match in found]


def _literal(token: _Token) -> Iterator[Span]:
    """Yield where the text of a literal stands, if it is written as it reads and is not empty."""
    inner = token.text[1:-1]
    if token.text[:1] == "'" and inner and "'" not in inner:
        yield Span(token.span.start + 1, token.span.end - 1)


def _paths(tokens: list[_Token]) -> Iterator[_Path]:
    for start, token in enumerate(tokens):
        if _NAME.fullmatch(token.text) and (not start or tokens[start - 1].text != "."):
            yield _path(tokens, start)


def _path(tokens: list[_Token], start: int) -> _Path:
    """Return the path that begins with a token; the name of a context is without case."""
    names, spans = [tokens[start].text.lower()], [tokens[start].span]
    position = start + 1
    while step := _step(tokens[position : position + 3]):
        name, length = step
        names.append(name.text)
        spans.append(name.span)
        position += length
    return _Path(tuple(names), tuple(spans), start, position)


def _step(tokens: list[_Token]) -> tuple[_Token, int] | None:
    """Return the name that goes on a path, and the number of its tokens: `.name` or `['name']`."""
    texts = [token.text for token in tokens]
    if texts[:1] == ["."] and len(tokens) > 1 and _NAME.fullmatch(texts[1]):
        return tokens[1], 2
    if texts[:1] == ["["] and texts[2:] == ["]"] and (inner := list(_literal(tokens[1]))):
        return _Token(texts[1][1:-1], inner[0]), 3
    return None


def _values(tokens: list[_Token]) -> Iterator[Piece]:
    """Yield what comes of an expression: of each side of `||`, of the last side of `&&`."""
    sides = _split(tokens, "||")
    if len(sides) > 1:
        for side in sides:
            yield from _values(side)
        return
    last = _split(tokens, "&&")[-1]
    if not last:
        return
    name = last[0].text.lower()
    if name == "(" and _closes(last, 0) == len(last) - 1:
        yield from _values(last[1:-1])
    elif len(last) > 1 and last[1].text == "(" and _closes(last, 1) == len(last) - 1:
        yield from _of_function(name, _split(last[2:-1], ","))
    elif len(last) == 1 and last[0].text[0] == "'":
        yield from map(Piece, _literal(last[0]))
    elif _NAME.fullmatch(last[0].text) and (path := _path(last, 0)).end == len(last):
        yield Piece(Span(last[0].span.start, last[-1].span.end), path.names)


def _of_function(name: str, arguments: list[list[_Token]]) -> Iterator[Piece]:
    if name == "case":
        for argument in (*arguments[1:-1:2], arguments[-1]):
            yield from _values(argument)
    elif name == "fromjson":
        for piece in _values(arguments[0]):
            yield piece._replace(known=False)


def _split(tokens: list[_Token], at: str) -> list[list[_Token]]:
    """Return the parts between the tokens `at` that stand outside of brackets."""
    parts: list[list[_Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == at and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _closes(tokens: list[_Token], opening: int) -> int:
    """Return the number of the token that closes a bracket; -1 if none does."""
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position].text == "(") - (tokens[position].text == ")")
        if not depth:
            return position
    return -1
