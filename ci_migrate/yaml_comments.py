"""Write, change and take away comments; what the file means stays the same."""

import re
from collections import Counter

from ci_migrate.comments import Comment, block_mark, comments, stands_below_block
from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, behind_colon
from ci_migrate.errors import Refused
from ci_migrate.extent import extent_of
from ci_migrate.text import BYTE_ORDER_MARK, Edit, Span, line_end, newline_at
from ci_migrate.yaml_change import YamlChange


def words_of(comment: Comment) -> str:
    """Return what a comment says, without its `#` and the blanks around."""
    return comment.text.lstrip("#").strip()


def comments_of(document: Document, part: Part | None) -> tuple[Comment, ...]:
    """Return the comments that belong to a part, those above it included; of all without one."""
    if part is None:
        return comments(document, Span(0, len(document.text)))
    if part.parent.flow:
        return ()
    return comments(document, extent_of(document, part).whole)


def add_above(document: Document, part: Part, text: str) -> YamlChange | None:
    """Put comment lines right above a block part; None if they stand there already."""
    extent = extent_of(document, part)
    start = extent.bare.start
    start += document.text[start : start + 1] == BYTE_ORDER_MARK
    newline = newline_at(document.text, start)
    indent = _INDENT.match(document.text, start)[0]  # type: ignore[index]
    lines = "".join(f"{indent}{_line(line)}{newline}" for line in text.split("\n"))
    if document.text[:start].endswith(lines):
        return None
    return YamlChange((Edit(Span(start, start), lines),))


def add_behind(document: Document, part: Part, text: str, *, joined: bool) -> YamlChange | None:
    """Put a comment behind the line on which a part begins, or on which its only text ends.

    A comment that stands there goes on with a comma and the text if they may be `joined`, and is
    refused if not; None if it says so already. It stands as far off as most do in the file.
    """
    place = _behind(document, part)
    there = comments(document, Span(place, line_end(document.text, place)))
    if not there:
        if document.text[place : line_end(document.text, place)].strip():
            what = "something else stands behind this on its line"
            raise Refused(what, place=document.place(part.span), hint="give it a line of its own")
        gap = " " * _usual_gap(document)
        return YamlChange((Edit(Span(place, place), f"{gap}{_line(text)}"),))
    (comment,) = there
    if text in words_of(comment):
        return None
    if not joined:
        what = f"a comment stands here already: {comment.text}"
        hint = "use edit-comment to change it"
        raise Refused(what, place=document.place(comment.span), hint=hint)
    end = comment.span.start + len(comment.text.rstrip())
    return YamlChange((Edit(Span(end, end), f", {text}"),))


def edit_comment(document: Document, comment: Comment, text: str) -> YamlChange:
    """Give a comment another text, its `#` included; raises Refused if that is no comment."""
    if not text.startswith("#") or "\n" in text or "\r" in text:
        what = f"'{text}' would be no comment of one line"
        raise Refused(what, place=document.place(comment.span), hint="keep the # and one line")
    return YamlChange((Edit(comment.span, text),))


def remove_comment(document: Document, comment: Comment) -> YamlChange:
    """Take a comment away, with its line if nothing else stands on it, else the blanks before."""
    text = document.text
    if not comment.alone:
        start = len(text[: comment.span.start].rstrip(" \t"))
        return YamlChange((Edit(Span(start, comment.span.end), ""),))
    start = text.rfind("\n", 0, comment.span.start) + 1
    start += text[start : start + 1] == BYTE_ORDER_MARK
    end = text.find("\n", comment.span.end) + 1
    if end == 0:  # the last line of a file that does not end its last line
        return YamlChange((Edit(Span(len(text[:start].rstrip("\r\n")), len(text)), ""),))
    below = _COMMENT_BELOW.match(text, end)
    deeper = below is not None and len(below[1]) > comment.span.start - start
    if deeper and stands_below_block(document, comment):
        what = "the comment below would become part of the block of lines above"
        raise Refused(what, place=document.place(comment.span), hint="remove both by hand")
    return YamlChange((Edit(Span(start, end), ""),))


def with_comments_below(text: str, end: int) -> int:
    """Return the end of the comment lines, and blank ones among them, below what ends at `end`."""
    end = line_end(text, end)
    return end + len(_COMMENT_LINES.match(text, end)[0])  # type: ignore[index]


_COMMENT_LINES = re.compile(r"(?:(?:[ \t]*\r?\n)+[ \t]*#[^\r\n]*)*")


_INDENT = re.compile(r" *")
_COMMENT_BELOW = re.compile(r"(?:[ \t]*\r?\n)*( *)#")


def _line(text: str) -> str:
    text = text.rstrip()
    return text if text.startswith("#") else f"# {text}" if text else "#"


def _behind(document: Document, part: Part) -> int:
    """Return the end of what is written on the line that a comment goes behind."""
    if part.parent.flow:
        what = "this stands between brackets, and shares its line"
        raise Refused(what, place=document.place(part.span), hint="comment on what holds it")
    value = part.value
    block = isinstance(value, Sequence | Mapping) and not value.flow
    literal = isinstance(value, Scalar) and value.style in ("|", ">") and value.style
    if (block or literal) and part.key is None:
        what = "an item of several lines has no line for a comment behind it"
        raise Refused(what, place=document.place(part.span), hint="put the comment above it")
    if literal:
        return block_mark(document.text, value.span).end
    if block and part.key is not None:
        return behind_colon(document.text, part.key) or part.key.span.end
    return value.span.end


def _usual_gap(document: Document) -> int:
    """Return how many blanks mostly stand before a comment behind something; two by default."""
    gaps: Counter[int] = Counter()
    for comment in comments(document, Span(0, len(document.text))):
        if not comment.alone:
            before = document.text[: comment.span.start]
            gaps[max(len(before) - len(before.rstrip(" ")), 1)] += 1
    return max(gaps, key=lambda gap: (gaps[gap], -gap)) if gaps else 2
