"""Take a mark away from a test or from one of its cases, as text edits and as intents."""

import libcst as cst

from ci_migrate.pytest_cases import Case, marks_argument, param_call
from ci_migrate.python_brackets import argument_code, element_code, is_open
from ci_migrate.python_change import replace
from ci_migrate.python_intents import (
    GoneComments,
    NewExpression,
    PythonChange,
    RemovedDecorator,
)
from ci_migrate.python_layout import Format
from ci_migrate.python_own_lines import own_lines, whole_lines
from ci_migrate.python_source import Test, code_of, decorator_line, span_of
from ci_migrate.python_unwrap import unwrap
from ci_migrate.text import Edit, Span


def remove_decorator(test: Test, node: cst.BaseExpression) -> PythonChange:
    """Remove a decorator with its lines, and the comments right above it in its column."""
    index = test.decorators.index(node)
    start = decorator_line(test, index) + test.indent
    lines = whole_lines(test.file, Span(start, span_of(test, node).end))
    intents = (RemovedDecorator(test.name, index), GoneComments(lines))
    return PythonChange((Edit(lines, ""),), intents)


def remove_mark(test: Test, case: Case, mark: cst.BaseExpression, format: Format) -> PythonChange:
    """Remove a mark of a case; with the last one, a `pytest.param` is a plain value again.

    One that has an id or another keyword stays a `pytest.param`, and a list of marks stays a
    list while it holds any. Raises Refused where comments would be lost.
    """
    marks = marks_argument(case.node)
    call = param_call(case.node)
    assert call is not None  # noqa: S101 (a mark stands in one)
    if isinstance(marks, cst.List | cst.Tuple) and len(marks.elements) > 1:
        new = _list_without(marks, mark)
        return _shorten(test, case, marks, new, span_of(test, mark), format)
    argument = next(a for a in call.args if a.keyword is not None and a.keyword.value == "marks")
    others = [a for a in call.args if a is not argument]
    going = _span(test, argument)
    if not any(a.keyword is not None or a.star == "**" for a in others):
        return unwrap(test, case, call, others, going, format)
    comma = "," if is_open(call) else ""
    new = f"{code_of(call.func)}({', '.join(map(argument_code, others))}{comma})"
    return _shorten(test, case, call, new, going, format)


def _shorten(
    test: Test, case: Case, outer: cst.BaseExpression, new: str, going: Span, format: Format
) -> PythonChange:
    """Put `new` for an expression; that is, take lines away if what goes has some to itself."""
    lines = own_lines(test.file, going) if is_open(outer) else None
    if lines is None:
        return replace(test, outer, new, case, format, going=going)
    intents = (NewExpression(test.name, span_of(test, outer), new), GoneComments(lines))
    return PythonChange((Edit(lines, ""),), intents)


def _list_without(marks: cst.List | cst.Tuple, mark: cst.BaseExpression) -> str:
    kept = [element_code(element) for element in marks.elements if element.value is not mark]
    comma = "," if is_open(marks) else ""
    if isinstance(marks, cst.Tuple):
        return f"({', '.join(kept)}{comma or ',' * (len(kept) == 1)})"
    return f"[{', '.join(kept)}{comma}]"


def _span(test: Test, argument: cst.Arg) -> Span:
    """Return where an argument stands, from its name on."""
    first = argument.keyword or argument.value
    return Span(span_of(test, first).start, span_of(test, argument.value).end)
