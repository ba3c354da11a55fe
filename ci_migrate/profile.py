"""What queues give jobs, and what jobs may say: a profile, as a file of facts states it."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from ci_migrate.globs import matcher
from ci_migrate.options import option

KINDS = ("text", "texts", "scalar", "list", "number", "flag", "mapping", "any")


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
    timeout: int | None = option(
        "minutes after which each job there ends, whatever it says", default=None
    )


@dataclass(frozen=True, slots=True)
class Schema:
    """What may stand in some files of one CI system.

    A kind is one of `KINDS`, or several with `or` between them; `texts` is a list of them.
    """

    files: tuple[str, ...] = option("globs of the files; all of the CI system without", default=())
    job: dict[str, str] = option("fields of a job, each with its kind", default_factory=dict)
    file: dict[str, str] = option(
        "fields at the left of a file, each with its kind; not looked at without",
        default_factory=dict,
    )
    inside: dict[str, dict[str, str]] = option(
        "the same of what stands deeper, by its path: `steps[]` is each item, and `*` each field",
        default_factory=dict,
    )
    meant: dict[str, str] = option(
        "fields that other CI systems know, and what they are called here", default_factory=dict
    )
    values: dict[str, tuple[str, ...]] = option(
        "all values that a field can have, by its path", default_factory=dict
    )
    unknown: Literal["ignored", "refused", "unsure"] = option(
        "what becomes of a field that is not known: it is `ignored`, or the file `refused`, or it"
        " is `unsure`, and only what looks like a slip is told",
        default="ignored",
    )
    repeated: Literal["ignored", "refused"] = option(
        "what becomes of a field that stands twice: its first value, or the file", default="ignored"
    )
    keys: Literal["given", "label"] = option(
        "where the key of a job comes from that gives none: from nowhere, or its `label`",
        default="given",
    )
    strays: bool = option(
        "whether a job of no known queue comes to one that the profile tells", default=True
    )
    timeout: int | None = option(
        "minutes after which a job ends that gives no timeout; never without", default=None
    )

    def __post_init__(self) -> None:
        """Check the kinds; raises ValueError for one that there is not."""
        for fields in (self.job, self.file, *self.inside.values()):
            for kind in fields.values():
                for one in kind.split(" or "):
                    if one not in KINDS:
                        raise ValueError(f"'{one}' is no kind; known: {', '.join(KINDS)}")


Rule = Literal["path", "start", "part"]  # how an entry fits the path of a changed file


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts about the queues and the files of one CI system in one organisation."""

    dialect: str = option("CI system that it is about")
    queues: dict[str, Queue] = option("queues by name", default_factory=dict)
    otherwise: str = option("queue of a job that names none, or an unknown one", default="")
    otherwise_asked: dict[str, str] = option(
        "the same, by the number of GPUs that the job asks for", default_factory=dict
    )
    pipelines: tuple[tuple[str, ...], ...] = option(
        "globs of the files that make one pipeline together; each file is one without", default=()
    )
    schemas: tuple[Schema, ...] = option("what may stand in files", default=())
    durations: dict[str, int] = option(
        "minutes that jobs are known to take, by key or label", default_factory=dict
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
    gpu_marks: dict[str, str] = option(
        "functions that mark tests which need several GPUs, each with the argument of the number",
        default_factory=dict,
    )
    capability_of: dict[str, int] = option(
        "the compute capability of the GPUs of a platform, as 100 for 10.0", default_factory=dict
    )

    def __post_init__(self) -> None:
        """Check that each fallback is a known queue; raises ValueError if not."""
        for name in (self.otherwise, *self.otherwise_asked.values()):
            if name and name not in self.queues:
                raise ValueError(f"'{name}' is the fallback, and none of the queues")

    def over(self, other: "Profile") -> "Profile":
        """Return this profile, and where it says nothing what another one says."""
        values: dict[str, Any] = {}
        for one in dataclasses.fields(self):
            mine, others = getattr(self, one.name), getattr(other, one.name)
            values[one.name] = {**others, **mine} if isinstance(mine, dict) else mine or others
        values["schemas"] = (*self.schemas, *other.schemas)
        return Profile(**values)

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


def schema_for(profiles: tuple[Profile, ...], dialect: str, path: str) -> Schema | None:
    """Return what may stand in a file of a dialect, by the first profile that tells it.

    A schema that names the file goes before one for all files, whatever dialect it is in: pipelines
    that a generator makes can read like those that go to the CI system as they are.
    """
    named = [
        schema
        for profile in profiles
        for schema in profile.schemas
        if schema.files and matcher(schema.files).fullmatch(path)
    ]
    general = [
        schema
        for profile in profiles
        for schema in profile.schemas
        if not schema.files and profile.dialect == dialect
    ]
    return next(iter((*named, *general)), None)
