"""The comments of a Python file, and where they stand."""

import tokenize
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ci_migrate.python_source import PythonFile
from ci_migrate.text import Span


class Comment(NamedTuple):
    """A comment: where it begins, by character, line and column, and if it is alone on its line."""

    offset: int
    line: int  # from 1
    column: int  # from 0
    text: str
    alone: bool


@lru_cache(maxsize=4)  # the proof reads what the operation read
def comments_of(file: PythonFile) -> tuple[Comment, ...]:
    """Return the comments of a file, in their order."""
    starts = [*file.starts, len(file.text)]
    texts = [file.text[a:b].rstrip("\r\n") for a, b in pairwise(starts)]
    lines = (f"{text}\n" for text in texts)
    tokens = tokenize.generate_tokens(lambda: next(lines, ""))
    return tuple(
        Comment(starts[line - 1] + column, line, column, text, not texts[line - 1][:column].strip())
        for kind, text, (line, column), _, _ in tokens
        if kind == tokenize.COMMENT
    )


def comments_within(file: PythonFile, span: Span) -> tuple[Comment, ...]:
    """Return the comments that begin in a span."""
    return tuple(c for c in comments_of(file) if span.start <= c.offset < span.end)
