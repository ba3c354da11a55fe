"""A merge request on GitLab, through `glab`."""

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
    """Push the branch, and open a merge request unless one is open, or was closed by somebody."""
    api = f"projects/{_project(change.name)}"
    branch = quote(change.branch, safe="")
    found = request("glab", f"{api}/merge_requests?source_branch={branch}")  # the last one first
    opened = [one for one in found if one["state"] == "opened"]
    if found and not opened and found[0]["state"] == "closed":
        raise closed(change, found[0]["web_url"])
    push(change)
    yield Step("pushed", {"pushed": change.commit})
    if not opened:
        base = change.base or request("glab", api)["default_branch"]
        title = f"Draft: {change.title}" if change.draft else change.title
        fields = {"source_branch": change.branch, "target_branch": base, "title": title}
        opened = [request("glab", f"{api}/merge_requests", **fields, description=change.body)]
    yield Step("opened", {"url": opened[0]["web_url"]})


def _project(name: str) -> str:
    """Return a project's path as a part of an address, with the groups that it is in."""
    told = re.search(r"(?:://[^/]+/|^[^/]+:)([\w./-]+?)(?:\.git)?/?$", name)
    if told is None:
        raise BadFile("this is no repository on GitLab", place=Place(name), hint="push it only")
    return quote(told[1], safe="")
