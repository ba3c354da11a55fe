"""Picks one case of a parametrised test: by id, by a value that it contains, or by position."""

from dataclasses import dataclass

import libcst as cst

from ci_migrate.errors import Refused, nearest
from ci_migrate.options import Given, GivenText, option, read_options
from ci_migrate.pytest_cases import Case, cases_of
from ci_migrate.python_source import Test, code_of, literal, span_of


@dataclass(frozen=True, slots=True)
class CaseSelector:
    """What names a case; a recipe that writes only text means the id."""

    id: str | None = option("id of the case, as pytest shows it", default=None)
    value: str | None = option("value that stands in the case", default=None)
    index: int | None = option("number of the case, from 0", default=None)
    argument: str | None = option("argument of the parametrize that is meant", default=None)

    @classmethod
    def read_given(cls, given: Given) -> "CaseSelector":
        """Read `deepseek`, or a mapping with one of `id`, `value` and `index`."""
        return cls(given.text) if isinstance(given, GivenText) else read_options(cls, given)

    def __post_init__(self) -> None:
        """Check that the case is named in one way; raises ValueError if not."""
        if sum(way is not None for way in (self.id, self.value, self.index)) != 1:
            raise ValueError("a case is named by one of its id, a value in it, and its index")

    def __str__(self) -> str:
        of = f" of '{self.argument}'" if self.argument is not None else ""
        if self.value is not None:
            return f"with the value '{self.value}'{of}"
        return f"number {self.index}{of}" if self.index is not None else f"'{self.id}'{of}"

    def fits(self, case: Case) -> bool:
        """Say whether this is the case meant."""
        if self.argument is not None and self.argument not in case.arguments:
            return False
        if self.value is not None:
            return _holds(case.node, self.value)
        return case.position == self.index if self.index is not None else case.id == self.id


def find_case(test: Test, selector: CaseSelector) -> Case:
    """Return the one case meant; raises Refused if there is none, or several."""
    all_cases = [case for cases in cases_of(test) for case in cases]
    found = [case for case in all_cases if selector.fits(case)]
    if len(found) == 1:
        return found[0]
    if found:
        what = f"{len(found)} cases of '{test.name}' are {selector}"
        place = test.file.place(span_of(test, found[1].node))
        raise Refused(what, place=place, hint="name it by its id, or add the argument")
    what = f"'{test.name}' has no case {selector}"
    raise Refused(what, place=test.place, hint=_hint(test, all_cases, selector))


def _hint(test: Test, cases: list[Case], selector: CaseSelector) -> str:
    arguments = {name for case in cases for name in case.arguments}
    if selector.argument is not None and selector.argument not in arguments:
        return nearest(selector.argument, arguments) or "leave 'argument' out"
    if not any("parametrize" in code_of(decorator) for decorator in test.decorators):
        return "the test has no parametrize; skip it as a whole"
    if not cases:
        return "its cases are not written out, so add the mark by hand"
    if selector.index is not None:
        return f"its cases are numbered from 0, and it has {len(cases)}"
    known = [case.id for case in cases if case.id is not None]
    if len(known) == len(cases):
        return f"its ids: {', '.join(known)}"
    told = f"its ids, as far as they can be told: {', '.join(known)}; " if known else ""
    return f"{told}name it by a value in it, or by its index"


def _holds(node: cst.CSTNode, wanted: str) -> bool:
    """Say whether a part of the case is the text, or is written just so."""
    if isinstance(node, cst.BaseExpression):
        code = code_of(node).strip()
        if code == wanted or (isinstance(node, cst.BaseString) and _text(code) == wanted):
            return True
    return any(_holds(child, wanted) for child in node.children)


def _text(code: str) -> object:
    try:
        return literal(code)
    except ValueError:
        return None
