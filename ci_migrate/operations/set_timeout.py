"""Give jobs a timeout, as their CI system writes it."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content
from ci_migrate.document import Scalar, resolved
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, has_field, path_of
from ci_migrate.new_field import able, add_below
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.style import Value
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, set_scalar


@dataclass(frozen=True, slots=True)
class SetTimeout:
    """Give the chosen jobs a timeout of so many minutes, in whatever unit and field they have.

    With `missing`, only those that have none, of their own or from elsewhere; jobs that are not named
    and can have none in their CI system are counted. A field that the timeout belongs in is added
    with it. Refused: other jobs of a CI system without timeouts.

    Example:
        - set-timeout: {jobs: {queue: "*"}, minutes: 60, missing: true, after: [<queue>, <label>, last]}
    """

    jobs: JobSelector = option("jobs to change")
    minutes: int = option("timeout in minutes")
    missing: bool = option("true to leave jobs that have a timeout", default=False)
    after: tuple[str, ...] = option(
        "fields for a new one to stand below, in order of liking, or last", default=("last",)
    )
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a timeout has no place."""
        chosen, note = find_jobs(tree, dialect, self.jobs), ""
        if self.missing and not self.jobs.names_jobs:
            chosen, note = able(chosen, "<timeout>")
        changes = change_jobs(chosen, lambda job: self._set(job, dialect), expect=self.expect)
        return Outcome(f"{self.minutes} minutes for {changes}{note}", changes.rewrites)

    def _set(self, job: Job, dialect: Dialect) -> YamlChange | None:
        if self.missing and has_field(job, "<timeout>"):
            return None
        field = find(job, "<timeout>")
        written = dialect.minutes(job, self.minutes)
        if field is None:
            path = path_of(job, "<timeout>")
            return add_below(job, path, Content(Value(written)), after=self.after)
        value = resolved(field.value)
        if isinstance(value, Scalar) and value.value == written:
            return None
        return set_scalar(job.document, field.value, Value(written), flow=field.mapping.flow)
