"""Picks mappings in YAML files by a path, where no job stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ci_migrate.document import (
    Alias,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    parse,
    parts,
    resolved,
)
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Dialect, Fields, Holder
from ci_migrate.job_fields import can_have
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.tree import Tree, decode

_PART = re.compile(r"\[(\*|\d+)\]|(?:^|\.)(?:\"([^\"]+)\"|([^.\[\]\"]+))")


class NodePath(NamedTuple):
    """Keys and items that lead to a node: `defaults.run`, `jobs.*.steps[*]`, `"a.b"[0]`."""

    text: str
    parts: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> "NodePath":
        """Read keys and items, such as `jobs.*.steps[*]`, `a[0].b` or `"a.b".c`.

        Raises ValueError for anything else.
        """
        parts: list[tuple[str, str]] = []
        position = 0
        while position < len(text):
            match = _PART.match(text, position)
            if match is None:
                raise ValueError("is no path; write for example 'jobs.*.steps[*]'")
            key = match[2] or match[3]
            parts.append(("item", match[1]) if key is None else ("key", key))
            position = match.end()
        return cls(text, tuple(parts))


@dataclass(frozen=True, slots=True)
class PlaceSelector:
    """Mappings at a path in the files that fit a glob; without a path, each file as a whole.

    For the operations on items, it may be a list too, such as that of a file of names.
    """

    file: tuple[str, ...] = option("YAML files to look in, as globs")
    path: NodePath = option(
        "keys with dots, `*` for any, `[0]` or `[*]` for items", default=NodePath("", ())
    )


class PlaceFound(NamedTuple):
    """What was found by its path; `part` is None for the whole of a document."""

    document: Document
    part: Part | None
    node: Mapping | Sequence
    name: str
    names: Fields = Fields()
    inherited: frozenset[str] = frozenset()


def check_target(jobs: JobSelector | None, at: PlaceSelector | None) -> None:
    """Check that one of two ways to choose is given; raises ValueError if not."""
    if (jobs is None) == (at is None):
        raise ValueError("what to change is told by one of 'jobs' and 'at'")


def check_lists(jobs: JobSelector | None, at: PlaceSelector | None, names: tuple[str, ...]) -> None:
    """Check that one of two ways to choose is given, and for jobs a list; raises ValueError."""
    check_target(jobs, at)
    if jobs is not None and not names:
        raise ValueError("'list' is missing, which says what list of the jobs is meant")


def find_holders(
    tree: Tree,
    dialect: Dialect,
    jobs: JobSelector | None,
    at: PlaceSelector | None,
    *fields: str,
) -> tuple[Holder, ...]:
    """Return the jobs, or else the places, that are chosen; raises Refused where there is none.

    Jobs whose CI system has none of the fields are not among them, if they are not named and others
    have one.
    """
    if at is not None:
        return tuple(place for place in _places(tree, at) if isinstance(place.node, Mapping))
    found = find_jobs(tree, dialect, jobs) if jobs else ()
    able = tuple(job for job in found if any(can_have(job, field) for field in fields))
    return able if able and not (jobs and jobs.names_jobs) else found


def find_lists(
    tree: Tree,
    dialect: Dialect,
    jobs: JobSelector | None,
    at: PlaceSelector | None,
    *names: str,
) -> tuple[Holder, ...]:
    """Return the jobs, or else the places, whose lists of these names change.

    A path may lead to such a list itself, whose name is not given then. Raises Refused where there
    is no job or no file, or no name for a list.
    """
    if at is None:
        return find_holders(tree, dialect, jobs, None, *names)
    found = _places(tree, at)
    for place in found:
        if isinstance(place.node, Mapping) and {"<commands>"}.issuperset(names):
            what = f"which list of '{place.name}' is meant is not said"
            hint = "name it with 'list', or let 'path' lead to it"
            raise Refused(what, place=place.document.place(place.node), hint=hint)
    return found


def _places(tree: Tree, at: PlaceSelector) -> tuple[PlaceFound, ...]:
    paths = list(tree.paths(at.file))
    if not paths:
        what = "no file fits"
        raise Refused(what, place=Place(at.file[0]), hint="mend 'file'")
    return tuple(found for path in paths for found in _in_file(tree, path, at.path))


def _in_file(tree: Tree, path: str, wanted: NodePath) -> Iterator[PlaceFound]:
    document = parse(path, decode(path, tree.read(path) or b""))
    for root in document.roots:
        for part, node in _follow(None, root, wanted.parts):
            if isinstance(node, Mapping | Sequence):
                yield PlaceFound(document, part, node, wanted.text or path)


def _follow(
    part: Part | None, node: Node, path: tuple[tuple[str, str], ...]
) -> Iterator[tuple[Part | None, Node]]:
    """Yield the nodes that a path leads to; an alias leads nowhere, its anchor does."""
    if not path:
        yield part, node
        return
    (kind, name), *rest = path
    for inner in () if isinstance(node, Scalar | Alias) else parts(node):
        key = resolved(inner.key)
        text = key.value if isinstance(key, Scalar) else None
        number = str(inner.position) if inner.key is None else text
        if (kind == "item") == (inner.key is None) and name in ("*", number):
            yield from _follow(inner, inner.value, tuple(rest))
