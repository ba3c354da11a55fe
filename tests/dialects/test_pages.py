"""The page of each dialect: its examples are run on the files that it shows, and give its diffs."""

import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from ci_migrate.recipe import dialect_names
from tests.memory import changed, run

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r'^```(yaml title="([^"]+)"|yaml|diff)\n(.*?)^```$', re.M | re.S)


def files_of(page: str) -> dict[str, str]:
    """Return the files that a page shows, by path."""
    return {match[2]: match[3] for match in _BLOCK.finditer(page) if match[2]}


def examples_of(page: str) -> Iterator[tuple[str, str]]:
    """Yield each block of operations, with the diff that stands below it, if any."""
    blocks = [(match[1], match[3]) for match in _BLOCK.finditer(page) if not match[2]]
    for (kind, text), (below, diff) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "yaml":
            yield text.removeprefix("operations:\n"), diff if below == "diff" else ""


@pytest.mark.parametrize("dialect", dialect_names())
def test_the_examples_of_a_page(dialect: str) -> None:
    page = (DOCS / "dialects" / f"{dialect}.md").read_text()
    files = files_of(page)
    examples = list(examples_of(page))
    assert any(diff for _, diff in examples)
    for operations, diff in examples:
        done = run(operations, files, dialect).done
        assert [one.summary for one in done if not one.edits] == []
        after = changed(operations, files, dialect)
        assert diff in "".join(whole_diff(files, after))


def whole_diff(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """Yield the lines of all files, with what went and what came."""
    for path in sorted(before):
        lines = before[path].splitlines(keepends=True), after[path].splitlines(keepends=True)
        yield from list(unified_diff(*lines, n=10_000))[3:]


@pytest.mark.parametrize("dialect", dialect_names())
def test_a_page_says_what_it_must(dialect: str) -> None:
    page = (DOCS / "dialects" / f"{dialect}.md").read_text()
    assert f"Dialect `{dialect}`" in page
    assert re.findall("^## (.*)$", page, re.M) == ["What is understood", "What is refused"]
    assert f"dialects/{dialect}.md\n" in (DOCS.parent / "mkdocs.yml").read_text()
