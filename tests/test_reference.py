"""The reference is in step with the code, and its examples are right."""

from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.recipe import operation_class, operation_names, parse_recipe
from ci_migrate.report.reference import example_of, render

ROOT = Path(__file__).parents[1]
HEAD = "name: test\ntitle: A test\ndialect: vllm-test-areas\noperations:\n"
TABLES = ("timeouts.csv", "keys.csv")


def test_the_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "reference.md").read_text() == render(), "run make reference"


@pytest.mark.parametrize("name", operation_names())
def test_every_operation_has_an_example_that_is_right(name: str, tmp_path: Path) -> None:
    for table in TABLES:
        (tmp_path / table).write_text("a,1\n")
    example = example_of(operation_class(name))
    assert f"- {name}:" in example
    recipe = parse_recipe(str(tmp_path / "test.yaml"), HEAD + example)
    assert {operation.name for operation in recipe.operations} == {name}
    bind(recipe, {})
