"""Take an item out of lists of jobs."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs, in_items
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveItem:
    """Remove the items that fit from a list of the chosen jobs, with their comments.

    A list that would be left empty is refused.

    Example:
        - remove-item: {jobs: {file: "**"}, list: commands, item: export MODE=slow, expect: 16}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option("name of the list, or a path of names; or several")
    item: Pattern = option("items to remove")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_target(self.jobs, self.at)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where an item can't be removed."""
        chosen = find_holders(tree, dialect, self.jobs, self.at)
        changes = change_jobs(chosen, self._remove, expect=self.expect)
        summary = f"'{self.item.text}' removed from {changes}"
        return Outcome(summary, changes.rewrites)

    def _remove(self, job: Holder) -> YamlChange | None:
        remove = partial(remove_parts, job.document)
        return in_items(job, self.list_, self.item, remove)
