"""Where a value of a GitLab job comes from, of all the places that its pipelines may have it from.

Source: docs.gitlab.com/ci/yaml (`extends`, `default`, `inherit`, `parallel:matrix`, `variables`),
docs.gitlab.com/ci/yaml/yaml_optimization (`!reference`), docs.gitlab.com/ci/inputs. GitLab resolves
includes first, then references, then `extends`, and `default` last.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, Scalar, Sequence
from ci_migrate.gitlab_includes import Layer, Pipeline
from ci_migrate.job import Origin
from ci_migrate.lookup import Found, child, items_of, keys_of, origin

_DEEPEST = 10  # references in references, as in GitLab
# fmt: off
_DEFAULTS = frozenset((  # what `default` can hold
    "after_script", "artifacts", "before_script", "cache", "hooks", "id_tokens", "image",
    "interruptible", "retry", "services", "tags", "timeout",
))
# fmt: on


class Value(NamedTuple):
    """A value, the file that it is written in, and how a job comes to have it."""

    document: Document
    found: Found
    via: str = ""


class Values(NamedTuple):
    """What a value may be, what counts more first; `sure` if it is one of these."""

    values: tuple[Value, ...] = ()
    sure: bool = False


class Entry(NamedTuple):
    """A job, or a part of one, where it stands in a file of a pipeline."""

    name: str
    document: Document
    found: Found
    pipeline: Pipeline


def queues(entry: Entry) -> Iterator[Origin]:
    """Yield where the tags of a job may be written."""
    for value in _with_default(entry, "tags"):
        for item in _expanded(entry.pipeline, value):
            yield from _written(entry, item)


def inherited(entry: Entry) -> frozenset[str]:
    """Return the fields that a job has from elsewhere, or may have from a file that is not here."""
    keys, known = _keys(entry.pipeline, entry.name, ())
    keys |= keys_of(entry.found)
    for _, default in _named(entry.pipeline, "default"):
        keys |= keys_of(default) & _inheriting(entry)
    whole = known and keys & {"script", "trigger", "run"}
    return keys if whole else keys | _DEFAULTS


def is_trigger(entry: Entry) -> bool:
    """Say whether a job only starts another pipeline, and so runs nowhere itself."""
    return bool(_values(entry, "trigger").values)


def _with_default(entry: Entry, field: str) -> tuple[Value, ...]:
    """Return the values of a field, and those of `default` if it may be without one."""
    found = _values(entry, field)
    values = tuple(value for value in found.values if not _is_null(value.found))
    if (found.sure and len(values) == len(found.values)) or field not in _inheriting(entry):
        return values
    default = _own(entry.pipeline, "default", (field,)).values
    return (*values, *(value._replace(via="default") for value in default))


def _inheriting(entry: Entry) -> frozenset[str]:
    """Return the fields that a job takes from `default`."""
    for value in _values(entry, "inherit", "default").values:
        if isinstance(value.found.node, Sequence):
            return frozenset(item.text or "" for item in items_of(value.found))
        return frozenset() if value.found.text == "false" else _DEFAULTS
    return _DEFAULTS


def _values(entry: Entry, *keys: str) -> Values:
    """Return what a field may be, which the job itself says first of all."""
    own = _below(entry.found, keys)
    if own is not None:
        return Values((Value(entry.document, own),), sure=True)
    return _extended(entry.pipeline, entry.name, keys, ())


def _extended(
    pipeline: Pipeline, name: str, keys: tuple[str, ...], above: tuple[str, ...]
) -> Values:
    """Return what a field of an entry may be: its own, or that of what it extends, the last first.

    Nothing is sure where it extends what is not in these files.
    """
    own = _own(pipeline, name, keys)
    if own.sure or name in above:
        return own
    found = list(own.values)
    for base in reversed(_bases(pipeline, name)):
        more = _extended(pipeline, base, keys, (*above, name))
        found += (value._replace(via="extends") for value in more.values)
        if more.sure:
            return Values(tuple(found), sure=True)
    return Values(tuple(found))


def _own(pipeline: Pipeline, name: str, keys: tuple[str, ...]) -> Values:
    """Return what an entry of this name has in the files of a pipeline."""
    found = []
    for layer, one in _named(pipeline, name):
        value = _below(one, keys)
        if value is not None:
            found.append(Value(layer.document, value, "include"))
            if not layer.sometimes:
                return Values(tuple(found), sure=True)
    return Values(tuple(found))


def _named(pipeline: Pipeline, name: str) -> Iterator[tuple[Layer, Found]]:
    for layer in pipeline:
        if (found := layer.entries.get(name)) is not None:
            yield layer, found


def _bases(pipeline: Pipeline, name: str) -> list[str]:
    values = _own(pipeline, name, ("extends",)).values
    items = (item for value in values for item in items_of(value.found))
    return [item.text for item in items if item.text is not None]


def _keys(pipeline: Pipeline, name: str, above: tuple[str, ...]) -> tuple[frozenset[str], bool]:
    """Return the keys of an entry and of all that it extends, and whether all of that is here."""
    entries = [one for _, one in _named(pipeline, name)]
    keys: frozenset[str] = frozenset().union(*map(keys_of, entries))
    known = bool(entries)
    for base in _bases(pipeline, name) if name not in above else ():
        more, here = _keys(pipeline, base, (*above, name))
        keys, known = keys | more, known and here
    return keys, known


def _below(found: Found | None, keys: Iterable[str]) -> Found | None:
    for key in keys:
        found = _last(found, key) if found else None
    return found


def _last(found: Found, key: str) -> Found | None:
    """Return the value of a key; in Ruby's YAML a merge replaces what stands above it."""
    node = found.node
    if not isinstance(node, Mapping):
        return None
    for one in reversed(node.entries):
        alone = found._replace(node=node._replace(entries=(one,)))
        if (value := child(alone, key)) is not None:
            return value
    return None


