"""Find skips of tests that do not do what their reason says.

- A reason names a compute capability (`SM110`) for which the condition does not hold: warning.
- A reason names one of the cases of a test, and the skip is on all of them: warning.
- A skip `until` a day, or to `review by` one, that has passed: warning. The fix removes the first.
- A condition has a name that nothing in the file defines: error.
- A skip that the change made has neither a link nor a day in it, or in a comment at it, and does
  not tell what the test requires: note; only with a side before.

With another side, only the files in which that differs are looked at.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ci_migrate.capability import asked_for
from ci_migrate.errors import BadFile, Refused
from ci_migrate.finding import Finding, Severity
from ci_migrate.globs import matcher
from ci_migrate.mending import quoted
from ci_migrate.ran import TESTS
from ci_migrate.skip_marks import SkippedTest, skips_in
from ci_migrate.survey import Survey
from ci_migrate.text import counted
from ci_migrate.tree import read_text

if TYPE_CHECKING:
    from ci_migrate.pytest_cases import Case


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what is wrong with skips, file by file."""
    capabilities: dict[str, str] = {}
    for profile in reversed(now.profiles):
        capabilities |= profile.capabilities
    wanted = _telling if now.changed is None else bool
    for path, text in _files(now):
        for skipped in skips_in(path, text, wanted):
            yield from _of_capabilities(skipped, capabilities)
            yield from _of_cases(skipped)
            yield from _of_day(skipped, now.today)
            yield from _of_names(skipped)
        if before is not None:
            yield from _without_link(path, text, _text(before, path) or "")


def _files(survey: Survey) -> Iterator[tuple[str, str]]:
    paths = survey.in_order if survey.changed is None else sorted(survey.changed)
    for path in filter(matcher(TESTS).fullmatch, paths):
        if text := _text(survey, path):
            yield path, text


def _text(survey: Survey, path: str) -> str | None:
    with suppress(BadFile):
        content = survey.tree.read(path)
        if content is not None and b"mark.skip" in content:
            return read_text(survey.tree, path)
    return None


_SM = re.compile(r"\bSM ?(\d{2,3})\b", re.IGNORECASE)
_DAY = re.compile(r"\b(until|review(?:ed)? by) (20\d\d-\d\d-\d\d)\b", re.IGNORECASE)
_REASON = re.compile(r"reason ?= ?\(?((?:\s{0,99}f?(?:\"[^\"\n]*\"|'[^'\n]*'))+)")
_ON_ALL = re.compile(r"^[ \t]*@(?:pytest\.)?mark\.skip", re.MULTILINE)


def _telling(code: str) -> bool:
    """Say quickly whether something may be said of the skips in the text of decorators."""
    if _SM.search(code) or _DAY.search(code):
        return True
    if "parametrize" not in code or not _ON_ALL.search(code):
        return False
    return bool(_words(" ".join(_REASON.findall(code))) & _first_words(_REASON.sub("", code)))


def _of_capabilities(skipped: SkippedTest, capabilities: dict[str, str]) -> Iterator[Finding]:
    reason, condition = skipped.skip.reason or "", skipped.skip.condition
    named = [int(number) for number in _SM.findall(reason)]
    asked = asked_for(condition, capabilities) if condition and named else ()
    for number in dict.fromkeys(named):
        if asked and not any(one.holds(number) for one in asked):
            what = f"has a reason that names SM{number}, where {condition} does not hold"
            yield _finding(skipped, what, f"SM{number}")


def _of_cases(skipped: SkippedTest) -> Iterator[Finding]:
    """Say if a skip of all cases has a reason that names one."""
    from ci_migrate.pytest_cases import cases_of

    if skipped.marked.case is not None or _requires(skipped):
        return
    reason = _words(skipped.skip.reason or "") - _words(skipped.skip.condition or "")
    for cases in cases_of(skipped.marked.test):
        words = [_names_of(case) for case in cases]
        named = [
            case
            for index, case in enumerate(cases)
            if reason & words[index] - _union(words, without=index)
        ]
        if len(named) == 1 and len(cases) > 1:
            called = named[0].id or str(named[0].position)
            what = f"skips {counted(cases, 'case')}, and its reason names one, '{called}'"
            yield _finding(skipped, what, "cases")


def _names_of(case: "Case") -> set[str]:
    """Return the words by which a case may be called: the first of its id, and of each text."""
    from ci_migrate.python_source import code_of

    own = case.id is not None and not case.id.startswith(case.arguments)
    return _first_words(code_of(case.node) + (f"'{case.id}'" if own else ""))


