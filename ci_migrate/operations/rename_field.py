"""Give a field of jobs another name."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, find_field
from ci_migrate.option_types import FieldName
from ci_migrate.options import option
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.reversal import Undoing, check_told, swapped
from ci_migrate.selector import JobSelector
from ci_migrate.style import Value
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, set_scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameField:
    """Rename a field of the chosen jobs where it stands, also a nested one.

    Jobs that do not have it are left alone; those that have both names are refused.

    Example:
        - rename-field: {jobs: {file: "**/nightly.yaml"}, field: mirror.amd.device, to: agent}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: str = option("name of the field, or a path of names with dots")
    to: FieldName = option("name that it gets, without the path")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_target(self.jobs, self.at)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a field can't be renamed."""
        chosen = find_holders(tree, dialect, self.jobs, self.at, self.field)
        changes = change_jobs(chosen, self._rename, expect=self.expect)
        return Outcome(f"{self.field} renamed to {self.to.text} in {changes}", changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        parent, _, name = self.field.rpartition(".")
        field = f"{parent}.{self.to.text}" if parent else self.to.text
        return swapped(self, field=field, to=FieldName.parse(name))

    def _rename(self, job: Holder) -> YamlChange | None:
        field = find(job, self.field)
        if field is None or self.field.rpartition(".")[2] == self.to.text:
            return None
        key = field.mapping.entries[field.position].key
        if find_field(field.mapping, self.to.text) is not None:
            what = f"'{job.name}' has a field {self.to.text} already"
            raise Refused(what, place=job.document.place(key), hint="remove one of the two")
        return set_scalar(job.document, key, Value(self.to.text), flow=field.mapping.flow)
