"""Give jobs a timeout, as their CI system writes it."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content
from ci_migrate.document import Scalar, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, has_field, own_name, path_of
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.style import Value
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, add_entry, set_scalar


@dataclass(frozen=True, slots=True)
class SetTimeout:
    """Give the chosen jobs a timeout of so many minutes, in whatever unit and field they have.

    With `missing`, only those that have none, of their own or from elsewhere. Refused: jobs of a CI
    system without timeouts, a field inside another one that is not there.

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
        chosen = find_jobs(tree, dialect, self.jobs)
        changes = change_jobs(chosen, lambda job: self._set(job, dialect), expect=self.expect)
        return Outcome(f"{self.minutes} minutes for {changes}", changes.rewrites)

    def _set(self, job: Job, dialect: Dialect) -> YamlChange | None:
        if self.missing and has_field(job, "<timeout>"):
            return None
        field = find(job, "<timeout>")
        written = dialect.minutes(job, self.minutes)
        if field is None:
            return self._add(job, written)
        value = resolved(field.value)
        if isinstance(value, Scalar) and value.value == written:
            return None
        return set_scalar(job.document, field.value, Value(written), flow=field.mapping.flow)

    def _add(self, job: Job, written: str) -> YamlChange:
        path = path_of(job, "<timeout>")
        place = job.document.place(job.node)
        if "." in path:
            what = f"job '{job.name}' has no {path.rpartition('.')[0]} for a timeout to stand in"
            raise Refused(what, place=place, hint="add it first")
        content = Content(Value(written))
        for anchor in self.after:
            own = own_name(job, anchor)
            found = find(job, own.partition(".")[0]) if own else None
            if found or anchor == "last":
                position = found.position if found else len(job.node.entries) - 1
                return add_entry(job.document, job.node, path, content, after=position)
        what = f"job '{job.name}' has no field {' or '.join(self.after)}"
        raise Refused(what, place=place, hint="name a field that it has, or write last")
