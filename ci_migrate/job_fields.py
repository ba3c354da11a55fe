"""Find a field of a job by its name, by a path of names, or by what it means in every dialect."""

from typing import NamedTuple

from ci_migrate.document import Mapping, Node, Part, Scalar, Sequence, resolved
from ci_migrate.entries import positions
from ci_migrate.errors import Refused, nearest
from ci_migrate.job import Fields, Holder
from ci_migrate.style import Value
from ci_migrate.yaml_change import YamlChange, set_scalar


class Field(NamedTuple):
    """Where a field stands: entry number `position` of `mapping`."""

    mapping: Mapping
    position: int

    @property
    def part(self) -> Part:
        """Return the field as a part of its mapping."""
        return Part(self.mapping, self.position)

    @property
    def value(self) -> Node:
        """Return the field's value as it is written."""
        return self.mapping.entries[self.position].value


def find(job: Holder, path: str) -> Field | None:
    """Return a field of a job, or None; raises Refused for a meaning that its dialect has not."""
    return find_field(job.node, path_of(job, path))


def path_of(job: Holder, path: str) -> str:
    """Return the path of a field, with `<timeout>` and the like by the job's own names.

    Raises Refused where its dialect has no field of that meaning.
    """
    if not path.startswith("<"):
        return path
    meaning, _, rest = path[1:].partition(">")
    if meaning not in Fields._fields:
        what = f"'<{meaning}>' is no field that every dialect knows"
        place = job.document.place(job.node)
        raise Refused(what, place=place, hint=nearest(meaning, Fields._fields))
    name: str = getattr(job.names, meaning)
    if not name:
        what = f"'{job.name}' can have no field for {meaning} in its CI system"
        place = job.document.place(job.node)
        raise Refused(what, place=place, hint="leave these jobs out")
    return name + rest


def own_name(job: Holder, name: str) -> str:
    """Return what a job calls a field; nothing if its CI system has none of that meaning."""
    if not name.startswith("<"):
        return name
    return str(getattr(job.names, name[1:-1], ""))


def can_have(job: Holder, path: str) -> bool:
    """Say whether a job's CI system has a field of the meaning that a path begins with, if any."""
    meaning = path[1:].partition(">")[0]
    return not path.startswith("<") or bool(getattr(job.names, meaning, ""))


def find_field(node: Node, path: str) -> Field | None:
    """Return a field of a mapping, or None; of a repeated one the last, as loaders do."""
    parent, _, name = path.rpartition(".")
    mapping = node_at(node, parent) if parent else node
    if not isinstance(mapping, Mapping):
        return None
    position = positions(mapping).get(name)
    return None if position is None else Field(mapping, position)


def node_at(node: Node, path: str) -> Node | None:
    """Return what stands at a path of names, or None.

    A number in brackets leads to an item of a list: `spec.containers[0].resources`.
    """
    found: Node | None = node
    for part in path.split("."):
        name, _, number = part.partition("[")
        field = find_field(found, name) if isinstance(found, Mapping) else None
        found = resolved(field.value) if field else None
        if number:
            found = _item(found, number.removesuffix("]"))
    return found


def _item(node: Node | None, number: str) -> Node | None:
    if not isinstance(node, Sequence) or not number.isdecimal():
        return None
    return resolved(node.items[int(number)]) if int(number) < len(node.items) else None


def text_of(node: Node, path: str) -> str | None:
    """Return the text of a field, or None if it is not there or no single value."""
    field = find_field(node, path)
    value = resolved(field.value) if field else None
    return value.value if isinstance(value, Scalar) else None


def field_text(job: Holder, path: str) -> str | None:
    """Return the text of a job's field; None too where its dialect has no such field."""
    return text_of(job.node, path_of(job, path)) if can_have(job, path) else None


def has_field(job: Holder, path: str) -> bool:
    """Say whether a job has a field, of its own or from elsewhere."""
    if not can_have(job, path):
        return False
    own = path_of(job, path)
    return find_field(job.node, own) is not None or own.partition(".")[0] in job.inherited


def set_key(job: Holder, new: str) -> YamlChange:
    """Give a job another key, where that stands; raises Refused if it stands nowhere."""
    key = job.part.key if job.part else None
    if key is not None and not job.names.key:
        flow = bool(job.part and job.part.parent.flow)
        return set_scalar(job.document, key, Value(new), flow=flow)
    field = find_field(job.node, job.names.key) if job.names.key else None
    if field is None:
        what = f"job '{job.name}' has no key to change"
        raise Refused(what, place=job.document.place(job.node), hint="give it one first")
    return set_scalar(job.document, field.value, Value(new), flow=field.mapping.flow)
