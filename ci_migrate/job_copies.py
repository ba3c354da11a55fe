"""What a copy of a job has otherwise than the job: fields set, added and removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci_migrate.content import Content, means
from ci_migrate.document import Scalar
from ci_migrate.entries import entry
from ci_migrate.errors import Refused
from ci_migrate.job import Job
from ci_migrate.job_fields import find, path_of, set_key
from ci_migrate.option_types import FieldName
from ci_migrate.options import option
from ci_migrate.yaml_change import YamlChange, add_entry
from ci_migrate.yaml_parts import remove_parts
from ci_migrate.yaml_values import set_value


@dataclass(frozen=True, slots=True)
class AddedField:
    """A field that the new job has and the old one has not."""

    field: FieldName = option("name of the field")
    value: Content = option("value of the field, a text or with parts")
    after: tuple[str, ...] = option("fields to stand below: the first one that the job has")


def copy_change(
    job: Job, *, set_: Mapping[str, Content], add: Iterable[AddedField], remove: Iterable[str]
) -> YamlChange:
    """Return the change to make to a copy of a job, counted in the job itself.

    Raises Refused for a field to set or to remove that the job does not have.
    """
    change = YamlChange()
    for name, content in set_.items():
        change += _set_in_copy(job, name, content)
    for added in add:
        change += add_to_copy(job, added)
    for name in remove:
        field = find(job, name)
        if field is None:
            raise _no_field(job, name, "remove")
        change += remove_parts(job.document, field.mapping, (field.position,))
    return change


def add_to_copy(job: Job, added: AddedField) -> YamlChange:
    """Return the change that adds a field; raises Refused if the job has it, or no place for it."""
    name = path_of(job, added.field.text)
    if entry(job.node, name) is not None:
        what = f"job '{job.name}' has a field {name} already"
        hint = "leave it out of 'add'; the copy has it too, and can be set by a later operation"
        raise Refused(what, place=job.document.place(job.node), hint=hint)
    keys = [e.key.value if isinstance(e.key, Scalar) else None for e in job.node.entries]
    for anchor in added.after:
        own = path_of(job, anchor).partition(".")[0]
        if own in keys:
            index = keys.index(own)
            return add_entry(job.document, job.node, name, added.value, after=index)
    what = (
        f"job '{job.name}' has no field {' or '.join(added.after)} to put {added.field.text} below"
    )
    raise Refused(what, place=job.document.place(job.node), hint="name a field that it has")


# What jobs are called by in the dialects, for a recipe that was applied before its job was gone.
_NAMES = ("<key>", "key", "id", "<label>", "label", "name", "job", "deployment", "displayName")


def told_name(set_: Mapping[str, Content]) -> str | None:
    """Return the name that `set` gives to a copy of a job of a dialect that is not known."""
    return next((set_[name].title for name in _NAMES if name in set_), None)


def new_names(job: Job, set_: Mapping[str, Content]) -> dict[str, str]:
    """Return the key and the label, by `key` and `label`, that `set` gives to a copy of a job."""
    own = {"<key>": "key", "<label>": "label", job.names.key: "key", job.names.label: "label"}
    return {own[name]: content.title for name, content in set_.items() if name and name in own}


def _set_in_copy(job: Job, name: str, content: Content) -> YamlChange:
    if name == "<key>":
        return set_key(job, content.title)
    field = find(job, name)
    if field is None:
        raise _no_field(job, name, "set")
    if means(field.value, content):
        return YamlChange()
    return set_value(job.document, field.part, content, path=name)


def _no_field(job: Job, name: str, word: str) -> Refused:
    what = f"job '{job.name}' has no {name} for its copy to {word}"
    return Refused(what, place=job.document.place(job.node), hint=f"leave it out of '{word}'")
