"""Run the cases of recipes: a tree before, and what it must be after, byte for byte.

Cases stand in `tests/recipes/RECIPE/CASE/before` and `…/after` below the root; a case without
`after` changes nothing. A second run must be quiet.
"""

import shutil
from collections.abc import Iterator
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ci_migrate.binding import BoundRecipe, bind
from ci_migrate.catalog import load
from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage, nearest
from ci_migrate.files import Folder
from ci_migrate.globs import matcher

_CASES = "tests/recipes"


class Case(NamedTuple):
    """A case of a recipe, by the names of both, and its folder."""

    recipe: str
    name: str
    folder: Path


def find_cases(root: Path, recipes: tuple[str, ...]) -> tuple[Case, ...]:
    """Return the cases below a root, of the recipes named, or of all if none is.

    Raises BadUsage for a recipe without cases.
    """
    folders = sorted(path.parent for path in (root / _CASES).glob("*/*/before"))
    cases = [Case(folder.parent.name, folder.name, folder) for folder in folders]
    known = {case.recipe for case in cases}
    for name in recipes:
        if name not in known:
            hint = nearest(name, known) or f"add one in {_CASES}/{name}/NAME/before"
            raise BadUsage(f"recipe '{name}' has no cases here", hint=hint)
    return tuple(case for case in cases if not recipes or case.recipe in recipes)


def run_case(case: Case, root: Path, *, update: bool) -> str:
    """Return how what comes out differs from what must; nothing if it does not.

    With `update`, what comes out becomes what must.
    """
    recipe = bind(load(case.recipe, root), {}, partial(load, root=root))
    before = contents(case.folder / "before")
    changeset = migrate(recipe, Folder.open(case.folder / "before"), second_reader=True)
    if changeset.failures:
        return "".join(f"{f.error.line(f'{f.name}: ')}\n" for f in changeset.failures)
    after = dict(before)
    for change in changeset.files:
        after[change.path] = (change.after or "").encode()
    if update:
        _write(case.folder / "after", after if after != before else {})
    expected_folder = case.folder / "after"
    expected = contents(expected_folder) if expected_folder.is_dir() else before
    return "".join(_differences(expected, after)) or _second_run(recipe, after)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class _Memory(NamedTuple):
    files: dict[str, bytes]

    def paths(self, globs: tuple[str, ...]) -> list[str]:
        return sorted(path for path in self.files if matcher(globs).fullmatch(path))

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)


def _second_run(recipe: BoundRecipe, after: dict[str, bytes]) -> str:
    again = migrate(recipe, _Memory(after))
    faults = [failure.error.line(f"{failure.name}: ") for failure in again.failures]
    faults += [f"{change.path} would change once more" for change in again.files]
    return "".join(f"a second run is not quiet: {fault}\n" for fault in faults)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _differences(expected: dict[str, bytes], found: dict[str, bytes]) -> Iterator[str]:
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            old, new = _lines(expected.get(path)), _lines(found.get(path))
            yield from unified_diff(old, new, f"expected/{path}", f"found/{path}", n=2)


def _lines(content: bytes | None) -> list[str]:
    """Return lines in which blanks at the end, tabs and line ends can be seen."""
    if content is None:
        return []
    lines = content.decode(errors="backslashreplace").split("\n")
    ended = [f"{_seen(line)}⏎\n" for line in lines[:-1]]
    return [*ended, f"{_seen(lines[-1])} (no line end)\n"] if lines[-1] else ended


def _seen(line: str) -> str:
    text = line.rstrip(" \t\r")
    blanks = line[len(text) :].replace(" ", "·").replace("\r", "␍")
    return (text + blanks).replace("\t", "→\t").replace("\ufeff", "<BOM>")
