"""Where the runner of a GitHub job is named: `runs-on`, a matrix, an input, a workflow it calls.

Source: docs.github.com, "Workflow syntax for GitHub Actions" (runs-on, strategy.matrix, inputs,
jobs.<job_id>.with) and "Reusing workflow configurations".
"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, parts
from ci_migrate.github_expressions import Piece, compared, is_template, values
from ci_migrate.job import Origin
from ci_migrate.lookup import Found, follow, items_of, look_up, origin
from ci_migrate.text import Span
from ci_migrate.tree import Tree, read_document

# What workflows call the input for their runner; asked only where the workflow is not in the tree.
_USUAL = ("runner", "runs-on", "runs_on", "runner-label", "runner_label", "runner-labels")


class Site(NamedTuple):
    """A job in its workflow, or a workflow without one."""

    document: Document
    workflow: Found
    job: Found | None


def jobs_of(site: Site) -> Iterator[tuple[Part, Site]]:
    """Yield the jobs of a workflow, with where they stand; an alias may stand for one."""
    jobs = look_up(site.workflow, "jobs")
    for part in parts(jobs.node) if jobs and isinstance(jobs.node, Mapping) else ():
        job = follow(part.value, jobs.through if jobs else ())
        if job is not None and isinstance(job.node, Mapping) and name_of(part) != "<<":
            yield part, site._replace(job=job)


def name_of(part: Part) -> str | None:
    """Return the text of an entry's key."""
    return part.key.value if isinstance(part.key, Scalar) else None


def runners(site: Site, tree: Tree) -> tuple[Origin, ...]:
    """Return where the runners of a job are named; those of a job that calls, by its inputs."""
    found: dict[object, Origin] = {}
    for named in (*_named(site, tree), *_compared(site, tree)):
        found.setdefault((named.identity, named.through), named)
    return tuple(found.values())


def runner_inputs(site: Site, tree: Tree) -> tuple[str, ...]:
    """Return the inputs by which a job that calls a workflow says where that runs."""
    return tuple(_inputs_called(site, tree, ()))


def called_path(uses: str) -> str | None:
    """Return the path of a workflow of the same repository; None of one of another."""
    path = posixpath.normpath(uses[2:])
    return path if uses[:2] in ("./", "$/") and not path.startswith("..") else None


def values_below(found: Found, key: str = "") -> Iterator[tuple[str, Found]]:
    """Yield each text below a node, through aliases, with the key that it stands at."""
    node = found.node
    if isinstance(node, Scalar):
        yield key, found
        return
    if not isinstance(node, Sequence | Mapping):
        return
    for part in parts(node):
        inner = follow(part.value, found.through, flow=node.flow)
        if inner is not None:
            yield from values_below(inner, name_of(part) or key)


def _named(site: Site, tree: Tree) -> Iterator[Origin]:
    for written in _written(site, tree, ()):
        known = [one for one in _resolved(site, written) if not one.opaque]
        yield from known or [written._replace(opaque=True)]
    called = _called(site, tree)
    for name in _inputs_called(site, tree, ()) if called else ():
        if called and site.job and look_up(site.job, f"with.{name}") is None:
            yield from _defaults(called, name, ("workflow_call",))


def _written(site: Site, tree: Tree, seen: tuple[str, ...]) -> Iterator[Origin]:
    """Yield what a job itself says of its runner: its labels, or what it passes on."""
    if look_up(site.job, "uses") is None:
        found = ((one, True) for one in _labels(look_up(site.job, "runs-on")))
    else:
        inputs = _inputs_called(site, tree, seen)
        passed = ((look_up(site.job, f"with.{name}"), known) for name, known in inputs.items())
        found = ((one, known) for one, known in passed if one)
    for one, known in found:
        written = origin(site.document, one)
        if written and written.text.strip():
            yield written._replace(opaque=not known)


def _labels(found: Found | None) -> Iterator[Found]:
    """Yield the texts of a label, of a list of them, or of a group and its labels."""
    if found is None or isinstance(found.node, Scalar):
        yield from [found] if found else []
    elif isinstance(found.node, Mapping):
        yield from _labels(look_up(found, "group"))
        yield from _labels(look_up(found, "labels"))
    else:
        for item in items_of(found):
            yield from _labels(item)


def _resolved(site: Site, written: Origin) -> Iterator[Origin]:
    """Yield what a text may come to: itself, literals of an expression, what its paths lead to."""
    if not is_template(written.text):
        yield written
    for piece in values(written.text):
        if piece.path:
            for one in _at(site, piece):
                yield one if piece.known else one._replace(opaque=True)
        elif piece.known:
            yield _part(written, piece.span, written.via or "an expression")


def _part(written: Origin, span: Span, via: str) -> Origin:
    return written._replace(span=span, via=via, excluded="'")


