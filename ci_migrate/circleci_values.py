"""Where the resource class of a CircleCI job comes from: its own, its executor's, or parameters.

Source: circleci.com/docs/reference/configuration-reference (`resource_class`, `executor`,
`matrix`), circleci.com/docs/reference/reusing-config (executors, parameters and their scope),
circleci.com/docs/guides/orchestrate/pipeline-variables (pipeline parameters).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, Scalar
from ci_migrate.job import Origin
from ci_migrate.lookup import Found, child, follow, items_of, keys_of, origin

CLASS = "resource_class"


class Place(NamedTuple):
    """Something where it stands: in which file, and in which of its documents."""

    document: Document
    root: Found
    found: Found


class Call(NamedTuple):
    """A workflow that runs a job: `item` is what it says beside the job's name, if anything."""

    name: str
    item: Found
    said: Found | None
    document: Document
    root: Found


_Scope = Callable[[str], Iterable[tuple[Place, str]]]  # what a template may stand for, and why


def calls(document: Document) -> Iterator[Call]:
    """Yield what the workflows of a file run."""
    for root in roots(document):
        for workflow in values_of(child(root, "workflows")):
            for item in items_of(child(workflow, "jobs")):
                if (named := name_and_said(item)) is not None:
                    name, said = named
                    yield Call(name.text or "", item, said, document, root)


def roots(document: Document) -> Iterator[Found]:
    """Yield each document of a file that is a mapping."""
    found = map(follow, document.roots)
    yield from (one for one in found if one and isinstance(one.node, Mapping))


def values_of(found: Found | None) -> Iterator[Found]:
    """Yield the values of a mapping."""
    yield from filter(None, (child(found, key) for key in sorted(keys_of(found))))


def name_and_said(item: Found) -> tuple[Found, Found | None] | None:
    """Return the name in an item of a workflow, and what stands below it."""
    if isinstance(item.node, Scalar):
        return item, None
    if not isinstance(item.node, Mapping) or len(item.node.entries) != 1:
        return None
    ((key, value),) = item.node.entries
    name = follow(key, item.through, flow=item.node.flow)
    return (name, follow(value, item.through, flow=item.node.flow)) if name else None


class Executor(NamedTuple):
    """The executor that a job names, and where; `found` is None for one that an orb has."""

    named: Place
    found: Found | None
    via: str


def executors(job: Place, called: tuple[Call, ...]) -> Iterator[Executor]:
    """Yield the executors that a job may have; none if it says itself what it runs on."""
    use = child(job.found, "executor")
    name = child(use, "name") if use and use.text is None else use
    if name is not None:
        for named, via in _values(job._replace(found=name), _job_scope(job, called)):
            found = child(child(job.root, "executors"), named.found.text or "")
            yield Executor(named, found, via)


def queues(job: Place, called: tuple[Call, ...]) -> Iterator[Origin]:
    """Yield where the resource class of a job is written, or the name of an orb's executor."""
    scope = _job_scope(job, called)
    if (own := child(job.found, CLASS)) is not None:
        yield from _origins(job._replace(found=own), scope)
        return
    for named, executor, via in executors(job, called):
        if (there := child(executor, CLASS)) is not None and executor is not None:
            inner = _executor_scope(job, executor, child(job.found, "executor"), scope)
            yield from _origins(job._replace(found=there), inner, via="executor")
        elif executor is None and (made := origin(named.document, named.found, via=via)):
            yield made._replace(opaque=True)


def _origins(place: Place, scope: _Scope, via: str = "") -> Iterator[Origin]:
    for value, why in _values(place, scope, via):
        if (made := origin(value.document, value.found, via=why)) is not None:
            yield made._replace(opaque="<<" in made.text)


_TEMPLATE = re.compile(r"<<\s*([\w.-]+)\s*>>")
_DEEPEST = 5


def _values(
    place: Place, scope: _Scope, via: str = "", depth: int = 0
) -> Iterator[tuple[Place, str]]:
    """Yield what a text stands for: itself, or what a template in its place may be."""
    template = _TEMPLATE.fullmatch((place.found.text or "").strip())
    found = list(scope(template[1])) if template and depth < _DEEPEST else []
    if not found:
        yield place, via
    for value, why in found:
        yield from _values(value, _file_scope(value), why, depth + 1)


def _file_scope(place: Place) -> _Scope:
    """Return the scope of what is written where no parameters are: those of the pipeline."""

    def scope(name: str) -> Iterator[tuple[Place, str]]:
        *above, last = name.split(".")
        if above == ["pipeline", "parameters"]:
            declared = child(child(place.root, "parameters"), last)
            if (default := child(declared, "default")) is not None:
                yield place._replace(found=default), "parameter"

    return scope


def _job_scope(job: Place, called: tuple[Call, ...]) -> _Scope:
    """Return the scope of a job: what the workflows that run it give it, or else defaults."""

    def scope(name: str) -> Iterator[tuple[Place, str]]:
        *above, last = name.split(".")
        if above != ["parameters"]:
            yield from _file_scope(job)(name)
            return
        given = [list(_given(call, last)) for call in called]
        for found in given:
            yield from found
        default = child(child(child(job.found, "parameters"), last), "default")
        if default is not None and (not given or not all(given)):
            yield job._replace(found=default), "default"

    return scope


def _given(call: Call, parameter: str) -> Iterator[tuple[Place, str]]:
    """Yield the values that a workflow gives a parameter, by itself or in a matrix."""
    place = Place(call.document, call.root, call.item)
    rows = child(child(call.said, "matrix"), "parameters")
    own = child(call.said, parameter)
    of_matrix = _TEMPLATE.fullmatch((own.text or "").strip()) if own else None
    name = of_matrix[1].removeprefix("matrix.") if of_matrix else parameter
    if (values := child(rows, name)) is not None:
        yield from ((place._replace(found=value), "matrix") for value in items_of(values))
    elif own is not None:
        yield place._replace(found=own), "parameter"


def _executor_scope(job: Place, executor: Found, use: Found | None, outer: _Scope) -> _Scope:
    """Return the scope of an executor: what the job that uses it gives it, or else defaults."""

    def scope(name: str) -> Iterator[tuple[Place, str]]:
        *above, last = name.split(".")
        given = child(use, last) if above == ["parameters"] else None
        if given is not None:
            yield from _values(job._replace(found=given), outer, "parameter")
        elif above == ["parameters"]:
            default = child(child(child(executor, "parameters"), last), "default")
            if default is not None:
                yield job._replace(found=default), "default"
        else:
            yield from _file_scope(job)(name)

    return scope
