"""Give a field of jobs another value."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Scalar, resolved
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find_field
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.style import Value
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, set_scalar


@dataclass(frozen=True, slots=True)
class SetField:
    r"""Set a field that the chosen jobs have, also a nested one such as `mirror.amd.device`.

    With `from`, only where the field holds that; `\1` in `to` stands for a group of a regular
    expression. Jobs that do not have the field are left alone.
    """

    jobs: JobSelector = option("jobs to change")
    field: str = option("name of the field, or a path of names with dots")
    to: Value = option("value that the field gets")
    from_: Pattern | None = option("value that the field has", default=None)
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a field can't be set."""
        changes = change_jobs(find_jobs(tree, dialect, self.jobs), self._set, expect=self.expect)
        summary = f"{self.field} of {counted(changes.jobs, 'job')} set to {self.to.text}"
        return Outcome(summary, changes.rewrites)

    def _set(self, job: Job) -> YamlChange | None:
        field = find_field(job.node, self.field)
        if field is None:
            return None
        old = resolved(field.value)
        text = old.value if isinstance(old, Scalar) else None
        if self.from_ is not None and not self.from_.fits(text):
            return None
        new = self._new(text or "")
        if text == new.text:
            return None
        return set_scalar(job.document, field.value, new, flow=field.mapping.flow)

    def _new(self, old: str) -> Value:
        if self.from_ is None or self.from_.kind != "regex":
            return self.to
        match = self.from_.compiled.fullmatch(old)
        return Value(match.expand(self.to.text), self.to.quoted) if match else self.to
