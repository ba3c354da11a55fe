"""Where in a list an item goes: beside another one, or at an end."""

from typing import Literal, NamedTuple

from ci_migrate.document import Mapping, Node, Scalar, Sequence, resolved
from ci_migrate.pattern import Pattern

End = Literal["first", "last"]


def fits_item(pattern: Pattern, item: Node) -> bool:
    """Say whether an item fits: a text, or a mapping by one of its texts, as `name: text`.

    A mapping with one key, whose value has parts, fits by that key too: a plugin with its options.
    An alias fits as what it stands for does.
    """
    item = resolved(item) or item
    if isinstance(item, Scalar):
        return pattern.fits(item.value)
    if not isinstance(item, Mapping):
        return False
    if len(item.entries) == 1 and not isinstance(item.entries[0].value, Scalar):
        key = item.entries[0].key
        return isinstance(key, Scalar) and pattern.fits(key.value)
    return any(
        pattern.fits(f"{key.value}: {value.value}")
        for key, value in item.entries
        if isinstance(key, Scalar) and isinstance(value, Scalar)
    )


class ItemPlace(NamedTuple):
    """A place in a list, told in one of three ways."""

    after: Pattern | None
    before: Pattern | None
    end: End | None

    def check(self) -> None:
        """Check that one way is told; raises ValueError if not."""
        if sum(way is not None for way in self) != 1:
            raise ValueError("the place of an item is told by one of 'after', 'before' and 'place'")

    def position(self, sequence: Sequence) -> int | None:
        """Return the number of the item to stand before; None if there is no item to go by.

        That is behind the last one that `after` fits, or before the first one that `before` fits.
        """
        if self.end is not None:
            return 0 if self.end == "first" else len(sequence.items)
        pattern = self.after or self.before
        fitting = [
            n for n, item in enumerate(sequence.items) if pattern and fits_item(pattern, item)
        ]
        if not fitting:
            return None
        return fitting[-1] + 1 if self.after else fitting[0]
