"""Codemods for CI configuration that touch nothing but what a recipe says."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci_migrate.apply import apply_recipe
    from ci_migrate.binding import BoundRecipe, bind
    from ci_migrate.bulk.campaign import Campaign, read_campaign
    from ci_migrate.bulk.drive import plan
    from ci_migrate.bulk.drive import run as run_campaign
    from ci_migrate.bulk.executors import load_executor
    from ci_migrate.bulk.journal import Journal
    from ci_migrate.catalog import load as load_recipe
    from ci_migrate.changeset import Changeset, FileChange
    from ci_migrate.engine import migrate
    from ci_migrate.errors import BadFile, BadUsage, CiMigrateError, Refused
    from ci_migrate.files import Folder
    from ci_migrate.recipe import Recipe
    from ci_migrate.transaction import write

__all__ = [
    "BadFile",
    "BadUsage",
    "BoundRecipe",
    "Campaign",
    "Changeset",
    "CiMigrateError",
    "FileChange",
    "Folder",
    "Journal",
    "Recipe",
    "Refused",
    "__version__",
    "apply_recipe",
    "bind",
    "load_executor",
    "load_recipe",
    "migrate",
    "plan",
    "read_campaign",
    "run_campaign",
    "write",
]
__version__ = "0.1.0"

# Looked up when it is asked for: a command imports this module, and must start fast.
_MODULES = {
    "BadFile": "errors",
    "BadUsage": "errors",
    "BoundRecipe": "binding",
    "Campaign": "bulk.campaign",
    "Changeset": "changeset",
    "CiMigrateError": "errors",
    "FileChange": "changeset",
    "Folder": "files",
    "Journal": "bulk.journal",
    "Recipe": "recipe",
    "Refused": "errors",
    "apply_recipe": "apply",
    "bind": "binding",
    "load_executor": "bulk.executors",
    "load_recipe": "catalog",
    "migrate": "engine",
    "plan": "bulk.drive",
    "read_campaign": "bulk.campaign",
    "run_campaign": "bulk.drive",
    "write": "transaction",
}
_OTHERWISE = {"load_recipe": "load", "run_campaign": "run"}  # names there that say less


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), _OTHERWISE.get(name, name))
