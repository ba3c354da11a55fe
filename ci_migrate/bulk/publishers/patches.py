"""A patch file for each repository, to look at or to send."""

import os
from collections.abc import Iterator

from ci_migrate.bulk.publishers import Change
from ci_migrate.bulk.remote import slug
from ci_migrate.bulk.states import State, Step
from ci_migrate.files import failed

GOAL: State = "written"
REMOTE = False


def publish(change: Change) -> Iterator[Step]:
    """Write the patch below the campaign's folder; raises BadFile if it can't be written."""
    path = change.folder / "patches" / f"{slug(change.name)}.patch"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(change.patch.encode(errors="surrogateescape"))
        os.replace(fresh, path)
    except OSError as error:
        raise failed("write", str(path), error) from error
    yield Step("written", {"written": str(path)})
