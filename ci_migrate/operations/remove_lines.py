"""Take entries out of a list file."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.job import Dialect
from ci_migrate.line_list import remove_lines
from ci_migrate.line_moves import LineSelector, choose_some, read_list
from ci_migrate.options import option
from ci_migrate.text import counted
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class RemoveLines:
    """Remove the entries that fit, with the comments above them; some entry must stay.

    Example:
        - remove-lines: {file: configs/models.txt, lines: {entry: "Old-*"}}
    """

    file: str = option("path of the list")
    lines: LineSelector = option("entries to remove")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where no entry would stay."""
        source = read_list(tree, self.file)
        going = choose_some(source, self.lines, tree, dialect)
        if not going:
            return Outcome(f"no entry of {self.file} is left to remove ({self.lines})")
        change = remove_lines(source, going)
        rewrite = Rewrite(source.path, source.text, change.edits, change.claim)
        return Outcome(f"{counted(going, 'entry')} removed from {self.file}", (rewrite,))
