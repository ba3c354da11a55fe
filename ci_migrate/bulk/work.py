"""What is done for one repository, wherever it is done: plain values in, plain values out."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from ci_migrate.binding import BoundRecipe, bind
from ci_migrate.bulk.clones import Clone, Commit
from ci_migrate.bulk.remote import Remote, redacted
from ci_migrate.bulk.states import Step
from ci_migrate.changeset import Changeset, Failure, FileChange
from ci_migrate.consequences import audited, sides_of
from ci_migrate.engine import TIME_LIMIT, migrate
from ci_migrate.errors import BadFile, BadUsage, CiMigrateError, Refused
from ci_migrate.recipe import Recipe, parse_recipe
from ci_migrate.record import trailers
from ci_migrate.report.findings import value_of
from ci_migrate.report.patch import file_patch
from ci_migrate.run import Run
from ci_migrate.text import compose
from ci_migrate.trees import Laid, ReadOnce

Values = tuple[tuple[str, str], ...]  # of parameters, by name


class RecipeText(NamedTuple):
    """A recipe as it is sent to a worker: how it is named, its file's path and text.

    `used` are those that it uses, each by the name that asks for it.
    """

    name: str
    path: str
    text: str
    used: tuple[tuple[str, str, str], ...] = ()


class Task(NamedTuple):
    """One repository, and what is to be done for it.

    Nothing is done if its branch is still at the commit `known`. Commits are made if there is an
    `author`. A new error of an audit refuses it, unless it is one of those to `allow`. The clone is
    put among `clones`, or in a folder that goes when all is done.
    """

    remote: Remote
    recipes: tuple[RecipeText, ...]
    values: Values
    key: str = ""
    base: str = ""
    known: str = ""
    branch: str = ""
    title: str = ""
    author: str = ""
    allow: tuple[str, ...] = ()
    clones: str = ""
    seconds: float = 600.0
    time_limit: float = TIME_LIMIT


class Result(NamedTuple):
    """The steps that a repository took, in `seconds`, and the `size` of its clone in bytes."""

    name: str
    steps: tuple[Step, ...]
    seconds: float = 0.0
    size: int = 0


def work(task: Task) -> Result:
    """Do a task; it never raises, for what goes wrong is a step, too."""
    start = perf_counter()
    steps: list[Step] = []
    size = 0
    try:
        with tempfile.TemporaryDirectory() as own, _clone(task, task.clones or own) as clone:
            steps.extend(_tried(task, clone))
            size = clone.size()
    except CiMigrateError as error:
        told = {"key": task.key, "error": redacted(str(error)), "what": redacted(error.what)}
        steps.append(Step("failed", told))
    except Exception as error:
        what = redacted(f"{type(error).__name__}: {error}")
        steps.append(Step("failed", {"key": task.key, "error": what, "what": what}))
    return Result(task.remote.name, tuple(steps), perf_counter() - start, size)


def taken(recipe: Recipe, values: Values) -> dict[str, str]:
    """Return those of the values that a recipe of several takes."""
    known = {name for name, _ in recipe.parameters}
    return {name: value for name, value in values if name in known}


@contextmanager
def _clone(task: Task, folder: str) -> Iterator[Clone]:
    clone = Clone.at(Path(folder), task.remote, task.seconds)
    try:
        yield clone
    finally:
        clone.close()


def _tried(task: Task, clone: Clone) -> list[Step]:
    """Return the steps; a clone that a killed run has left in disorder is begun once more."""
    try:
        return _steps(task, clone)
    except BadFile:
        if not clone.used_before:
            raise
        clone.remove()
    with _clone(task, str(clone.folder.parent)) as fresh:
        return _steps(task, fresh)


def _steps(task: Task, clone: Clone) -> list[Step]:
    if task.known and clone.head(task.base) == task.known:
        return []
    base = clone.fetch(task.base)
    steps = [Step("cloned", {"key": task.key, "base": base})]
    if not base:
        return [*steps, Step("unchanged", {"note": "the repository is empty"})]
    tree = Laid(clone)
    runs: list[Run] = []
    for text in task.recipes:
        recipe = _bound(text, task.values)
        changeset = migrate(recipe, tree, limit=task.time_limit)
        if changeset.failures:
            return [*steps, _stopped(changeset.failures)]
        if changeset.files:
            tree.files.update(changeset.contents)
            named = base if not runs else ""
            runs.append(Run(recipe, "apply", changeset, base=named))
    if not runs:
        return [*steps, Step("unchanged")]
    try:
        whole = _audited(task, clone, runs)
    except BadUsage as error:  # in a profile of the repository's own
        return [*steps, Step("refused", {"error": str(error), "what": error.what})]
    told = [value_of(finding) for finding in whole.audited.findings]
    if whole.failures:
        stopped = _stopped(tuple(map(_for_campaign, whole.failures)))
        return [*steps, stopped._replace(data={**stopped.data, "findings": told})]
    return [*steps, *_made(task, clone, runs, told)]


def _audited(task: Task, clone: Clone, runs: list[Run]) -> Changeset:
    """Return what all recipes do together, with what audits find of that; or why it is stopped."""
    made: dict[str, FileChange] = {}
    for change in (change for run in runs for change in run.changeset.files):
        earlier = made.get(change.path)
        made[change.path] = _joined(earlier, change) if earlier else change
    whole = Changeset(tuple(made.values()), (), ())
    dialects = (bound.dialect for run in runs for bound in run.recipe.operations)
    sides = sides_of(whole, ReadOnce(clone), dialects)
    if sides is None:
        return whole
    return audited(whole, sides, allowed=task.allow, today=date.today())


def _joined(one: FileChange, other: FileChange) -> FileChange:
    edits = compose(one.before or "", one.edits, other.edits)
    return one._replace(after=other.after, edits=edits)


def _for_campaign(failure: Failure) -> Failure:
    hint = f"mend it, or write allow = ['{failure.name}'] in the campaign"
    error = Refused(failure.error.what, place=failure.error.place, hint=hint)
    return failure._replace(error=error)


def _made(
    task: Task, clone: Clone, runs: list[Run], findings: list[dict[str, Any]]
) -> Iterator[Step]:
    files = sorted({change.path for run in runs for change in run.changeset.files})
    yield Step("changed", {"files": files, "findings": findings})
    patch = "".join(file_patch(change) for run in runs for change in run.changeset.files)
    record = "\n".join(trailers(run) for run in runs)
    spans = sum(run.changeset.proof.spans for run in runs if run.changeset.proof)
    yield Step("proved", {"patch": f"{record}\n{patch}", "spans": spans})
    if task.author:
        commits = [Commit(_message(task, run), run.changeset.contents) for run in runs]
        name = clone.commit(task.branch, commits, task.author)
        yield Step("committed", {"commit": name, "branch": task.branch})


def _stopped(failures: tuple[Failure, ...]) -> Step:
    worst = max(failures, key=lambda failure: failure.error.exit_code)
    lines = [failure.error.line(f"{failure.name}: ") for failure in failures]
    state = "failed" if worst.error.exit_code == 4 else "refused"
    return Step(state, {"error": "\n".join(lines), "what": worst.error.what})  # type: ignore[arg-type]


def _message(task: Task, run: Run) -> str:
    title = task.title if task.title and len(task.recipes) == 1 else run.recipe.recipe.title
    done = "".join(f"- {one.name}: {one.summary}\n" for one in run.changeset.done if one.edits)
    return f"{title}\n\n{done}\nproof: {run.changeset.proof}\n\n{trailers(run)}"


@lru_cache(maxsize=64)
def _bound(text: RecipeText, values: Values) -> BoundRecipe:
    """Make a recipe ready, once for all repositories with the same values."""
    used = {name: (path, content) for name, path, content in text.used}

    def load(name: str) -> Recipe:
        if name not in used:
            raise BadUsage(f"no recipe '{name}' was sent along")
        return parse_recipe(*used[name])

    recipe = parse_recipe(text.path, text.text)
    return bind(recipe, taken(recipe, values), load)
