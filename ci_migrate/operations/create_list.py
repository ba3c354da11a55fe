"""Make a list file that was not there."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect
from ci_migrate.line_list import add_entries, parse_lines
from ci_migrate.options import option
from ci_migrate.tree import Tree, read_text


@dataclass(frozen=True, slots=True)
class CreateList:
    """Create a list file with these lines; one that has these entries, and no other, is done.

    Example:
        - create-list: {file: configs/models-large.txt, lines: ["# two GPUs", Big-Model.yaml]}
    """

    file: str = option("path of the new list")
    lines: tuple[str, ...] = option("its lines, entries and comments")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused if the file exists and holds something else."""
        made = add_entries(parse_lines(self.file, ""), self.lines)
        text = read_text(tree, self.file)
        if text is None:
            rewrite = Rewrite(self.file, "", made.edits, made.claim, new=True)
            return Outcome(f"{self.file} created", (rewrite,))
        there = parse_lines(self.file, text)
        wanted = parse_lines(self.file, made.edits[0].text)
        if [line.entry for line in there.lines] == [line.entry for line in wanted.lines]:
            return Outcome(f"{self.file} is there already")
        what = "the list exists, with other entries"
        place = there.place(there.lines[0]) if there.lines else None
        raise Refused(what, place=place, hint="use add-lines, or choose another name")
