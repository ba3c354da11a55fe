"""Where repositories come from: one file a kind, found by its name in a campaign."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from ci_migrate.bulk.remote import Remote


class Source(Protocol):
    """A kind of place that repositories are told by."""

    def find(self, given: str, folder: Path) -> Iterator[Remote]:
        """Yield the repositories that `given` stands for, paths in it counted from `folder`.

        Raises CiMigrateError where it can't be looked at.
        """


def source_names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return tuple(info.name for info in iter_modules(__path__))


def load_source(name: str) -> Source:
    """Return the source with a name, which is one of those known."""
    return cast(Source, import_module(f"{__name__}.{name}"))
