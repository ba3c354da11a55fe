"""The comments of a YAML file, found as what stands between its nodes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence, parts
from ci_migrate.text import Span, line_end


class Comment(NamedTuple):
    """A comment from its `#` to the end of its line; `alone` if nothing else is on the line."""

    span: Span
    text: str
    alone: bool


def comments(document: Document, within: Span) -> tuple[Comment, ...]:
    """Return the comments that begin in a part of the text, in their order.

    A `#` inside a scalar is none, but behind the mark of a block scalar it is.
    """
    return tuple(
        _comment(document.text, match)
        for gap in _gaps(document)
        if gap.start < within.end and within.start < gap.end
        for match in _COMMENT.finditer(document.text, gap.start, gap.end)
        if within.start <= match.start(1) < within.end
    )


def stands_below_block(document: Document, comment: Comment) -> bool:
    """Say whether what stands last before a comment is a block of lines."""
    leaves = (leaf for root in document.roots for leaf in _leaf_nodes(root))
    above = [leaf for leaf in leaves if leaf.span.end <= comment.span.start]
    last = max(above, key=lambda leaf: leaf.span.end, default=None)
    return isinstance(last, Scalar) and last.style in ("|", ">")


def block_mark(text: str, span: Span) -> Span:
    """Return what opens a block scalar that covers a span, such as `|` or `>-2`."""
    end = span.start + 1
    while text[end : end + 1] in ("+", "-") or text[end : end + 1].isdigit():
        end += 1
    return Span(span.start, end)


_COMMENT = re.compile(r"(?:(?<=[\s\ufeff])|^)(#[^\r\n]*)", re.M)


def _comment(text: str, match: re.Match[str]) -> Comment:
    start = match.start(1)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return Comment(Span(*match.span(1)), match[1], not before.strip(" \t\ufeff"))


def _gaps(document: Document) -> Iterator[Span]:
    """Yield what no scalar and no alias covers."""
    position = 0
    leaves = (leaf for root in document.roots for leaf in _leaf_nodes(root))
    for span in sorted(span for leaf in leaves for span in _covered(document.text, leaf)):
        yield Span(position, span.start)
        position = span.end
    yield Span(position, len(document.text))


def _leaf_nodes(node: Node) -> Iterator[Scalar | Alias]:
    match node:
        case Scalar() | Alias():
            yield node
        case Sequence() | Mapping():
            for part in parts(node):
                yield from _leaf_nodes(part.key) if part.key else ()
                yield from _leaf_nodes(part.value)


def _covered(text: str, leaf: Scalar | Alias) -> Iterator[Span]:
    """Yield what a leaf covers, which of a block is not what stands behind its mark."""
    if isinstance(leaf, Scalar) and leaf.style in ("|", ">"):
        mark = block_mark(text, leaf.span)
        yield mark
        yield Span(line_end(text, mark.end), leaf.span.end)
    else:
        yield leaf.span
