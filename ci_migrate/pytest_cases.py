"""The cases of a parametrised test, with the ids that pytest gives them.

Ids follow pytest's own rules for values that are written out; where a value or an id is computed,
the id is unknown and the case must be named in another way.
"""

from collections import Counter
from typing import NamedTuple

import libcst as cst

from ci_migrate.python_source import Test, code_of, literal


class Case(NamedTuple):
    """One of the values of a `parametrize`: its node, and its id if that is known."""

    position: int
    id: str | None
    node: cst.BaseExpression
    arguments: tuple[str, ...]
    one_argument: bool  # the value is the argument itself, not a tuple of arguments
    values: cst.List | cst.Tuple  # the node that holds all of the cases


def cases_of(test: Test) -> tuple[tuple[Case, ...], ...]:
    """Return the cases of each `parametrize` whose values are written out, outermost first."""
    return tuple(
        cases
        for call in test.decorators
        if isinstance(call, cst.Call) and code_of(call.func).endswith("mark.parametrize")
        if (cases := _cases(call))
    )


def _cases(call: cst.Call) -> tuple[Case, ...]:
    names = _argument(call, 0, "argnames")
    values = _argument(call, 1, "argvalues")
    if names is None or not isinstance(values, cst.List | cst.Tuple):
        return ()
    if any(isinstance(element, cst.StarredElement) for element in values.elements):
        return ()
    if any(argument.star for argument in call.args):
        return ()
    if isinstance(text := _literal(names), str) and text.rstrip().endswith(","):
        return ()  # a value is the argument before pytest 9, and a tuple of one since
    arguments, one = _argument_names(names)
    nodes = [element.value for element in values.elements]
    given = _given_ids(_argument(call, 3, "ids"), len(nodes))
    ids = _unique([_id(n, i, arguments, one, given[i]) for i, n in enumerate(nodes)])
    return tuple(
        Case(index, ids[index], node, arguments, one, values) for index, node in enumerate(nodes)
    )


def _argument(call: cst.Call, position: int, name: str) -> cst.BaseExpression | None:
    for index, argument in enumerate(call.args):
        if argument.keyword is not None and argument.keyword.value == name:
            return argument.value
        if argument.keyword is None and not argument.star and index == position:
            return argument.value
    return None


def _argument_names(node: cst.BaseExpression) -> tuple[tuple[str, ...], bool]:
    """Return the names, and whether a value stands for one argument: a single name as text does."""
    given = _literal(node)
    if isinstance(given, str):
        names = tuple(name.strip() for name in given.split(",") if name.strip())
        return names, len(names) == 1
    if isinstance(given, list | tuple):
        return tuple(map(str, given)), False
    return (), False


class _Unknown:
    """What can't be told without running the file."""


_Auto = None  # pytest makes the id of the value


def _given_ids(node: cst.BaseExpression | None, count: int) -> list[object]:
    if node is None or code_of(node) == "None":
        return [_Auto] * count
    if not isinstance(node, cst.List | cst.Tuple) or len(node.elements) != count:
        return [_Unknown] * count
    return [_literal(element.value) for element in node.elements]


def _id(
    node: cst.BaseExpression, index: int, names: tuple[str, ...], one: bool, given: object
) -> str | None:
    """Return a case's id, or None where it can't be told (pytest: IdMaker._resolve_ids)."""
    values: list[cst.BaseExpression]
    if (call := param_call(node)) is not None:
        own = _keyword(call, "id")
        if own is not None and (given_id := _literal(own)) is not None:
            return _escaped(given_id) if isinstance(given_id, str) else None
        if any(argument.star for argument in call.args):
            return None
        values = [arg.value for arg in call.args if arg.keyword is None]
    elif not one and isinstance(node, cst.Tuple | cst.List):
        if any(isinstance(element, cst.StarredElement) for element in node.elements):
            return None
        values = [element.value for element in node.elements]
    else:
        values = [node]
    if given is not _Auto:
        known = isinstance(given, str | int | float | bool)
        return _escaped(str(given)) if known else None
    if len(values) != len(names):
        return None
    parts = [_id_of_value(v, name, index) for v, name in zip(values, names, strict=True)]
    return None if None in parts else "-".join(part or "" for part in parts)


def _id_of_value(node: cst.BaseExpression, name: str, index: int) -> str | None:
    if isinstance(node, cst.List | cst.Tuple | cst.Dict | cst.Set):
        return f"{name}{index}"
    value = _literal(node)
    if isinstance(value, str | bytes) and len(value) > _LONGEST:
        return None
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, bytes):
        return _escaped_bytes(value)
    if value is None or isinstance(value, int | float | complex):
        return _number(value)
    return None


_LONGEST = 100  # characters of a value in an id; newer versions of pytest name longer ones anew


def _escaped(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def _escaped_bytes(value: bytes) -> str:
    known = {9: "\\t", 10: "\\n", 13: "\\r"}
    return "".join(
        chr(byte) if 32 <= byte < 127 else known.get(byte) or f"\\x{byte:02x}" for byte in value
    )


def _number(value: complex | None) -> str | None:
    try:
        return str(value)
    except ValueError:  # more digits than Python writes
        return None


def _unique(ids: list[str | None]) -> list[str | None]:
    """Return ids with numbers where they repeat (pytest: IdMaker.make_unique_parameterset_ids)."""
    counts = Counter(ids)
    if None in counts:  # an unknown id may be one that a number would make
        return [None if counts[id] > 1 else id for id in ids]
    suffixes: Counter[str] = Counter()
    result: list[str | None] = []
    for id in ids:
        if id is None or counts[id] == 1:
            result.append(id)
            continue
        joint = "_" if id[-1:].isdigit() else ""
        while f"{id}{joint}{suffixes[id]}" in counts:
            suffixes[id] += 1
        result.append(f"{id}{joint}{suffixes[id]}")
        suffixes[id] += 1
    return result


def param_call(node: cst.BaseExpression) -> cst.Call | None:
    """Return a case that is a `pytest.param(…)` already, by its name, or None."""
    if isinstance(node, cst.Call):
        match node.func:
            case cst.Attribute(attr=cst.Name(value="param")) | cst.Name(value="param"):
                return node
    return None


def marks_argument(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return what a case that is a `pytest.param(…)` gives as `marks`, or None."""
    call = param_call(node)
    return None if call is None else _keyword(call, "marks")


def _keyword(call: cst.Call, name: str) -> cst.BaseExpression | None:
    found = (a.value for a in call.args if a.keyword is not None and a.keyword.value == name)
    return next(found, None)


def _literal(node: cst.BaseExpression) -> object:
    try:
        return literal(code_of(node))
    except ValueError:
        return _Unknown
