"""The proof of a Python change holds for what was meant, and for nothing that comes near it."""

import pytest

from ci_migrate.proof import Claim
from ci_migrate.python_intents import (
    GoneComments,
    NewDecorator,
    NewExpression,
    NewStatement,
    RemovedDecorator,
    RemovedName,
    RemovedStatement,
)
from ci_migrate.python_proof import ModuleClaim, PythonClaim
from ci_migrate.python_source import find_test, parse_python
from ci_migrate.text import Span

TEXT = """\
import os  # 0
from own import (
    a,  # 1
    b,
)

X = 1


@one
# 2
@two(3)  # 3
@pytest.mark.parametrize("x", [1, pytest.param(2, marks=m)])
def test_a(x):  # 4
    return a
"""
FILE = parse_python("test_a.py", TEXT)
TEST = find_test(FILE, "test_a")


def span(part: str) -> Span:
    return Span(TEXT.index(part), TEXT.index(part) + len(part))


REMOVED = PythonClaim(
    TEST, (RemovedDecorator("test_a", 1), GoneComments(span("# 2\n@two(3)  # 3\n")))
)
UNMARKED = PythonClaim(TEST, (NewExpression("test_a", span("pytest.param(2, marks=m)"), "2"),))
ADDED = PythonClaim(TEST, (NewDecorator("test_a", 1, "three"),))
NO_OS = ModuleClaim(FILE, RemovedStatement(0))
NO_A = ModuleClaim(FILE, RemovedName(1, 0, True))
NO_B = ModuleClaim(FILE, RemovedName(1, 1, True))
SYS = ModuleClaim(FILE, NewStatement(1, False, "import sys"))

HOLDS = {
    "a decorator goes": (REMOVED, [("# 2\n@two(3)  # 3\n", "")]),
    "a mark goes": (UNMARKED, [("pytest.param(2, marks=m)", "(2)")]),
    "a decorator comes": (ADDED, [("@one\n", "@one\n@three\n")]),
    "a statement goes": (NO_OS, [("import os  # 0\n", "")]),
    "a name goes": (NO_B, [("    b,\n", "")]),
    "a statement comes": (SYS, [("from own", "import sys\nfrom own")]),
}


@pytest.mark.parametrize(("claim", "edits"), HOLDS.values(), ids=HOLDS)
def test_what_was_meant(claim: Claim, edits: list[tuple[str, str]]) -> None:
    assert claim.fault(edited(edits)) == ""


FAILS = {
    "nothing goes": (REMOVED, [], "the decorators of 'test_a'"),
    "another decorator goes": (REMOVED, [("@one\n", "")], "the decorators of 'test_a'"),
    "its comment stays": (REMOVED, [("@two(3)  # 3\n", "")], "the comments that are left"),
    "a comment too many goes": (
        REMOVED,
        [("# 2\n@two(3)  # 3\n", ""), ("  # 4", "")],
        "the comments that are left",
    ),
    "another statement changes": (
        REMOVED,
        [("# 2\n@two(3)  # 3\n", ""), ("X = 1", "X = 2")],
        "the syntax tree differs outside",
    ),
    "the test changes": (
        REMOVED,
        [("# 2\n@two(3)  # 3\n", ""), ("return a", "return b")],
        "the syntax tree differs outside",
    ),
    "the mark stays": (UNMARKED, [], "the decorators of 'test_a'"),
    "a tuple and not its value": (UNMARKED, [("pytest.param(2, marks=m)", "(2,)")], "the ids are"),
    "another value": (UNMARKED, [("pytest.param(2, marks=m)", "3")], "the ids are"),
    "a comment goes with it": (
        UNMARKED,
        [("pytest.param(2, marks=m)", "2"), ("  # 3", "")],
        "the comments among the decorators",
    ),
    "in another place": (ADDED, [("@one\n# 2", "@three\n@one\n# 2")], "the decorators"),
    "a statement stays": (NO_OS, [], "the statements are not those"),
    "another statement goes": (NO_OS, [("X = 1\n", "")], "the statements are not those"),
    "its comment is left": (NO_OS, [("import os  # 0\n", "# 0\n")], "the comments that are left"),
    "another comment goes": (
        NO_OS,
        [("import os  # 0\n", ""), ("  # 1", "")],
        "the comments that are left",
    ),
    "a name stays": (NO_B, [], "the statements are not those"),
    "another name goes": (NO_B, [("    a,  # 1\n", "")], "the statements are not those"),
    "a name that is in use": (NO_A, [("    a,  # 1\n", "")], "nothing defines a any more"),
    "a statement comes elsewhere": (
        SYS,
        [("import os", "import sys\nimport os")],
        "the statements are not those",
    ),
    "another one comes": (SYS, [("from own", "import ast\nfrom own")], "the statements are not"),
    "not Python": (SYS, [("from own", "import\nfrom own")], "the result can't be read"),
}


@pytest.mark.parametrize(("claim", "edits", "fault"), FAILS.values(), ids=FAILS)
def test_what_was_not_meant(claim: Claim, edits: list[tuple[str, str]], fault: str) -> None:
    assert fault in claim.fault(edited(edits))


def edited(edits: list[tuple[str, str]]) -> str:
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text
