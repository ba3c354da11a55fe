"""Put items of lists of jobs behind a `#`."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs, in_items
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.reversal import Undoing, check_told
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_parts import comment_out_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentOutItem:
    """Comment out the items that fit in a list of the chosen jobs, and say why behind them.

    Refused: to leave a list empty, an item between brackets.

    Example:
        - comment-out-item: {jobs: {key: nightly}, list: commands, item: "pytest flaky*", note: "-- see #12"}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several; none if `at` leads to it", default=()
    )
    item: Pattern = option("items to comment out")
    note: str = option("text to put behind the commented line", default="")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_lists(self.jobs, self.at, self.list_)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where an item can't be commented out."""
        jobs = find_lists(tree, dialect, self.jobs, self.at, *self.list_)
        changes = change_jobs(jobs, self._comment_out, expect=self.expect)
        summary = f"'{self.item.text}' commented out in {changes}"
        return Outcome(summary, changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        options = {"jobs": self.jobs, "at": self.at, "list_": self.list_, "item": self.item}
        return Undoing("uncomment-item", options | {"note": self.note, "expect": self.expect})

    def _comment_out(self, job: Holder) -> YamlChange | None:
        comment_out = partial(comment_out_parts, job.document, note=self.note)
        return in_items(job, self.list_, self.item, comment_out)
