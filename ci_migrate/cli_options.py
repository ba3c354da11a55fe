"""What commands share: options of the same meaning, and how an error ends them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from ci_migrate.errors import CiMigrateError


def _recipe_names(context: typer.Context, incomplete: str) -> list[str]:
    from ci_migrate.catalog import recipes

    root = Path(context.params.get("root") or ".")
    return [recipe.name for recipe in recipes(root) if recipe.name.startswith(incomplete)]


RecipeName = Annotated[
    str,
    typer.Argument(
        metavar="RECIPE",
        help="Name of a recipe (of the tree, or built in), or path of one.",
        autocompletion=_recipe_names,
        show_default=False,
    ),
]
Root = Annotated[Path, typer.Option(help="Folder to work in; nothing outside is touched.")]


def fail(error: "CiMigrateError") -> NoReturn:
    """Say an error and end with its exit code."""
    say(error, "")
    raise typer.Exit(error.exit_code)


def say(error: "CiMigrateError", operation: str) -> None:
    """Write an error in one line to standard error, with the name of an operation in it."""
    from ci_migrate.report.visible import visible

    typer.echo(visible(error.line(operation)).replace("\n", " "), err=True)
