"""The repositories of a GitHub organisation or user, asked of `gh`."""

import json
from collections.abc import Iterator
from pathlib import Path

from ci_migrate.bulk.forge import ask
from ci_migrate.bulk.remote import Remote

_MOST = "100000"


def find(given: str, folder: Path) -> Iterator[Remote]:
    """Yield what is neither archived nor a fork; raises BadFile where `gh` can't say."""
    options = ("--no-archived", "--source", "--limit", _MOST, "--json", "url")
    for row in json.loads(ask("gh", "repo", "list", given, *options)):
        yield Remote(row["url"], row["url"])
