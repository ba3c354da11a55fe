"""Where repositories come from: one file a kind, found by its name in a campaign."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from ci_migrate.bulk.remote import Remote
from ci_migrate.modules import module_in, names_in


class Source(Protocol):
    """A kind of place that repositories are told by."""

    def find(self, given: str, folder: Path) -> Iterator[Remote]:
        """Yield the repositories that `given` stands for, paths in it counted from `folder`.

        Raises CiMigrateError where it can't be looked at.
        """


def source_names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return names_in(__path__)


def load_source(name: str) -> Source:
    """Return the source with a name, which is one of those known."""
    return cast(Source, module_in(__name__, name))
