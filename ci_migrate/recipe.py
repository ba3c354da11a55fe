"""A recipe and how it is read from YAML, every error at its place in the recipe."""

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from pkgutil import iter_modules
from typing import Any, NamedTuple, cast

from ci_migrate import dialects, operations
from ci_migrate.changeset import Operation
from ci_migrate.document import Alias, Document, Entry, Node, Scalar, Sequence, parse
from ci_migrate.document import Mapping as MappingNode
from ci_migrate.errors import BadFile, BadUsage, Place, nearest
from ci_migrate.job import Dialect
from ci_migrate.options import Given, GivenFields, GivenItems, GivenText, option, read_options


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the caller may choose; without a default the caller must."""

    help: str = option("text that says what the parameter is for", default="")
    default: str | None = option("value if none is given", default=None)


class StatedOperation(NamedTuple):
    """An operation as a recipe states it, its parameters not filled in yet."""

    name: str
    place: Place
    options: Given


class Recipe(NamedTuple):
    """A named migration."""

    path: str
    name: str
    title: str
    description: str
    links: tuple[str, ...]
    dialect: str
    parameters: tuple[tuple[str, Parameter], ...]
    operations: tuple[StatedOperation, ...]


class BoundOperation(NamedTuple):
    """An operation ready to run, with its name and its place in the recipe."""

    name: str
    place: Place
    operation: Operation


class BoundRecipe(NamedTuple):
    """A recipe ready to run: its parameters' values, its dialect and its operations."""

    recipe: Recipe
    values: tuple[tuple[str, str], ...]
    dialect: Dialect
    operations: tuple[BoundOperation, ...]


def parse_recipe(path: str, text: str) -> Recipe:
    """Read a recipe; raises BadUsage, with the place in the file, where it is wrong."""
    header = read_options(_Header, _read(path, text))
    if header.name.text != PurePath(path).stem:
        what = f"the recipe is named '{header.name.text}' and its file '{PurePath(path).name}'"
        raise BadUsage(what, place=header.name.place, hint="give both the same name")
    return Recipe(
        path=path,
        name=header.name.text,
        title=header.title,
        description=header.description,
        links=header.links,
        dialect=_known(header.dialect, "dialect", dialect_names()),
        parameters=_parameters(header.parameters),
        operations=tuple(map(_stated, header.operations)),
    )


def bind(recipe: Recipe, given: Mapping[str, str]) -> BoundRecipe:
    """Fill in the parameters; raises BadUsage for an unknown or a missing one, or a bad option."""
    known = dict(recipe.parameters)
    for name in given:
        if name not in known:
            what = f"recipe '{recipe.name}' has no parameter '{name}'"
            raise BadUsage(what, hint=nearest(name, known))
    values: dict[str, str] = {}
    for name, parameter in recipe.parameters:
        value = given.get(name, parameter.default)
        if value is None:
            what = f"recipe '{recipe.name}' needs a value for '{name}'"
            raise BadUsage(what, hint=f"add --param {name}=VALUE ({parameter.help})")
        if not value:
            what = f"recipe '{recipe.name}' has no use for an empty '{name}'"
            raise BadUsage(what, hint=f"write --param {name}=VALUE")
        values[name] = value
    bound = tuple(
        BoundOperation(
            stated.name,
            stated.place,
            read_options(operation_class(stated.name), _filled(stated.options, values)),
        )
        for stated in recipe.operations
    )
    return BoundRecipe(recipe, tuple(values.items()), load_dialect(recipe.dialect), bound)


def load_dialect(name: str) -> Dialect:
    """Return a dialect by its name; raises BadUsage if there is none."""
    if name not in dialect_names():
        raise BadUsage(f"unknown dialect '{name}'", hint=nearest(name, dialect_names()))
    return cast(Dialect, importlib.import_module(f"{dialects.__name__}.{_module(name)}"))


def operation_names() -> tuple[str, ...]:
    """Return the names of all operations."""
    return tuple(info.name.replace("_", "-") for info in iter_modules(operations.__path__))


def dialect_names() -> tuple[str, ...]:
    """Return the names of all dialects."""
    return tuple(info.name.replace("_", "-") for info in iter_modules(dialects.__path__))


class _Word(NamedTuple):
    """A single value that keeps its place, for checks that come after reading."""

    text: str
    place: Place

    @classmethod
    def read_given(cls, given: Given) -> "_Word":
        if not isinstance(given, GivenText):
            raise BadUsage("a single value is needed here", place=given.place)
        return cls(given.text, given.place)


class _AsGiven(NamedTuple):
    """A part of a recipe that is read later, or in its own way."""

    given: Given

    @classmethod
    def read_given(cls, given: Given) -> "_AsGiven":
        return cls(given)


