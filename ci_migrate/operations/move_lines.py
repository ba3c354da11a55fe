"""Move entries from one list file to another."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect
from ci_migrate.line_moves import LineSelector, choose_some, move_lines, read_list
from ci_migrate.options import option
from ci_migrate.text import counted
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class MoveLines:
    """Move the entries that fit, with the comments above them, to the end of another list.

    The other list is made if there is none. An entry that stands in both is refused, and so is to
    leave the first list without any.

    Example:
        - move-lines: {from: configs/models.txt, to: configs/models-large.txt, lines: {gpus: ">1"}}
    """

    from_: str = option("path of the list to leave")
    to: str = option("path of the list to join")
    lines: LineSelector = option("entries to move")

    def __post_init__(self) -> None:
        """Check that there are two lists; raises ValueError if not."""
        if self.from_ == self.to:
            raise ValueError("both lists are the same; name two")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the entries can't be moved."""
        source = read_list(tree, self.from_)
        moving = choose_some(source, self.lines, tree, dialect)
        if not moving:
            return Outcome(f"no entry of {self.from_} is left to move ({self.lines})")
        summary = f"{counted(moving, 'entry')} from {self.from_} to {self.to}"
        return Outcome(summary, move_lines(tree, source, self.to, moving))
