"""What expressions of Azure Pipelines stand for: parameters, variables, loops, a matrix.

Source: learn.microsoft.com/azure/devops/pipelines/process, the pages template-expressions,
template-parameters, templates, variables and phases (multi-job configuration).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.azure_scope import (
    EACH,
    Scope,
    Value,
    fields,
    fields_of_any_case,
    is_inserting,
    items,
    template,
    tops,
)
from ci_migrate.document import Mapping, Scalar, Sequence
from ci_migrate.lookup import Found, child, follow, items_of

PASSED = "a template's parameter"
DEFAULT = "the default of a parameter"


class Declared(NamedTuple):
    """A parameter of a file: its default, and the values that it may have if they are told."""

    default: Found | None
    allowed: tuple[Found, ...]


def values(value: Value, *, depth: int = 0) -> Iterator[Value]:
    """Yield what a value comes from: itself, or what an expression that it is stands for."""
    scope, found, via = value
    text = found.text or ""
    made: list[Value] = []
    if depth < _DEEPEST and (match := _TEMPLATE.fullmatch(text)) is not None:
        made = list(_expression(scope, match[1], depth))
    elif depth < _DEEPEST and (match := _MACRO.fullmatch(text)) is not None:
        made = [*_matrix(scope, match[1], depth), *_variable(scope, match[1])]
        made = [one for one in made if not (one.found.text or "").startswith("$[")]
    for one in made:
        known = via in (PASSED, DEFAULT)
        yield from values(one._replace(via=via if known else one.via), depth=depth + 1)
    if not made:
        yield value


def declared(scope: Scope, name: str) -> Iterator[Declared]:
    """Yield how a file declares a parameter: in a list of them, or by its default alone."""
    for top in tops(scope):
        for given in fields(top, "parameters"):
            for _, (_, item, _via) in items(scope, given):
                own = child(item, "name")
                if own and (own.text or "").casefold() == name.casefold():
                    allowed = tuple(items_of(child(item, "values")))
                    yield Declared(child(item, "default"), allowed)
            yield from (Declared(default, ()) for default in fields_of_any_case(given, name))


def parameter_of(text: str) -> str:
    """Return the parameter whose value a text is; nothing if it is anything else."""
    match = _TEMPLATE.fullmatch(text)
    path = _PATH.fullmatch(match[1]) if match else None
    steps = [a or b for a, b in _STEP.findall(path[2])] if path else []
    return steps[0] if path and path[1] == "parameters" and len(steps) == 1 else ""


def passed_on(given: Found, name: str) -> str:
    """Return the parameter that a template passes on to another one as `name`, or nothing."""
    own = [parameter_of(one.text or "") for one in fields_of_any_case(given, name)]
    return own[0] if own else name if _passes_all(given) else ""


_DEEPEST = 8  # steps from a value to where it is written
_TEMPLATE = re.compile(r"\s*\$\{\{\s*([^{}]*?)\s*\}\}\s*")
_MACRO = re.compile(r"\s*\$\(([^()]+)\)\s*")
_PATH = re.compile(r"(\w+)((?:\.\w+|\['[^']*'\])*)")
_STEP = re.compile(r"\.(\w+)|\['([^']*)'\]")


def _expression(scope: Scope, text: str, depth: int) -> Iterator[Value]:
    """Yield what `parameters.pool`, `variables['pool']` or a loop's `item.pool` stands for."""
    path = _PATH.fullmatch(text)
    if path is None:
        return
    steps = tuple(a or b for a, b in _STEP.findall(path[2]))
    loop = next((n for n, (name, _) in enumerate(scope.loops) if name == path[1]), None)
    if path[1] == "variables" and steps:
        yield from _variable(scope, ".".join(steps))
    elif path[1] == "parameters" and steps:
        for value in _parameter(scope, steps[0]):
            yield from _below(value, steps[1:], depth)
    elif loop is not None:
        outer = scope._replace(loops=scope.loops[loop + 1 :])
        for value in _expression(outer, scope.loops[loop][1], depth):
            for one in values(value, depth=depth + 1):
                yield from _loop(one, steps, depth)


