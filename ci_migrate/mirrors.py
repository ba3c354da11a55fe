"""The jobs that a field of a job makes of it, each on another queue."""

from collections.abc import Iterator

from ci_migrate.document import Mapping, Scalar
from ci_migrate.job import Job, Workspace
from ci_migrate.lookup import Found, follow, look_up, origin, origins_at, text_at


def mirrors_of(job: Job, field: str) -> tuple[Job, ...]:
    """Return what each entry of a field makes of a job: it has the entry's fields before its own.

    Its node is the entry, so that what is found in one stands there.
    """
    found = look_up(follow(job.node), field) if field else None
    return tuple(_mirrors(job, found)) if found else ()


def _mirrors(job: Job, found: Found) -> Iterator[Job]:
    for key, value in found.node.entries if isinstance(found.node, Mapping) else ():
        name, inner = follow(key), follow(value, found.through)
        if inner is None or not isinstance(inner.node, Mapping):
            continue
        queue = look_up(inner, job.names.queue)
        written = origin(job.document, queue) if queue else None
        label = text_at(inner.node, "label") or f"{job.name} ({name.text if name else ''})"
        yield job._replace(
            part=None,
            node=inner.node,
            key=None,
            label=label,
            queues=(written,) if written else job.queues,
            commands=origins_at(job.document, inner, job.names.commands) or job.commands,
            gpus=None,
            workspace=_workspace(job.workspace, look_up(inner, "working_dir")),
        )


def _workspace(job: Workspace | None, given: Found | None) -> Workspace | None:
    written = given.node if given else None
    return job.at(written) if job and isinstance(written, Scalar) else job
