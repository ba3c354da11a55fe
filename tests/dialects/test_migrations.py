"""Changes of six kinds and more in each dialect, in the shape of migrations that people made there.

Each stands in `migrations/DIALECT/KIND.yaml` as a recipe, with a tree before and one after.
"""

from pathlib import Path

import pytest

from ci_migrate.cases import Case, contents, find_cases, run_case
from ci_migrate.recipe import Recipe, dialect_names, parse_recipe

ROOT = Path(__file__).parent / "migrations"
CASES = [case for path in sorted(ROOT.glob("*/*.yaml")) for case in find_cases(ROOT, (str(path),))]


def recipe_of(path: Path) -> Recipe:
    return parse_recipe(str(path), path.read_text())


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.folder.parents[1].name}-{case.folder.parent.name}"
)
def test_migration(case: Case) -> None:
    assert run_case(case, ROOT, update=False) == ""
    assert contents(case.folder / "after") != contents(case.folder / "before")


@pytest.mark.parametrize("dialect", dialect_names())
def test_six_kinds_of_change(dialect: str) -> None:
    recipes = [recipe_of(path) for path in (ROOT / dialect).glob("*.yaml")]
    assert {recipe.dialects for recipe in recipes} == {(dialect,)}
    kinds = {tuple(operation.name for operation in recipe.operations) for recipe in recipes}
    assert len(kinds) >= 6
    assert len({name for kind in kinds for name in kind}) >= 6


def test_every_migration_has_a_case() -> None:
    assert {Path(case.recipe) for case in CASES} == set(ROOT.glob("*/*.yaml"))
