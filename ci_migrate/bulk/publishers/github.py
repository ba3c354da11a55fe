"""A pull request on GitHub, through `gh`."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from ci_migrate.bulk.forge import request
from ci_migrate.bulk.publishers import Change, closed
from ci_migrate.bulk.pushing import push
from ci_migrate.bulk.states import State, Step
from ci_migrate.errors import BadFile, Place

GOAL: State = "opened"
REMOTE = True


def publish(change: Change) -> Iterator[Step]:
    """Push the branch, and open a pull request unless one is open, or was closed by somebody."""
    owner, name = _names(change.name)
    api = f"repos/{owner}/{name}"
    head = f"{owner}:{quote(change.branch, safe='')}"
    found = request("gh", f"{api}/pulls?state=all&head={head}")  # the last one first
    opened = [one for one in found if one["state"] == "open"]
    if found and not opened and not found[0]["merged_at"]:
        raise closed(change, found[0]["html_url"])
    push(change)
    yield Step("pushed", {"pushed": change.commit})
    if not opened:
        base = change.base or request("gh", api)["default_branch"]
        fields = {"head": change.branch, "base": base, "title": change.title, "body": change.body}
        opened = [request("gh", f"{api}/pulls", **fields, draft=change.draft)]
    yield Step("opened", {"url": opened[0]["html_url"]})


def _names(name: str) -> tuple[str, str]:
    told = re.search(r"[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?$", name)
    if told is None:
        raise BadFile("this is no repository on GitHub", place=Place(name), hint="push it only")
    return told[1], told[2]
