"""What can be waited for in a file: jobs, and what else has a name there."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from ci_migrate.document import Document, Mapping, Node, Sequence, resolved
from ci_migrate.errors import CiMigrateError
from ci_migrate.gitlab_includes import entries_of
from ci_migrate.job import Job
from ci_migrate.job_fields import find_field, text_of
from ci_migrate.survey import Survey

_KEYS = ("key", "id", "identifier")


def names_in(survey: Survey, document: Document) -> Iterator[str]:
    """Yield the names of what a file holds: its jobs, hidden ones, and steps that run nothing."""
    if survey.dialect_of(document) == "gitlab-ci":
        yield from entries_of(document)
        return
    for root in document.roots:
        yield from _of_steps(root, set())
    yield from (job.key for job in jobs_in(survey, document) if job.key)


def jobs_in(survey: Survey, document: Document) -> tuple[Job, ...]:
    """Return the jobs that stand in a file, also in one that the survey leaves out."""
    if survey.only is None or document.path in survey.only:
        return survey.jobs_by_file.get(document.path, ())
    with suppress(CiMigrateError):
        return survey.dialect.jobs(document, survey.tree)
    return ()


def together(
    survey: Survey, names: set[str], *, by: Literal["key", "label"] = "key"
) -> Iterator[tuple[Job, ...]]:
    """Yield the jobs of one pipeline that share one of these names, where several do.

    A pipeline is what a profile says, or a file. Files that a survey leaves out are looked at too.
    """
    survey = survey.also(names)
    found: dict[tuple[tuple[str, ...] | str, str], list[Job]] = {}
    for job in survey.jobs:
        name = job.key if by == "key" else job.label
        if name in names:
            pipeline = survey.pipeline_of(job.document.path) or job.document.path
            found.setdefault((pipeline, name), []).append(job)
    yield from (tuple(jobs) for jobs in found.values() if len(jobs) > 1)


def slug(label: str) -> str:
    """Return what two spellings of a name share: its letters and digits."""
    return re.sub(r"[^a-z0-9]", "", label.lower())


def _of_steps(node: Node, seen: set[int]) -> Iterator[str]:
    """Yield the keys of the steps of a pipeline, and of the groups among them, each group once."""
    node = resolved(node) or node
    if id(node) in seen:
        return
    seen.add(id(node))
    steps = find_field(node, "steps") if isinstance(node, Mapping) else None
    found = resolved(steps.value) if steps else node
    for item in found.items if isinstance(found, Sequence) else ():
        step = resolved(item)
        if isinstance(step, Mapping):
            yield from filter(None, (text_of(step, name) for name in _KEYS))
            yield from _of_steps(step, seen) if find_field(step, "steps") else ()
