"""Find a field of a job by its name, or by a path of names such as `mirror.amd.device`."""

from typing import NamedTuple

from ci_migrate.document import Mapping, Node, Part, Scalar, resolved


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


def find_field(node: Mapping, path: str) -> Field | None:
    """Return a field of a job, or None; of a repeated one the last, as loaders do."""
    first, _, rest = path.partition(".")
    for position in reversed(range(len(node.entries))):
        key = resolved(node.entries[position].key)
        if isinstance(key, Scalar) and key.value == first:
            inner = resolved(node.entries[position].value)
            if rest:
                return find_field(inner, rest) if isinstance(inner, Mapping) else None
            return Field(node, position)
    return None


def text_of(node: Mapping, path: str) -> str | None:
    """Return the text of a field, or None if it is not there or no single value."""
    field = find_field(node, path)
    value = resolved(field.value) if field else None
    return value.value if isinstance(value, Scalar) else None
