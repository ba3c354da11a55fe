"""What commands share: options of the same meaning, and how an error ends them."""

from enum import Enum
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
Params = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="Value for a parameter.")
]
Jobs = Annotated[
    list[str] | None,
    typer.Option("--job", metavar="NAME", help="Only this job, by key or label; repeatable."),
]


class TextOrJson(str, Enum):
    """How a command reports that has two ways."""

    TEXT = "text"
    JSON = "json"


def values_of(given: list[str]) -> dict[str, str]:
    """Return the values of parameters, each given as NAME=VALUE; raises BadUsage if wrong."""
    from ci_migrate.errors import BadUsage

    values: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise BadUsage(f"'--param {pair}' has no value", hint="write --param NAME=VALUE")
        if not pair.isprintable():
            raise BadUsage(f"parameter '{name}' has a value that is no text", hint="check it")
        if name in values:
            raise BadUsage(f"parameter '{name}' is given twice", hint="give it once")
        values[name] = value
    return values


def fail(error: "CiMigrateError") -> NoReturn:
    """Say an error and end with its exit code."""
    say(error, "")
    raise typer.Exit(error.exit_code)


def say(error: "CiMigrateError", operation: str) -> None:
    """Write an error in one line to standard error, with the name of an operation in it."""
    from ci_migrate.report.visible import visible

    typer.echo(visible(error.line(operation)).replace("\n", " "), err=True)
