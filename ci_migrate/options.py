"""Read what a recipe says into frozen dataclasses, by their fields and types.

A field's type decides what is accepted, its name (without a final `_`, which keeps Python's
keywords usable) what the recipe writes. Every error names the place in the recipe.
"""

import dataclasses
import types
from typing import (
    Any,
    Literal,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from ci_migrate.errors import BadUsage, Place, nearest
from ci_migrate.pattern import Pattern, Replacement
from ci_migrate.style import Value

_T = TypeVar("_T")


class GivenText(NamedTuple):
    """A single value as the recipe writes it."""

    text: str
    quoted: bool
    place: Place
    source: bool = False  # the text is YAML, to be written as it stands
    expression: str | None = None  # the text, if it is a pattern with parameters' values quoted
    template: str | None = None  # and what replaces one, in the same way


class GivenItems(NamedTuple):
    """A list in a recipe."""

    items: "tuple[Given, ...]"
    place: Place


class GivenFields(NamedTuple):
    """A mapping in a recipe."""

    fields: "tuple[tuple[GivenText, Given], ...]"
    place: Place


Given: TypeAlias = GivenText | GivenItems | GivenFields


def option(help: str, **default: Any) -> Any:
    """Declare a field that a recipe may fill in: what it means, and its `default` if it has one."""
    return dataclasses.field(metadata={"help": help}, **default)


def read_options(kind: type[_T], given: Given) -> _T:
    """Build the dataclass `kind` from a mapping; raises BadUsage, with the place, if it can't."""
    if not isinstance(given, GivenFields):
        raise _wrong(given, "a mapping", hint="known: " + ", ".join(map(name_of, _fields(kind))))
    known = {name_of(field): field for field in _fields(kind)}
    values: dict[str, Any] = {}
    for key, value in given.fields:
        if key.text not in known:
            what = f"unknown option '{key.text}'"
            raise BadUsage(what, place=key.place, hint=nearest(key.text, known))
        if known[key.text].name in values:
            raise BadUsage(f"'{key.text}' stands twice", place=key.place, hint="keep one")
        values[known[key.text].name] = _read(type_of(kind, known[key.text]), value)
    for name, field in known.items():
        if field.name not in values and is_needed(field):
            hint = f"it is the {field.metadata['help']}"
            raise BadUsage(f"'{name}' is missing", place=given.place, hint=hint)
    try:
        return kind(**values)
    except ValueError as error:  # raised where a dataclass checks itself
        raise BadUsage(str(error), place=given.place) from error


def _fields(kind: type[Any]) -> tuple[Any, ...]:
    return dataclasses.fields(kind)


def is_needed(field: Any) -> bool:
    """Say whether a recipe must give a field."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def type_of(kind: type[Any], field: Any) -> Any:
    """Return a field's type; a class that holds its own kind names itself in quotes."""
    return get_type_hints(kind)[field.name] if isinstance(field.type, str) else field.type


def name_of(field: Any) -> str:
    """Return what a recipe calls a field."""
    return str(field.name).rstrip("_").replace("_", "-")


def _read(kind: Any, given: Given) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if get_origin(kind) is dict:
        return _read_mapping(get_args(kind)[1], given)
    if get_origin(kind) is tuple:
        parts = given.items if isinstance(given, GivenItems) else (given,)
        return tuple(_read(get_args(kind)[0], part) for part in parts)
    if hasattr(kind, "read_given"):
        return kind.read_given(given)
    if not (kind is Value or hasattr(kind, "parse")) and dataclasses.is_dataclass(kind):
        return read_options(cast(type[Any], kind), given)
    if not isinstance(given, GivenText):
        raise _wrong(given, "a single value")
    return _read_text(kind, given)


def _read_mapping(kind: Any, given: Given) -> dict[str, Any]:
    if not isinstance(given, GivenFields):
        raise _wrong(given, "a mapping")
    result: dict[str, Any] = {}
    for key, value in given.fields:
        if key.text in result:
            raise BadUsage(f"'{key.text}' stands twice", place=key.place, hint="keep one")
        result[key.text] = _read(kind, value)
    return result


def _read_text(kind: Any, given: GivenText) -> Any:
    if not given.text and not given.quoted:
        raise _wrong(given, "a value")
    if kind is Value:
        return Value(given.text, given.quoted)
    if get_origin(kind) is Literal:
        if given.text not in get_args(kind):
            raise _wrong(given, " or ".join(get_args(kind)))
        return given.text
    if kind is bool:
        if given.text not in ("true", "false") or given.quoted:
            raise _wrong(given, "true or false")
        return given.text == "true"
    if kind is int:
        if not given.text.isdecimal() or given.quoted or len(given.text) > 9:
            raise _wrong(given, "a whole number")
        return int(given.text)
    if kind is Replacement:
        return Replacement(given.text, given.template or given.text)
    if hasattr(kind, "parse"):
        quoted = given.expression if kind is Pattern else None
        try:
            return kind.parse(quoted or given.text)
        except ValueError as error:
            raise BadUsage(f"'{given.text}' {error}", place=given.place) from error
    return given.text


_SHOWN = 60  # characters of what is no option: it may be a whole file that is no recipe


def _wrong(given: Given, wanted: str, *, hint: str = "") -> BadUsage:
    match given:
        case GivenText(text=text):
            short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            found = f"'{short}'" if text else "nothing"
        case GivenItems():
            found = "a list"
        case GivenFields():
            found = "a mapping"
    what = f"{wanted} is needed here, not {found}"
    return BadUsage(what, place=given.place, hint=hint or "see docs/recipes.md")
