"""Where jobs name other jobs that must have ended before them."""

from collections.abc import Iterable, Iterator

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parse, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job, Reference
from ci_migrate.text import Span
from ci_migrate.tree import Tree, files_with


def references(tree: Tree, dialect: Dialect, names: tuple[str, ...]) -> Iterator[Reference]:
    """Yield each place of a tree where one of the names stands as what is waited for."""
    for path, text in files_with(tree, dialect.GLOBS, names):
        found = dialect.references(parse(path, text))
        yield from (reference for reference in found if reference.node.value in names)


def from_outside(tree: Tree, dialect: Dialect, jobs: tuple[Job, ...]) -> Iterator[Reference]:
    """Yield each place that names one of the jobs and stands in none of them."""
    spans = [(job.document.path, job.part.span) for job in jobs]
    names = tuple({job.key for job in jobs if job.key})
    for found in references(tree, dialect, names) if names else ():
        if not is_within(found.document, found.node, spans):
            yield found


def is_within(document: Document, node: Node, spans: Iterable[tuple[str, Span]]) -> bool:
    """Say whether a node of a file stands in one of these stretches of files."""
    path, span = document.path, node.span
    return any(path == p and s.start <= span.start and span.end <= s.end for p, s in spans)


def waits(reference: Reference, why: str) -> Refused:
    """Return the refusal of what would leave a reference without its job."""
    verb = "runs" if reference.part else "needs" if reference.within else "waits for"
    what = f"this {verb} the job '{reference.node.value}', {why}"
    place = reference.document.place(reference.node)
    return Refused(what, place=place, hint="remove it first, or keep the job")


def named_below(document: Document, node: Node, field: str) -> Iterator[Reference]:
    """Yield the names that stand below each field of this name, however deep.

    That is a text, an item of a list, or a `step` or a `job` in a list of mappings.
    """
    if isinstance(node, Sequence):
        for item in node.items:
            yield from named_below(document, item, field)
    if not isinstance(node, Mapping):
        return
    for key, value in node.entries:
        if isinstance(key, Scalar) and key.value == field:
            yield from names_in(document, value, flow=node.flow)
        else:
            yield from named_below(document, value, field)


def names_in(document: Document, value: Node, *, flow: bool) -> Iterator[Reference]:
    """Yield the names in a text, in a list of texts, or of mappings with a `step` or a `job`."""
    if isinstance(value, Scalar):
        yield Reference(document, value, flow)
    for item in value.items if isinstance(value, Sequence) else ():
        named, inside = _named(item) if isinstance(item, Mapping) else (item, item)
        if isinstance(named, Scalar):
            flow = getattr(inside, "flow", False) or getattr(value, "flow", False)
            yield Reference(document, named, flow)


def _named(mapping: Mapping) -> tuple[Node | None, Mapping]:
    for key, value in mapping.entries:
        found = resolved(key)
        if isinstance(found, Scalar) and found.value in ("step", "job"):
            return value, mapping
    return None, mapping
