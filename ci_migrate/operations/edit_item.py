"""Edit the text of items in lists of jobs, such as their commands."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Sequence
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs, in_lists
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_text import edit_scalar


@dataclass(frozen=True, slots=True)
class EditItem:
    r"""Replace text inside the items of a list of the chosen jobs, every time it stands there.

    `find` is plain text, or a /regular expression/ whose groups `replace` names as `\1`. Once
    replaced, it must not be found again: a second run would change it once more.
    """

    jobs: JobSelector = option("jobs to change")
    find: Pattern = option("text to find in an item")
    replace: str = option("text to put in its place")
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several", default=("commands",)
    )
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the text can't be edited in its place."""
        changes = change_jobs(find_jobs(tree, dialect, self.jobs), self._edit, expect=self.expect)
        summary = f"'{self.find.text}' replaced in {counted(changes.jobs, 'job')}"
        return Outcome(summary, changes.rewrites)

    def _edit(self, job: Job) -> YamlChange | None:
        return in_lists(job, self.list_, lambda sequence: self._edit_all(job, sequence))

    def _edit_all(self, job: Job, sequence: Sequence) -> YamlChange | None:
        return joined(
            edit_scalar(job.document, item, self.find, self.replace, flow=sequence.flow)
            for item in sequence.items
        )
