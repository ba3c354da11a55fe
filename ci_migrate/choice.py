"""Narrow what an operation does to some of it: to some files, or to what a person picks."""

from collections.abc import Callable
from typing import TypeAlias

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.errors import Place
from ci_migrate.finding import Finding
from ci_migrate.globs import matcher
from ci_migrate.job_changes import put_together

# What must be done together or not at all, such as the parts of one split.
Piece: TypeAlias = tuple[Rewrite, ...]
# Gets the number of an operation and what it does, and returns what is wanted of it.
Chooser: TypeAlias = Callable[[int, Outcome], Outcome]


def pieces(outcome: Outcome) -> tuple[Piece, ...]:
    """Return what can be chosen apart: each part if all files have parts, or else all at once."""
    changed = tuple(rewrite for rewrite in outcome.rewrites if rewrite.edits or rewrite.new)
    if all(rewrite.parts for rewrite in changed):
        order = (part for rewrite in changed for part in sorted(rewrite.parts, key=_place))
        return tuple((part,) for part in order)
    return (changed,) if changed else ()


def keep(outcome: Outcome, wanted: Callable[[Piece], bool]) -> Outcome:
    """Return an outcome with the wanted pieces alone; how many they are is added to its summary."""
    all_pieces = pieces(outcome)
    kept = [piece for piece in all_pieces if wanted(piece)]
    if len(kept) == len(all_pieces):
        return outcome
    if not kept:
        return outcome._replace(summary="left out", rewrites=())
    summary = f"{len(kept)} of {len(all_pieces)} changes: {outcome.summary}"
    by_file: dict[str, list[Rewrite]] = {}
    for (part,) in kept:  # several pieces are one part each
        by_file.setdefault(part.path, []).append(part)
    rewrites = tuple(put_together(tuple(parts)) for parts in by_file.values())
    return outcome._replace(summary=summary, rewrites=rewrites)


def in_files(globs: tuple[str, ...], changed: frozenset[str] | None) -> Chooser:
    """Return the choice of files that fit a glob, if there are any, and that were `changed`.

    New files count as changed. What belongs together is left out if one of its files is; a
    warning says so.
    """

    def fits(rewrite: Rewrite) -> bool:
        fitting = not globs or bool(matcher(globs).fullmatch(rewrite.path))
        return fitting and (changed is None or rewrite.new or rewrite.path in changed)

    def choose(_: int, outcome: Outcome) -> Outcome:
        kept = keep(outcome, lambda piece: all(map(fits, piece)))
        divided = [
            next(rewrite for rewrite in piece if not fits(rewrite))
            for piece in pieces(outcome)
            if any(map(fits, piece)) and not all(map(fits, piece))
        ]
        message = "left out whole: it would change this file as well, which is not asked for"
        told = tuple(Finding(Place(rewrite.path), message) for rewrite in divided)
        return kept._replace(findings=(*kept.findings, *told))

    return choose


def both(first: Chooser | None, second: Chooser) -> Chooser:
    """Return the choice that the second makes of what the first leaves."""
    if first is None:
        return second
    before = first
    return lambda index, outcome: second(index, before(index, outcome))


def _place(rewrite: Rewrite) -> int:
    return rewrite.edits[0].span.start if rewrite.edits else 0
