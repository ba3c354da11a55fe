"""Describe recipes as a JSON Schema, worked out from the options that the code declares."""

import dataclasses
import types
from typing import Any, Literal, Union, get_args, get_origin

from ci_migrate.binding import Use
from ci_migrate.content import Content
from ci_migrate.options import is_needed, name_of, type_of
from ci_migrate.parameters import PARAMETER_NAME, Parameter
from ci_migrate.properties import NAMES as PROPERTIES
from ci_migrate.recipe import HEADER, USE, dialect_names, operation_class, operation_names
from ci_migrate.tables import Table
from ci_migrate.when import When

_TEXT = {"type": ["string", "number", "boolean"]}  # a value stays text, however it is written
_PARAMETER = {"type": "string", "pattern": rf"^\$({PARAMETER_NAME}|\{{{PARAMETER_NAME}\}})$"}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a recipe, with every operation and its options."""
    definitions: dict[str, Any] = {}
    kinds = {name: operation_class(name) for name in operation_names()} | {USE: Use}
    operations = [_operation(name, kind, definitions) for name, kind in kinds.items()]
    header = _object(HEADER, definitions)
    properties = {"enum": list(PROPERTIES)}
    dialect = {"enum": list(dialect_names())}
    header["properties"] |= {
        "dialect": {
            "description": header["properties"]["dialect"]["description"],
            "anyOf": [dialect, {"type": "array", "items": dialect}],
        },
        "holds": {
            "description": header["properties"]["holds"]["description"],
            "anyOf": [properties, {"type": "array", "items": properties}],
        },
        "operations": {"type": "array", "minItems": 1, "items": {"oneOf": operations}},
        "parameters": {
            "type": "object",
            "additionalProperties": _object(Parameter, definitions),
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A recipe of ci-migrate",
        **header,
        "$defs": definitions,
    }


def _operation(name: str, kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _kind(kind, definitions), "when": _kind(When, definitions)},
        "required": [name],
        "additionalProperties": False,
    }


def _kind(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return what a value of a type may be in a recipe."""
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if get_origin(kind) is tuple:
        one = _kind(get_args(kind)[0], definitions)
        return {"anyOf": [one, {"type": "array", "items": one}]}
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _kind(get_args(kind)[1], definitions)}
    if get_origin(kind) is Literal:
        return {"anyOf": [{"enum": list(get_args(kind))}, _PARAMETER]}
    if kind in (int, bool):
        return {"anyOf": [{"type": "integer" if kind is int else "boolean"}, _PARAMETER]}
    if kind is Content:
        return {"type": [*_TEXT["type"], "array", "object"]}
    if kind is Table:
        return {"type": ["string", "object"], "additionalProperties": _TEXT}
    if not dataclasses.is_dataclass(kind):
        return _TEXT
    name = kind.__name__ if isinstance(kind, type) else ""
    if name not in definitions:
        definitions[name] = {}  # one that holds its own kind refers to itself
        definitions[name] = _object(kind, definitions)
    reference = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [_TEXT, reference]} if hasattr(kind, "read_given") else reference


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    fields = dataclasses.fields(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").split("\n\n")[0],
        "properties": {
            name_of(field): {
                **_kind(type_of(kind, field), definitions),
                "description": field.metadata["help"],
            }
            for field in fields
        },
        "required": [name_of(field) for field in fields if is_needed(field)],
        "additionalProperties": False,
    }
