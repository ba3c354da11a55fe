"""Make one kind of change to each of the chosen jobs, file by file."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ci_migrate.changeset import Rewrite
from ci_migrate.document import Scalar, Sequence, resolved
from ci_migrate.errors import Refused
from ci_migrate.job import Job, names_of
from ci_migrate.job_fields import find_field
from ci_migrate.pattern import Pattern
from ci_migrate.text import counted
from ci_migrate.yaml_change import YamlChange, joined
from ci_migrate.yaml_proof import YamlClaim


class JobChanges(NamedTuple):
    """The jobs that change, and the rewrites of the files that they stand in."""

    jobs: tuple[Job, ...]
    rewrites: tuple[Rewrite, ...]


def change_jobs(
    jobs: Iterable[Job], change: Callable[[Job], YamlChange | None], *, expect: int | None
) -> JobChanges:
    """Make the change that `change` returns for each job; None leaves a job alone.

    Raises Refused if some jobs change and they are not as many as are expected. Where none does,
    the recipe was applied before, and nothing is expected.
    """
    made = [(job, made) for job in jobs if (made := change(job)) is not None]
    changed = tuple(job for job, _ in made)
    if changed and expect is not None and len(changed) != expect:
        what = f"{counted(changed, 'job')} would change, where the recipe expects {expect}"
        place = changed[0].document.place(changed[0].node)
        raise Refused(what, place=place, hint=f"they are {names_of(changed)}")
    by_file: dict[str, YamlChange] = {}
    documents = {job.document.path: job.document for job in changed}
    for job, part in made:
        by_file[job.document.path] = by_file.get(job.document.path, YamlChange()) + part
    rewrites = (
        Rewrite(path, documents[path].text, all_.edits, YamlClaim(documents[path], all_.intents))
        for path, all_ in by_file.items()
    )
    return JobChanges(changed, tuple(rewrites))


def in_lists(
    job: Job, names: tuple[str, ...], change: Callable[[Sequence], YamlChange | None]
) -> YamlChange | None:
    """Make the change that `change` returns for each list that a job has by these names."""
    fields = (find_field(job.node, name) for name in names)
    lists = (resolved(field.value) for field in fields if field)
    return joined(change(found) for found in lists if isinstance(found, Sequence))


def in_items(
    job: Job,
    names: tuple[str, ...],
    pattern: Pattern,
    change: Callable[[Sequence, tuple[int, ...]], YamlChange | None],
) -> YamlChange | None:
    """Make the change that `change` returns for the items, by number, that fit in each list."""

    def in_list(sequence: Sequence) -> YamlChange | None:
        fitting = tuple(
            position
            for position, item in enumerate(sequence.items)
            if isinstance(item, Scalar) and pattern.fits(item.value)
        )
        return change(sequence, fitting) if fitting else None

    return in_lists(job, names, in_list)
