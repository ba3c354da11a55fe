"""Put an item into lists of jobs."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content, means
from ci_migrate.document import Sequence
from ci_migrate.extent import blank_lines_between
from ci_migrate.item_place import End, ItemPlace
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs, in_lists, lists_missing
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.reversal import Undoing, check_told, text
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_parts import insert_item


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertItem:
    """Insert an item into a list of the chosen jobs, beside an item that is there or at an end.

    A list that has the item, or has no item to stand beside, is left alone. An item with parts fits
    by one of its texts, written `name: text`.

    Example:
        - insert-item: {jobs: {file: "**"}, list: source_file_dependencies, item: "!docs/", after: src/}
        - insert-item: {jobs: {key: nightly}, list: commands, item: export MODE=slow, place: first}
        - insert-item:
            jobs: {file: .github/workflows/*}
            list: steps
            item: {uses: actions/setup-python@v5}
            after: "uses: actions/checkout@*"
        - insert-item:
            jobs: {key: nightly}
            list: commands
            item: !source |
              "pytest -v tests/a
                tests/b"
            place: last
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several; none if `at` leads to it", default=()
    )
    item: Content = option("item to insert, a text or with parts of its own")
    after: Pattern | None = option("item to stand behind, the last that fits", default=None)
    before: Pattern | None = option("item to stand before, the first that fits", default=None)
    place: End | None = option("end of the list to stand at", default=None)
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that the place is told; raises ValueError if it is not."""
        check_lists(self.jobs, self.at, self.list_)
        self._place.check()

    @property
    def _place(self) -> ItemPlace:
        return ItemPlace(self.after, self.before, self.place)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the item can't be put."""
        chosen = find_lists(tree, dialect, self.jobs, self.at, *self.list_)
        changes = change_jobs(chosen, self._insert, expect=self.expect)
        summary = f"'{self.item.title}' inserted in {changes}"
        return Outcome(summary, changes.rewrites, lists_missing(chosen, self.list_))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        item = Pattern.exactly(text(self.item, "the item"))
        options = {"jobs": self.jobs, "at": self.at, "list_": self.list_, "item": item}
        return Undoing("remove-item", options | {"expect": self.expect})

    def _insert(self, job: Holder) -> YamlChange | None:
        return joined(
            in_lists(job, (name,), partial(self._into, job, name)) for name in self.list_ or ("",)
        )

    def _into(self, job: Holder, name: str, sequence: Sequence) -> YamlChange | None:
        if any(means(item, self.item) for item in sequence.items):
            return None
        position = self._place.position(sequence)
        if position is None:
            return None
        gap = blank_lines_between(job.document, sequence)
        return insert_item(job.document, sequence, position, self.item, path=name, blank_lines=gap)
