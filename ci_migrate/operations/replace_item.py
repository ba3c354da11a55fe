"""Put other items in the place of one, in lists of jobs."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content, means
from ci_migrate.document import Sequence
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs, in_items, lists_missing
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.reversal import Undoing, check_told, exact, swapped, text
from ci_migrate.selector import JobSelector
from ci_migrate.style import Value
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_parts import replace_item


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceItem:
    """Replace an item of a list of the chosen jobs by another, or by several, in its place.

    The comments above it stay. A list that has all the new items, and not the old one, is done.

    Refused: comments inside an item of several lines, which would be lost.

    Example:
        - replace-item: {jobs: {key: nightly}, item: pytest tests/v1, by: [pytest tests/v1/core, pytest tests/v1/sample]}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several", default=("<commands>",)
    )
    item: Pattern = option("item to replace")
    by: tuple[Content, ...] = option("items to put in its place")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that the new items can be told from the old; raises ValueError if not."""
        check_lists(self.jobs, self.at, self.list_)
        if not self.by:
            raise ValueError("nothing is put in the place of the item; use remove-item")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the items can't be replaced."""
        chosen = find_lists(tree, dialect, self.jobs, self.at, *self.list_)
        changes = change_jobs(chosen, self._replace, expect=self.expect)
        summary = f"'{self.item.text}' replaced in {changes}"
        return Outcome(summary, changes.rewrites, lists_missing(chosen, self.list_))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        old = Content(Value(exact(self.item, "the old item")))
        if len(self.by) != 1:
            raise Refused("several items stand in the place of one", hint="undo it by hand")
        return swapped(self, item=Pattern.exactly(text(self.by[0], "the new item")), by=(old,))

    def _replace(self, job: Holder) -> YamlChange | None:
        change = (
            in_items(job, (name,), self.item, partial(self._in_list, job, name))
            for name in self.list_ or ("",)
        )
        return joined(change)

    def _in_list(
        self, job: Holder, name: str, sequence: Sequence, positions: tuple[int, ...]
    ) -> YamlChange | None:
        if any(self.item.fits(content.title) for content in self.by):
            if len(self.by) == 1 or all(self._stands(sequence, content) for content in self.by):
                return None
            what = f"'{self.item.text}' fits a new item too, which a second run would replace"
            place = job.document.place(sequence.items[positions[0]])
            raise Refused(what, place=place, hint="narrow 'item', or use insert-item")
        return joined(
            replace_item(job.document, sequence, position, self.by, path=name)
            for position in positions
        )

    def _stands(self, sequence: Sequence, content: Content) -> bool:
        return any(means(item, content) for item in sequence.items)
