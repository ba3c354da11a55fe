"""What queues give the jobs on them: a profile, as a file of facts states it."""

from dataclasses import dataclass
from typing import Literal

from ci_migrate.options import option


@dataclass(frozen=True, slots=True)
class Queue:
    """What a job on one queue sees."""

    gpus: int | None = option(
        "GPUs of a host, where a job sees them all; else what one gets that asks for none",
        default=None,
    )
    sees: Literal["host", "asked", "named"] = option(
        "GPUs that a job sees: all of the `host`, as many as it has `asked` for, or as the queue is"
        " `named`",
        default="host",
    )
    platform: str = option("kind of GPU, as B200", default="")


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts about the queues of one CI system in one organisation."""

    dialect: str = option("CI system that it is about")
    queues: dict[str, Queue] = option("queues by name")
    otherwise: str = option("queue of a job that names none, or an unknown one", default="")
    otherwise_asked: dict[str, str] = option(
        "the same, by the number of GPUs that the job asks for", default_factory=dict
    )
    durations: dict[str, int] = option(
        "minutes that jobs are known to take, by key, or by label without one", default_factory=dict
    )
    conditions: dict[str, tuple[str, ...]] = option(
        "platforms on which a condition of a skip holds, as Python writes it", default_factory=dict
    )

    def __post_init__(self) -> None:
        """Check that each fallback is a known queue; raises ValueError if not."""
        for name in (self.otherwise, *self.otherwise_asked.values()):
            if name and name not in self.queues:
                raise ValueError(f"'{name}' is the fallback, and none of the queues")

    def queue_for(self, name: str | None, asked: int | None) -> tuple[str, Queue] | None:
        """Return the queue that a job comes to, by the name that it gives and what it asks for."""
        if name is not None and name in self.queues:
            return name, self.queues[name]
        fallback = self.otherwise_asked.get(str(asked), self.otherwise)
        return (fallback, self.queues[fallback]) if fallback else None
