"""The parameters of a recipe: what they may be, and how they are filled in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ci_migrate.errors import BadUsage, Place, nearest
from ci_migrate.options import Given, GivenFields, GivenItems, GivenText, option
from ci_migrate.pattern import is_expression

PARAMETER_NAME = r"[a-z][a-z0-9_]*"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the caller may choose; without a default the caller must."""

    help: str = option("text that says what the parameter is for", default="")
    default: tuple[str, ...] | None = option("value if none is given", default=None)
    type: Literal["text", "number", "boolean", "list", "pattern"] = option(
        "kind of value; a list is given with commas, a pattern keeps its meaning in a larger one",
        default="text",
    )
    choices: tuple[str, ...] = option("values that may be given", default=())

    def __post_init__(self) -> None:
        """Check the default; raises ValueError where it does not fit."""
        if self.default is not None:
            if self.type != "list" and len(self.default) != 1:
                raise ValueError("the default is a list; add 'type: list'")
            self.check(self.default)

    def read(self, text: str) -> tuple[str, ...]:
        """Return what a caller gives; raises ValueError if it does not fit."""
        parts = tuple(p.strip() for p in text.split(",")) if self.type == "list" else (text,)
        self.check(parts)
        return parts

    def check(self, values: tuple[str, ...]) -> None:
        """Check values; raises ValueError with what they must be."""
        for value in values:
            if not value:
                raise ValueError("is empty")
            if self.type == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
                raise ValueError(f"is a number, not '{value}'")
            if self.type == "boolean" and value not in ("true", "false"):
                raise ValueError(f"is true or false, not '{value}'")
            if self.choices and value not in self.choices:
                raise ValueError(f"is one of {', '.join(self.choices)}, not '{value}'")


# The values of parameters by name; only a list has several, or none.
Values = dict[str, tuple[str, ...]]


def values_of(
    recipe: str, parameters: tuple[tuple[str, Parameter], ...], given: Mapping[str, str]
) -> Values:
    """Return a value for each parameter; raises BadUsage for an unknown, missing or wrong one."""
    known = dict(parameters)
    for name in given:
        if name not in known:
            what = f"recipe '{recipe}' has no parameter '{name}'"
            raise BadUsage(what, hint=nearest(name, known))
    values: Values = {}
    for name, parameter in parameters:
        try:
            values[name] = parameter.read(given[name]) if name in given else parameter.default or ()
        except ValueError as error:
            what = f"parameter '{name}' of recipe '{recipe}' {error}"
            raise BadUsage(what, hint=f"write --param {name}=VALUE") from error
        if name not in given and parameter.default is None:
            what = f"recipe '{recipe}' needs a value for '{name}'"
            raise BadUsage(what, hint=f"add --param {name}=VALUE ({parameter.help})")
    return values


def patterns_of(parameters: tuple[tuple[str, Parameter], ...]) -> frozenset[str]:
    """Return the names of the parameters whose values are patterns."""
    return frozenset(name for name, parameter in parameters if parameter.type == "pattern")


def filled(given: Given, values: Values, patterns: frozenset[str]) -> Given:
    """Put values for `$name` and `${name}`; `$NAME` is the shell's, a backslash keeps a dollar.

    A list stands for the items of one where it is all of a text. Inside a regular expression, and
    in what replaces one, a value is quoted if it is not one of the `patterns`. Raises BadUsage for
    an unknown name, and for a list in the middle of a text.
    """
    match given:
        case GivenText(text=text, place=place):
            whole = _REFERENCE.fullmatch(text)
            name = (whole[1] or whole[2]) if whole else None
            if name in values and len(values[name]) != 1:
                return GivenItems(tuple(given._replace(text=t) for t in values[name]), place)

            def put(quote: Callable[[str], str]) -> str:
                return _REFERENCE.sub(lambda m: _value(m, values, place, patterns, quote), text)

            plain = put(str)
            if name is not None or plain == text:
                return given._replace(text=plain)
            expression = put(re.escape) if is_expression(text) else None
            return given._replace(text=plain, expression=expression, template=put(_in_template))
        case GivenItems(items=items, place=place):
            return GivenItems(tuple(filled(i, values, patterns) for i in items), place)
        case GivenFields(fields=fields, place=place):
            return GivenFields(tuple((k, filled(v, values, patterns)) for k, v in fields), place)


_REFERENCE = re.compile(rf"\\\$|\$\{{({PARAMETER_NAME})\}}|\$({PARAMETER_NAME})")


def _in_template(text: str) -> str:
    return text.replace("\\", "\\\\")


def _value(
    match: re.Match[str],
    values: Values,
    place: Place,
    patterns: frozenset[str],
    quote: Callable[[str], str],
) -> str:
    name = match[1] or match[2]
    if name is None:
        return "$"
    if name not in values:
        what = f"unknown parameter '${name}'"
        hint = nearest(f"${name}", [f"${known}" for known in values])
        hint = hint or f"declare it, or write '\\${name}'"
        raise BadUsage(what, place=place, hint=hint)
    if len(values[name]) != 1:
        what = f"'${name}' is a list, and stands inside a text"
        raise BadUsage(what, place=place, hint="let it stand alone")
    return values[name][0] if name in patterns else quote(values[name][0])
