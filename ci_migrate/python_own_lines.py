"""The lines that something in a Python file has to itself, with the comments that are about it."""

import re

from ci_migrate.errors import Refused
from ci_migrate.python_brackets import REST_OF_LINE, begins_line
from ci_migrate.python_comments import comments_of
from ci_migrate.python_source import PythonFile
from ci_migrate.text import Span


def whole_lines(file: PythonFile, span: Span) -> Span:
    """Return the lines of a span, and of the comments right above it in its column.

    Raises Refused if one of these comments is for a tool, which reads it for what follows too.
    """
    line, last = file.line_of(span.start), file.line_of(span.end)
    column = span.start - file.line_start(span.start)
    above = {c.line: c for c in comments_of(file) if c.alone and c.column == column}
    while (comment := above.get(line - 1)) is not None:
        line -= 1
        if _FOR_TOOLS.match(comment.text):
            what = f"the comment '{comment.text}' would go with what stands below it"
            place = file.place(Span(comment.offset, comment.offset))
            raise Refused(what, place=place, hint="move it away first")
    return file.lines(line, last)


def own_lines(file: PythonFile, span: Span) -> Span | None:
    """Return the same if nothing else stands on the lines but a comma and a comment."""
    if not begins_line(file.text, span.start) or not REST_OF_LINE.match(file.text, span.end):
        return None
    return whole_lines(file, span)


_FOR_TOOLS = re.compile(r"#\s*(fmt|yapf|isort|ruff|pylint|mypy|type|pragma)\s*:")
