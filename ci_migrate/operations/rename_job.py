"""Give jobs another key or label, wherever they are named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ci_migrate.changeset import Outcome
from ci_migrate.document import Document, Scalar, parse, resolved
from ci_migrate.errors import BadFile, Refused
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import rewrites_of
from ci_migrate.job_fields import find, set_key
from ci_migrate.job_references import renamed
from ci_migrate.options import option
from ci_migrate.pattern import Pattern, Replacement
from ci_migrate.reversal import Undoing, exact, swapped
from ci_migrate.selector import jobs_with, no_such_job
from ci_migrate.style import Value
from ci_migrate.tables import Table
from ci_migrate.text import counted
from ci_migrate.tree import Tree, files_with
from ci_migrate.yaml_change import YamlChange, set_scalar

# New names by the file in which the old one counts, "" for all, and the old one.
_Names: TypeAlias = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class RenameJob:
    r"""Rename jobs, and every place that names them, such as `depends_on` and `needs`.

    `from` is a name, or a pattern whose groups `to` names as `\1`; or `names` says the new name of
    each. No two jobs may come to have the same name. `file` tells jobs of the same name apart; files
    that have a job of the name themselves mean that one, and stay as they are.

    Example:
        - rename-job: {from: old-key, to: new-key}
        - rename-job: {of: label, from: '/(.*) \(B200\)/', to: '\1 (B200 k8s)', expect: 12}
        - rename-job: {names: keys.csv}
        - rename-job: {from: Linux, to: Linux_x64, file: azure-pipelines.yml}
        - rename-job: {from: build, to: compile, file: .github/workflows/ci.yml}
    """

    of: Literal["key", "label"] = option("name that changes", default="key")
    from_: Pattern | None = option("name that a job has", default=None)
    to: Replacement | None = option("name that it gets", default=None)
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
        if self.from_ and self.to:
            self.from_.check_template(self.to.of(self.from_))

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a name is missing or taken."""
        found = jobs_with(tree, dialect, ())
        jobs = tuple(job for job in found if self._is_meant(job.document.path))
        new = {
            (job.scope, old): name
            for job in jobs
            if (old := self._old(job)) and (name := self._new(old)) != old
        }
        self._check(jobs, new, tree, dialect)
        if not new:
            return Outcome("no job is left to rename")
        keys = {(job.scope, job.key) for job in jobs} if self.of == "label" else set()
        changes = list(self._changes(tree, dialect, new, keys))
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
        new = Pattern.exactly(self.to.text if self.to else "")
        return swapped(self, from_=new, to=Replacement.parse(old))

    def _old(self, job: Job) -> str | None:
        return job.key if self.of == "key" else job.label

    def _new(self, old: str) -> str:
        if self.names is not None:
            return self.names.values[old].text if old in self.names.values else old
        match = self.from_.compiled.fullmatch(old) if self.from_ else None
        if match is None or self.from_ is None or self.to is None:
            return old
        return match.expand(self.from_.template(self.to.of(self.from_)))

    def _check(self, jobs: tuple[Job, ...], new: _Names, tree: Tree, dialect: Dialect) -> None:
        taken: dict[tuple[str, str], Job] = {}
        for job in jobs:
            old = self._old(job) or ""
            name = job.scope, new.get((job.scope, old), old)
            if name in taken and self._collide(job, taken[name], new):
                at = job.document.place(job.node)
                other = taken[name].document.place(taken[name].node)
                what = f"two jobs would have the {self.of} '{name[1]}', here and at {other}"
                raise Refused(what, place=at, hint="choose another name")
            if (job.scope, old) in new and self._new(name[1]) != name[1]:
                what = f"'{old}' would become '{name[1]}', which a second run would rename again"
                raise Refused(what, place=job.document.place(job.node), hint="narrow 'from'")
            if old:
                taken[name] = job
        there = {name for _, name in taken}
        for old, to in self._exact().items():
            if to not in there and old not in {old for _, old in new}:
                raise no_such_job(tree, dialect, self.of, old)
        self._check_count(jobs, new)

    def _collide(self, job: Job, other: Job, new: _Names) -> bool:
        """Say whether two jobs would come to have one name; they may have one label before."""
        names = [self._old(job), self._old(other)]
        if self.of == "label" and names[0] == names[1]:
            return False
        return any((job.scope, name) in new for name in names)

    def _check_count(self, jobs: tuple[Job, ...], new: _Names) -> None:
        if self.expect is not None and new and len(new) != self.expect:
            first = next(job for job in jobs if (job.scope, self._old(job)) in new)
            what = f"{counted(new, 'job')} would be renamed, and the recipe expects {self.expect}"
            place = first.document.place(first.node)
            names = ", ".join(old for _, old in list(new)[:5])
            raise Refused(what, place=place, hint=f"they are {names}")

    def _is_meant(self, path: str) -> bool:
        return not self.file or matcher(self.file).fullmatch(path) is not None

    def _means(self, old: str, scope: str, document: Document, jobs: tuple[Job, ...]) -> bool:
        """Say whether a name in a file is that of a job which is renamed, and not of its own."""
        if scope:
            return scope == document.path
        return self._is_meant(document.path) or all(self._old(job) != old for job in jobs)

    def _exact(self) -> dict[str, str]:
        """Return the names that must be there, or have their new name already."""
        if self.names is not None:
            return {old: value.text for old, value in self.names.values.items()}
        if self.from_ is not None and self.from_.kind == "exact":
            return {self.from_.text: self.to.text if self.to else ""}
        return {}

    def _changes(
        self, tree: Tree, dialect: Dialect, new: _Names, keys: set[tuple[str, str | None]]
    ) -> Iterator[tuple[Document, YamlChange]]:
        """Yield the changes of jobs, and of references; a text that is a key names no label."""
        for path, text in files_with(tree, dialect.GLOBS, ()):  # a name may be folded over lines
            try:
                document = parse(path, text)
            except BadFile:  # noted when its jobs were looked for
                continue
            jobs = dialect.jobs(document, tree)
            for job in jobs if self._is_meant(path) else ():
                if (old := self._old(job)) and (job.scope, old) in new:
                    yield document, _renamed(job, self.of, new[job.scope, old])
            here = {
                old: name
                for (scope, old), name in new.items()
                if (scope, old) not in keys and self._means(old, scope, document, jobs)
            }
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
