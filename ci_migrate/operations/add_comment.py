"""Put comments above or behind jobs and their fields."""

from dataclasses import dataclass
from typing import Literal

from ci_migrate.changeset import Outcome
from ci_migrate.document import Part, Scalar, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.reversal import Undoing, check_told
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_comments import add_above, add_behind


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment:
    """Add a comment to the chosen jobs, or to a field of theirs, above it or behind it.

    `{value}` in the text stands for the field's value. Jobs without the field are left alone, and
    so are those that have the comment; another one behind the field is refused.

    Example:
        - add-comment: {jobs: {queue: b200}, field: device, text: "was {value}", where: behind}
        - add-comment: {jobs: {key: nightly}, text: "Runs at night only, see #12"}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: str = option("name of the field, or a path of names; the job itself without", default="")
    text: str = option("what the comment says; above something, in one line or several")
    where: Literal["above", "behind"] = option("side of it", default="above")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_target(self.jobs, self.at)
        if self.where == "behind" and ("\n" in self.text or not self.field):
            raise ValueError("a comment behind something is one line, behind a field")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the comment can't be put."""
        chosen = find_holders(tree, dialect, self.jobs, self.at)
        changes = change_jobs(chosen, self._add, expect=self.expect)
        return Outcome(f"comment added to {changes}", changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        if "{value}" in self.text or "\n" in self.text:
            raise Refused("the comment is not the same line everywhere", hint="undo it by hand")
        comment = Pattern.exactly(self.text.lstrip("#").strip())
        options = {"jobs": self.jobs, "at": self.at, "field": self.field, "comment": comment}
        return Undoing("remove-comment", options | {"expect": self.expect})

    def _add(self, job: Holder) -> YamlChange | None:
        part = self._part(job)
        if part is None:
            return None
        value = resolved(part.value)
        text = self.text
        if "{value}" in text and self.field:
            written = value.value if isinstance(value, Scalar) else ""
            text = text.replace("{value}", written)
        if self.where == "above":
            return add_above(job.document, part, text)
        return add_behind(job.document, part, text, joined=False)

    def _part(self, job: Holder) -> Part | None:
        if self.field:
            field = find(job, self.field)
            return field.part if field else None
        if job.part is None:
            what = "the whole of a file has no line of its own for a comment"
            raise Refused(what, place=job.document.place(job.node), hint="name a 'field'")
        return job.part
