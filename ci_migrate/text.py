"""Text with spans and edits; `splice` is the only code that builds new text."""

from bisect import bisect_right
from collections.abc import Iterable, Sized
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from ci_migrate.errors import Refused

BYTE_ORDER_MARK = "\ufeff"


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of a decoded text, a BOM counted."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]


class Edit(NamedTuple):
    """A span and the text that replaces it; an empty span inserts."""

    span: Span
    text: str


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all `edits`, whose spans count in the old text, made at once.

    Edits that touch the same place are made in the order given. Raises Refused if two overlap.
    """
    ordered = sorted(edits, key=attrgetter("span.start", "span.end"))
    for one, other in pairwise(ordered):
        if other.span.start < one.span.end:
            line, column = line_and_column(text, other.span.start)
            what = f"two changes meet in the same text, in line {line}, column {column}"
            raise Refused(what, hint="make one of them in an operation of its own")
    pieces = []
    position = 0
    for edit in ordered:
        pieces += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    return "".join([*pieces, text[position:]])


def shifted(edits: Iterable[Edit], by: int) -> tuple[Edit, ...]:
    """Return the edits with their spans moved by a number of characters."""
    return tuple(Edit(Span(e.span.start + by, e.span.end + by), e.text) for e in edits)


def compose(before: str, first: Iterable[Edit], second: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits of `before` that do at once what `first`, and then `second`, do.

    The spans of `second` count in the text that `first` makes. Text that `first` wrote and
    `second` left alone stays part of an edit, and what stands beside it is joined to it.
    """
    pieces = _cut([Span(0, len(before))], first)
    return _edits(_cut(pieces, second), len(before))


# A text under edit is a row of pieces: spans kept from the old text, and new text.
_Piece = Span | str


def _cut(pieces: list[_Piece], edits: Iterable[Edit]) -> list[_Piece]:
    result: list[_Piece] = []
    position = 0
    for edit in sorted(edits, key=attrgetter("span.start", "span.end")):
        result += [*_part(pieces, position, edit.span.start), edit.text]
        position = edit.span.end
    return result + _part(pieces, position, sum(map(_size, pieces)))


def _part(pieces: list[_Piece], start: int, end: int) -> list[_Piece]:
    result: list[_Piece] = []
    position = 0
    for piece in pieces:
        low, high = max(start - position, 0), min(end - position, _size(piece))
        if low < high:
            result.append(
                piece[low:high]
                if isinstance(piece, str)
                else Span(piece.start + low, piece.start + high)
            )
        position += _size(piece)
    return result


def _size(piece: _Piece) -> int:
    return len(piece) if isinstance(piece, str) else piece.end - piece.start


def _edits(pieces: list[_Piece], length: int) -> tuple[Edit, ...]:
    result = []
    position = 0
    written = ""
    for piece in [*pieces, Span(length, length)]:
        if isinstance(piece, str):
            written += piece
            continue
        if written or piece.start > position:
            result.append(Edit(Span(position, piece.start), written))
        position, written = piece.end, ""
    return tuple(result)


def newline_of(text: str) -> str:
    """Return how the lines of a text end, as its first line does; a line feed if it has none."""
    end = text.find("\n")
    if end < 0 and "\r" in text:
        return "\r"
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def newline_at(text: str, offset: int) -> str:
    """Return how the line of a character ends, or if it is the last one, how the first does."""
    end = text.find("\n", offset)
    if end < 0:
        return newline_of(text)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


@lru_cache(maxsize=8)  # a file is asked for again and again
def line_starts(text: str) -> tuple[int, ...]:
    """Return where each line of `text` begins; lines end with a line feed, as in git."""
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return tuple(starts)


def line_end(text: str, offset: int) -> int:
    """Return where the line of a character ends, without what ends it."""
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end - 1 if text[offset:end].endswith("\r") else end


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of a character; a BOM has no column."""
    starts = line_starts(text)
    line = bisect_right(starts, offset) - 1
    column = offset - starts[line]
    if line == 0 and text.startswith(BYTE_ORDER_MARK) and column > 0:
        column -= 1
    return line + 1, column + 1


def trimmed(edit: Edit, text: str) -> Edit:
    """Return the edit without what it replaces by itself at either end."""
    old, new = edit.span.of(text), edit.text
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    span = Span(edit.span.start + start, edit.span.end - end)
    return Edit(span, new[start : len(new) - end])


def shortened(text: str) -> str:
    """Return a text of at most 60 characters, the last a sign of what is left out."""
    return text if len(text) <= 60 else text[:59] + "…"


def first_line(text: str) -> str:
    """Return the first line of a text, such as a command, short enough for a message."""
    return shortened(text.strip().split("\n")[0])


def whole_number(text: str | None, *, digits: int = 8) -> int | None:
    """Return the number that a text is, if it is one of so many digits."""
    fits = text is not None and text.isdecimal() and len(text) <= digits
    return int(text) if fits and text is not None else None


def counted(things: Sized, noun: str) -> str:
    """Return how many things there are, in words: `1 job`, `3 jobs`, `2 entries`."""
    count = len(things)
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count} {noun if count == 1 else plural}"