@dataclass(frozen=True, slots=True)
class _Header:
    name: _Word = option("name of the recipe, the same as its file's")
    title: str = option("line that says what the migration does")
    dialect: _Word = option("CI system that the recipe is for")
    operations: tuple[_AsGiven, ...] = option("list of changes, in their order")
    description: str = option("longer text", default="")
    links: tuple[str, ...] = option("pull requests and issues", default=())
    parameters: _AsGiven | None = option("values that the caller may choose", default=None)

    def __post_init__(self) -> None:
        """Check that there is something to do; raises ValueError if not."""
        if not self.operations:
            raise ValueError("the recipe has no operations")


HEADER = _Header  # what stands at the top of a recipe, for its description


def _known(word: _Word, what: str, names: Iterable[str]) -> str:
    if word.text not in names:
        hint = nearest(word.text, names)
        raise BadUsage(f"unknown {what} '{word.text}'", place=word.place, hint=hint)
    return word.text


def _parameters(given: _AsGiven | None) -> tuple[tuple[str, Parameter], ...]:
    if given is None:
        return ()
    if not isinstance(given.given, GivenFields):
        what = "parameters are a mapping of names"
        raise BadUsage(what, place=given.given.place, hint="write 'from: {default: old}'")
    seen: set[str] = set()
    for name, _ in given.given.fields:
        if name.text in seen:
            raise BadUsage(f"'{name.text}' stands twice", place=name.place, hint="keep one")
        seen.add(name.text)
        if not re.fullmatch(_NAME, name.text):
            what = f"'{name.text}' is no name for a parameter"
            raise BadUsage(what, place=name.place, hint="use a-z, 0-9 and _, a letter first")
    return tuple((name.text, read_options(Parameter, value)) for name, value in given.given.fields)


def _stated(item: _AsGiven) -> StatedOperation:
    if not isinstance(item.given, GivenFields) or len(item.given.fields) != 1:
        what = "an operation is one name with its options"
        raise BadUsage(what, place=item.given.place, hint="write '- set-queue: {…}'")
    ((name, options),) = item.given.fields
    known = _known(_Word(name.text, name.place), "operation", operation_names())
    return StatedOperation(known, name.place, options)


def operation_class(name: str) -> Any:
    """Return the class of an operation, whose fields are its options."""
    module = importlib.import_module(f"{operations.__name__}.{_module(name)}")
    return getattr(module, name.title().replace("-", ""))


def _module(name: str) -> str:
    return name.replace("-", "_")


_NAME = r"[a-z][a-z0-9_]*"
_REFERENCE = re.compile(rf"\\\$|\$\{{({_NAME})\}}|\$({_NAME})")


def _filled(given: Given, values: Mapping[str, str]) -> Given:
    """Put values for `$name` and `${name}`; `$NAME` is the shell's, a backslash keeps a dollar."""
    match given:
        case GivenText(text=text, place=place):
            filled = _REFERENCE.sub(lambda match: _value(match, values, place), text)
            return given._replace(text=filled)
        case GivenItems(items=items, place=place):
            return GivenItems(tuple(_filled(item, values) for item in items), place)
        case GivenFields(fields=fields, place=place):
            return GivenFields(tuple((k, _filled(v, values)) for k, v in fields), place)


def _value(match: re.Match[str], values: Mapping[str, str], place: Place) -> str:
    name = match[1] or match[2]
    if name is None:
        return "$"
    if name not in values:
        what = f"unknown parameter '${name}'"
        hint = nearest(f"${name}", [f"${known}" for known in values])
        hint = hint or f"declare it, or write '\\${name}'"
        raise BadUsage(what, place=place, hint=hint)
    return values[name]


def _read(path: str, text: str) -> Given:
    try:
        document = parse(path, text)
    except BadFile as error:
        raise BadUsage(error.what, place=error.place, hint="mend the recipe") from error
    if len(document.roots) != 1:
        what = "a recipe is one YAML document"
        where = document.place(document.roots[1]) if document.roots else Place(path, 1, 1)
        raise BadUsage(what, place=where, hint="put each recipe in a file of its own")
    return _given(document, document.roots[0])


_TAGS = (None, "!", "!source")


def _given(document: Document, node: Node) -> Given:
    place = document.place(node)
    match node:
        case Scalar(tag=tag) | Sequence(tag=tag) | MappingNode(tag=tag) if tag not in _TAGS:
            what = f"a recipe has no tag '{tag}'"
            raise BadUsage(what, place=place, hint="only !source is known")
        case Scalar(value=value, style=style, tag=tag):
            return GivenText(value, bool(style), place, source=tag == "!source")
        case Sequence(items=items):
            return GivenItems(tuple(_given(document, item) for item in items), place)
        case MappingNode(entries=entries):
            return GivenFields(tuple(_field(document, entry) for entry in entries), place)
        case Alias(name=name):
            what = f"a recipe has no aliases, and here stands *{name}"
            raise BadUsage(what, place=place, hint="write the value out, or use a parameter")


def _field(document: Document, entry: Entry) -> tuple[GivenText, Given]:
    name = _given(document, entry.key)
    if not isinstance(name, GivenText):
        raise BadUsage("a name is needed here", place=name.place)
    return name, _given(document, entry.value)
