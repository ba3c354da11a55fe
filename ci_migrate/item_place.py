"""Where in a list an item goes: beside another one, or at an end."""

from typing import Literal, NamedTuple

from ci_migrate.document import Scalar, Sequence
from ci_migrate.pattern import Pattern

End = Literal["first", "last"]


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
            number
            for number, item in enumerate(sequence.items)
            if isinstance(item, Scalar) and pattern and pattern.fits(item.value)
        ]
        if not fitting:
            return None
        return fitting[-1] + 1 if self.after else fitting[0]
