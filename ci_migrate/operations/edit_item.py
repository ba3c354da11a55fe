"""Edit the text of items in lists of jobs, such as their commands."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Sequence
from ci_migrate.job import Dialect, Holder, Job
from ci_migrate.job_changes import change_jobs, in_lists, lists_missing
from ci_migrate.options import option
from ci_migrate.pattern import Pattern, Replacement
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.reversal import Undoing, check_told, exact, swapped
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_text import edit_scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class EditItem:
    r"""Replace text inside the items of a list of the chosen jobs, every time it stands there.

    `find` is plain text, or a /regular expression/ whose groups `replace` names as `\1`. Once
    replaced, it must not be found again: a second run would change it once more.

    Text is found as it reads, over folded lines and escapes too. Refused: new text that can't be
    written in the scalar's style, such as a line more in a folded block.

    Example:
        - edit-item: {jobs: {key: kernels}, find: /--shards=\d+/, replace: --shards=4}
        - edit-item: {jobs: {queue: b200}, list: source_file_dependencies, find: tests/old/, replace: tests/new/}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    find: Pattern = option("text to find in an item")
    replace: Replacement = option("text to put in its place")
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several", default=("<commands>",)
    )
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told, and by what; raises ValueError if not."""
        check_lists(self.jobs, self.at, self.list_)
        self.find.check_template(self.replace.of(self.find))

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the text can't be edited in its place."""
        fields = () if "<commands>" in self.list_ else self.list_  # which all jobs may have
        chosen = find_lists(tree, dialect, self.jobs, self.at, *fields)
        changes = change_jobs(chosen, self._edit, expect=self.expect)
        summary = f"'{self.find.text}' replaced in {changes}"
        runs = "<commands>" in self.list_ and any(
            isinstance(job, Job) and job.commands for job in chosen
        )
        missing = () if runs else lists_missing(chosen, self.list_)
        return Outcome(summary, changes.rewrites, missing)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        old = exact(self.find, "the old text")
        new = Pattern.exactly(self.replace.text)
        return swapped(self, find=new, replace=Replacement.parse(old))

    def _edit(self, job: Holder) -> YamlChange | None:
        lists = tuple(
            name for name in self.list_ if name != "<commands>" or not isinstance(job, Job)
        )
        change = in_lists(job, lists, lambda sequence: self._edit_all(job, sequence))
        if not isinstance(job, Job) or "<commands>" not in self.list_:
            return change
        new = self.replace.of(self.find)
        own = (c for c in job.commands if c.document.path == job.document.path and not c.via)
        made = (edit_scalar(c.document, c.node, self.find, new, flow=c.flow) for c in own)
        return joined([change, *made])

    def _edit_all(self, job: Holder, sequence: Sequence) -> YamlChange | None:
        new = self.replace.of(self.find)
        return joined(
            edit_scalar(job.document, item, self.find, new, flow=sequence.flow)
            for item in sequence.items
        )
