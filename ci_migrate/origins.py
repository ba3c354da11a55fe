"""Change a value where it is written, if it is written for just the jobs that it is to change."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ci_migrate.document import (
    Alias,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    parts,
)
from ci_migrate.entries import entry
from ci_migrate.errors import Refused
from ci_migrate.job import Job, Origin, names_of
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span
from ci_migrate.yaml_change import YamlChange, set_shared
from ci_migrate.yaml_comments import add_behind
from ci_migrate.yaml_text import replace_parts


class Use(NamedTuple):
    """A job that has a value from somewhere."""

    job: Job
    origin: Origin


def set_origins(
    chosen: Iterable[Use], everywhere: Iterable[Use], value: Value
) -> tuple[tuple[Document, YamlChange], ...]:
    """Give the chosen jobs another value, once at each place where it is written for them.

    `everywhere` are all uses of such values. Raises Refused where another job, or something that is
    no job, has its value from the same place.
    """
    places: dict[object, list[Use]] = {}
    for use in chosen:
        places.setdefault(use.origin.identity, []).append(use)
    others: dict[object, list[Use]] = {}
    for use in everywhere:
        others.setdefault(use.origin.identity, []).append(use)
    _check_keys([use for uses in places.values() for use in uses], value)
    texts: dict[object, list[Origin]] = {}
    for identity, uses in places.items():
        _check_shared(uses, others.get(identity, []))
        origin = uses[0].origin
        texts.setdefault((origin.document.path, origin.node.span), []).append(origin)
    return tuple((parts[0].document, _set(parts, value)) for parts in texts.values())


def comments_behind(uses: Iterable[Use], text: str) -> Iterator[tuple[Document, YamlChange]]:
    """Yield a comment behind each line where values are written, `{old}` in it for these.

    A comment that stands there goes on with it. Raises Refused where a line has no room for one.
    """
    lines: dict[object, tuple[Document, Part, list[str]]] = {}
    for origin in {use.origin.identity: use.origin for use in uses}.values():
        part = _on_line(origin)
        found = lines.setdefault((origin.document.path, part.span), (origin.document, part, []))
        found[2].append(origin.text)
    for document, part, old in lines.values():
        told = text.replace("{old}", ", ".join(dict.fromkeys(old)))
        if (change := add_behind(document, part, told, joined=True)) is not None:
            yield document, change


def _on_line(origin: Origin) -> Part:
    """Return the innermost part outside brackets in which a value is written."""
    found: Part | None = None
    inside: Iterator[Part] = (p for root in origin.document.roots for p in _parts_of(root))
    while (part := next((p for p in inside if _holds(p.span, origin.node.span)), None)) is not None:
        if part.parent.flow:
            break
        found, inside = part, _parts_of(part.value)
    if found is None:
        what = "this stands between brackets, and shares its line"
        raise Refused(what, place=origin.document.place(origin.node), hint="leave 'comment' out")
    return found


def _set(parts: list[Origin], value: Value) -> YamlChange:
    """Give the parts of one text another value, or all of it."""
    first = parts[0]
    if any(part.span == Span(0, len(part.node.value)) for part in parts):
        return set_shared(first.document, first.node, value, flow=first.flow)
    if bad := next((char for part in parts for char in part.excluded if char in value.text), ""):
        what = f"'{value.text}' has a {bad} in it, which would end the text that it stands in"
        raise Refused(what, place=first.document.place(first.node), hint="choose another name")
    edits = tuple(Edit(part.span, value.text) for part in parts)
    return replace_parts(first.document, first.node, edits, flow=first.flow)


def _check_keys(uses: list[Use], value: Value) -> None:
    """Check that no two jobs come to have one key, where that is what the value is."""
    taken = set()
    for job, origin in uses:
        part = job.part
        if part is None or not isinstance(part.parent, Mapping) or part.key != origin.node:
            continue
        mapping = (origin.document.path, part.parent.span)
        if entry(part.parent, value.text) or mapping in taken:
            what = f"two jobs would have the key '{value.text}', which names their queue"
            hint = "give this job a key of its own, and the queue as a field"
            raise Refused(what, place=origin.document.place(origin.node), hint=hint)
        taken.add(mapping)


def _check_shared(uses: list[Use], all_uses: list[Use]) -> None:
    origin = uses[0].origin
    place = origin.document.place(origin.node)
    chosen = {use.job.identity for use in uses}
    others = list(
        {u.job.identity: u.job for u in all_uses if u.job.identity not in chosen}.values()
    )
    if others:
        what = f"'{origin.text}' is written here for {names_of(others)} too"
        raise Refused(what, place=place, hint="choose these jobs as well, or write it out first")
    followed = {span for use in uses for span in use.origin.through}
    for alias in origin.document.aliases:
        target = alias.target.span if alias.target else Span(0, 0)
        inside = _holds(target, origin.node.span)
        if inside and alias.span not in followed and not _is_hidden(origin, alias):
            at = origin.document.place(alias)
            what = (
                f"'{origin.text}' is repeated by the alias *{alias.name} at {at.line}:{at.column}"
            )
            hint = "which is no queue of a chosen job; edit it by hand, or write the alias out"
            raise Refused(what, place=place, hint=hint)


def _is_hidden(origin: Origin, alias: Alias) -> bool:
    """Say whether a mapping that merges what an alias repeats has another value of its own."""
    target = alias.target
    merged = target.entries if isinstance(target, Mapping) else ()
    node = origin.node.span
    names = [k.value for k, v in merged if isinstance(k, Scalar) and _holds(v.span, node)]
    for mapping in (m for root in origin.document.roots for m in _mappings(root)):
        for key, value in mapping.entries:
            inside = value.items if isinstance(value, Sequence) else (value,)
            if isinstance(key, Scalar) and key.value == "<<" and alias in inside:
                return any(entry(mapping, name) for name in names)
    return False


def _mappings(node: Node) -> Iterator[Mapping]:
    if isinstance(node, Mapping):
        yield node
    for part in _parts_of(node):
        yield from _mappings(part.value)


def _parts_of(node: Node) -> Iterator[Part]:
    yield from parts(node) if isinstance(node, Mapping | Sequence) else ()


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