def _below(value: Value, steps: tuple[str, ...], depth: int) -> Iterator[Value]:
    if not steps:
        yield value
        return
    for one in values(value, depth=depth + 1):
        for inner in fields(one.found, steps[0]):
            yield from _below(one._replace(found=inner), steps[1:], depth)


def _loop(value: Value, steps: tuple[str, ...], depth: int) -> Iterator[Value]:
    """Yield what a loop's variable stands for in each round: an item, or a pair of a mapping."""
    node = value.found.node
    if isinstance(node, Mapping) and steps[:1] in (("key",), ("value",)):
        for entry in node.entries:
            inner = follow(getattr(entry, steps[0]), value.found.through, flow=node.flow)
            if inner is not None:
                yield from _below(value._replace(found=inner), steps[1:], depth)
    elif isinstance(node, Sequence):
        for inner in items_of(value.found):
            yield from _below(value._replace(found=inner), steps, depth)


def _parameter(scope: Scope, name: str) -> Iterator[Value]:
    """Yield what a parameter is given, or else its default and the values that it may have."""
    given = list(_given(*scope.passed, name)) if scope.passed else []
    yield from given
    texts = {value.found.text for value in given}
    for default, allowed in declared(scope, name):
        if default and not given:
            yield Value(scope, default, DEFAULT)
        fitting = (one for one in allowed if not given or one.text in texts)
        yield from (Value(scope, one, DEFAULT) for one in fitting)


def _given(scope: Scope, found: Found, name: str) -> Iterator[Value]:
    """Yield what a template is given for a parameter, also where all parameters are passed on."""
    own = [Value(scope, one, PASSED) for one in fields_of_any_case(found, name)]
    yield from own
    if not own and _passes_all(found):
        yield from _parameter(scope, name)


def _passes_all(given: Found) -> bool:
    keys = given.node.entries if isinstance(given.node, Mapping) else ()
    loops = (EACH.fullmatch(key.value) for key, _ in keys if isinstance(key, Scalar))
    return any(match and match[2] == "parameters" for match in loops)


def _variable(scope: Scope, name: str) -> Iterator[Value]:
    """Yield the values of a variable where it is defined nearest."""
    for level in scope.variables:
        found = [made for own, one, _ in level for made in _defined(own, one, name)]
        if found:
            yield from found
            return


def _defined(scope: Scope, variables: Found, name: str) -> Iterator[Value]:
    if isinstance(variables.node, Mapping):
        yield from (Value(scope, one, "a variable") for one in fields_of_any_case(variables, name))
    for _, (inner, item, _via) in items(scope, variables):
        named = {(one.text or "").casefold() for one in fields(item, "name")}
        if name.casefold() in named:
            yield from (Value(inner, one, "a variable") for one in fields(item, "value"))
        for written in fields(item, "template"):
            yield from _imported(inner, item, written.text or "", name)


def _imported(scope: Scope, item: Found, written: str, name: str) -> Iterator[Value]:
    """Yield the values of a variable that a template of variables defines."""
    other = template(scope, written)
    if other is None:
        return
    for given in fields(item, "parameters"):
        other = other._replace(passed=(scope, given))
    for top in tops(other):
        for variables in fields(top, "variables"):
            yield from _defined(other, variables, name)


def _matrix(scope: Scope, name: str, depth: int) -> Iterator[Value]:
    """Yield the values that the legs of a job's matrix give a variable."""
    for strategy in scope.strategies:
        for written in fields(strategy, "matrix"):
            for matrix in values(Value(scope, written), depth=depth + 1):
                for leg in _legs(matrix.found):
                    found = fields_of_any_case(leg, name)
                    yield from (Value(matrix.scope, one, "matrix") for one in found)


def _legs(matrix: Found) -> Iterator[Found]:
    node = matrix.node
    for key, value in node.entries if isinstance(node, Mapping) else ():
        inner = follow(value, matrix.through, flow=getattr(node, "flow", False))
        if inner is not None and not is_inserting(key):
            yield inner
        elif inner is not None:
            yield from _legs(inner)
