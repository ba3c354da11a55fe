"""The changes that can be made to a test, each as text edits and, apart, as intents."""

import re

import libcst as cst

from ci_migrate.errors import Refused
from ci_migrate.pytest_cases import Case, cases_of, marks_argument, param_call
from ci_migrate.python_brackets import (
    REST_OF_LINE,
    argument_code,
    begins_line,
    element_code,
    is_open,
)
from ci_migrate.python_comments import comments_within
from ci_migrate.python_intents import GoneComments, NewDecorator, NewExpression, PythonChange
from ci_migrate.python_layout import Format, lay_out
from ci_migrate.python_source import Test, code_of, comments_in, decorator_line, span_of
from ci_migrate.text import Edit, Span, newline_of, trimmed


def decorate(test: Test, code: str, format: Format) -> PythonChange:
    """Put a mark above the test's first pytest mark, or on top of all decorators without one."""
    marks = [i for i, d in enumerate(test.decorators) if "pytest.mark." in code_of(d)]
    index = marks[0] if marks else 0
    line = decorator_line(test, index) if test.decorators else test.line
    if index:
        line = _above_comments(test, line, span_of(test, test.decorators[index - 1]).end)
    lines = _Lines(test, test.line + test.indent, format)
    text = lines.lay_out(code, prefix="@", suffix="") + newline_of(test.file.text)
    edit = Edit(Span(line, line), lines.lead + text)
    return PythonChange((edit,), (NewDecorator(test.name, index, code),))


def mark_case(
    test: Test, case: Case, code: str, format: Format, *, marks_are_one: bool
) -> PythonChange:
    """Add a mark to a case: a plain value becomes a `pytest.param`, its other marks stay.

    Marks that are not written as a list are one mark or several, as `marks_are_one` says. Raises
    Refused if the case's layout has no place for one more argument.
    """
    call = param_call(case.node)
    if call is None:
        return _wrap(test, case, code, format)
    if any(argument.star == "**" for argument in call.args):
        what = "the case's arguments are not all written out"
        place = test.file.place(span_of(test, case.node))
        raise Refused(what, place=place, hint="write them out first")
    marks = marks_argument(case.node)
    if isinstance(marks, cst.List) and is_open(marks):
        edits = _insert_behind(test, marks.elements[-1].value, "", code, format)
        new = _joined(marks, code, one=marks_are_one)
        return PythonChange(edits, (NewExpression(test.name, span_of(test, marks), new),))
    if marks is not None:
        return replace(test, marks, _joined(marks, code, one=marks_are_one), case, format)
    arguments = [argument_code(argument) for argument in call.args]
    id_last = bool(arguments) and arguments[-1].startswith("id=")
    at = len(arguments) - (1 if id_last and _marks_come_first(test) else 0)
    with_mark = [*arguments[:at], f"marks={code}", *arguments[at:]]
    new = f"{code_of(call.func)}({', '.join(with_mark)})"
    if not is_open(call) or not at:
        return replace(test, case.node, new, case, format)
    edits = _insert_behind(test, call.args[at - 1].value, "marks=", code, format)
    return PythonChange(edits, (NewExpression(test.name, span_of(test, case.node), new),))


def replace(
    test: Test,
    node: cst.BaseExpression,
    code: str,
    case: Case | None,
    format: Format,
    *,
    going: Span | None = None,
) -> PythonChange:
    """Put `code` in the place of an expression in a decorator, or in the `case` of one.

    What begins its line around it, an argument, the case or the decorator, is laid out anew. No
    comment is lost but for those within `going`.
    """
    target = span_of(test, node)
    text = test.file.text
    gone = comments_within(test.file, going) if going else ()
    if not set(comments_in(target.of(text))) <= {*comments_in(code), *(c.text for c in gone)}:
        what = "comments stand in what would be laid out anew"
        raise Refused(what, place=test.file.place(target), hint="write one part a line first")
    unit, prefix = _unit(test, target, case)
    inside = text[unit.start : target.start] + code + text[target.end : unit.end]
    behind = _BEHIND.match(text, unit.end)
    suffix, comment = (behind[1], behind[2] or "") if behind else ("", "")
    lines = _Lines(test, unit.start - len(prefix), format)
    laid = lines.lay_out(inside, prefix=prefix, suffix=suffix, comment=comment)
    new = laid.removeprefix(prefix).removesuffix(suffix)
    edit = trimmed(Edit(unit, new), text)
    intent = NewExpression(test.name, target, code)
    return PythonChange((edit,), (intent, GoneComments(going)) if going and gone else (intent,))


