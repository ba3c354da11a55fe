"""Apply a recipe to a folder: read, work out, and write unless only a look was asked for."""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from ci_migrate.binding import BoundRecipe, in_part, narrowed
from ci_migrate.catalog import is_path, load_bound
from ci_migrate.changeset import Changeset
from ci_migrate.choice import in_files
from ci_migrate.consequences import audited, sides_of
from ci_migrate.engine import TIME_LIMIT, migrate, migrate_picked, undo
from ci_migrate.errors import CiMigrateError, Place, Refused
from ci_migrate.files import Folder
from ci_migrate.fixes import fix
from ci_migrate.git import changed_since, commit_of, head, uncommitted
from ci_migrate.impact import Impact, impact_of
from ci_migrate.run import Mode, Proof, Run
from ci_migrate.selector import is_named, no_job_named
from ci_migrate.transaction import settle, write
from ci_migrate.tree import Tree
from ci_migrate.trees import ReadOnce


def apply_recipe(
    name: str,
    *,
    root: Path,
    values: Mapping[str, str],
    jobs: tuple[str, ...] = (),
    reverse: bool = False,
    mode: Mode,
    allow_dirty: bool,
    proof: Proof,
    time_limit: float = TIME_LIMIT,
    with_base: bool = False,
    only: tuple[str, ...] = (),
    since: str = "",
    interactive: bool = False,
    allowed: tuple[str, ...] = (),
) -> Run:
    """Run a recipe, by name or path, with values for its parameters, on the files below `root`.

    `jobs` narrows it to jobs of these keys or labels, which must be there. With `reverse` it is
    undone, if its words tell how, and if it would then make the very files that there are.
    `only` and `since` narrow it to files that fit a glob, and that changed since a revision;
    with `interactive`, standard input is asked what to make of what it does, piece by piece.
    Every change is proved; `full` proof also reads new YAML with a second parser. Both sides are
    audited, and a new error stops it unless its audit is `allowed`. The run tells the commit that
    it stands on if it is asked for `with_base`.

    Raises CiMigrateError if the recipe is wrong or the changes can't be written; what its
    operations refuse stands in the run.
    """
    folder = Folder.open(root)
    settle(folder, writing=mode == "apply")
    tree = ReadOnce(folder)
    recipe = load_bound(name, root, values)
    if jobs:
        _check_jobs(tree, recipe, jobs)
        recipe = narrowed(recipe, jobs)
    if (only or since or interactive) and not reverse:
        recipe = in_part(recipe)
    base = commit_of(folder.root, since) if since else ""
    choose = None
    if only or since:
        choose = in_files(only, changed_since(folder.root, base) if since else None)
    work = undo if reverse else _asking(recipe) if interactive else migrate
    try:
        changeset = work(
            recipe, tree, second_reader=proof == "full", limit=time_limit, choose=choose
        )
    except EOFError as error:
        raise Refused("nobody answers; nothing was written", hint="run it in a terminal") from error
    changeset, impact = _looked_at(recipe, changeset, tree, allowed)
    named = recipe.recipe.path if is_path(name) else name
    run = Run(
        recipe._replace(back=reverse),
        mode,
        changeset,
        named,
        head(folder.root) if with_base else "",
        only,
        base,
        impact,
    )
    _carry_out(run, folder, allow_dirty=allow_dirty)
    return run


def apply_fixes(
    text: str, *, root: Path, mode: Mode, allow_dirty: bool
) -> tuple[Run, tuple[CiMigrateError, ...]]:
    """Run a recipe of fixes, given as its text, as `apply_recipe` does.

    Those that are refused are left out, and their errors returned. Raises CiMigrateError if the
    changes can't be written.
    """
    folder = Folder.open(root)
    settle(folder, writing=mode == "apply")
    tree = ReadOnce(folder)
    recipe, changeset, errors = fix(text, tree)
    changeset, impact = _looked_at(recipe, changeset, tree, ())
    run = Run(recipe, mode, changeset, recipe.recipe.name, impact=impact)
    _carry_out(run, folder, allow_dirty=allow_dirty)
    return run, errors


def _looked_at(
    recipe: BoundRecipe, changeset: Changeset, tree: Tree, allowed: tuple[str, ...]
) -> tuple[Changeset, Impact | None]:
    """Return what a recipe does with what audits find of it, and what it does to the machines."""
    sides = sides_of(changeset, tree, (bound.dialect for bound in recipe.operations))
    if sides is None:
        return changeset, None
    changeset = audited(changeset, sides, allowed=allowed, today=date.today())
    return changeset, impact_of(changeset, *sides) if changeset.files else None


def _carry_out(run: Run, folder: Folder, *, allow_dirty: bool) -> None:
    """Write what a run does, if it is to be written and nothing is refused."""
    if run.mode == "apply" and not run.changeset.failures:
        if not allow_dirty:
            _check_committed(folder, run)
        write(folder, run.changeset.files, run.recipe.recipe.name)


def _asking(recipe: BoundRecipe) -> Callable[..., Changeset]:
    from ci_migrate.pick import picker

    names = tuple(bound.name for bound in recipe.operations)
    return partial(migrate_picked, pick=picker(names, _ask, _say))


def _ask(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    if not (answer := sys.stdin.readline()):
        raise EOFError
    return answer


def _say(text: str) -> None:
    print(text, end="", file=sys.stderr)


def _check_jobs(tree: Tree, recipe: BoundRecipe, names: tuple[str, ...]) -> None:
    dialects = {id(bound.dialect): bound.dialect for bound in recipe.operations}.values()
    for name in names:
        if not any(is_named(tree, dialect, name, ()) for dialect in dialects):
            raise no_job_named(tree, next(iter(dialects)), name)


def _check_committed(folder: Folder, run: Run) -> None:
    existing = [change.path for change in run.changeset.files if change.before is not None]
    dirty = uncommitted(folder.root, existing)
    if dirty:
        more = f" and {len(dirty) - 1} more" if len(dirty) > 1 else ""
        verb = "have" if more else "has"
        what = f"the file{more} {verb} changes that are not committed, or git does not know it"
        hint = "commit or stash them, or add --allow-dirty"
        raise Refused(what, place=Place(dirty[0]), hint=hint)
