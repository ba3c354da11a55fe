"""Share the entries of a list file out to several lists."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.line_list import Line, LineList, LinesClaim, loose_comments
from ci_migrate.line_moves import LineSelector, move_all, read_list, reader_of_gpus
from ci_migrate.options import option
from ci_migrate.text import Edit, Span, counted
from ci_migrate.tree import Tree, read_text


@dataclass(frozen=True, slots=True)
class ListPart:
    """A list that takes entries over; without `lines` those that no other part takes."""

    to: str = option("path of the list")
    lines: LineSelector | None = option("entries that it takes", default=None)


@dataclass(frozen=True, slots=True)
class PartitionLines:
    """Share the entries of a list out: each goes to just one part, with the comments above it.

    If no part is the list itself, the list goes away. A part that exists must not have the
    entries. Refused: an entry that goes to no part or to two, comments that belong to no entry
    and would be lost with the list.

    Example:
        - partition-lines:
            from: configs/models.txt
            into:
              - {to: configs/models-large.txt, lines: {gpus: ">1"}}
              - {to: configs/models-small.txt}
    """

    from_: str = option("path of the list")
    into: tuple[ListPart, ...] = option("lists that come of it, in their order")

    def __post_init__(self) -> None:
        """Check the parts; raises ValueError for one only, or two for the rest."""
        paths = [part.to for part in self.into]
        if len(set(paths)) < 2 or len(set(paths)) < len(paths):
            raise ValueError("a partition has two parts or more, each with a path of its own")
        if sum(part.lines is None for part in self.into) > 1:
            raise ValueError("only one part can take the rest; name 'lines' in the others")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where an entry goes to no part, or to two."""
        stays = any(part.to == self.from_ for part in self.into)
        there = all(read_text(tree, part.to) is not None for part in self.into)
        if not stays and there and read_text(tree, self.from_) is None:
            return Outcome(f"{self.from_} is shared out already")
        source = read_list(tree, self.from_)
        shares = self._shares(source, tree, dialect)
        moving = {path: lines for path, lines in shares.items() if path != self.from_ and lines}
        if not moving:
            return Outcome(f"{self.from_} is shared out already")
        rewrites = list(move_all(tree, source, moving))
        if not stays:
            rewrites[0] = _gone(source)
        told = ", ".join(f"{counted(lines, 'entry')} to {path}" for path, lines in moving.items())
        return Outcome(told, tuple(rewrites))

    def _shares(
        self, source: LineList, tree: Tree, dialect: Dialect
    ) -> dict[str, tuple[Line, ...]]:
        gpus = reader_of_gpus(source, tree, dialect)
        shares: dict[str, list[Line]] = {part.to: [] for part in self.into}
        rest = next((part.to for part in self.into if part.lines is None), None)
        for line in source.lines:
            one = LineList(source.path, source.text, (line,))
            takers = [p.to for p in self.into if p.lines and p.lines.choose(one, gpus)]
            takers = takers or ([rest] if rest is not None else [])
            if len(takers) != 1:
                where = "no part" if not takers else f"{len(takers)} parts"
                what = f"'{line.entry}' goes to {where}"
                raise Refused(what, place=source.place(line), hint="mend 'lines' of the parts")
            shares[takers[0]].append(line)
        return {path: tuple(lines) for path, lines in shares.items()}


def _gone(source: LineList) -> Rewrite:
    if lost := loose_comments(source):
        what = f"comments that belong to no entry would be lost: {lost[0]}"
        place = source.place(source.lines[0])
        raise Refused(what, place=place, hint="move or remove them first")
    everything = Edit(Span(0, len(source.text)), "")
    return Rewrite(source.path, source.text, (everything,), LinesClaim(()), gone=True)
