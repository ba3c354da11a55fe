"""The reference of operations, selectors and values, as Markdown, from what the code declares."""

import dataclasses
import inspect
import re
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from ci_migrate.binding import Use
from ci_migrate.options import is_needed, name_of, type_of
from ci_migrate.parameters import Parameter
from ci_migrate.recipe import operation_class, operation_names
from ci_migrate.when import When

_HEAD = """\
# Reference

Made from the code by `make reference`; [Recipes](recipes.md) explains the language around it.
"""
_EXAMPLE = re.compile(r"\n\nExamples?:\n(.*)\Z", re.S)


def render() -> str:
    """Return the whole page."""
    names = operation_names()
    kinds: dict[str, Any] = {}
    parts = [_HEAD, "\n## Operations\n\n"]
    parts += [f"- [`{name}`](#{name}): {_summary(operation_class(name))}\n" for name in names]
    for name in names:
        parts += _operation(name, operation_class(name), kinds)
    parts.append("\n## Around operations\n")
    parts += _operation("use", Use, kinds)
    parts += _operation("when", When, kinds)
    parts += _operation("parameters", Parameter, kinds)
    parts.append("\n## Parts of operations\n")
    described: set[str] = set()
    while rest := sorted(kinds.keys() - described):
        for name in rest:
            described.add(name)
            if dataclasses.is_dataclass(kinds[name]):
                parts += _section(name, kinds[name], kinds)
    parts.append("\n## Values\n\n| kind | is written as |\n|---|---|\n")
    parts += [
        f'| <a id="{_anchor(name)}"></a>{name} | {_written_as(kind)} |\n'
        for name, kind in sorted(kinds.items())
        if not dataclasses.is_dataclass(kind)
    ]
    return "".join(parts)


def example_of(kind: type[Any]) -> str:
    """Return the YAML items that a class's docstring gives as an example; nothing if none."""
    found = _EXAMPLE.search(inspect.getdoc(kind) or "")
    return inspect.cleandoc("\n" + found[1]) + "\n" if found else ""


def _operation(name: str, kind: type[Any], kinds: dict[str, Any]) -> Iterator[str]:
    yield from _section(name, kind, kinds)
    if example := example_of(kind):
        yield f"\n```yaml\n{example}```\n"


def _section(name: str, kind: type[Any], kinds: dict[str, Any]) -> Iterator[str]:
    text = _EXAMPLE.sub("", inspect.getdoc(kind) or "")
    yield f"\n### {name}\n\n{text}\n\n| option | takes | |\n|---|---|---|\n"
    for field in dataclasses.fields(kind):
        takes = _takes(type_of(kind, field), kinds)
        yield f"| `{name_of(field)}` | {takes} | {_help(field)} |\n"


def _help(field: Any) -> str:
    told = field.metadata["help"]
    if is_needed(field):
        return f"needed: {told}"
    given = field.default not in (None, False, (), "", dataclasses.MISSING)
    words = field.default if isinstance(field.default, tuple) else (field.default,)
    shown = ", ".join(str(word).lower() if isinstance(word, bool) else str(word) for word in words)
    return f"{told} (`{shown}` if not given)" if given and isinstance(words[0], _SHOWN) else told


_SHOWN = str | int


def _summary(kind: type[Any]) -> str:
    return (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")


def _takes(kind: Any, kinds: dict[str, Any]) -> str:
    """Say what a type takes, and remember the classes that need a description."""
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if get_origin(kind) is tuple:
        return f"{_takes(get_args(kind)[0], kinds)}, or several"
    if get_origin(kind) is dict:
        return f"names, each with {_takes(get_args(kind)[1], kinds)}"
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    if kind in _PLAIN:
        return _PLAIN[kind]
    name = _name(kind)
    kinds[name] = kind
    return f"[{name}](#{_anchor(name)})"


_PLAIN: dict[Any, str] = {str: "text", int: "number", bool: "true or false"}


def _name(kind: type[Any]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _written_as(kind: type[Any]) -> str:
    """Return what reading says that it reads, up to what it refuses."""
    reader = getattr(kind, "read_given", None) or getattr(kind, "parse", None) or kind
    text = (inspect.getdoc(reader) or "").split("\n\n")[0].replace("\n", " ")
    return re.sub(r"; raises .*$", "", text).removeprefix("Read ").rstrip(".").replace("|", "\\|")
