"""Put a new job into a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content, Fields, Source
from ci_migrate.document import Mapping, Scalar, Sequence, parse
from ci_migrate.entries import entry
from ci_migrate.errors import Place, Refused
from ci_migrate.extent import blank_lines_between
from ci_migrate.job import Dialect, Job
from ci_migrate.job import Fields as JobFields
from ci_migrate.job_changes import rewrites_of
from ci_migrate.job_copies import told_name
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing
from ci_migrate.selector import JobSelector, find_named, is_named
from ci_migrate.tree import Tree, read_text
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_parts import insert_entry, insert_item


@dataclass(frozen=True, slots=True)
class AddJob:
    """Add a job beside another one, or at the end of a file.

    It is written as the recipe says, its lists indented as those of the file, and stands as far
    from its neighbours as jobs of the file mostly do. Where a job has its name, it is done. Where
    jobs are entries of a mapping, `job` is one entry.

    Example:
        - add-job:
            after: kernels-b200
            job:
              key: kernels-h200
              label: Kernels (H200)
              device: h200
              commands: [pytest kernels]
        - add-job:
            after: build
            file: .github/workflows/ci.yml
            job: {lint: {runs-on: ubuntu-24.04, steps: [{run: ruff check}]}}
        - add-job:
            file: .buildkite/test_areas/kernels.yaml
            job: !source |
              label: "Kernels (H200)"  # until the B200s are back
              commands:
              - pytest kernels
    """

    job: Content = option("fields of the new job, among them a key or a label")
    after: str | None = option("key or label of the job to stand below", default=None)
    before: str | None = option("key or label of the job to stand above", default=None)
    file: str | None = option("path of the file to stand in; alone, at its end", default=None)

    def __post_init__(self) -> None:
        """Check that one place is told; raises ValueError if not."""
        beside = sum(place is not None for place in (self.after, self.before))
        if beside > 1 or not (beside or self.file):
            raise ValueError("the place of a job is told by 'after' or 'before', or by 'file'")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the job can't be put."""
        beside = self._beside(tree, dialect)
        name = self._name(beside, dialect.names(beside.document))
        if is_named(tree, dialect, name, (self.file or beside.scope or "**",)):
            return Outcome(f"a job '{name}' is there already")
        return Outcome(f"new job '{name}'", rewrites_of([(beside.document, self._put(beside))]))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        told = told_name(dict(self._fields()))
        if told is None:
            raise Refused("its job has no name that is known", hint="undo it by hand")
        name = (Pattern.exactly(told),)
        file = (self.file,) if self.file else ()
        either = (JobSelector(key=name), JobSelector(label=name))
        return Undoing("delete-job", {"jobs": JobSelector(file=file, any=either)})

    def _name(self, beside: Job, names: JobFields) -> str:
        """Return the new job's key or label; where jobs are entries, `job` has one, its key."""
        if isinstance(beside.own_part.parent, Mapping):
            return self._entry()[0]
        known = (names.key, names.label, beside.names.key, beside.names.label)
        fields = [field for field in dict.fromkeys(known) if field]
        for field in fields:
            if name := _text(self.job, field):
                return name
        what = f"the new job has no {' and no '.join(fields)}"
        raise Refused(what, hint="give it a name, in 'job'")

    def _entry(self) -> tuple[str, Content]:
        fields = self.job.form.fields if isinstance(self.job.form, Fields) else ()
        if len(fields) != 1:
            what = "jobs are entries here, and 'job' does not have just one"
            raise Refused(what, hint="write 'job: {NAME: {…}}'")
        ((key, form),) = fields
        return key.text, Content(form)

    def _beside(self, tree: Tree, dialect: Dialect) -> Job:
        if name := self.after or self.before:
            return find_named(tree, dialect, name, (self.file,) if self.file else ())
        assert self.file is not None  # noqa: S101 (one of the three is)
        found = dialect.jobs(parse(self.file, read_text(tree, self.file) or ""), tree)
        if not found:
            what = "this file has no job to stand below"
            raise Refused(what, place=Place(self.file), hint="name another")
        return found[-1]

    def _fields(self) -> Iterator[tuple[str, Content]]:
        form = self.job.form
        for key, value in form.fields if isinstance(form, Fields) else ():
            yield key.text, Content(value)
            if isinstance(value, Fields):
                yield "<key>", Content(key)

    def _put(self, beside: Job) -> YamlChange:
        document, parent = beside.document, beside.own_part.parent
        position = beside.own_part.position + (self.before is None)
        gap = blank_lines_between(document, parent)
        if isinstance(parent, Sequence):
            return insert_item(document, parent, position, self.job, blank_lines=gap)
        name, content = self._entry()
        return insert_entry(document, parent, position, name, content, blank_lines=gap)


def _text(job: Content, field: str) -> str | None:
    if isinstance(job.form, Fields):
        return next((Content(v).title for k, v in job.form.fields if k.text == field), None)
    if isinstance(job.form, Source) and isinstance(job.form.node, Mapping):
        found = entry(job.form.node, field)
        return found.value.value if found and isinstance(found.value, Scalar) else None
    return None
