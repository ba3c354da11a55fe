"""Picks jobs, in any dialect, by what they are called and where they run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ci_migrate.document import parse
from ci_migrate.errors import Place, Refused, nearest
from ci_migrate.job import Dialect, Job
from ci_migrate.options import option
from ci_migrate.tree import Tree, files_with


@dataclass(frozen=True, slots=True)
class JobSelector:
    """The jobs that fit every given field; a list of names fits any of them."""

    queue: tuple[str, ...] = option("queue that the job is on", default=())
    key: tuple[str, ...] = option("key of the job", default=())
    label: tuple[str, ...] = option("label of the job", default=())

    def __post_init__(self) -> None:
        """Check that something is given; raises ValueError, for every job would be too many."""
        if not (self.queue or self.key or self.label):
            raise ValueError("a selector names a queue, a key or a label")

    def fits(self, job: Job) -> bool:
        """Say whether the job has one of the names given in each field."""
        return (
            (not self.queue or job.queue_name in self.queue)
            and (not self.key or job.key in self.key)
            and (not self.label or job.label in self.label)
        )

    def __str__(self) -> str:
        parts = (("queue", self.queue), ("key", self.key), ("label", self.label))
        return ", ".join(f"{name} {' or '.join(given)}" for name, given in parts if given)


def find_jobs(tree: Tree, dialect: Dialect, selector: JobSelector) -> tuple[Job, ...]:
    """Return the jobs that the selector fits, by file and in the order written."""
    words = selector.key or selector.label or selector.queue
    return tuple(job for job in jobs_with(tree, dialect, words) if selector.fits(job))


def jobs_with(tree: Tree, dialect: Dialect, words: tuple[str, ...]) -> Iterator[Job]:
    """Yield the jobs of the files that hold one of the words; of all files if there are none."""
    for path, text in files_with(tree, dialect.GLOBS, words):
        yield from dialect.jobs(parse(path, text))


def every_job(tree: Tree, dialect: Dialect, selector: JobSelector) -> tuple[Job, ...]:
    """Do as `find_jobs`, but parse every file: a name with escapes in it is found too."""
    return tuple(job for job in jobs_with(tree, dialect, ()) if selector.fits(job))


def find_job(tree: Tree, dialect: Dialect, key: str) -> Job:
    """Return the one job with this key; raises Refused if there is none, or several."""
    wanted = JobSelector(key=(key,))
    found = find_jobs(tree, dialect, wanted) or every_job(tree, dialect, wanted)
    if len(found) == 1:
        return found[0]
    if found:
        others = ", ".join(str(job.document.place(job.node)) for job in found[1:])
        what = f"two jobs have the key '{key}', here and at {others}"
        raise Refused(what, place=found[0].document.place(found[0].node), hint="make keys unique")
    raise no_such_job(tree, dialect, "key", key)


def no_such_job(tree: Tree, dialect: Dialect, field: Literal["key", "label"], name: str) -> Refused:
    """Return the refusal for a key or label that no job has, at the job with the nearest one."""
    named = {getattr(job, field): job for job in jobs_with(tree, dialect, ())}
    named.pop(None, None)
    if name in named:
        place = named[name].document.place(named[name].node)
        what = f"the job with the {field} '{name}' does not fit the rest of the selector"
        return Refused(what, place=place, hint="check its other fields")
    hint = nearest(name, named) or "name a job that this tree has"
    close = next((job for known, job in named.items() if f"'{known}'" in hint), None)
    place = close.document.place(close.node) if close else Place(_folder(dialect.GLOBS))
    return Refused(f"no job has the {field} '{name}'", place=place, hint=hint)


def _folder(globs: tuple[str, ...]) -> str:
    return globs[0].split("*")[0].rstrip("/") or "."
