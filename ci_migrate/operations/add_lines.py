"""Put entries at the end of a list file."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.job import Dialect
from ci_migrate.line_list import add_entries
from ci_migrate.line_moves import LineSelector, read_list
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing
from ci_migrate.text import counted
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class AddLines:
    """Add the entries that a list does not have, in the order given.

    They go to the end; a last line without a line end gets one.

    Example:
        - add-lines: {file: configs/models.txt, lines: [New-Model.yaml, Other-Model.yaml]}
    """

    file: str = option("path of the list")
    lines: tuple[str, ...] = option("entries to add")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if there is no such list."""
        target = read_list(tree, self.file)
        have = {line.entry for line in target.lines}
        missing = tuple(entry for entry in self.lines if entry not in have)
        if not missing:
            return Outcome(f"{self.file} has all entries already")
        change = add_entries(target, missing)
        rewrite = Rewrite(target.path, target.text, change.edits, change.claim)
        return Outcome(f"{counted(missing, 'entry')} added to {self.file}", (rewrite,))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        lines = LineSelector(entry=tuple(map(Pattern.exactly, self.lines)))
        return Undoing("remove-lines", {"file": self.file, "lines": lines})
