"""The mirrors of a vLLM step, which repeat it on other queues."""

from collections.abc import Iterator

from ci_migrate.document import Mapping, Scalar, resolved
from ci_migrate.job import Job, Origin
from ci_migrate.lookup import follow, look_up, origins_at


def mirrors(job: Job) -> Iterator[tuple[str, Mapping]]:
    """Yield the name of each mirror, with its fields that stand before those of the step."""
    found = look_up(follow(job.node), "mirror") if job.names.queue == "device" else None
    for written, value in found.node.entries if found and isinstance(found.node, Mapping) else ():
        key, fields = resolved(written), resolved(value)
        if isinstance(key, Scalar) and isinstance(fields, Mapping):
            yield key.value, fields


def all_commands(job: Job) -> tuple[Origin, ...]:
    """Return the commands of a job, and those that its mirrors run in their stead."""
    others = (origins_at(job.document, follow(node), "commands") for _, node in mirrors(job))
    return (*job.commands, *(one for origins in others for one in origins))
