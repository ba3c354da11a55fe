"""What queues give the jobs on them: a profile, as a file of facts states it."""

from dataclasses import dataclass
from typing import Literal

from ci_migrate.globs import matcher
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


Rule = Literal["path", "start", "part"]  # how an entry fits the path of a changed file


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts about the queues of one CI system in one organisation."""

    dialect: str = option("CI system that it is about")
    queues: dict[str, Queue] = option("queues by name")
    otherwise: str = option("queue of a job that names none, or an unknown one", default="")
    otherwise_asked: dict[str, str] = option(
        "the same, by the number of GPUs that the job asks for", default_factory=dict
    )

    mirrors: str = option("field that repeats a job on other queues, by a name", default="")
    matches: Rule | None = option(
        "how an entry of a job's list of files fits a changed file: as its `path` or a folder above"
        " it, as the `start` of its path, or as a `part` of it; not known without",
        default=None,
    )
    matches_in: dict[str, Rule] = option(
        "the same, for the files of jobs that fit a glob", default_factory=dict
    )
    by_hand: str = option(
        "field of a job that is started by hand or at night, whatever changes", default=""
    )
    model_field: str = option("field of a list's config that names a model", default="")
    models: dict[str, tuple[str, ...]] = option(
        "files that a model needs, by a glob of its name without its owner", default_factory=dict
    )
    capabilities: dict[str, Literal["family", "exact", "least"]] = option(
        "functions that conditions of tests ask for a GPU's compute capability, as 100 for 10.0:"
        " whether it is of that `family`, `exact`, or at `least` that",
        default_factory=dict,
    )

    def __post_init__(self) -> None:
        """Check that each fallback is a known queue; raises ValueError if not."""
        for name in (self.otherwise, *self.otherwise_asked.values()):
            if name and name not in self.queues:
                raise ValueError(f"'{name}' is the fallback, and none of the queues")

    def rule_in(self, path: str) -> Rule | None:
        """Return how entries fit in a file of jobs, if that is known."""
        rules = (r for glob, r in self.matches_in.items() if matcher((glob,)).fullmatch(path))
        return next(rules, self.matches)

    def queue_for(self, name: str | None, asked: int | None) -> tuple[str, Queue] | None:
        """Return the queue that a job comes to, by the name that it gives and what it asks for."""
        if name is not None and name in self.queues:
            return name, self.queues[name]
        fallback = self.otherwise_asked.get(str(asked), self.otherwise)
        return (fallback, self.queues[fallback]) if fallback else None
