"""Write the reference from what the code declares, and the built-in recipes from their cases."""

from pathlib import Path

from ci_migrate.cases import Case, change_of, find_cases
from ci_migrate.catalog import load, recipes
from ci_migrate.report import built_in, reference

ROOT = Path(__file__).parents[1]
_SHOWN = ("typical", "everywhere")  # cases that show what a recipe is for, the better one first


def pages() -> dict[str, str]:
    """Return the text of each page by its name."""
    names = [recipe.name for recipe in recipes(ROOT)]
    shown = tuple((load(name, ROOT), change_of(_case(name), ROOT)) for name in names)
    return {"reference.md": reference.render(), "built-in.md": built_in.render(shown)}


def _case(recipe: str) -> Case:
    cases = {case.name: case for case in find_cases(ROOT, (recipe,))}
    return next(cases[name] for name in _SHOWN if name in cases)


if __name__ == "__main__":
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text)
