"""Where jobs name other jobs, such as those that must have ended before them."""

from collections.abc import Iterator

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parse, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job, Reference
from ci_migrate.tree import Tree, files_with, read_text


def references(tree: Tree, dialect: Dialect, names: tuple[str, ...]) -> Iterator[Reference]:
    """Yield each place of a tree where one of the names stands as what is waited for."""
    for path, text in files_with(tree, dialect.GLOBS, names):
        found = dialect.references(parse(path, text))
        yield from (reference for reference in found if reference.text in names)


def names_job(reference: Reference, job: Job) -> bool:
    """Say whether a reference names a job: by its key, in a file where that counts."""
    in_scope = job.scope in ("", reference.document.path)
    return in_scope and reference.text == job.key


def check_names_stay(moving: tuple[Job, ...], path: str, tree: Tree, dialect: Dialect) -> None:
    """Check that jobs can go to another file, where names count in one file only.

    Raises Refused where one waits for the other across files, and for a name that is taken there.
    """
    text = read_text(tree, path)
    taken = {job.key for job in dialect.jobs(parse(path, text), tree)} if text else set()
    for job in moving:
        if job.scope in ("", path):
            continue
        if job.key in taken:
            what = f"{path} has a job '{job.key}' already"
            raise Refused(what, place=job.document.place(job.part.span), hint="rename one of them")
        together = [one for one in moving if one.scope == job.scope]
        for found in dialect.references(job.document):
            inside = any(_holds(one, found) for one in together)
            if inside != any(names_job(found, one) for one in together):
                what = f"'{found.text}' is named here, and would be in another file"
                place = found.document.place(found.node)
                raise Refused(what, place=place, hint="move it too, or take this out first")


def _holds(job: Job, reference: Reference) -> bool:
    span, inner = job.part.span, reference.node.span
    return span.start <= inner.start and inner.end <= span.end


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
