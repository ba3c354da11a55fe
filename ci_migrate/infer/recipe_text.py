"""Write a drafted recipe as a person would: an operation a line where it fits."""

import re
from collections.abc import Iterator

from ci_migrate.infer.data import Data, Draft, Verbatim
from ci_migrate.style import Value, spell

_WIDTH = 100


def recipe_text(name: str, title: str, dialects: tuple[str, ...], drafts: tuple[Draft, ...]) -> str:
    """Return the text of a recipe."""
    head = [f"name: {_text(Value(name), flow=False)}", f"title: {_text(Value(title), flow=False)}"]
    if dialects:
        head.append(
            f"dialect: {dialects[0] if len(dialects) == 1 else _flow([*dialects], flow=False)}"
        )
    lines = [*head, "operations:"]
    for draft in drafts:
        lines += _item({draft.name: draft.options}, 2)
    return "".join(f"{line}\n" for line in lines)


def _item(value: Data, column: int) -> Iterator[str]:
    first, *others = _block(value, column + 2)
    yield " " * column + "- " + first.lstrip(" ")
    yield from others


def _block(value: Data, column: int) -> Iterator[str]:
    """Yield the lines of a value that stands in a column, what is short enough on one."""
    indent = " " * column
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _entry(key, inner, column)
    elif isinstance(value, list) and value:
        for inner in value:
            line = f"{indent}- {_flow(inner, flow=False)}"
            if "\n" not in line and len(line) <= _WIDTH:
                yield line
            else:
                yield from _item(inner, column)
    elif isinstance(value, Verbatim) and "\n" in value.text:
        yield indent + "!source |-"
        lines = _escaped(value.text).split("\n")
        yield from ((indent + "  " + line).rstrip() for line in lines)
    else:
        yield indent + _flow(value, flow=False)


def _entry(key: str, value: Data, column: int) -> Iterator[str]:
    lead = " " * column + _text(Value(key), flow=False) + ":"
    line = f"{lead} {_flow(value, flow=False)}"
    if "\n" not in line and (len(line) <= _WIDTH or not isinstance(value, dict | list)):
        yield line
    elif isinstance(value, Verbatim):
        first, *others = _block(value, column)
        yield f"{lead} {first.lstrip(' ')}"
        yield from others
    else:
        yield lead
        yield from _block(value, column + 2)


def _flow(value: Data, *, flow: bool) -> str:
    match value:
        case Value():
            return _text(value, flow=flow)
        case Verbatim(text=text):
            quoted = "'" + _escaped(text).replace("'", "''") + "'"
            return "!source " + quoted if "\n" not in text else "\n"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _text(Value(value), flow=flow)
        case dict():
            parts = (
                f"{_text(Value(k), flow=True)}: {_flow(v, flow=True)}" for k, v in value.items()
            )
            return "{" + ", ".join(parts) + "}"
        case list():
            return "[" + ", ".join(_flow(v, flow=True) for v in value) + "]"


def _text(value: Value, *, flow: bool) -> str:
    return spell(Value(_escaped(value.text), value.quoted), like=None, flow=flow).text


def _escaped(text: str) -> str:
    """Return a text so that no name of a parameter is seen in it, and no escape of one."""
    return re.sub(r"(?<=\\)\$|\$(?=\{?[a-z])", r"\\$", text)
