"""Bring items of lists of jobs back from behind a `#`."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Sequence, resolved
from ci_migrate.item_place import fits_item
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.reversal import Undoing, check_told
from ci_migrate.selector import JobSelector
from ci_migrate.text import Span
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_comments import with_comments_below
from ci_migrate.yaml_uncomment import commented_parts, uncomment


@dataclass(frozen=True, slots=True, kw_only=True)
class UncommentItem:
    """Bring the items that fit back into a list of the chosen jobs, where they stand in comments.

    A `note` that comment-out-item put behind them is taken away. Lists without such a comment are
    left alone.

    Example:
        - uncomment-item: {jobs: {key: nightly}, list: commands, item: "pytest flaky*", note: "-- see #12"}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several; none if `at` leads to it", default=()
    )
    item: Pattern = option("items to bring back")
    note: str = option("text behind the commented line, which goes", default="")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_lists(self.jobs, self.at, self.list_)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where an item can't be brought back."""
        chosen = find_lists(tree, dialect, self.jobs, self.at, *self.list_)
        changes = change_jobs(chosen, self._uncomment, expect=self.expect)
        return Outcome(f"'{self.item.text}' brought back in {changes}", changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        options = {"jobs": self.jobs, "at": self.at, "list_": self.list_, "item": self.item}
        return Undoing("comment-out-item", options | {"note": self.note, "expect": self.expect})

    def _uncomment(self, job: Holder) -> YamlChange | None:
        return joined(self._in_list(job, name) for name in self.list_ or ("",))

    def _in_list(self, job: Holder, name: str) -> YamlChange | None:
        span = _span(job, name)
        if span is None:
            return None
        within = Span(span.start, with_comments_below(job.document.text, span.end))
        found = commented_parts(job.document, within, note=self.note)
        return joined(
            uncomment(job.document, one) for one in found if fits_item(self.item, one.part.value)
        )


def _span(job: Holder, name: str) -> Span | None:
    """Return where a list stands, with its name, or a place that is a list; None if none does."""
    if isinstance(job.node, Sequence):
        return Span(job.part.span.start if job.part else 0, job.node.span.end)
    field = find(job, name)
    if field is None or not isinstance(resolved(field.value), Sequence):
        return None
    return Span(field.part.span.start, field.value.span.end)
