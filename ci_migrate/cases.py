"""Run the cases of recipes: a tree before, and what it must be after, byte for byte.

Cases stand in `tests/recipes/RECIPE/CASE/before` and `…/after` below the root, or in the folder
`RECIPE/CASE` beside the recipe's file; a case without `after` changes nothing. A `case.yaml` beside
the two may give parameters. A second run must be quiet.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from ci_migrate.binding import narrowed
from ci_migrate.catalog import is_path, load_bound
from ci_migrate.catalog import recipes as known
from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage, nearest
from ci_migrate.files import Folder
from ci_migrate.options import option, read_options
from ci_migrate.recipe import read_given
from ci_migrate.report.exact import exact_diff
from ci_migrate.run import Run

_CASES = "tests/recipes"
_SETTINGS = "case.yaml"


class Case(NamedTuple):
    """A case of a recipe: how the recipe is named, the case's own name, and its folder."""

    recipe: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What a case's `case.yaml` says."""

    parameters: dict[str, str] = option("values for parameters", default_factory=dict)
    jobs: tuple[str, ...] = option("jobs that the recipe is narrowed to", default=())
    refused: str = option("part of the message with which it is refused", default="")


def find_cases(root: Path, recipes: tuple[str, ...]) -> tuple[Case, ...]:
    """Return the cases below a root, of the recipes named, or of all if none is.

    Raises BadUsage for a recipe without cases.
    """
    folders = [path.parent for path in (root / _CASES).glob("*/*/before")]
    cases = [Case(folder.parent.name, folder.name, folder) for folder in folders]
    for recipe in known(root):
        if not recipe.built_in:
            cases += _beside(recipe.name, recipe.path)
    named = tuple(PurePath(name).stem if is_path(name) else name for name in recipes)
    for name in filter(is_path, recipes):
        cases = [case for case in cases if case.recipe != PurePath(name).stem]
        cases += _beside(name, Path(name))
    by_name = {PurePath(case.recipe).stem for case in cases}
    for name in named:
        if name not in by_name:
            hint = nearest(name, by_name) or f"add one in {_CASES}/{name}/NAME/before"
            raise BadUsage(f"recipe '{name}' has no cases here", hint=hint)
    return tuple(sorted(c for c in cases if not named or PurePath(c.recipe).stem in named))


def first_case(recipe: str, root: Path) -> Case | None:
    """Return a case of a recipe that shows what it does; None if there is none."""
    try:
        cases = find_cases(root, (recipe,))
    except BadUsage:
        return None
    return next((case for case in cases if (case.folder / "after").is_dir()), None)


def change_of(case: Case, root: Path) -> Run:
    """Run the recipe of a case on what stands before it; raises BadUsage for wrong settings."""
    settings = _settings(case)
    recipe = load_bound(case.recipe, root, settings.parameters)
    recipe = narrowed(recipe, settings.jobs) if settings.jobs else recipe
    before = Folder.open(case.folder / "before")
    return Run(recipe, "dry-run", migrate(recipe, before, second_reader=True))


def run_case(case: Case, root: Path, *, update: bool) -> str:
    """Return how what comes out differs from what must; nothing if it does not.

    With `update`, what comes out becomes what must; raises Refused where a link leads elsewhere.
    """
    run = change_of(case, root)
    before = contents(case.folder / "before")
    said = "".join(f"{f.error.line(f'{f.name}: ')}\n" for f in run.changeset.failures)
    wanted = _settings(case).refused
    if said and wanted:
        return "" if wanted in said else f"refused otherwise: {said}"
    if said or wanted:
        return said or f"not refused, where '{wanted}' was to be said\n"
    made = run.changeset.contents
    after = {path: file for path, file in {**before, **made}.items() if file is not None}
    if update:
        anchor = root if case.folder.is_relative_to(root) else case.folder
        Folder.open(anchor).inside(os.path.relpath(case.folder / "after", anchor))
        _write(case.folder / "after", after if after != before else {})
    expected_folder = case.folder / "after"
    expected = contents(expected_folder) if expected_folder.is_dir() else before
    return "".join(_differences(expected, after))


def _beside(name: str, path: Path) -> list[Case]:
    folders = [found.parent for found in path.with_suffix("").glob("*/before")]
    return [Case(name, folder.name, folder) for folder in folders]


def _settings(case: Case) -> Settings:
    path = case.folder / _SETTINGS
    if not path.is_file():
        return Settings()
    return read_options(Settings, read_given(str(path), path.read_text()))


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _differences(expected: dict[str, bytes], found: dict[str, bytes]) -> Iterator[str]:
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            old, new = expected.get(path), found.get(path)
            yield from exact_diff(old, new, f"expected/{path}", f"found/{path}")
