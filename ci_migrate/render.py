"""Run a repository's own pipeline generator on both sides of a change, and explain what differs."""

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, cast

from ci_migrate import generators
from ci_migrate.binding import BoundRecipe
from ci_migrate.catalog import load_bound
from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage
from ci_migrate.explained import ExplainedJob, explained
from ci_migrate.files import Folder
from ci_migrate.generators import Call, Generator
from ci_migrate.job_touches import touches
from ci_migrate.modules import module_in, names_in
from ci_migrate.recipe import load_dialect
from ci_migrate.rendered import Rendered, differences, read_rendered
from ci_migrate.sandbox import outputs
from ci_migrate.since import since
from ci_migrate.survey import Survey
from ci_migrate.tree import Tree
from ci_migrate.trees import Laid, ReadOnce


class RenderDiff(NamedTuple):
    """What a generator makes otherwise after a change: of how many jobs before and after, and why.

    `change` says what is compared with the tree as it is: a recipe, a folder or a revision.
    """

    change: str
    before: int
    after: int
    jobs: tuple[ExplainedJob, ...]

    @property
    def unexplained(self) -> int:
        """Return how many values differ that no change of a job explains."""
        return sum(not value.touches for job in self.jobs for value in job.values)

    @property
    def exit_code(self) -> int:
        """Return 1 if something is unexplained, else 0."""
        return int(bool(self.unexplained))


class Rendering(NamedTuple):
    """How a pipeline is made: by an adapter's name or a command, and what goes with it.

    `result` is the file that a command makes, if not standard output. A run may take `limit`
    seconds, and sees the variables `env`.
    """

    generator: str
    root: Path | None = None
    result: str = ""
    limit: float = 60.0
    env: tuple[tuple[str, str], ...] = ()


def render_recipe(
    name: str, rendering: Rendering, *, root: Path, values: Mapping[str, str]
) -> RenderDiff:
    """Return what a recipe, by name or path, changes of the pipeline of the tree below `root`.

    Raises CiMigrateError if the recipe is wrong or refused, or the generator fails.
    """
    tree = ReadOnce(Folder.open(root))
    recipe = load_bound(name, root, values)
    whole = migrate(recipe, tree)
    if whole.failures:
        raise whole.failures[0].error
    sides: list[Tree] = [tree, *(_after(recipe, tree, n) for n in range(1, len(recipe.operations)))]
    sides.append(Laid(tree, whole.contents))
    names = tuple(bound.name for bound in recipe.operations)
    changed = frozenset(change.path for change in whole.files)
    return _compared(f"recipe {name}", sides, names, changed, rendering)


def render_since(
    rendering: Rendering, *, root: Path, folder: Path | None, revision: str
) -> RenderDiff:
    """Return what differs in the pipeline since another folder, or a revision.

    Raises CiMigrateError if there is no such thing, or the generator fails.
    """
    change = since(root, folder=folder, revision=revision)
    named = f"the change since {folder or revision}"
    return _compared(named, [change.old, change.now], ("",), frozenset(change.paths), rendering)


def _after(recipe: BoundRecipe, tree: Tree, count: int) -> Tree:
    """Return the tree as the first operations of a recipe leave it."""
    part = recipe._replace(operations=recipe.operations[:count])
    return Laid(tree, migrate(part, tree, twice=False).contents)


def _compared(
    change: str,
    sides: list[Tree],
    operations: tuple[str, ...],
    changed: frozenset[str],
    rendering: Rendering,
) -> RenderDiff:
    call, sources = _generator(rendering, sides[0])
    made = outputs((sides[0], sides[-1]), call, limit=rendering.limit)
    old, new = (read_rendered(text, call.result or "standard output") for text in made)
    dialect = load_dialect()
    surveys = [Survey(side, dialect, (), changed) for side in sides]
    found = explained(differences(old, new), touches(surveys, operations), sources)
    return RenderDiff(change, len(old) - 1, len(new) - 1, found)


def _generator(
    rendering: Rendering, tree: Tree
) -> tuple[Call, Callable[[Rendered], tuple[str, ...]]]:
    """Return how a pipeline is made, and what its jobs are made of."""
    name = rendering.generator
    if name in names_in(generators.__path__):
        if rendering.result:
            raise BadUsage("--result goes with a command", hint=f"'{name}' knows its own")
        adapter = cast(Generator, module_in(generators.__name__, name))
        call = adapter.call(rendering.root, tree)
        return call._replace(env=(*call.env, *rendering.env)), adapter.sources
    if rendering.root:
        raise BadUsage("--generator-root goes with an adapter", hint="write it in the command")
    try:
        words = tuple(shlex.split(name))
    except ValueError as error:
        raise BadUsage(f"--generator '{name}': {error}", hint="close the quote") from error
    if not words:
        raise BadUsage("--generator is empty", hint="name an adapter or a command")
    return Call(words, rendering.result, rendering.env, git=True), lambda job: job.names
