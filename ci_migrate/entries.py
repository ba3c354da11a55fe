"""Look the entries of mappings up by their keys."""

from ci_migrate.document import Entry, Mapping, Scalar, resolved


def entry(mapping: Mapping, name: str) -> Entry | None:
    """Return the entry whose key is the text `name`, the last one as loaders do, or None."""
    position = positions(mapping).get(name)
    return None if position is None else mapping.entries[position]


_MAPPINGS = 8192  # of which is remembered where their keys stand
_positions: dict[int, tuple[Mapping, dict[str, int]]] = {}


def positions(mapping: Mapping) -> dict[str, int]:
    """Return the number of the entry of each key that is a text, the last one as loaders do.

    It is worked out once for a mapping, for every audit and operation looks fields up by name.
    """
    found = _positions.get(id(mapping))
    if found is None or found[0] is not mapping:
        if len(_positions) == _MAPPINGS:
            _positions.clear()
        keys = (resolved(one.key) for one in mapping.entries)
        named = {key.value: at for at, key in enumerate(keys) if isinstance(key, Scalar)}
        found = _positions[id(mapping)] = (mapping, named)
    return found[1]
