"""Take an item out of lists of jobs."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs, in_items
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_parts import remove_items


@dataclass(frozen=True, slots=True)
class RemoveItem:
    """Remove the items that fit from a list of the chosen jobs, with their comments.

    A list that would be left empty is refused.
    """

    jobs: JobSelector = option("jobs to change")
    list_: tuple[str, ...] = option("name of the list, or a path of names; or several")
    item: Pattern = option("items to remove")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where an item can't be removed."""
        changes = change_jobs(find_jobs(tree, dialect, self.jobs), self._remove, expect=self.expect)
        summary = f"'{self.item.text}' removed from {counted(changes.jobs, 'job')}"
        return Outcome(summary, changes.rewrites)

    def _remove(self, job: Job) -> YamlChange | None:
        remove = partial(remove_items, job.document)
        return in_items(job, self.list_, self.item, remove)
