"""Where each character of a scalar's value is written: in quotes, folded, escaped or plain.

Source: YAML 1.2.2, chapters 5.7 (escapes), 6.5 (folding), 7.3 (flow scalars), 8.1 (block scalars).
The map is made by reading the text once more, and is used only if it gives the parser's value.
"""

import re
from typing import NamedTuple

from ci_migrate.document import Scalar
from ci_migrate.text import Span


class ScalarMap(NamedTuple):
    """The span in the text of each character of a scalar's value.

    The spans of two characters that follow one another may leave something out, such as an
    indentation. `indent` is what the lines of a block begin with.
    """

    value: str
    spans: tuple[Span, ...]
    indent: str

    def span(self, start: int, end: int) -> Span:
        """Return what is written for the characters from `start` up to `end` of the value."""
        if start < end:
            return Span(self.spans[start].start, self.spans[end - 1].end)
        if start < len(self.spans):
            return Span(self.spans[start].start, self.spans[start].start)
        at = self.spans[-1].end if self.spans else -1
        return Span(at, at)


def scalar_map(text: str, scalar: Scalar) -> ScalarMap | None:
    """Return the map of a scalar in a text; None if what is written does not give its value."""
    read = _read(text, scalar)
    return read if read is not None and read.value == scalar.value else None


_Pairs = list[tuple[str, Span]]


def _read(text: str, scalar: Scalar) -> ScalarMap | None:
    start, end = scalar.span
    indent = ""
    match scalar.style:
        case "|" | ">":
            block = _block(text, scalar)
            if block is None:
                return None
            pairs, indent = block
        case "'":
            pairs = _flow(_single(text, start + 1, end - 1))
        case '"':
            pairs = _flow(_double(text, start + 1, end - 1))
        case _:
            pairs = _flow([(text[i], Span(i, i + 1)) for i in range(start, end)])
    value = "".join(char for char, _ in pairs)
    return ScalarMap(value, tuple(span for _, span in pairs), indent)


def _single(text: str, start: int, end: int) -> _Pairs:
    pattern = re.compile(r"''|.", re.S)
    return [(m[0][0], Span(*m.span())) for m in pattern.finditer(text, start, end)]


_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r?\n[ \t]*)|(.))|.", re.S
)
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_KEPT = "\ue000"  # marks a character that was escaped, and is not folded


def _double(text: str, start: int, end: int) -> _Pairs:
    pairs: _Pairs = []
    for match in _ESCAPE.finditer(text, start, end):
        span = Span(*match.span())
        if match[0][0] != "\\":
            pairs.append((match[0], span))
        elif match[4]:
            pairs.append((_KEPT, span))  # an escaped line end is nothing
        elif match[5]:
            pairs.append((_KEPT + _ESCAPES.get(match[5], ""), span))
        else:
            code = int(match[1] or match[2] or match[3], 16)
            pairs.append((_KEPT + (chr(code) if code <= 0x10FFFF else ""), span))
    return pairs


def _flow(pairs: _Pairs) -> _Pairs:
    """Fold the lines of a flow scalar: blanks around a line end go, one line end is a blank."""
    result: _Pairs = []
    position = 0
    while position < len(pairs):
        char, span = pairs[position]
        if char not in (" ", "\t", "\r", "\n"):
            if char[:1] != _KEPT:
                result.append((char, span))
            elif char[1:]:
                result.append((char[1:], span))
            position += 1
            continue
        run = position
        while run < len(pairs) and pairs[run][0] in (" ", "\t", "\r", "\n"):
            run += 1
        breaks = [n for n in range(position, run) if pairs[n][0] == "\n"]
        if not breaks:
            result += pairs[position:run]
        elif len(breaks) == 1:
            result.append((" ", Span(span.start, pairs[run - 1][1].end)))
        else:
            # Each line end but one is a line feed; the blanks before and behind belong to the ends.
            starts = [span.start, *(pairs[n][1].start for n in breaks[2:])]
            ends = [*starts[1:], pairs[run - 1][1].end]
            result += [("\n", Span(*bounds)) for bounds in zip(starts, ends, strict=True)]
        position = run
    return result


_HEADER = re.compile(r"[|>](?:([+-])?([1-9])?|([1-9])([+-])?)[ \t]*(?:#[^\r\n]*)?(\r?\n|\Z)")


def _block(text: str, scalar: Scalar) -> tuple[_Pairs, str] | None:
    """Read a block scalar; its span leaves blank lines at its end out, and so does the map."""
    header = _HEADER.match(text, scalar.span.start)
    if header is None:
        return None
    lines = list(re.compile(r"([^\r\n]*)(\r?\n|\Z)").finditer(text, header.end(), scalar.span.end))
    first = next((line[1] for line in lines if line[1].strip(" ")), "")
    indent = first[: len(first) - len(first.lstrip(" "))]
    if header[2] or header[3]:
        # The indicator counts from the parent's indentation, which the value itself tells.
        content = scalar.value.lstrip("\n").split("\n", 1)[0]
        indent = indent[: len(indent) - (len(content) - len(content.lstrip(" ")))]
    pairs: _Pairs = []
    end = scalar.span.end
    for line in lines:
        if not line[0]:
            continue
        begin = min(line.start() + len(indent), line.end(1))
        pairs += [(text[i], Span(i, i + 1)) for i in range(begin, line.end(1))]
        pairs.append(("\n", Span(line.end(1), line.end())))
    if scalar.style == ">":
        pairs = _folded(pairs)
    # What the block's end is made of depends on its chomping; the parser has counted it.
    while pairs and pairs[-1][0] == "\n":
        pairs.pop()
    trailing = len(scalar.value) - len(scalar.value.rstrip("\n"))
    return [*pairs, *[("\n", Span(end, end))] * trailing], indent


def _folded(pairs: _Pairs) -> _Pairs:
    """Fold the lines of a folded block: a line end between lines of text is a blank."""
    lines: list[_Pairs] = [[]]
    for pair in pairs:
        lines[-1].append(pair)
        if pair[0] == "\n":
            lines.append([])
    result: _Pairs = []
    number = 0
    while number < len(lines):
        line = lines[number]
        result += line
        number += 1
        blank = 0
        while number + blank < len(lines) and _text(lines[number + blank]) == "\n":
            blank += 1
        following = lines[number + blank] if number + blank < len(lines) else []
        if not line or not following or not _is_text(line) or not _is_text(following):
            continue
        _, span = result.pop()  # the line end
        if blank:
            result += [pair for skipped in lines[number : number + blank] for pair in skipped]
            first = result[-blank]
            result[-blank] = ("\n", Span(span.start, first[1].end))
        else:
            result.append((" ", span))
        number += blank
    return result


def _text(line: _Pairs) -> str:
    return "".join(char for char, _ in line)


def _is_text(line: _Pairs) -> bool:
    """Say whether a line is neither blank nor indented more, so that its end can be folded."""
    return bool(line) and line[0][0] not in (" ", "\t", "\n")
