"""Sort the entries of a list file."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.job import Dialect
from ci_migrate.line_list import sort_paragraphs
from ci_migrate.line_moves import read_list
from ci_migrate.options import option
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class SortLines:
    """Sort the entries of a list by their text, those of each paragraph among themselves.

    Comments right above an entry travel with it. Refused: a comment above the first entry of a
    paragraph, which may be a heading, that would come to stand lower.

    Example:
        - sort-lines: {file: configs/models.txt, ignore-case: true}
    """

    file: str = option("path of the list")
    ignore_case: bool = option("true if large and small letters are alike", default=False)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if there is no such list, or a heading would move."""
        source = read_list(tree, self.file)
        change = sort_paragraphs(source, ignore_case=self.ignore_case)
        if change is None:
            return Outcome(f"{self.file} is sorted already")
        rewrite = Rewrite(source.path, source.text, change.edits, change.claim)
        return Outcome(f"{self.file} sorted", (rewrite,))