def _at(site: Site, piece: Piece) -> Iterator[Origin]:
    if (name := _input(piece.path)) is not None:
        yield from _defaults(site, name, ("workflow_call", "workflow_dispatch"))
    elif piece.path[0] == "matrix" and len(piece.path) > 1:
        for value in _matrix(site, piece.path):
            yield from _resolved(site._replace(job=None), value)


def _input(path: tuple[str, ...]) -> str | None:
    """Return the name of the input that a path leads to; None if it leads elsewhere."""
    if path[:3] == ("github", "event", "inputs"):
        path = path[2:]
    return path[1] if path[0] == "inputs" and len(path) == 2 else None


def _defaults(site: Site, name: str, events: tuple[str, ...]) -> Iterator[Origin]:
    """Yield the default of an input, and the values that a person may choose."""
    for event in events:
        given = look_up(site.workflow, f"on.{event}.inputs.{name}")
        for field, via in (("default", "an input's default"), ("options", "an input's options")):
            for item in items_of(look_up(given, field)):
                written = origin(site.document, item, via=via)
                if written and written.text.strip():
                    opaque = is_template(written.text)
                    yield written._replace(opaque=opaque, once=field == "options")


def _matrix(site: Site, path: tuple[str, ...]) -> Iterator[Origin]:
    """Yield the values of one name of a job's matrix, and those that are excluded with them."""
    matrix, name = look_up(site.job, "strategy.matrix"), ".".join(path[1:])
    texts = set()
    for via, holders in (
        ("matrix", _inside(look_up(matrix, path[1]), path[2:])),
        ("include", _inside(look_up(matrix, "include"), (name,))),
        ("exclude", _inside(look_up(matrix, "exclude"), (name,))),
    ):
        for label in (label for holder in holders for label in _labels(holder)):
            written = origin(site.document, label, via=via)
            if written and written.text.strip() and (via != "exclude" or written.text in texts):
                texts.add(written.text)
                yield written._replace(once=via == "matrix" and len(path) == 2)


def _inside(listed: Found | None, names: tuple[str, ...]) -> Iterator[Found]:
    """Yield the items of a list, or what stands in each of them at a path of names."""
    for item in items_of(listed):
        found = look_up(item, ".".join(names)) if names else item
        if found is not None:
            yield found


def _called(site: Site, tree: Tree) -> Site | None:
    """Return the workflow that a job calls; None if it calls none, or none of the tree."""
    uses = look_up(site.job, "uses")
    path = called_path(uses.text) if uses and uses.text else None
    document = read_document(tree, path) if path else None
    workflow = follow(document.roots[0]) if document and document.roots else None
    return Site(document, workflow, None) if document and workflow else None


def _inputs_called(site: Site, tree: Tree, seen: tuple[str, ...]) -> dict[str, bool]:
    """Return the inputs of a called workflow that end as its runners, and if as they are."""
    called = _called(site, tree)
    if called is None:
        return dict.fromkeys(_USUAL, True) if look_up(site.job, "uses") else {}
    if called.document.path in seen:
        return {}
    found: dict[str, bool] = {}
    seen = (*seen, called.document.path)
    for _, job in jobs_of(called):
        for written in _written(job, tree, seen):
            for piece in _fed_by(job, written):
                if (name := _input(piece.path)) is not None:
                    known = piece.known and not written.opaque
                    found[name] = found.get(name, True) and known
    return found


def _fed_by(site: Site, written: Origin) -> Iterator[Piece]:
    """Yield the paths that a text takes its value from, also through a matrix."""
    for piece in values(written.text) if is_template(written.text) else ():
        if piece.path:
            yield piece
        if piece.path[:1] == ("matrix",) and len(piece.path) > 1:
            for value in _matrix(site, piece.path):
                yield from _fed_by(site._replace(job=None), value)


def _compared(site: Site, tree: Tree) -> Iterator[Origin]:
    """Yield the runners that conditions compare with what the job takes its runner from.

    An input has the same values all over a workflow, but another literal may stand in for it.
    """
    paths = {p.path for written in _written(site, tree, ()) for p in _fed_by(site, written)}
    for path in sorted(paths):
        name = _input(path)
        forms = [("inputs", name), ("github", "event", "inputs", name)] if name else [path]
        yield from _beside(site, site.job, forms, ("||",))
        if name or path[0] == "matrix":
            yield from _beside(site, site.workflow if name else site.job, forms, ("==", "!="))


def _beside(
    site: Site, place: Found | None, paths: list[tuple[str, ...]], operators: tuple[str, ...]
) -> Iterator[Origin]:
    """Yield the literals that stand beside one of the paths in an expression of a place."""
    for key, found in values_below(place) if place else ():
        written = origin(site.document, found)
        if written is None or not (is_template(written.text) or key == "if"):
            continue
        for path in paths:
            for span in compared(written.text, path, operators, bare=key == "if"):
                yield _part(written, span, "a condition")
