"""A recipe and how it is read from YAML, every error at its place in the recipe."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NamedTuple, cast

from ci_migrate import dialects, operations
from ci_migrate.document import Alias, Document, Entry, Node, Scalar, Sequence, parse
from ci_migrate.document import Mapping as MappingNode
from ci_migrate.errors import BadFile, BadUsage, Place, nearest
from ci_migrate.job import Dialect
from ci_migrate.modules import module_in, names_in
from ci_migrate.options import Given, GivenFields, GivenItems, GivenText, option, read_options
from ci_migrate.parameters import PARAMETER_NAME, Parameter
from ci_migrate.properties import NAMES as PROPERTIES
from ci_migrate.properties import Stated
from ci_migrate.several import Several


class StatedOperation(NamedTuple):
    """An operation as a recipe states it, its parameters not filled in yet.

    The name `use` stands for all operations of another recipe.
    """

    name: str
    place: Place
    options: Given
    when: Given | None


class Recipe(NamedTuple):
    """A named migration."""

    path: str
    name: str
    title: str
    description: str
    links: tuple[str, ...]
    dialects: tuple[str, ...]  # each file is of the one that is surest; none means all
    parameters: tuple[tuple[str, Parameter], ...]
    operations: tuple[StatedOperation, ...]
    text: str  # of the file
    holds: tuple[Stated, ...] = ()  # properties of what it makes


USE = "use"  # the operations of another recipe


def parse_recipe(path: str, text: str) -> Recipe:
    """Read a recipe; raises BadUsage, with the place in the file, where it is wrong."""
    header = read_options(_Header, read_given(path, text))
    if header.name.text != PurePath(path).stem:
        what = f"the recipe is named '{header.name.text}' and its file '{PurePath(path).name}'"
        raise BadUsage(what, place=header.name.place, hint="give both the same name")
    return Recipe(
        path=path,
        name=header.name.text,
        title=header.title,
        description=header.description,
        links=header.links,
        dialects=tuple(_known(word, "dialect", dialect_names()) for word in header.dialect),
        parameters=_parameters(header.parameters),
        operations=tuple(map(_stated, header.operations)),
        text=text,
        holds=tuple(Stated(_known(one, "property", PROPERTIES), one.place) for one in header.holds),
    )


def load_dialect(*names: str) -> Dialect:
    """Return a dialect by its name, or several as one, or all; raises BadUsage if there is none."""
    for name in names:
        if name not in dialect_names():
            raise BadUsage(f"unknown dialect '{name}'", hint=nearest(name, dialect_names()))
    modules = (module_in(dialects.__name__, name) for name in names or dialect_names())
    found = tuple(cast(Dialect, module) for module in modules)
    return found[0] if len(names) == 1 else Several(found)


def operation_names() -> tuple[str, ...]:
    """Return the names of all operations."""
    return names_in(operations.__path__)


def dialect_names() -> tuple[str, ...]:
    """Return the names of all dialects."""
    return names_in(dialects.__path__)


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
    operations: tuple[_AsGiven, ...] = option("list of changes, in their order")
    dialect: tuple[_Word, ...] = option(
        "CI system that the recipe is for, or several; all of them without", default=()
    )
    description: str = option("longer text", default="")
    links: tuple[str, ...] = option("pull requests and issues", default=())
    parameters: _AsGiven | None = option("values that the caller may choose", default=None)
    holds: tuple[_Word, ...] = option(
        "what must hold of the change: `same-commands`, `conserves-lines`", default=()
    )

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
        if not re.fullmatch(PARAMETER_NAME, name.text):
            what = f"'{name.text}' is no name for a parameter"
            raise BadUsage(what, place=name.place, hint="use a-z, 0-9 and _, a letter first")
    return tuple((name.text, read_options(Parameter, value)) for name, value in given.given.fields)


def _stated(item: _AsGiven) -> StatedOperation:
    fields = item.given.fields if isinstance(item.given, GivenFields) else ()
    conditions = [value for name, value in fields if name.text == "when"]
    named = [field for field in fields if field[0].text != "when"]
    if len(named) != 1 or len(conditions) > 1:
        what = "an operation is one name with its options, and perhaps 'when'"
        raise BadUsage(what, place=item.given.place, hint="write '- set-queue: {…}'")
    ((name, options),) = named
    known = _known(_Word(name.text, name.place), "operation", (*operation_names(), USE))
    return StatedOperation(known, name.place, options, next(iter(conditions), None))


def operation_class(name: str) -> Any:
    """Return the class of an operation, whose fields are its options."""
    return getattr(module_in(operations.__name__, name), name.title().replace("-", ""))


def read_given(path: str, text: str) -> Given:
    """Read YAML that people write for the tool; raises BadUsage, with the place, if it is wrong."""
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
