"""Where a GitLab configuration names its jobs.

Source: docs.gitlab.com/ci/yaml (`needs`, `dependencies`, `extends`, `environment:on_stop`,
`rules:needs`, `trigger:include`), docs.gitlab.com/ci/yaml/yaml_optimization (`!reference`).
"""

from collections.abc import Iterator

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parts
from ci_migrate.gitlab_includes import entries_of
from ci_migrate.job import Reference
from ci_migrate.lookup import Found, child, follow, items_of


def job_references(document: Document) -> Iterator[Reference]:
    """Yield each text that names a job, once."""
    seen = set()
    found = [one for entry in entries_of(document).values() for one in _in_entry(entry)]
    for root in document.roots:
        found += _first_of_references(root)
    for one in found:
        if isinstance(one.node, Scalar) and one.node.span not in seen:
            seen.add(one.node.span)
            yield Reference(document, one.node, one.flow, within="tree")


def _in_entry(entry: Found) -> Iterator[Found]:
    for field in ("dependencies", "extends"):
        yield from items_of(child(entry, field))
    yield from _needed(child(entry, "needs"))
    for rule in items_of(child(entry, "rules")):
        yield from _needed(child(rule, "needs"))
    for include in items_of(child(child(entry, "trigger"), "include")):
        yield from items_of(child(include, "job"))
    yield from items_of(child(child(entry, "environment"), "on_stop"))


def _needed(needs: Found | None) -> Iterator[Found]:
    """Yield the jobs that are needed, those of a parent pipeline too, those of projects not."""
    for item in items_of(needs):
        if not isinstance(item.node, Mapping):
            yield item
        elif child(item, "project") is None:
            yield from items_of(child(item, "job"))


def _first_of_references(node: Node) -> Iterator[Found]:
    """Yield the first item of each `!reference` below a node."""
    if not isinstance(node, Sequence | Mapping):
        return
    if node.tag == "!reference" and isinstance(node, Sequence):
        if node.items and (first := follow(node.items[0], flow=node.flow)):
            yield first
        return
    for part in parts(node):
        yield from _first_of_references(part.value)
