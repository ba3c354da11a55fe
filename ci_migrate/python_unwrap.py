"""Make a `pytest.param` without marks a plain value again."""

import re

import libcst as cst

from ci_migrate.errors import Refused
from ci_migrate.pytest_cases import Case
from ci_migrate.python_brackets import REST_OF_LINE, argument_code, begins_line, is_open
from ci_migrate.python_change import replace
from ci_migrate.python_comments import comments_within
from ci_migrate.python_intents import GoneComments, NewExpression, PythonChange
from ci_migrate.python_layout import Format
from ci_migrate.python_own_lines import own_lines
from ci_migrate.python_source import Test, code_of, span_of
from ci_migrate.text import Edit, Span, trimmed


def unwrap(
    test: Test, case: Case, call: cst.Call, values: list[cst.Arg], going: Span, format: Format
) -> PythonChange:
    """Put a tuple of the `values` of a `pytest.param`, or the only one, in its place.

    `going` is where the argument stands that is not wanted any more. Raises Refused where that
    would lose a comment, or if the values are not as many as the test's arguments.
    """
    _check(test, case, values)
    if case.one_argument:
        return _to_value(test, case, call, values[0].value, going, format)
    return _to_tuple(test, case, call, values, going, format)


def _check(test: Test, case: Case, values: list[cst.Arg]) -> None:
    place = test.file.place(span_of(test, case.node))
    if not case.arguments and len(values) == 1:
        what = "can't tell whether the case stands for one argument or for a list of them"
        raise Refused(what, place=place, hint="write the names of the arguments out first")
    starred = any(value.star for value in values)
    wanted = len(case.arguments) or len(values)
    if (case.one_argument and starred) or (not starred and len(values) != wanted):
        what = f"the case has {len(values)} values, for {len(case.arguments)} arguments"
        raise Refused(what, place=place, hint="mend it first")


def _to_tuple(
    test: Test, case: Case, call: cst.Call, values: list[cst.Arg], going: Span, format: Format
) -> PythonChange:
    comma = "," if len(values) == 1 or (values and is_open(call)) else ""
    new = f"({', '.join(map(argument_code, values))}{comma})"
    lines = own_lines(test.file, going) if is_open(call) and not call.lpar else None
    if lines is None or not values or not isinstance(values[-1].comma, cst.Comma):
        return _replace(test, case, new, going, format)
    span = span_of(test, call)
    edits = (Edit(Span(span.start, _bracket(test, call)), ""), Edit(lines, ""))
    return PythonChange(edits, (NewExpression(test.name, span, new), GoneComments(lines)))


def _to_value(
    test: Test, case: Case, call: cst.Call, value: cst.BaseExpression, going: Span, format: Format
) -> PythonChange:
    lines = own_lines(test.file, going)
    known = (lines or going, span_of(test, value))
    within = comments_within(test.file, span_of(test, call))
    if all(any(s.start <= comment.offset < s.end for s in known) for comment in within):
        return _replace(test, case, code_of(value), lines or going, format)
    if lines is None or call.lpar:
        raise _in_the_way(test, call)
    return _to_lines(test, call, value, lines)


def _to_lines(test: Test, call: cst.Call, value: cst.BaseExpression, going: Span) -> PythonChange:
    """Put the lines between the brackets in the place of all, with the comments among them."""
    file, text, span = test.file, test.file.text, span_of(test, call)
    first, last = file.line_of(_bracket(test, call)), file.line_of(span.end)
    inner = Span(file.starts[first], file.starts[last - 1])
    kept = text[inner.start : going.start] + text[going.end : inner.end]
    rows = kept.splitlines(keepends=True)
    old, new = (text[file.line_start(at) : at] for at in (span_of(test, value).start, span.start))
    indented = not (old + new).strip() and all(row.startswith(old) for row in rows)
    if not (indented and _frame_is_bare(test, call)) or _LONG_QUOTES.search(kept):
        raise _in_the_way(test, call)
    laid = "".join(new + row.removeprefix(old) for row in rows)
    edit = trimmed(Edit(file.lines(first, last), laid), text)
    intent = NewExpression(test.name, span, code_of(value))
    return PythonChange((edit,), (intent, GoneComments(going)))


_LONG_QUOTES = re.compile("'''|\"\"\"")  # lines within them can't be indented anew


def _frame_is_bare(test: Test, call: cst.Call) -> bool:
    """Say whether the lines of a call's brackets hold nothing else, not even a comment."""
    text, span = test.file.text, span_of(test, call)
    opening = REST_OF_LINE.match(text, _bracket(test, call) + 1)
    closing = REST_OF_LINE.match(text, span.end)
    frame = (opening[0] if opening else "#") + (closing[0] if closing else "#")
    return "#" not in frame and begins_line(text, span.end - 1)


def _replace(test: Test, case: Case, new: str, going: Span, format: Format) -> PythonChange:
    """Lay the case out anew, with the list around it if that holds it alone over several lines.

    As no comma keeps such a list open, it closes when it can.
    """
    match case.values:
        case cst.List(elements=[cst.Element(comma=cst.MaybeSentinel.DEFAULT)]) as alone:
            if "\n" in code_of(alone):
                return replace(test, alone, f"[{new}]", case, format, going=going)
    return replace(test, case.node, new, case, format, going=going)


def _bracket(test: Test, call: cst.Call) -> int:
    """Return where the bracket stands that opens a call's arguments."""
    return test.file.text.index("(", span_of(test, call.func).end)


def _in_the_way(test: Test, call: cst.Call) -> Refused:
    what = "comments stand in what would be laid out anew"
    place = test.file.place(span_of(test, call))
    return Refused(what, place=place, hint="move them out of the brackets first")