def _is_null(found: Found) -> bool:
    node = found.node
    return isinstance(node, Scalar) and not node.style and node.value in ("", "~", "null")


def _expanded(pipeline: Pipeline, value: Value, depth: int = 0) -> Iterator[Value]:
    """Yield the items of lists in lists, and what a `!reference` stands for."""
    node = value.found.node
    if not isinstance(node, Sequence):
        yield value
        return
    items = [value._replace(found=item) for item in items_of(value.found)]
    if node.tag == "!reference":
        name, *keys = [item.found.text or "" for item in items] or [""]
        items = [one._replace(via="!reference") for one in _own(pipeline, name, tuple(keys)).values]
    for item in items if depth < _DEEPEST else ():
        yield from _expanded(pipeline, item, depth + 1)


_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_INPUT = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*\]\]")


def _written(entry: Entry, value: Value, depth: int = 0) -> Iterator[Origin]:
    """Yield where a text comes from: itself, a variable, or an input."""
    written = origin(value.document, value.found, via=value.via)
    if written is None or _is_null(value.found):
        return
    variable = _VARIABLE.fullmatch(written.text)
    named = _INPUT.fullmatch(written.text)
    found: tuple[Value, ...] = ()
    if variable and depth < _DEEPEST:
        found = _variable(entry, variable[1] or variable[2])
    elif named and depth < _DEEPEST:
        found = _input(entry.pipeline, value.document, named[1])
    if found:
        for one in found:
            yield from _written(entry, one, depth + 1)
    else:
        yield written._replace(opaque="$" in written.text)


def _variable(entry: Entry, name: str) -> tuple[Value, ...]:
    """Return the values of a variable of a job; none if rules set it too, or nothing here does."""
    pipeline = entry.pipeline
    rules = [*_values(entry, "rules").values, *_own(pipeline, "workflow", ("rules",)).values]
    for rule in (item for value in rules for item in _expanded(pipeline, value)):
        if _below(rule.found, ("variables", name)) is not None:
            return ()
    matrix = _values(entry, "parallel", "matrix").values
    found = [
        row._replace(found=item, via="matrix")
        for value in matrix
        for row in _expanded(pipeline, value)
        for item in items_of(child(row.found, name))
    ]
    if found:
        return tuple(found)
    own = _values(entry, "variables", name)
    more = () if own.sure else _own(pipeline, "variables", (name,)).values
    return tuple(_of_variable(value) for value in (*own.values, *more))


def _of_variable(value: Value) -> Value:
    """Return a variable's value, which may stand beside a description."""
    written = child(value.found, "value") if isinstance(value.found.node, Mapping) else None
    return value._replace(found=written or value.found, via="variables")


def _input(pipeline: Pipeline, document: Document, name: str) -> tuple[Value, ...]:
    """Return what a file's input is given by those that include it, or else its default."""
    found = []
    for layer in pipeline:
        if layer.document.path != document.path:
            continue
        given = child(layer.given, name)
        if given is not None and layer.giver is not None:
            found.append(Value(layer.giver, given, "input"))
        elif default := _below(layer.entries.get("spec"), ("inputs", name, "default")):
            found.append(Value(document, default, "input"))
    return tuple(found)
