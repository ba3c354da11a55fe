"""Give a field of jobs another value."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content, Fields, means
from ci_migrate.document import Node, Scalar, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Holder, Job
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, path_of
from ci_migrate.new_value import Factor, Summand, check_all_found, from_table, slug_of
from ci_migrate.old_value import is_of, kept_queues, texts_of
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.reversal import Undoing, check_told, exact, moved, swapped, text
from ci_migrate.selector import JobSelector
from ci_migrate.style import Value
from ci_migrate.tables import Table
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_comments import add_behind
from ci_migrate.yaml_values import set_value


@dataclass(frozen=True, slots=True, kw_only=True)
class SetField:
    r"""Set a field that the chosen jobs have, also a nested one such as `mirror.amd.device`.

    With `from`, only where the field holds that; `\1` in `to` stands for a group of a regular
    expression. Jobs that do not have the field are left alone. A text may become a list or a
    mapping, and the other way round; where it does, a list of one is as good as its text. Where the field is that of the queue, and a job keeps a queue
    that `from` names, from a longer list or from elsewhere, there is a warning.

    A text in the place of a text takes over its quotes. Refused: a value behind an alias or that
    an alias repeats, comments inside a value, which would be lost.

    Example:
        - set-field: {jobs: {key: nightly}, field: timeout_in_minutes, to: 90}
        - set-field: {jobs: {file: release.yaml}, field: agents.queue, from: /(.*)_old/, to: \1_new}
        - set-field: {jobs: {file: "**/nightly.yaml"}, field: timeout_in_minutes, table: {job-a: 30, "Job B": 45}}
        - set-field: {jobs: {queue: b200}, field: timeout_in_minutes, from: "60", times: 1.5}
        - set-field: {jobs: {key: nightly}, field: device, to: h200, comment: "was {old}, see #12"}
        - set-field: {at: {file: ".github/workflows/*.yml", path: jobs.*}, field: runs-on, from: /(.+)/, to: {group: \1}}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: str = option("name of the field, or a path of names with dots")
    to: Content | None = option("value that the field gets, a text or with parts", default=None)
    table: Table | None = option(
        "values by the key or label of the job, or a CSV or YAML file with them", default=None
    )
    times: Factor | None = option("number that the value is multiplied with", default=None)
    plus: Summand | None = option("number that is added, after that", default=None)
    slug_of: str | None = option("field whose text, as a slug, is the value", default=None)
    from_: tuple[Pattern, ...] = option(
        "text that the field has, or several for a list of just these", default=()
    )
    comment: str = option(
        "comment to put behind the value, {old} in it for the old one", default=""
    )
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that one value is told; raises ValueError if not."""
        check_target(self.jobs, self.at)
        told = [self.to, self.table, self.times or self.plus, self.slug_of]
        if sum(given is not None for given in told) != 1:
            raise ValueError(
                "the value is told by one of 'to', 'table', 'slug-of', and 'times' or 'plus'"
            )
        if (self.times or self.plus) and not self.from_:
            raise ValueError("arithmetic needs 'from', or a second run would count again")
        if self.to and self._only and self._only.kind == "regex":
            self.to.expanded(self._only.check_template)
        if self.comment and self.to and not isinstance(self.to.form, Value):
            raise ValueError("a comment goes behind a text, not behind a list or a mapping")

    @property
    def _only(self) -> Pattern | None:
        return self.from_[0] if len(self.from_) == 1 else None

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a field can't be set."""
        jobs = find_holders(tree, dialect, self.jobs, self.at, self.field)
        if self.table is not None:
            check_all_found(self.table, jobs, hint="mend the name, or choose the job in 'jobs'")
        changes = change_jobs(jobs, self._set, expect=self.expect)
        told = f" to {self.to.title}" if self.to else ""
        summary = f"{self.field} of {changes} set{told}"
        changed = {id(job) for job in changes.jobs}
        others = (job for job in jobs if self.from_ and id(job) not in changed)
        findings = kept_queues(others, self.field, self.from_)
        return Outcome(summary, changes.rewrites, findings)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        old, new = exact(self._only, "the old value"), text(self.to, "the new value")
        if self.comment:
            raise Refused("the comment that it writes would stay", hint="undo it by hand")
        jobs = moved(self.jobs, self.field, old, new)
        to = Content(Value(old))
        return swapped(self, jobs=jobs, to=to, from_=(Pattern.exactly(new),))

    def _set(self, job: Holder) -> YamlChange | None:
        field = find(job, self.field)
        if field is None:
            return None
        old = resolved(field.value)
        if self.from_ and not is_of(old, self.from_, lists=self._takes_lists):
            return None
        text = ", ".join(texts_of(old) or [])
        new = self._new(job, text)
        if new is None or (old is not None and means(old, new)):
            return None
        if isinstance(old, Scalar) and isinstance(job, Job):
            self._check_template(job, old, new)
        if self.field == "<queue>" and not self.from_ and isinstance(new.form, Value):
            _check_text(job, old)
        change = set_value(job.document, field.part, new, path=self.field)
        if not self.comment:
            return change
        told = self.comment.replace("{old}", text)
        behind = add_behind(job.document, field.part, told, joined=True)
        return change + behind if behind else change

    @property
    def _takes_lists(self) -> bool:
        """Say whether a list of one is as good as its text: if no second run takes the new value."""
        if self.to is None or isinstance(self.to.form, Value):
            return False
        exact = self._only is not None and self._only.kind == "exact"
        return exact or isinstance(self.to.form, Fields)

    def _check_template(self, job: Job, old: Scalar, new: Content) -> None:
        """Check that the queues of a job are written in the value that goes, or that it is meant."""
        here = (job.document.path, old.span)
        far = [o for o in job.queues if (o.document.path, o.node.span) != here]
        own = path_of(job, self.field) == job.names.queue
        meant = self._only is not None and self._only.kind == "exact"
        if not far or not own or meant or _keeps(new, old.value):
            return
        what = f"'{old.value}' of job '{job.name}' stands for {job.queue_name}, written elsewhere"
        hint = "change it there with set-queue, or name this text in 'from' to replace all of it"
        raise Refused(what, place=job.document.place(old), hint=hint)

    def _new(self, job: Holder, old: str) -> Content | None:
        if self.to is not None:
            return self._expanded(self.to, old)
        if self.table is not None:
            value = from_table(self.table, job)
            return Content(value) if value else None
        if self.slug_of is not None:
            return Content(slug_of(job, self.slug_of))
        return Content(Value(self._computed(job, old)))

    def _expanded(self, to: Content, old: str) -> Content:
        if self._only is None or self._only.kind != "regex":
            return to
        match = self._only.compiled.fullmatch(old)
        return to.expanded(match.expand) if match else to

    def _computed(self, job: Holder, old: str) -> str:
        place = job.document.place(job.node)
        if not (old.isascii() and old.isdecimal()):
            what = f"{self.field} of job '{job.name}' is '{old}', and no whole number"
            raise Refused(what, place=place, hint="narrow 'from'")
        number = self.times.times(int(old)) if self.times else int(old)
        new = str(number + self.plus.number if self.plus else number)
        if new != old and self._only is not None and self._only.fits(new):
            what = f"{self.field} would be {new}, which a second run would count again"
            raise Refused(what, place=place, hint="narrow 'from'")
        return new


def _check_text(job: Holder, old: Node | None) -> None:
    """Check that a queue, which is to be a text, is one: a CI system may take nothing but a list."""
    if not isinstance(old, Scalar):
        what = f"the queue of job '{job.name}' is no single text"
        hint = "move it with set-queue, or say with 'from' what goes"
        raise Refused(what, place=job.document.place(old or job.node), hint=hint)


def _keeps(content: Content, text: str) -> bool:
    """Say whether a text stands somewhere in a value."""
    texts: list[str] = []

    def note(part: str) -> str:
        texts.append(part)
        return part

    content.mapped(note)
    return any(text in part for part in texts)
