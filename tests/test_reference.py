"""The reference and the page of recipes are in step with the code, and their examples are right."""

import re
import runpy
from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.recipe import operation_class, operation_names, parse_recipe
from ci_migrate.report.reference import example_of

ROOT = Path(__file__).parents[1]
HEAD = "name: test\ntitle: A test\ndialect: vllm-test-areas\noperations:\n"
TABLES = ("timeouts.csv", "keys.csv")


def test_the_pages_are_what_the_code_says() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))["pages"]()
    assert pages["reference.md"].startswith("# Reference\n")
    for name, text in pages.items():
        assert (ROOT / "docs" / name).read_text() == text, "run make reference"


def test_every_built_in_recipe_has_its_place_on_the_page() -> None:
    page = (ROOT / "docs" / "built-in.md").read_text()
    names = sorted(path.stem for path in (ROOT / "recipes").glob("*.yaml"))
    assert re.findall("^## (.*)$", page, re.M) == names
    assert re.findall("^[$] ci-migrate apply ([a-z0-9-]+)", page, re.M) == names
    assert page.count("\n```diff\n--- ") == len(names)


@pytest.mark.parametrize("name", operation_names())
def test_every_operation_has_an_example_that_is_right(name: str, tmp_path: Path) -> None:
    for table in TABLES:
        (tmp_path / table).write_text("a,1\n")
    example = example_of(operation_class(name))
    assert f"- {name}:" in example
    recipe = parse_recipe(str(tmp_path / "test.yaml"), HEAD + example)
    assert {operation.name for operation in recipe.operations} == {name}
    bind(recipe, {})
