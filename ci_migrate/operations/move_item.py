"""Move an item to another place in its list."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.document import Part, Sequence
from ci_migrate.errors import Refused
from ci_migrate.item_place import End, ItemPlace, fits_item
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs, in_lists, lists_missing
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_copies import Original, insert_copies
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveItem:
    """Move an item, with its comments, behind or before another one of its list, or to an end.

    Lists that lack one of the two are left alone, and so are those where it stands there.

    Refused: several items that fit, an item between brackets.

    Example:
        - move-item: {jobs: {key: nightly}, item: "export *", before: "pip install *"}
        - move-item: {jobs: {key: nightly}, item: "export *", place: first}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several", default=("<commands>",)
    )
    item: Pattern = option("item to move")
    after: Pattern | None = option("item to stand behind", default=None)
    before: Pattern | None = option("item to stand before", default=None)
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
        """Work out the change; raises Refused where several items fit."""
        chosen = find_lists(tree, dialect, self.jobs, self.at, *self.list_)
        changes = change_jobs(chosen, self._move, expect=self.expect)
        summary = f"'{self.item.text}' moved in {changes}"
        return Outcome(summary, changes.rewrites, lists_missing(chosen, self.list_))

    def _move(self, job: Holder) -> YamlChange | None:
        return in_lists(job, self.list_, partial(self._in_list, job))

    def _in_list(self, job: Holder, sequence: Sequence) -> YamlChange | None:
        item = _only(job, sequence, self.item)
        target = self._place.position(sequence)
        if item is None or target is None or target in (item, item + 1):
            return None
        below = target > 0
        other = target - 1 if below else 0
        put = insert_copies(
            (Original(job.document, Part(sequence, item)),),
            Original(job.document, Part(sequence, other)),
            below=below,
        )
        return put + remove_parts(job.document, sequence, (item,))


def _only(job: Holder, sequence: Sequence, pattern: Pattern) -> int | None:
    """Return the position of the one item that fits; raises Refused if several do."""
    fitting = [n for n, item in enumerate(sequence.items) if fits_item(pattern, item)]
    if len(fitting) > 1:
        what = f"{len(fitting)} items fit '{pattern.text}'"
        place = job.document.place(sequence.items[fitting[1]])
        raise Refused(what, place=place, hint="name one of them")
    return fitting[0] if fitting else None
