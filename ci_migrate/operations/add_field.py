"""Give jobs a field that they do not have."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find_field
from ci_migrate.option_types import FieldName
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.style import Value
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, add_entry
from ci_migrate.yaml_parts import insert_first_entry


@dataclass(frozen=True, slots=True)
class AddField:
    """Add a field on a line of its own to the chosen jobs.

    It stands below the first of the fields in `after` that the job has; `first` and `last` are
    words for the two ends. Jobs that have the field are left alone.
    """

    jobs: JobSelector = option("jobs to change")
    field: FieldName = option("name of the new field")
    value: Value = option("value of the new field")
    after: tuple[str, ...] = option("fields to stand below, in order of liking, or first, or last")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job has none of the fields in `after`."""
        changes = change_jobs(find_jobs(tree, dialect, self.jobs), self._add, expect=self.expect)
        summary = f"{self.field.text}: {self.value.text} added to {counted(changes.jobs, 'job')}"
        return Outcome(summary, changes.rewrites)

    def _add(self, job: Job) -> YamlChange | None:
        name, document, node = self.field.text, job.document, job.node
        if find_field(node, name) is not None:
            return None
        for anchor in self.after:
            if anchor == "first":
                return insert_first_entry(document, node, name, self.value)
            found = find_field(node, anchor)
            position = found.position if found else len(node.entries) - 1
            if found or anchor == "last":
                return add_entry(document, node, name, self.value, after=position)
        what = f"job '{job.name}' has no field {' or '.join(self.after)}"
        hint = f"name a field that it has, to put {name} below, or write last"
        raise Refused(what, place=document.place(node), hint=hint)
