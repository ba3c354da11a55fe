"""Take an item out of lists of jobs."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Scalar, Sequence, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs, in_items
from ci_migrate.job_fields import Field, find
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_lists, find_lists
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveItem:
    """Remove the items that fit from a list of the chosen jobs, with their comments.

    An item with options, such as a plugin, fits by its key. A list that would be left empty, or a
    text that stands for a list of one, is refused, or with `prune` removed with its field.

    Example:
        - remove-item: {jobs: {file: "**"}, list: plugins, item: "docker#*", prune: true}
        - remove-item: {jobs: {file: "**"}, list: commands, item: export MODE=slow, expect: 16}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    list_: tuple[str, ...] = option(
        "name of the list, or a path of names; or several; none if `at` leads to it", default=()
    )
    item: Pattern = option("items to remove")
    prune: bool = option("true to remove a list that would be left empty", default=False)
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_lists(self.jobs, self.at, self.list_)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where an item can't be removed."""
        chosen = find_lists(tree, dialect, self.jobs, self.at, *self.list_)
        changes = change_jobs(chosen, self._remove, expect=self.expect)
        summary = f"'{self.item.text}' removed from {changes}"
        return Outcome(summary, changes.rewrites)

    def _remove(self, job: Holder) -> YamlChange | None:
        return joined(self._remove_from(job, name) for name in self.list_ or ("",))

    def _remove_from(self, job: Holder, name: str) -> YamlChange | None:
        field = find(job, name)
        value = resolved(field.value) if field else None
        if field is not None and isinstance(value, Scalar) and self.item.fits(value.value):
            return self._remove_all(job, field)

        def remove(sequence: Sequence, fitting: tuple[int, ...]) -> YamlChange:
            if field is not None and self.prune and len(fitting) == len(sequence.items):
                return self._remove_all(job, field)
            return remove_parts(job.document, sequence, fitting)

        return in_items(job, (name,), self.item, remove)

    def _remove_all(self, job: Holder, field: Field) -> YamlChange:
        if not self.prune:
            what = "nothing would be left here"
            raise Refused(what, place=job.document.place(field.value), hint="see 'prune'")
        return remove_parts(job.document, field.mapping, (field.position,))
