"""Make one kind of change to each of the chosen jobs, file by file."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

from ci_migrate.changeset import Rewrite
from ci_migrate.comments import Comment
from ci_migrate.document import Collection, Document, Part, Sequence, parse, resolved
from ci_migrate.errors import BadFile, Refused
from ci_migrate.finding import Finding
from ci_migrate.item_place import fits_item
from ci_migrate.job import Holder, Job, names_of
from ci_migrate.job_fields import find, has_field
from ci_migrate.pattern import Pattern
from ci_migrate.text import Edit, Span, counted, splice
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_comments import comments_of
from ci_migrate.yaml_proof import YamlClaim

_H = TypeVar("_H", bound=Holder)
_ITSELF = frozenset(("", "<commands>"))  # no name, and the one that is meant where none is given


@dataclass(frozen=True)
class JobChanges(Generic[_H]):
    """The jobs, or other places, that change, and the rewrites of the files they stand in."""

    jobs: tuple[_H, ...]
    rewrites: tuple[Rewrite, ...]

    def __str__(self) -> str:
        """Return how many they are, in words."""
        return counted(self.jobs, "job" if all(isinstance(j, Job) for j in self.jobs) else "place")


def change_jobs(
    jobs: Iterable[_H], change: Callable[[_H], YamlChange | None], *, expect: int | None
) -> JobChanges[_H]:
    """Make the change that `change` returns for each job; None leaves a job alone.

    Raises Refused if some jobs change and they are not as many as are expected. Where none does,
    the recipe was applied before, and nothing is expected.
    """
    made = [(job, made) for job in jobs if (made := change(job)) is not None]
    changed = tuple(job for job, _ in made)
    check_expected(changed, expect)
    # What is added at the end of a job and of one that holds it stands in one place: inner first.
    inner_first = sorted(made, key=lambda one: one[0].node.span.start, reverse=True)
    parts = ((job.document, part) for job, part in inner_first)
    return JobChanges(changed, rewrites_of(parts, apart=True))


def list_changes(
    jobs: tuple[Job, ...], change: Callable[[Document, Collection, tuple[int, ...]], YamlChange]
) -> Iterator[tuple[Document, YamlChange]]:
    """Yield the change of each list in which some of the jobs stand, with its document."""
    yield from part_changes(((job.document, job.own_part) for job in jobs), change)


def part_changes(
    parts: Iterable[tuple[Document, Part]],
    change: Callable[[Document, Collection, tuple[int, ...]], YamlChange],
) -> Iterator[tuple[Document, YamlChange]]:
    """Yield the change of each collection in which some of the parts stand, with its document."""
    lists: dict[tuple[str, Span], list[tuple[Document, Part]]] = {}
    for document, part in parts:
        lists.setdefault((document.path, part.parent.span), []).append((document, part))
    for found in lists.values():
        document, first = found[0]
        positions = tuple(part.position for _, part in found)
        yield document, change(document, first.parent, positions)


def rewrites_of(
    changes: Iterable[tuple[Document, YamlChange]], *, apart: bool = False
) -> tuple[Rewrite, ...]:
    """Return changes of documents as one rewrite a file; `apart`, each is right on its own."""
    by_file: dict[str, list[Rewrite]] = {}
    for document, change in changes:
        edits = tuple(sorted(change.edits, key=attrgetter("span.start", "span.end")))
        _check_tabs(document, edits)
        claim = YamlClaim(document, change.intents)
        part = Rewrite(document.path, document.text, edits, claim)
        by_file.setdefault(document.path, []).append(part)
    whole = {path: put_together(tuple(parts)) for path, parts in sorted(by_file.items())}
    return tuple(rewrite if apart else rewrite._replace(parts=()) for rewrite in whole.values())


def _check_tabs(document: Document, edits: tuple[Edit, ...]) -> None:
    """Check that no blank line with a tab comes to stand where a parser does not take one.

    Behind a plain text libyaml takes it, behind quotes and comments it does not.
    """
    tab = _BLANK_WITH_TAB.search(document.text)
    if tab is None:
        return
    try:
        parse(document.path, splice(document.text, edits))
    except BadFile as error:
        what = "a tab in a blank line would keep the result from being read"
        place = document.place(Span(*tab.span(1)))
        raise Refused(what, place=place, hint="take the tab out") from error


_BLANK_WITH_TAB = re.compile(r"^[ \t]*(\t)[ \t]*\r?$", re.M)


def put_together(parts: tuple[Rewrite, ...]) -> Rewrite:
    """Return parts that change one YAML file as one rewrite."""
    first = parts[0]
    edits = sorted(
        (edit for part in parts for edit in part.edits), key=attrgetter("span.start", "span.end")
    )
    claims = [part.claim for part in parts if isinstance(part.claim, YamlClaim)]
    intents = tuple(intent for claim in claims for intent in claim.intents)
    claim = YamlClaim(claims[0].document, intents) if claims else first.claim
    return first._replace(edits=tuple(edits), claim=claim, parts=parts)


def check_expected(changed: tuple[Holder, ...], expect: int | None) -> None:
    """Check that as many jobs change as are expected, if any does; raises Refused if not."""
    if changed and expect is not None and len(changed) != expect:
        what = f"{counted(changed, 'job')} would change, where the recipe expects {expect}"
        place = changed[0].document.place(changed[0].node)
        raise Refused(what, place=place, hint=f"they are {names_of(changed)}")


def change_comments(
    job: Holder, field: str, change: Callable[[Comment], YamlChange | None]
) -> YamlChange | None:
    """Make the change that `change` returns for each comment of a job, or of a field of it."""
    part = job.part
    if field:
        found = find(job, field)
        if found is None:
            return None
        part = found.part
    return joined(map(change, comments_of(job.document, part)))


def in_lists(
    job: Holder, names: tuple[str, ...], change: Callable[[Sequence], YamlChange | None]
) -> YamlChange | None:
    """Make the change that `change` returns for each list that a job has by these names.

    A place that is a list has no names: it changes itself, where none is given that others have.
    """
    if isinstance(job.node, Sequence):
        return change(job.node) if _ITSELF.issuperset(names) else None
    fields = (find(job, name) for name in names)
    lists = (resolved(field.value) for field in fields if field)
    return joined(change(found) for found in lists if isinstance(found, Sequence))


def lists_missing(jobs: tuple[_H, ...], names: tuple[str, ...]) -> tuple[Finding, ...]:
    """Find that nothing chosen has a list of any of these names, for one may be mistyped."""
    if not jobs or any(_may_have_list(job, names) for job in jobs):
        return ()
    what = f"nothing that is chosen has a list {' or '.join(names)}"
    return (Finding(jobs[0].document.place(jobs[0].node), what),)


def _may_have_list(job: Holder, names: tuple[str, ...]) -> bool:
    """Say whether a job has one of the lists, or has from elsewhere what may be one."""
    if isinstance(job.node, Sequence):
        return _ITSELF.issuperset(names)
    fields = [find(job, name) for name in names if has_field(job, name)]
    return any(field is None or isinstance(resolved(field.value), Sequence) for field in fields)


def in_items(
    job: Holder,
    names: tuple[str, ...],
    pattern: Pattern,
    change: Callable[[Sequence, tuple[int, ...]], YamlChange | None],
) -> YamlChange | None:
    """Make the change that `change` returns for the items, by number, that fit in each list."""

    def in_list(sequence: Sequence) -> YamlChange | None:
        fitting = tuple(
            position for position, item in enumerate(sequence.items) if fits_item(pattern, item)
        )
        return change(sequence, fitting) if fitting else None

    return in_lists(job, names, in_list)
