"""Take a field away from jobs."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content, means
from ci_migrate.document import Mapping, resolved
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, path_of
from ci_migrate.options import option
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveField:
    """Remove a field of the chosen jobs, also a nested one, with the comments that belong to it.

    With `prune`, a mapping that would be left empty goes too; without, that is refused.

    Example:
        - remove-field: {jobs: {key: nightly}, field: mirror.amd.device, prune: true}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: str = option("name of the field, or a path of names with dots")
    value: Content | None = option("value that the field must have to go", default=None)
    prune: bool = option("true to remove what is left empty", default=False)
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_target(self.jobs, self.at)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the field can't be removed alone."""
        chosen = find_holders(tree, dialect, self.jobs, self.at, self.field)
        changes = change_jobs(chosen, self._remove, expect=self.expect)
        summary = f"{self.field} removed from {changes}"
        return Outcome(summary, changes.rewrites)

    def _remove(self, job: Holder) -> YamlChange | None:
        path = path_of(job, self.field)
        there = find(job, path)
        if there is None or (self.value is not None and not means(there.value, self.value)):
            return None
        while self.prune and "." in path:
            parent = find(job, path.rpartition(".")[0])
            inner = resolved(parent.value) if parent else None
            if not isinstance(inner, Mapping) or len(inner.entries) > 1:
                break
            path = path.rpartition(".")[0]
        field = find(job, path)
        return remove_parts(job.document, field.mapping, (field.position,)) if field else None
