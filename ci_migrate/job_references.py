"""Where jobs name other jobs that must have ended before them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ci_migrate.document import Document, Node, Scalar, Sequence, parse, resolved
from ci_migrate.document import Mapping as MappingNode
from ci_migrate.errors import BadFile
from ci_migrate.job import Dialect, Job, Reference
from ci_migrate.job_fields import find
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span
from ci_migrate.tree import Tree, files_with
from ci_migrate.yaml_change import YamlChange, check_own, set_scalar
from ci_migrate.yaml_text import replace_parts


def references(tree: Tree, dialect: Dialect, names: tuple[str, ...]) -> Iterator[Reference]:
    """Yield each place of a tree where one of the names stands as what is waited for."""
    for path, text in files_with(tree, dialect.GLOBS, names):
        try:
            found = [r for r in dialect.references(parse(path, text)) if r.text in names]
        except BadFile as error:
            tree.note(error)
            continue
        yield from found


def renamed(
    document: Document, found: Iterable[Reference], new: Mapping[str, str]
) -> Iterator[YamlChange]:
    """Yield the changes that give the jobs new names where they are named in a document."""
    named = [reference for reference in found if reference.text in new]
    for _, group in groupby(named, key=lambda reference: reference.node.span):
        first, *others = group
        if first.span is None:
            text = Value(new[first.text])
            yield set_scalar(document, first.node, text, flow=first.flow)
            continue
        check_own(document, first.node.span)
        parts = {one.span: Edit(one.span, new[one.text]) for one in (first, *others) if one.span}
        yield replace_parts(document, first.node, tuple(parts.values()), flow=first.flow)


def own_names(job: Job, dialect: Dialect, new: str | None, but: Iterable[str]) -> YamlChange:
    """Return the change that gives a job another name where its own fields name it.

    `but` are fields that change as a whole.
    """
    if job.key is None or new is None:
        return YamlChange()
    fields = (find(job, name) for name in but if name != "<key>")
    spans = [field.value.span for field in fields if field]
    own = [
        reference
        for reference in dialect.references(job.document)
        if _holds(job.node.span, reference.node.span)
        and not any(_holds(span, reference.node.span) for span in spans)
    ]
    return sum(renamed(job.document, own, {job.key: new}), YamlChange())


def named_below(document: Document, node: Node, field: str) -> Iterator[Reference]:
    """Yield the names that stand below each field of this name, however deep.

    That is a text, an item of a list, or a `step` or a `job` in a list of mappings.
    """
    if isinstance(node, Sequence):
        for item in node.items:
            yield from named_below(document, item, field)
    if not isinstance(node, MappingNode):
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
        named, inside = _named(item) if isinstance(item, MappingNode) else (item, item)
        if isinstance(named, Scalar):
            flow = getattr(inside, "flow", False) or getattr(value, "flow", False)
            yield Reference(document, named, flow)


def _named(mapping: MappingNode) -> tuple[Node | None, MappingNode]:
    for key, value in mapping.entries:
        found = resolved(key)
        if isinstance(found, Scalar) and found.value in ("step", "job"):
            return value, mapping
    return None, mapping


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
