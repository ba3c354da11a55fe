"""Change a value where it is written, if it is written for just the jobs that it is to change."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ci_migrate.document import Alias, Document, Mapping, Node, Scalar, Sequence, parts
from ci_migrate.errors import Refused
from ci_migrate.job import Job, Origin, names_of
from ci_migrate.style import Value
from ci_migrate.text import Span
from ci_migrate.yaml_change import YamlChange, set_shared
from ci_migrate.yaml_text import replace_part


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
    changes = []
    for identity, uses in places.items():
        _check_shared(uses, others.get(identity, []))
        changes.append((uses[0].origin.document, _set(uses[0].origin, value)))
    return tuple(changes)


def _set(origin: Origin, value: Value) -> YamlChange:
    if origin.span == Span(0, len(origin.node.value)):
        return set_shared(origin.document, origin.node, value, flow=origin.flow)
    return replace_part(origin.document, origin.node, origin.span, value.text, flow=origin.flow)


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
        inside = target.start <= origin.node.span.start and origin.node.span.end <= target.end
        if inside and alias.span not in followed and not _is_hidden(origin, alias):
            at = origin.document.place(alias)
            what = (
                f"'{origin.text}' is repeated by the alias *{alias.name} at {at.line}:{at.column}"
            )
            hint = "which is no queue of a chosen job; edit it by hand, or write the alias out"
            raise Refused(what, place=place, hint=hint)


def _is_hidden(origin: Origin, alias: Alias) -> bool:
    """Say whether a mapping merges what an alias stands for, and has another value further down."""
    target = alias.target
    for entry in target.entries if isinstance(target, Mapping) else ():
        inside = entry.value.span.start <= origin.node.span.start < entry.value.span.end
        if inside and isinstance(entry.key, Scalar):
            merging = (m for root in origin.document.roots for m in _mappings(root))
            return any(_hides(mapping, alias, entry.key.value) for mapping in merging)
    return False


def _hides(mapping: Mapping, alias: Alias, name: str) -> bool:
    merged = False
    for key, value in mapping.entries:
        text = key.value if isinstance(key, Scalar) else None
        if text == "<<":
            values = value.items if isinstance(value, Sequence) else (value,)
            merged = merged or alias in values
        elif merged and text == name:
            return True
    return False


def _mappings(node: Node) -> Iterator[Mapping]:
    if isinstance(node, Mapping):
        yield node
    for part in parts(node) if isinstance(node, Mapping | Sequence) else ():
        yield from _mappings(part.value)
