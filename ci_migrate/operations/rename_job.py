"""Give jobs another key or label, wherever they are named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ci_migrate.changeset import Outcome
from ci_migrate.document import Document, Scalar, parse, resolved
from ci_migrate.errors import Refused
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import rewrites_of
from ci_migrate.job_fields import find, set_key
from ci_migrate.job_references import renamed
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing, exact, swapped
from ci_migrate.selector import jobs_with, no_such_job
from ci_migrate.style import Value
from ci_migrate.tables import Table
from ci_migrate.text import counted
from ci_migrate.tree import Tree, files_with
from ci_migrate.yaml_change import YamlChange, set_scalar


@dataclass(frozen=True, slots=True)
class RenameJob:
    r"""Rename jobs, and every `depends_on` that names them.

    `from` is a name, or a pattern whose groups `to` names as `\1`; or `names` says the new name of
    each. No two jobs may come to have the same name. With `file`, files that have a job of the
    name themselves mean that one, and stay as they are.

    Example:
        - rename-job: {from: old-key, to: new-key}
        - rename-job: {of: label, from: '/(.*) \(B200\)/', to: '\1 (B200 k8s)', expect: 12}
        - rename-job: {names: keys.csv}
        - rename-job: {from: Linux, to: Linux_x64, file: azure-pipelines.yml}
    """

    of: Literal["key", "label"] = option("name that changes", default="key")
    from_: Pattern | None = option("name that a job has", default=None)
    to: str | None = option("name that it gets", default=None)
    names: Table | None = option(
        "new names by the old ones, or a CSV or YAML file with them", default=None
    )
    file: tuple[str, ...] = option("file that the jobs stand in, as a glob", default=())
    expect: int | None = option("how many jobs must be renamed, if any is", default=None)

    def __post_init__(self) -> None:
        """Check that the names are told; raises ValueError if not."""
        if (self.from_ is None) != (self.to is None) or (self.from_ is None) == (
            self.names is None
        ):
            raise ValueError("the names are told by 'from' and 'to', or by 'names'")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a name is missing or taken."""
        found = jobs_with(tree, dialect, ())
        jobs = tuple(job for job in found if self._is_meant(job.document.path))
        new = {
            old: name for job in jobs if (old := self._old(job)) and (name := self._new(old)) != old
        }
        self._check(jobs, new, tree, dialect)
        if not new:
            return Outcome("no job is left to rename")
        changes = list(self._changes(tree, dialect, new))
        summary = f"{counted(new, 'job')} renamed, in {counted(changes, 'place')}"
        return Outcome(summary, rewrites_of(changes))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        if self.names is not None:
            back = {value.text: Value(old) for old, value in self.names.values.items()}
            if len(back) < len(self.names.values):
                raise Refused("two jobs get one name", hint="undo it by hand")
            return swapped(self, names=Table(back))
        old = exact(self.from_, "the old name")
        return swapped(self, from_=Pattern.exactly(self.to or ""), to=old)

    def _old(self, job: Job) -> str | None:
        return job.key if self.of == "key" else job.label

    def _new(self, old: str) -> str:
        if self.names is not None:
            return self.names.values[old].text if old in self.names.values else old
        match = self.from_.compiled.fullmatch(old) if self.from_ else None
        if match is None or self.to is None:
            return old
        return match.expand(self.to) if self.from_ and self.from_.kind == "regex" else self.to

    def _check(
        self, jobs: tuple[Job, ...], new: dict[str, str], tree: Tree, dialect: Dialect
    ) -> None:
        taken: dict[str, Job] = {}
        for job in jobs:
            old = self._old(job)
            name = new.get(old, old) if old else None
            if name in taken and {old, self._old(taken[name])} & new.keys():
                at = job.document.place(job.node)
                other = taken[name].document.place(taken[name].node)
                what = f"two jobs would have the {self.of} '{name}', here and at {other}"
                raise Refused(what, place=at, hint="choose another name")
            if old in new and self._new(new[old]) != new[old]:
                what = f"'{old}' would become '{new[old]}', which a second run would rename again"
                raise Refused(what, place=job.document.place(job.node), hint="narrow 'from'")
            if name is not None:
                taken[name] = job
        for old, name in self._exact().items():
            if old not in new and name not in taken:
                raise no_such_job(tree, dialect, self.of, old)
        if self.expect is not None and new and len(new) != self.expect:
            first = next(job for job in jobs if self._old(job) in new)
            what = f"{counted(new, 'job')} would be renamed, and the recipe expects {self.expect}"
            place = first.document.place(first.node)
            raise Refused(what, place=place, hint=f"they are {', '.join(list(new)[:5])}")

    def _is_meant(self, path: str) -> bool:
        return not self.file or matcher(self.file).fullmatch(path) is not None

    def _names(self, old: str, document: Document, jobs: tuple[Job, ...]) -> bool:
        """Say whether a name in a file is that of a job which is renamed, and not of its own."""
        return self._is_meant(document.path) or all(self._old(job) != old for job in jobs)

    def _exact(self) -> dict[str, str]:
        """Return the names that must be there, or have their new name already."""
        if self.names is not None:
            return {old: value.text for old, value in self.names.values.items()}
        if self.from_ is not None and self.from_.kind == "exact":
            return {self.from_.text: self.to or ""}
        return {}

    def _changes(
        self, tree: Tree, dialect: Dialect, new: dict[str, str]
    ) -> Iterator[tuple[Document, YamlChange]]:
        for path, text in files_with(tree, dialect.GLOBS, tuple(new)):
            document = parse(path, text)
            jobs = dialect.jobs(document, tree)
            for job in jobs if self._is_meant(path) else ():
                if (old := self._old(job)) in new:
                    yield document, _renamed(job, self.of, new[old])
            here = {old: name for old, name in new.items() if self._names(old, document, jobs)}
            for change in renamed(document, dialect.references(document), here):
                yield document, change


def _renamed(job: Job, of: str, new: str) -> YamlChange:
    if of == "key":
        key = job.part.key if job.part and not job.names.key else None
        if key and any(queue.node == key for queue in job.queues):
            what = f"the key of job '{job.name}' names its queue too"
            hint = f"give it the field {job.names.queue} first, or use set-queue"
            raise Refused(what, place=job.document.place(key), hint=hint)
        return set_key(job, new)
    field = find(job, "<label>")
    if field is None or not isinstance(resolved(field.value), Scalar):
        what = f"the label of job '{job.name}' is written elsewhere"
        raise Refused(what, place=job.document.place(job.node), hint="rename it by hand")
    return set_scalar(job.document, field.value, Value(new), flow=field.mapping.flow)
