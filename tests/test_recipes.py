"""Every case of every built-in recipe, byte for byte; a case without `after` changes nothing."""

from pathlib import Path

import pytest

from ci_migrate.engine import migrate
from ci_migrate.files import Folder
from ci_migrate.recipe import bind, parse_recipe

ROOT = Path(__file__).parents[1]
CASES = sorted(path.parent for path in (ROOT / "tests" / "recipes").glob("*/*/before"))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(case: Path) -> None:
    source = ROOT / "recipes" / f"{case.parent.name}.yaml"
    recipe = bind(parse_recipe(str(source), source.read_text()), {})
    before = contents(case / "before")
    expected = contents(case / "after") if (case / "after").is_dir() else before
    changeset = migrate(recipe, Folder.open(case / "before"), second_reader=True)
    assert [str(failure.error) for failure in changeset.failures] == []
    changed = {change.path: change.after for change in changeset.files}
    result = {**before, **{p: text.encode() for p, text in changed.items() if text is not None}}
    assert result == expected


def test_every_built_in_recipe_has_cases() -> None:
    assert {case.parent.name for case in CASES} == {p.stem for p in (ROOT / "recipes").glob("*")}
