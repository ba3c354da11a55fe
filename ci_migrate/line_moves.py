"""Pick entries of list files, and move them from one list to another."""

from collections.abc import Callable
from dataclasses import dataclass

from ci_migrate.changeset import Rewrite
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Dialect
from ci_migrate.line_list import Line, LineList, append_lines, parse_lines, remove_lines
from ci_migrate.option_types import GpuBound
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.tree import Tree, read_text


@dataclass(frozen=True, slots=True)
class LineSelector:
    """The entries of a list that fit what is given."""

    entry: tuple[Pattern, ...] = option("entries by their text", default=())
    gpus: GpuBound | None = option("GPUs that an entry's config needs, as '>1'", default=None)

    def __post_init__(self) -> None:
        """Check that something is given; raises ValueError, for every entry would be too many."""
        if not self.entry and self.gpus is None:
            raise ValueError("this chooses every entry; say which, by entry or gpus")

    def choose(self, source: LineList, gpus: Callable[[Line], int]) -> tuple[Line, ...]:
        """Return the entries that fit; `gpus` tells how many GPUs an entry needs."""
        return tuple(
            line
            for line in source.lines
            if (not self.entry or any(pattern.fits(line.entry) for pattern in self.entry))
            and (self.gpus is None or self.gpus.holds(gpus(line)))
        )

    def __str__(self) -> str:
        parts = [pattern.text for pattern in self.entry]
        parts += [f"{self.gpus.sign}{self.gpus.gpus} GPUs"] if self.gpus else []
        return " or ".join(parts)


def choose_some(
    source: LineList, selector: LineSelector, tree: Tree, dialect: Dialect
) -> tuple[Line, ...]:
    """Return the entries that fit; raises Refused if no entry would stay."""
    chosen = selector.choose(source, reader_of_gpus(source, tree, dialect))
    if chosen and len(chosen) == len(source.lines):
        what = f"no entry would stay in {source.path}"
        raise Refused(what, place=source.place(chosen[0]), hint="narrow 'lines'")
    return chosen


def reader_of_gpus(source: LineList, tree: Tree, dialect: Dialect) -> Callable[[Line], int]:
    """Return what tells how many GPUs the config of an entry asks for."""
    return lambda line: dialect.gpus_needed(line.entry, source.place(line), tree)


def read_list(tree: Tree, path: str) -> LineList:
    """Return a list file; raises Refused if there is none."""
    text = read_text(tree, path)
    if text is None:
        raise Refused("the list does not exist", place=Place(path), hint="add the list")
    return parse_lines(path, text)


def move_lines(
    tree: Tree, source: LineList, target: str, moving: tuple[Line, ...]
) -> tuple[Rewrite, ...]:
    """Move entries to the end of another list, which is made if there is none.

    Raises Refused if one of them stands there already, for it would be lost from the first.
    """
    return move_all(tree, source, {target: moving})


def move_all(
    tree: Tree, source: LineList, moving: dict[str, tuple[Line, ...]]
) -> tuple[Rewrite, ...]:
    """Move entries to the ends of other lists, by path; the first rewrite is that of the source.

    Raises Refused if one of them stands there already, for it would be lost from the first.
    """
    gone = tuple(line for line in source.lines if any(line in lines for lines in moving.values()))
    removed = remove_lines(source, gone)
    rewrites = [Rewrite(source.path, source.text, removed.edits, removed.claim)]
    for target, lines in moving.items():
        old = read_text(tree, target)
        receiving = parse_lines(target, old or "")
        have = {line.entry for line in receiving.lines}
        for line in lines:
            if line.entry in have:
                what = f"'{line.entry}' stands in {target} already"
                hint = "take it out of one list by hand"
                raise Refused(what, place=source.place(line), hint=hint)
        appended = append_lines(receiving, source, lines)
        rewrites.append(
            Rewrite(target, receiving.text, appended.edits, appended.claim, new=old is None)
        )
    return tuple(rewrites)
