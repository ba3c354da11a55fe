"""The page of built-in recipes, as Markdown: what each is for, and what it does in a case."""

import shlex
from collections.abc import Iterator

from ci_migrate.recipe import Recipe
from ci_migrate.report.text import diff_lines
from ci_migrate.run import Run

_HEAD = """\
# Built-in recipes

Made from the recipes and their cases by `make reference`. Each is run by its name, and a recipe of
yours may [use](recipes.md) it; `ci-migrate show NAME` tells its operations.
"""
_SHOWN = 40  # lines of a diff


def render(shown: tuple[tuple[Recipe, Run], ...]) -> str:
    """Return the whole page, of recipes that each have a run on a case."""
    return _HEAD + "".join(line for recipe, run in shown for line in _section(recipe, run))


def _section(recipe: Recipe, run: Run) -> Iterator[str]:
    yield f"\n## {recipe.name}\n\n{recipe.title}."
    yield f" {recipe.description}\n" if recipe.description else "\n"
    yield f"\nFor {', '.join(f'`{name}`' for name in recipe.dialects) or 'every CI system'}.\n"
    if recipe.parameters:
        yield "\n| parameter | | if not given |\n|---|---|---|\n"
    for name, parameter in recipe.parameters:
        default = "needed" if parameter.default is None else f"`{', '.join(parameter.default)}`"
        yield f"| `{name}` | {parameter.help} | {default} |\n"
    yield f"\n```console\n$ {_command(recipe, run)}\n```\n\n```diff\n"
    yield from _diff(run)
    yield "```\n"


def _command(recipe: Recipe, run: Run) -> str:
    defaults = {name: ",".join(p.default or ()) for name, p in recipe.parameters}
    given = [f"{name}={value}" for name, value in run.recipe.values if value != defaults[name]]
    return " ".join(
        ["ci-migrate apply", recipe.name, *(f"--param {shlex.quote(g)}" for g in given)]
    )


def _diff(run: Run) -> Iterator[str]:
    """Yield the diff, of as many files as fit; of the first one in any case."""
    left = _SHOWN
    changes = run.changeset.files
    for number, change in enumerate(changes):
        lines = list(diff_lines(change))
        left -= len(lines)
        if number and left < 0:
            yield f"… and {len(changes) - number} more\n"
            return
        yield from (f"{line}\n" for line in lines)
