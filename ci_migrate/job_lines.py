"""Lines of lists that come to be read by other jobs, and the GPUs that they need."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ci_migrate.errors import CiMigrateError
from ci_migrate.survey import Survey


class LineImpact(NamedTuple):
    """An entry of a list, such as a model, and the names of the jobs that read it.

    `gpus` are those that it needs, None if that can't be told.
    """

    entry: str
    gpus: int | None
    before: tuple[str, ...]
    after: tuple[str, ...]


def line_impacts(
    before: Survey, after: Survey, changed: frozenset[str], renamed: Mapping[str, str]
) -> Iterator[LineImpact]:
    """Yield the entries of `changed` lists, by path, that other jobs read than before.

    A job that is `renamed` is the same.
    """
    had, has = (_readers(survey, changed) for survey in (before, after))
    for entry in dict.fromkeys((*had, *has)):
        old = {renamed.get(name, name): None for name in had.get(entry, _NONE).jobs}
        new = has.get(entry, _NONE)
        if old.keys() != new.jobs.keys():
            gpus = (new if new.jobs else had[entry]).gpus
            yield LineImpact(entry, gpus, tuple(had.get(entry, _NONE).jobs), tuple(new.jobs))


class _Read(NamedTuple):
    """The jobs that read an entry, in their order, and the GPUs that it needs."""

    jobs: dict[str, None]
    gpus: int | None


_NONE = _Read({}, None)


def _readers(survey: Survey, changed: frozenset[str]) -> dict[str, _Read]:
    found: dict[str, _Read] = {}
    for job in survey.all_jobs:
        for use in survey.lists(job):
            if use.path not in changed:
                continue
            source = survey.list_at(use.path)
            for line in source.lines:
                if line.entry not in found:
                    try:
                        place = source.place(line)
                        gpus = survey.dialect.gpus_needed(line.entry, place, survey.tree)
                    except CiMigrateError:
                        gpus = None
                    found[line.entry] = _Read({}, gpus)
                found[line.entry].jobs[job.name] = None
    return found
