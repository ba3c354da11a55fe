"""Where jobs name other jobs, such as those that must have ended before them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ci_migrate.document import Document, Node, Scalar, Sequence, parse, resolved
from ci_migrate.document import Mapping as MappingNode
from ci_migrate.errors import BadFile, Refused
from ci_migrate.job import Dialect, Job, Reference
from ci_migrate.job_fields import find
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span
from ci_migrate.tree import Tree, files_with, read_text
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
        for one in (first, *others):
            _check_expression(one, new[one.text])
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


def _check_expression(reference: Reference, new: str) -> None:
    if not re.fullmatch(r"[A-Za-z_][\w-]*", new):
        what = f"'{new}' is no name that can stand in this expression"
        place = reference.document.place(reference.node)
        raise Refused(what, place=place, hint="use letters, digits, - and _")


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
            raise Refused(what, place=job.document.place(job.node), hint="rename one of them")
        together = [one for one in moving if one.scope == job.scope]
        for found in dialect.references(job.document):
            inside = any(_holds(one.node.span, found.node.span) for one in together)
            if inside != any(names_job(found, one) for one in together):
                what = f"'{found.text}' is named here, and would be in another file"
                place = found.document.place(found.node)
                raise Refused(what, place=place, hint="move it too, or take this out first")


def from_outside(tree: Tree, dialect: Dialect, jobs: tuple[Job, ...]) -> Iterator[Reference]:
    """Yield each place that names one of the jobs and stands in none of them."""
    files = {job.document.path for job in jobs}
    spans = [job.identity for job in jobs]
    names = tuple({job.key for job in jobs if job.key})
    for found in references(tree, dialect, names) if names else ():
        if found.document.path not in files and _has_own(tree, dialect, found):
            continue
        meant = any(names_job(found, job) for job in jobs)
        if meant and not is_within(found.document, found.node, spans):
            yield found


def _has_own(tree: Tree, dialect: Dialect, found: Reference) -> bool:
    """Say whether the file of a name has a job of this name itself, which it means."""
    return any(job.key == found.text for job in dialect.jobs(found.document, tree))


def is_within(document: Document, node: Node, spans: Iterable[tuple[str, Span]]) -> bool:
    """Say whether a node of a file stands in one of these stretches of files."""
    return any(path == document.path and _holds(span, node.span) for path, span in spans)


def waits(reference: Reference, why: str) -> Refused:
    """Return the refusal of what would leave a reference without its job."""
    verb = "runs" if reference.part else "needs" if reference.within else "waits for"
    what = f"this {verb} the job '{reference.text}', {why}"
    place = reference.document.place(reference.node)
    return Refused(what, place=place, hint="remove it first, or keep the job")


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
