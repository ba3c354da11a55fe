"""The page of guarantees names tests that there are, and is what its maker writes but for the figures."""

import ast
import re
import runpy
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "guarantees.md").read_text()
MAKER = runpy.run_path(str(ROOT / "docs" / "make_guarantees.py"))
NUMBER = re.compile(r"(?<=\| )[\d,]+(?= \|)")


def test_the_page_names_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", PAGE)
    assert len(named) == len(set(named)) > 30
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_the_page_is_what_the_tests_count() -> None:
    assert NUMBER.sub("N", PAGE) == NUMBER.sub("N", MAKER["page"](Counter())), "run make guarantees"


def test_nothing_is_wrong_and_something_was_tried() -> None:
    rows = dict(re.findall(r"^\| (.*) \| ([\d,]+) \|$", PAGE, re.M))
    none = {name for name, n in rows.items() if n == "0" and not name.endswith("refused")}
    assert none == {name for name in rows if name.endswith("wrong")}


def test_each_figure_is_recorded_by_a_test() -> None:
    """Find the name of each figure in the tests; the last word of some is filled in there."""
    sources = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for promise in MAKER["PROMISES"]:
        for name in promise.figures:
            head = name.rpartition(" ")[0] if name.startswith("fuzzing") else name
            assert f'"{head}' in sources, name
