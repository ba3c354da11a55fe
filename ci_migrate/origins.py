"""Change a value where it is written, if it is written for just the jobs that it is to change."""

from collections.abc import Iterable
from typing import NamedTuple

from ci_migrate.document import Document
from ci_migrate.errors import Refused
from ci_migrate.job import Job, Origin, names_of
from ci_migrate.style import Value
from ci_migrate.text import Edit, Span
from ci_migrate.yaml_change import YamlChange, set_shared
from ci_migrate.yaml_text import replace_in_text


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
    texts: dict[object, list[Origin]] = {}
    for identity, uses in places.items():
        _check_shared(uses, others.get(identity, []))
        origin = uses[0].origin
        texts.setdefault((origin.document.path, origin.node.span), []).append(origin)
    return tuple((parts[0].document, _set(parts, value)) for parts in texts.values())


def _set(parts: list[Origin], value: Value) -> YamlChange:
    """Give the parts of one text another value, or all of it."""
    first = parts[0]
    if any(part.span == Span(0, len(part.node.value)) for part in parts):
        return set_shared(first.document, first.node, value, flow=first.flow)
    if bad := next((char for part in parts for char in part.excluded if char in value.text), ""):
        what = f"'{value.text}' has a {bad} in it, which would end the text that it stands in"
        raise Refused(what, place=first.document.place(first.node), hint="choose another name")
    edits = tuple(Edit(part.span, value.text) for part in parts)
    return replace_in_text(first.document, first.node, edits, flow=first.flow)


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
        if inside and alias.span not in followed:
            at = origin.document.place(alias)
            what = (
                f"'{origin.text}' is repeated by the alias *{alias.name} at {at.line}:{at.column}"
            )
            hint = "which is no queue of a chosen job; edit it by hand, or write the alias out"
            raise Refused(what, place=place, hint=hint)
