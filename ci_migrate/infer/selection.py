"""The shortest selector that chooses just some of the jobs that a change could be made to."""

from collections.abc import Callable, Iterable

from ci_migrate.infer.data import Data, exactly
from ci_migrate.job import Job


def selector(
    chosen: Iterable[Job],
    jobs: tuple[Job, ...],
    affected: Callable[[Job], bool],
    base: dict[str, Data],
) -> dict[str, Data]:
    """Return a selector for the jobs that are chosen, among all.

    `affected` says whether a job would change if the selector were `base` alone. Jobs that would
    not need not be kept out.
    """
    wanted = {_place(job): job for job in chosen}
    could = {_place(job): job for job in jobs if affected(job)}
    if wanted.keys() >= could.keys():
        return base or {"file": "**"}
    files: list[Data] = [*sorted({path for path, _ in wanted})]
    if wanted.keys() >= {place for place in could if place[0] in files} and len(files) <= 3:
        return {**base, "file": files if len(files) > 1 else files[0]}
    return {**base, **names(tuple(wanted.values()), jobs)}


def names(chosen: tuple[Job, ...], jobs: tuple[Job, ...]) -> dict[str, Data]:
    """Return a selector that names jobs by their keys, or by their labels where they have none."""
    keys = [job.key for job in jobs]
    by_key = [j for j in chosen if j.key is not None and keys.count(j.key) == 1]
    others = [job for job in chosen if job not in by_key]
    key: dict[str, Data] = {"key": _listed([exactly(j.key or "") for j in by_key])}
    if not others:
        return key
    label: dict[str, Data] = {"label": _listed([exactly(j.label or "") for j in others])}
    known = [job.label for job in jobs]
    if any(known.count(job.label) > 1 for job in others):
        label["file"] = _listed(sorted({job.document.path for job in others}))
        label["label"] = _listed(sorted({exactly(job.label or "") for job in others}))
    labels = [job.label for job in chosen]
    if by_key and all(label is not None and known.count(label) == 1 for label in labels):
        return {"label": _listed([exactly(label or "") for label in labels])}
    return {"any": [key, label]} if by_key else label


def _listed(texts: list[str]) -> Data:
    return texts[0] if len(texts) == 1 else [*texts]


def _place(job: Job) -> tuple[str, int]:
    return job.document.path, job.node.span.start
