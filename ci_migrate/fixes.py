"""The recipe of all fixes that audits know, and what comes of it."""

import re
from collections.abc import Iterable

from ci_migrate.binding import BoundRecipe, bind
from ci_migrate.changeset import Changeset
from ci_migrate.engine import migrate
from ci_migrate.errors import CiMigrateError
from ci_migrate.finding import Finding
from ci_migrate.parameters import PARAMETER_NAME
from ci_migrate.recipe import parse_recipe
from ci_migrate.tree import Tree

NAME = "audit-fixes"
_HEAD = f"name: {NAME}\ntitle: Fix what audits find\noperations:\n"
_PARAMETER = re.compile(rf"\$(?={PARAMETER_NAME}|\{{)")


def recipe_of(findings: Iterable[Finding]) -> str:
    """Return a recipe that does each fix once, in the order of the findings; "" without one.

    What can't be shown, of a hostile tree, is no fix.
    """
    fixes = dict.fromkeys(one.fix for one in findings if one.fix and one.fix.isprintable())
    return _text(fixes) if fixes else ""


def fix(text: str, tree: Tree) -> tuple[BoundRecipe, Changeset, tuple[CiMigrateError, ...]]:
    """Work out a recipe of fixes without those that are refused, whose errors are returned.

    If all are refused, they stand in the changeset.
    """
    operations = text.removeprefix(_HEAD).splitlines()
    recipe = bind(parse_recipe(f"{NAME}.yaml", text), {})
    changeset = migrate(recipe, tree)
    first = _HEAD.count("\n") + 1
    refused = {(failure.place.line or 0) - first for failure in changeset.failures}
    kept = [line for number, line in enumerate(operations) if number not in refused]
    if not refused or not kept:
        return recipe, changeset, ()
    errors = tuple(failure.error for failure in changeset.failures)
    recipe, changeset, others = fix(_HEAD + "".join(f"{line}\n" for line in kept), tree)
    return recipe, changeset, (*errors, *others)


def _text(fixes: Iterable[str]) -> str:
    """Return fixes, a line each, as a recipe; what looks like a parameter in them is none."""
    return _HEAD + "".join(f"- {one}\n" for one in (_PARAMETER.sub("\\\\$", fix) for fix in fixes))
