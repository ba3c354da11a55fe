"""Files with one entry a line, such as lists of models: text plus lines with exact spans.

Blank lines and lines that begin with `#` are no entries. A comment right above an entry, with no
blank line between, belongs to it and travels with it.
"""

import posixpath
import re
from operator import add
from typing import NamedTuple

from ci_migrate.errors import Place, Refused
from ci_migrate.text import BYTE_ORDER_MARK, Edit, Span, line_and_column, newline_of


class Line(NamedTuple):
    """An entry: its text without surrounding blanks, and its lines with the comments above it."""

    entry: str
    span: Span
    own: Span


class LineList(NamedTuple):
    """A list file: its path, its whole text and its entries in their order."""

    path: str
    text: str
    lines: tuple[Line, ...]

    def place(self, line: Line) -> Place:
        """Return where an entry stands, for a message."""
        return Place(self.path, *line_and_column(self.text, line.own.start))

    def beside(self, line: Line) -> str:
        """Return the path of the file that an entry names, such as a config."""
        return beside(self.path, line.entry)


def beside(path: str, entry: str) -> str:
    """Return the path of the file that an entry of the list at `path` names from its folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), entry))


class LinesClaim(NamedTuple):
    """The new text has exactly these lines, comments and blank ones included, in this order."""

    lines: tuple[str, ...]

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        found = _texts(after)
        if found == self.lines:
            return ""
        return f"the lines are {found}, where {self.lines} were meant"


class LinesChange(NamedTuple):
    """Edits of a list file and the lines that it will have."""

    edits: tuple[Edit, ...]
    claim: LinesClaim


def parse_lines(path: str, text: str) -> LineList:
    """Take a list file apart; every text is one."""
    lines = []
    comments_from: int | None = None
    for match in _LINE.finditer(text, 1 if text.startswith(BYTE_ORDER_MARK) else 0):
        written = match[0].strip()
        if written.startswith("#"):
            comments_from = match.start() if comments_from is None else comments_from
            continue
        if written:
            start = match.start() if comments_from is None else comments_from
            lines.append(Line(written, Span(start, match.end()), Span(*match.span())))
        comments_from = None
    return LineList(path, text, tuple(lines))


def remove_lines(source: LineList, lines: tuple[Line, ...]) -> LinesChange:
    """Take entries, with the comments above them, out of a list."""
    edits = tuple(Edit(line.span, "") for line in lines)
    gone = {id(line) for line in lines}
    kept = ""
    position = 0
    for line in source.lines:
        if id(line) in gone:
            kept += source.text[position : line.span.start]
            position = line.span.end
    return LinesChange(edits, LinesClaim(_texts(kept + source.text[position:])))


def append_lines(target: LineList, source: LineList, lines: tuple[Line, ...]) -> LinesChange:
    """Put entries of `source`, with the comments above them, at the end of `target`."""
    texts = tuple(text for line in lines for text in _texts(line.span.of(source.text)))
    return _append(target, texts, newline_of(target.text or source.text))


def add_entries(target: LineList, entries: tuple[str, ...]) -> LinesChange:
    """Put new entries at the end of `target`."""
    return _append(target, entries, newline_of(target.text))


def sort_paragraphs(source: LineList, *, ignore_case: bool) -> LinesChange | None:
    """Put the entries of each paragraph in the order of their texts; None if they are.

    Paragraphs are parted by blank lines. Raises Refused where a comment above the first entry of
    one, which may be a heading, would come to stand lower.
    """
    text = source.text
    edits: list[Edit] = []
    for paragraph in _paragraphs(source):
        ordered = sorted(paragraph, key=lambda line: _order(line.entry, ignore_case=ignore_case))
        if ordered == paragraph:
            continue
        if paragraph[0].own.start > paragraph[0].span.start and ordered[0] != paragraph[0]:
            what = "the comment above this entry may be a heading, and would move with it"
            hint = "put a blank line below it, or sort by hand"
            raise Refused(what, place=source.place(paragraph[0]), hint=hint)
        # Each line end stays where it is, so that a last line without one is the last one again.
        texts = [line.span.of(text).rstrip("\r\n") for line in ordered]
        ends = [old[len(old.rstrip("\r\n")) :] for old in (x.span.of(text) for x in paragraph)]
        span = Span(paragraph[0].span.start, paragraph[-1].span.end)
        edits.append(Edit(span, "".join(map(add, texts, ends))))
    lines = list(_texts(text))
    for paragraph in _paragraphs(source):
        first = len(_texts(text[: paragraph[0].span.start]))
        groups = sorted(paragraph, key=lambda line: _order(line.entry, ignore_case=ignore_case))
        moved = [part for line in groups for part in _texts(line.span.of(text))]
        lines[first : first + len(moved)] = moved
    return LinesChange(tuple(edits), LinesClaim(tuple(lines))) if edits else None


def _paragraphs(source: LineList) -> list[list[Line]]:
    result: list[list[Line]] = []
    for line in source.lines:
        if result and result[-1][-1].span.end == line.span.start:
            result[-1].append(line)
        else:
            result.append([line])
    return result


def _order(entry: str, *, ignore_case: bool) -> tuple[str, str]:
    return (entry.lower() if ignore_case else entry), entry


def loose_comments(source: LineList) -> tuple[str, ...]:
    """Return the comment lines that belong to no entry."""
    text = source.text
    kept, position = "", 0
    for line in source.lines:
        kept += text[position : line.span.start]
        position = line.span.end
    return tuple(part for part in _texts(kept + text[position:]) if part.strip())


def _append(target: LineList, texts: tuple[str, ...], newline: str) -> LinesChange:
    lead = newline if target.text and not target.text.endswith("\n") else ""
    end = Span(len(target.text), len(target.text))
    edit = Edit(end, lead + "".join(text + newline for text in texts))
    return LinesChange((edit,), LinesClaim((*_texts(target.text), *texts)))


_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def _texts(text: str) -> tuple[str, ...]:
    return tuple(match[0].rstrip("\r\n") for match in _LINE.finditer(text))