def _first_words(code: str) -> set[str]:
    """Return the first word of each text in some code, and of each part of one like `a/b`."""
    parts = (part for text in _TEXT.findall(code.lower()) for part in text.split("/"))
    return {word for part in parts for word in _WORD.findall(part)[:1]}


_TEXT = re.compile(r"[\"']([^\"'\n]+)[\"']")


def _union(words: list[set[str]], *, without: int) -> set[str]:
    return set().union(*(one for index, one in enumerate(words) if index != without))


_COMMON = frozenset((
    "auto", "case", "cases", "cuda", "default", "does", "fail", "fails", "false", "from", "have",
    "model", "models", "needs", "none", "only", "pytest", "require", "required", "requires", "rocm",
    "skip", "skipped", "support", "supported", "test", "tests", "that", "this", "torch", "true",
    "when", "with",
))  # fmt: skip
_WORD = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*")


def _words(text: str) -> set[str]:
    """Return the words that can tell one case from another."""
    return {word for word in _WORD.findall(text.lower()) if len(word) > 3} - _COMMON


def _of_day(skipped: SkippedTest, today: date) -> Iterator[Finding]:
    found = _DAY.search(skipped.skip.reason or "")
    if found is None:
        return
    try:
        passed = date.fromisoformat(found[2]) < today
    except ValueError:  # no such day
        return
    if passed:
        ends = found[1].lower() == "until"
        what = f"is skipped {found[1].lower()} {found[2]}, which has passed"
        what = what if ends else f"was to be looked at again by {found[2]}, which has passed"
        yield _finding(skipped, what, found[2])._replace(fix=_removal(skipped) if ends else "")


def _removal(skipped: SkippedTest) -> str:
    """Return an operation that removes a skip, chosen by its reason."""
    case, test = skipped.marked.case, skipped.marked.test
    where = f"file: {quoted(test.file.path)}, test: {quoted(test.name)}"
    if case is not None:
        argument = quoted(case.arguments[0])
        where += f", param: {{index: {case.position}, argument: {argument}}}"
    return f"remove-skip: {{{where}, reason: {quoted(skipped.skip.reason or '')}}}"


def _of_names(skipped: SkippedTest) -> Iterator[Finding]:
    """Say if nothing defines a name of the condition."""
    condition, test = skipped.skip.condition, skipped.marked.test
    if condition is None or skipped.skip.condition_node is None:
        return
    node = ast.parse(f"({condition}\n)", mode="eval")
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    if all(re.search(_BOUND.format(re.escape(name)), skipped.text, re.MULTILINE) for name in names):
        return
    from ci_migrate.python_names import check_names
    from ci_migrate.python_source import find_test, parse_python

    try:
        test = find_test(
            parse_python(skipped.marked.test.file.path, skipped.text), skipped.marked.test.name
        )
        check_names(test, condition)
    except Refused as error:
        yield _finding(skipped, f"has a condition that fails: {error.what}", "names", "error")


# What reads as a line that binds a name; without one the file is parsed.
_BOUND = r"^[ \t]*(?:from\b.*|import\b.*|def |class |for .*)\b{0}\b|^{0}\b.*=|^    {0},$"


def _without_link(path: str, text: str, old: str) -> Iterator[Finding]:
    known = {skipped.identity for skipped in skips_in(path, old)}
    for skipped in skips_in(path, text):
        told = _requires(skipped) or _LINK.search(_around(skipped))
        if told or skipped.identity in known:
            continue
        yield _finding(
            skipped, "is skipped now, with no link and no day to look again", "link", "note"
        )


_LINK = re.compile(r"https?://|#\d+|\b20\d\d-\d\d-\d\d\b")


def _requires(skipped: SkippedTest) -> bool:
    """Say whether a skip tells what a test requires, as one does where something is `not` there."""
    return (skipped.skip.condition or "").startswith("not ")


def _around(skipped: SkippedTest) -> str:
    """Return the text of a skip, with the line above it and the rest of its last line."""
    from ci_migrate.python_source import code_of

    code = code_of(skipped.skip.node)
    lines = skipped.text.split("\n")
    first = (skipped.place.line or 1) - 1
    return "\n".join(lines[max(first - 1, 0) : first + code.count("\n") + 1])


def _finding(
    skipped: SkippedTest, what: str, about: str, severity: Severity = "warning"
) -> Finding:
    path = skipped.marked.test.file.path
    subject = f"{path}: {skipped.name}: {about}: {skipped.skip.reason}"
    return Finding(skipped.place, f"'{skipped.name}' {what}", severity, subject=subject)