def _wrap(test: Test, case: Case, code: str, format: Format) -> PythonChange:
    """Make a `pytest.param` of a plain value."""
    span = span_of(test, case.node)
    if case.one_argument:
        new = f"pytest.param({code_of(case.node)}, marks={code})"
        return replace(test, case.node, new, case, format)
    if not isinstance(case.node, cst.Tuple | cst.List):
        what = f"case {case.position} is not written out as a tuple of its arguments"
        raise Refused(what, place=test.file.place(span), hint="write it as a tuple")
    if len(case.node.lpar) > 1:
        what = "the case stands in more parentheses than it needs"
        raise Refused(what, place=test.file.place(span), hint="take them away first")
    elements = case.node.elements
    new = f"pytest.param({', '.join([*map(element_code, elements), f'marks={code}'])})"
    if not is_open(case.node):
        return replace(test, case.node, new, case, format)
    edits = (
        Edit(Span(span.start, span.start + 1), "pytest.param("),
        *_insert_behind(test, elements[-1].value, "marks=", code, format),
        Edit(Span(span.end - 1, span.end), ")"),
    )
    kept = tuple(edit for edit in edits if edit.span.of(test.file.text) != edit.text)
    return PythonChange(kept, (NewExpression(test.name, span, new),))


def _joined(marks: cst.BaseExpression, code: str, *, one: bool) -> str:
    """Return the source of a list that holds the marks there are, and one more."""
    if isinstance(marks, cst.List | cst.Tuple):
        parts = list(map(element_code, marks.elements))
        comma = "," if is_open(marks) else ""
        return f"[{', '.join([*parts, code])}{comma}]"
    return f"[{code_of(marks)}, {code}]" if one else f"[*{code_of(marks)}, {code}]"


def _marks_come_first(test: Test) -> bool:
    """Say whether marks stand before the id where a case of the test has both."""
    orders = [
        [a.keyword.value for a in call.args if a.keyword and a.keyword.value in ("id", "marks")]
        for cases in cases_of(test)
        for case in cases
        if (call := param_call(case.node)) is not None
    ]
    return ["marks", "id"] in orders


_BEHIND = re.compile(r"(,?)[ \t]*(#[^\r\n]*)?")


def _insert_behind(
    test: Test, last: cst.BaseExpression, prefix: str, code: str, format: Format
) -> tuple[Edit, ...]:
    """Put a part of brackets on a line of its own below the part that ends with `last`."""
    span = span_of(test, last)
    rest = REST_OF_LINE.match(test.file.text, span.end)
    if rest is None:
        what = "the parts between these brackets do not stand one a line"
        raise Refused(what, place=test.file.place(span), hint="lay them out one a line first")
    lines = _Lines(test, span.start, format)
    laid = lines.lay_out(code, prefix=prefix, suffix=",")
    comma = () if rest["comma"] else (Edit(Span(span.end, span.end), ","),)
    below = newline_of(test.file.text) + lines.lead + laid
    return (*comma, Edit(Span(rest.end(), rest.end()), below))


class _Lines:
    """Lays code out below or in place of what begins a line, indented as that line is."""

    def __init__(self, test: Test, offset: int, format: Format) -> None:
        line = test.file.text[test.file.line_start(offset) : offset]
        self.lead = line[: len(line) - len(line.lstrip(" \t"))]
        self.newline = newline_of(test.file.text)
        self.format = format
        self.tabs = "\t" in self.lead
        if self.tabs and self.lead.strip("\t"):
            what = "this line is indented by tabs and blanks"
            raise Refused(what, place=test.file.place(Span(offset, offset)), hint="use one of them")

    def lay_out(self, code: str, *, prefix: str, suffix: str, comment: str = "") -> str:
        tab = self.format.indent
        indent = len(self.lead) * (tab if self.tabs else 1)
        laid = lay_out(
            code, prefix=prefix, indent=indent, suffix=suffix, format=self.format, comment=comment
        )
        if self.tabs:
            laid = re.sub(r"(?m)^ +", lambda match: "\t" * (len(match[0]) // tab), laid)
        return re.sub(r"(?<!\r)\n", self.newline, laid)  # texts over lines have theirs


def _unit(test: Test, target: Span, case: Case | None) -> tuple[Span, str]:
    """Return the innermost thing around a place that begins its line, and what precedes it."""
    for unit, prefix in _units(test, target, case):
        if begins_line(test.file.text, unit.start - len(prefix)):
            return unit, prefix
    what = "what stands around this does not begin its line"
    raise Refused(what, place=test.file.place(target), hint="lay it out on lines of its own")


def _units(test: Test, target: Span, case: Case | None) -> list[tuple[Span, str]]:
    """Return what stands around a place, innermost first, with what is written before each."""
    units: list[tuple[Span, str]] = []
    if case is not None:
        call = param_call(case.node)
        named = [(a.keyword, a.value) for a in call.args if a.keyword] if call else []
        units += [(span_of(test, value), f"{name.value}=") for name, value in named]
        units += [(span_of(test, case.node), ""), (span_of(test, case.values), "")]
    units += [(span_of(test, decorator), "@") for decorator in test.decorators]
    return [
        (span, prefix)
        for span, prefix in units
        if span.start <= target.start and target.end <= span.end
    ]


def _above_comments(test: Test, line: int, lowest: int) -> int:
    """Return where the comments right above a line begin, below the place `lowest`."""
    while (above := test.file.line_start(line - 1)) > lowest:
        if not test.file.text[above:line].lstrip().startswith("#"):
            break
        line = above
    return line
