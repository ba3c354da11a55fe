"""What a change does to the machines: jobs and GPU-minutes by queue, lines moved, cases skipped.

The GPU-minutes of a job are its minutes, times the GPUs that it gets on each of its machines, times
machines, times `parallelism`. The minutes are those that the profile knows the job to take, or else
its timeout, which is an upper bound.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ci_migrate.changeset import Changeset, FileChange
from ci_migrate.job import Job
from ci_migrate.job_fields import field_text
from ci_migrate.job_lines import LineImpact, line_impacts
from ci_migrate.job_pairs import Pair, pairs
from ci_migrate.survey import Survey, asked, nodes, seen_by
from ci_migrate.text import whole_number

if TYPE_CHECKING:
    from ci_migrate.silenced import Silenced  # with libcst, which takes longer than a small run


class Size(NamedTuple):
    """Where a job runs and what it takes there; None for what is not known.

    `gpus` are those of all its machines together, `timeout` is as it is written, and `minutes` are
    `measured` or the timeout.
    """

    queue: str
    gpus: int | None
    timeout: str | None
    minutes: int | None
    measured: bool

    @property
    def gpu_minutes(self) -> int | None:
        """Return the GPU-minutes, None if they are not known."""
        if self.gpus is None or self.minutes is None:
            return None
        return self.gpus * self.minutes


class JobImpact(NamedTuple):
    """A job that changes, with nothing before if it is new, and nothing after if it is gone.

    What it runs `came_of` another job: of itself under its old name, or of one that was split.
    """

    name: str
    path: str
    before: Size | None
    after: Size | None
    came_of: str = ""


class Load(NamedTuple):
    """The jobs on a queue, and their GPU-minutes.

    Those of `unknown` jobs are not known, and those of `measured` ones no upper bound.
    """

    jobs: int = 0
    gpu_minutes: int = 0
    unknown: int = 0
    measured: int = 0


class QueueImpact(NamedTuple):
    """A queue before and after."""

    name: str
    before: Load
    after: Load


class Impact(NamedTuple):
    """What a change does to the machines.

    Queues are counted over the jobs of the `files` that change and hold jobs. Only queues, jobs,
    lines and cases that change are in it.
    """

    files: int
    queues: tuple[QueueImpact, ...]
    jobs: tuple[JobImpact, ...]
    lines: tuple[LineImpact, ...]
    skips: "tuple[Silenced, ...]"


def impact_of(changeset: Changeset, before: Survey, after: Survey) -> Impact | None:
    """Return the impact of a change, from its surveys; None if it has none that can be told."""
    found = [*pairs(before, after)]
    jobs = [_sized(pair, before, after) for pair in found if not _same(pair)]
    changed = frozenset(change.path for change in changeset.files)
    queues = {size.queue for job in jobs for size in (job.before, job.after) if size}
    same = [job for job in after.jobs if job.identity in after.untouched]
    there = [job for job in after.mirrored(same) if job.document.path in changed]
    sizes = [_size(job, after) for job in there if _queue(job, after) in queues]
    renamed = {one.before.name: one.after.name for one in found if one.before and one.after}
    inside = [job for job in jobs if job.path in changed]
    impact = Impact(
        files=len({job.path for job in inside} | {job.document.path for job in there}),
        queues=tuple(_queues(inside, sizes)),
        jobs=tuple(job for job in jobs if job.before != job.after or job.came_of),
        lines=tuple(line_impacts(before, after, changed, renamed)),
        skips=tuple(_skips(changeset.files, after)),
    )
    return impact if any(impact[1:]) else None


def _same(pair: Pair) -> bool:
    """Say whether a job is in the same text, on the same queue, which may come from elsewhere."""
    if not pair.before or not pair.after:
        return False
    same = pair.before.document.text == pair.after.document.text
    return same and pair.before.queue_name == pair.after.queue_name


def _sized(pair: Pair, before: Survey, after: Survey) -> JobImpact:
    old = _size(pair.before, before) if pair.before else None
    new = _size(pair.after, after) if pair.after else None
    return JobImpact(pair.job.name, pair.job.document.path, old, new, pair.came_of)


def _queue(job: Job, survey: Survey) -> str:
    found = survey.queue_of(job)
    return found[0] if found else job.queue_name or ""


def _size(job: Job, survey: Survey) -> Size:
    found = survey.queue_of(job)
    on_one = seen_by(job, found[1]) if found else None
    on_one = asked(job) if on_one is None else on_one
    shards = whole_number(field_text(job, "<parallelism>") or "1")
    known = survey.minutes_of(job)
    return Size(
        queue=_queue(job, survey),
        gpus=None if on_one is None or shards is None else on_one * nodes(job) * shards,
        timeout=field_text(job, "<timeout>"),
        minutes=_ends(job, survey) if known is None else known,
        measured=known is not None,
    )


def _ends(job: Job, survey: Survey) -> int | None:
    """Return the minutes after which a job ends: its own, or else those of its system or queue.

    Its own count if they are written as its CI system writes minutes.
    """
    found, schema = survey.queue_of(job), survey.schema_of(job.document)
    text = field_text(job, "<timeout>")
    number = whole_number(text)
    if number is not None and survey.dialect.minutes(job, number) != text:
        number = None
    own = number if text is not None else schema.timeout if schema else None
    if text is not None and own is None:
        return None
    return min((one for one in (own, found[1].timeout if found else None) if one), default=None)


def _queues(jobs: Iterable[JobImpact], same: Iterable[Size]) -> Iterator[QueueImpact]:
    """Yield the queues whose load changes, those that lose the most first."""
    sides: dict[str, list[Load]] = {}
    for before, after in (
        *((job.before, job.after) for job in jobs),
        *((one, one) for one in same),
    ):
        for side, size in enumerate((before, after)):
            if size is not None:
                loads = sides.setdefault(size.queue, [Load(), Load()])
                loads[side] = _with(loads[side], size)
    for name in sorted(sides, key=lambda name: (_growth(*sides[name]), name)):
        if sides[name][0] != sides[name][1]:
            yield QueueImpact(name, *sides[name])


def _with(load: Load, size: Size) -> Load:
    minutes = size.gpu_minutes
    if minutes is None:
        return load._replace(jobs=load.jobs + 1, unknown=load.unknown + 1)
    measured = load.measured + size.measured
    return Load(load.jobs + 1, load.gpu_minutes + minutes, load.unknown, measured)


def _growth(before: Load, after: Load) -> tuple[int, int]:
    return after.gpu_minutes - before.gpu_minutes, after.jobs - before.jobs


def _skips(files: tuple[FileChange, ...], after: Survey) -> "Iterator[Silenced]":
    for change in files:
        if change.path.endswith(".py"):
            from ci_migrate.silenced import silenced

            yield from silenced(change, after)
