"""Give jobs a field that they do not have."""

from dataclasses import dataclass, replace

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content
from ci_migrate.document import Mapping
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, find_field, node_at, path_of
from ci_migrate.new_field import own_name
from ci_migrate.new_value import check_all_found, from_table, slug_of
from ci_migrate.option_types import FieldPath
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.reversal import Undoing, check_told, text
from ci_migrate.selector import JobSelector
from ci_migrate.style import Value
from ci_migrate.tables import Table
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, add_entry
from ci_migrate.yaml_parts import insert_first_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AddField:
    """Add a field on lines of its own to the chosen jobs, also inside another field.

    It stands below the first of the fields in `after` that are there; `first` and `last` are words
    for the two ends. Jobs that have the field, or lack the one it belongs in, are left alone.

    Lists in a new value are indented as the list of the same key is elsewhere in the file, or else
    as most lists are.

    Refused: a field to stand on a line between braces, a place that an alias repeats, a block of
    lines above that would swallow it.

    Example:
        - add-field: {jobs: {label: "Small *"}, field: device, value: h200, after: [optional, label]}
        - add-field: {jobs: {without: key}, field: key, slug-of: label, after: label}
        - add-field: {jobs: {queue: b200}, field: timeout_in_minutes, table: timeouts.csv}
        - add-field:
            jobs: {key: nightly}
            field: mirror
            value: {amd: {device: mi325_1, depends_on: [image-build-amd]}}
            after: [optional, last]
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: FieldPath = option("name of the new field, or a path of names with dots")
    value: Content | None = option("value of the new field, a text or with parts", default=None)
    table: Table | None = option(
        "values by the key or label of the job, or a CSV or YAML file with them", default=None
    )
    slug_of: str | None = option("field whose text, as a slug, is the value", default=None)
    after: tuple[str, ...] = option(
        "fields to stand below, in order of liking, or first, or last", default=("last",)
    )
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that one value is told; raises ValueError if not."""
        check_target(self.jobs, self.at)
        if sum(given is not None for given in (self.value, self.table, self.slug_of)) != 1:
            raise ValueError("the value is told by one of 'value', 'table' and 'slug-of'")
        text_alone = self.value is None or isinstance(self.value.form, Value)
        if self.field.text == "<queue>" and text_alone:
            raise ValueError("a queue is added by add-queue, as each CI system writes it")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job has none of the fields in `after`."""
        jobs = find_holders(tree, dialect, self.jobs, self.at, self.field.text)
        if self.table is not None:
            check_all_found(self.table, jobs, hint="mend the name, or choose the job in 'jobs'")
        changes = change_jobs(jobs, self._add, expect=self.expect)
        told = f": {self.value.title}" if self.value else ""
        summary = f"{self.field.text}{told} added to {changes}"
        return Outcome(summary, changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        if self.value is None:
            raise Refused("the value is not the same for all jobs", hint="undo it by hand")
        jobs, name = self.jobs, self.field.text
        if jobs is not None and name in jobs.without:
            others = tuple(other for other in jobs.without if other != name)
            fields = {**jobs.fields, name: (Pattern.exactly(text(self.value, "the value")),)}
            jobs = replace(jobs, without=others, fields=fields)
        options = {"jobs": jobs, "at": self.at, "field": name, "value": self.value}
        return Undoing("remove-field", options | {"expect": self.expect})

    def _add(self, job: Holder) -> YamlChange | None:
        name, document = path_of(job, self.field.text), job.document
        mapping = _parent(job, name)
        value = self._value(job) if mapping else None
        if mapping is None or value is None or find(job, name) is not None:
            return None
        for anchor in self.after:
            if anchor == "first":
                return insert_first_entry(document, mapping, name, value)
            found = find_field(mapping, own_name(job, anchor))
            position = found.position if found else len(mapping.entries) - 1
            if found or anchor == "last":
                return add_entry(document, mapping, name, value, after=position)
        what = f"job '{job.name}' has no field {' or '.join(self.after)}"
        hint = f"name a field that it has, to put {name} below, or write last"
        raise Refused(what, place=document.place(job.node), hint=hint)

    def _value(self, job: Holder) -> Content | None:
        if self.table is not None:
            value = from_table(self.table, job)
            return Content(value) if value else None
        return Content(slug_of(job, self.slug_of)) if self.slug_of else self.value


def _parent(job: Holder, name: str) -> Mapping | None:
    """Return what a field stands in: the job, or a mapping inside it, if that is there."""
    above = name.rpartition(".")[0]
    inner = node_at(job.node, above) if above else job.node
    return inner if isinstance(inner, Mapping) else None
