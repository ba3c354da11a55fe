"""Make a recipe ready to run: fill in its parameters, take in the recipes that it uses."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import PurePath
from typing import Any, NamedTuple

from ci_migrate.changeset import Failure, Operation
from ci_migrate.errors import BadUsage, Place, Refused
from ci_migrate.job import Dialect
from ci_migrate.options import option, read_options
from ci_migrate.parameters import Values, filled, patterns_of, values_of
from ci_migrate.pattern import Pattern
from ci_migrate.recipe import USE, Recipe, StatedOperation, load_dialect, operation_class
from ci_migrate.reversal import Reversible
from ci_migrate.selector import JobSelector
from ci_migrate.when import When


class Condition(NamedTuple):
    """A condition with the parameters of the recipe that states it."""

    when: When
    values: Values


class BoundOperation(NamedTuple):
    """An operation ready to run: its name, its place in the recipe, and its dialect.

    It is skipped for a reason that is known already, or where a condition does not hold.
    """

    name: str
    place: Place
    operation: Operation
    dialect: Dialect
    conditions: tuple[Condition, ...] = ()
    skipped: str = ""


class BoundRecipe(NamedTuple):
    """A recipe ready to run: its parameters' values, its operations, the jobs it is narrowed to."""

    recipe: Recipe
    values: tuple[tuple[str, str], ...]
    operations: tuple[BoundOperation, ...]
    only: tuple[str, ...] = ()
    back: bool = False  # it undoes what the recipe does
    used: tuple[Recipe, ...] = ()  # by this one, or by those that it uses

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the recipe's file, and of those that it uses behind it, as hex."""
        from hashlib import sha256  # takes as long to import as a small file to change

        used = sorted(self.used, key=attrgetter("path"))
        return sha256("".join(one.text for one in (self.recipe, *used)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Use:
    """Run all operations of another recipe, in the place of this one.

    A name with a slash is a path from the folder of this recipe.

    Example:
        - use: {recipe: rename-queue, parameters: {from: b200, to: b200-k8s}}
    """

    recipe: str = option("name of the recipe, or path of its file")
    parameters: dict[str, tuple[str, ...]] = option(
        "values for its parameters", default_factory=dict
    )


Loader = Callable[[str], Recipe]


def _no_others(name: str) -> Recipe:
    what = f"this recipe can't use others here, as '{name}'"
    raise BadUsage(what, hint="run it by its name or path")


def bind(recipe: Recipe, given: Mapping[str, str], load: Loader = _no_others) -> BoundRecipe:
    """Fill in the parameters, and take in what `load` returns for the recipes that are used.

    Raises BadUsage for an unknown or a missing parameter, a bad option, recipes that use
    themselves.
    """
    values = values_of(recipe.name, recipe.parameters, given)
    used: dict[str, Recipe] = {}

    def loading(name: str) -> Recipe:
        found = load(name)
        used[found.path] = found
        return found

    operations = tuple(_bound(recipe, values, (), loading, (recipe.path,)))
    shown = tuple((name, ",".join(value)) for name, value in values.items())
    return BoundRecipe(recipe, shown, operations, used=tuple(used.values()))


def narrowed(recipe: BoundRecipe, names: tuple[str, ...]) -> BoundRecipe:
    """Return the recipe for the jobs of these keys or labels alone, such as a wave of it.

    Operations that do not choose jobs are skipped, and nothing is expected of those that do.
    """
    operations = tuple(_narrowed(bound, names) for bound in recipe.operations)
    return recipe._replace(operations=operations, only=names)


def in_part(recipe: BoundRecipe) -> BoundRecipe:
    """Return the recipe for a part of what it does, of which nothing is expected in number."""
    return recipe._replace(operations=tuple(map(_unexpecting, recipe.operations)))


def reversed_recipe(recipe: BoundRecipe) -> tuple[BoundRecipe, tuple[Failure, ...]]:
    """Return the recipe that undoes this one, its operations in the opposite order.

    The failures say which operations can't be undone from their own words, and why.
    """
    made: list[BoundOperation] = []
    failures: list[Failure] = []
    for bound in reversed(recipe.operations):
        try:
            made.append(_undoing(bound))
        except Refused as error:
            what = f"can't be undone: {error.what}"
            refused = Refused(what, place=bound.place, hint=error.hint)
            failures.insert(0, Failure(bound.name, bound.place, refused))
    return recipe._replace(operations=tuple(made), back=True), tuple(failures)


def _undoing(bound: BoundOperation) -> BoundOperation:
    if bound.skipped or any(c.when.unmet_parameter(c.values) for c in bound.conditions):
        return bound  # it did not run, and will not
    if any(condition.when.looks_at_files for condition in bound.conditions):
        raise Refused("whether it ran is not known any more", hint="undo it by hand")
    if not isinstance(bound.operation, Reversible):
        raise Refused("its words do not say what was before", hint="undo it by hand")
    name, options = bound.operation.undoing(bound.dialect)
    operation = operation_class(name)(**options)
    return bound._replace(name=name, operation=operation)


def _bound(
    recipe: Recipe,
    values: Values,
    conditions: tuple[Condition, ...],
    load: Loader,
    users: tuple[str, ...],
) -> Iterator[BoundOperation]:
    patterns = patterns_of(recipe.parameters)
    for stated in recipe.operations:
        own = conditions
        if stated.when is not None:
            when = read_options(When, filled(stated.when, values, patterns))
            own = (*own, Condition(when, values))
        options = filled(stated.options, values, patterns)
        if stated.name == USE:
            yield from _used(recipe, stated, read_options(Use, options), own, load, users)
            continue
        operation = read_options(operation_class(stated.name), options)
        dialect = load_dialect(*recipe.dialects)
        yield BoundOperation(stated.name, stated.place, operation, dialect, own)


def _used(
    recipe: Recipe,
    stated: StatedOperation,
    use: Use,
    conditions: tuple[Condition, ...],
    load: Loader,
    users: tuple[str, ...],
) -> Iterator[BoundOperation]:
    name = use.recipe
    if "/" in name:
        name = str(PurePath(recipe.path).parent / name)
    try:
        used = load(name)
    except BadUsage as error:
        raise BadUsage(error.what, place=error.place or stated.place, hint=error.hint) from error
    if used.path in users:
        what = f"recipe '{used.name}' uses itself"
        raise BadUsage(what, place=stated.place, hint="take one of the uses out")
    given = {name: ",".join(parts) for name, parts in use.parameters.items()}
    try:
        values = values_of(used.name, used.parameters, given)
    except BadUsage as error:
        raise BadUsage(error.what, place=stated.place, hint="mend 'parameters'") from error
    yield from _bound(used, values, conditions, load, (*users, used.path))


def _narrowed(bound: BoundOperation, names: tuple[str, ...]) -> BoundOperation:
    bound = _unexpecting(bound)
    operation: Any = bound.operation
    changes: dict[str, Any] = {}
    jobs = getattr(operation, "jobs", None)
    job = getattr(operation, "job", None)
    if isinstance(jobs, JobSelector):
        chosen = _only(jobs, names)
        if chosen is None:
            return bound._replace(skipped="its jobs are not among those named")
        changes["jobs"] = chosen
    elif isinstance(job, str | tuple):
        named = (job,) if isinstance(job, str) else job
        kept = tuple(name for name in named if name in names)
        if not kept:
            return bound._replace(skipped="its job is not among those named")
        changes["job"] = job if isinstance(job, str) else kept
    else:
        return bound._replace(skipped="it is not about the jobs named")
    return bound._replace(operation=dataclasses.replace(operation, **changes))


def _unexpecting(bound: BoundOperation) -> BoundOperation:
    operation: Any = bound.operation
    names = {field.name for field in dataclasses.fields(operation)} & {"expect", "leaves"}
    return bound._replace(operation=dataclasses.replace(operation, **dict.fromkeys(names)))


def _only(jobs: JobSelector, names: tuple[str, ...]) -> JobSelector | None:
    """Return the selector for the named jobs; None if it names others only."""
    exact = tuple(Pattern.exactly(name) for name in names)
    kept: dict[str, Any] = {}
    for field in ("key", "label"):
        patterns: tuple[Pattern, ...] = getattr(jobs, field)
        kept[field] = tuple(p for p in patterns if p.kind != "exact" or p.text in names)
        if patterns and not kept[field]:
            return None
    either = JobSelector(any=(JobSelector(key=exact), JobSelector(label=exact)))
    return dataclasses.replace(jobs, all=(*jobs.all, either), **kept)
