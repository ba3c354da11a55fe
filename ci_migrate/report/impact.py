"""What a change does to the machines, in rows that every report shows in its own way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ci_migrate import __version__
from ci_migrate.impact import Impact, JobImpact, Load, QueueImpact, Size
from ci_migrate.report.columns import aligned
from ci_migrate.report.visible import json_text, one_line
from ci_migrate.text import counted

_VERSION = 1
HEAD = ("queue", "", "jobs", "GPU-minutes", "")
_MOST = 20  # queues, and rows of one kind
_NAMES = 5
_BAR = 30  # characters
_EIGHTHS = "▏▎▍▌▋▊▉█"


class Bar(NamedTuple):
    """One side of a queue: its numbers as text, and how long its bar is, from 0 to 1."""

    queue: str
    side: str
    jobs: str
    gpu_minutes: str
    share: float

    def drawn(self, width: int) -> str:
        """Return the bar, at most so many characters long."""
        eighths = round(self.share * width * 8) or (1 if self.share else 0)
        whole, rest = divmod(eighths, 8)
        return "█" * whole + (_EIGHTHS[rest - 1] if rest else "")


class Row(NamedTuple):
    """A kind of change, and what changes so."""

    kind: str
    text: str


def as_text(found: Impact | None) -> str:
    """Return the impact with a bar chart, without styles."""
    if found is None:
        return "no impact on jobs that can be told\n"
    parts = [f"{headline(found)}\n"]
    if drawn := [(*bar[:4], bar.drawn(_BAR)) for bar in bars(found)]:
        lines = [(one_line(name), *rest) for name, *rest in drawn]
        parts.append(aligned([HEAD, *lines], "llrrl"))
    if told := [(row.kind, one_line(row.text)) for row in rows(found)]:
        parts.append(aligned(told, "ll"))
    return "\n".join(parts)


def as_json(found: Impact | None) -> str:
    """Return the impact as a JSON text; see docs/json.md for what it holds."""
    tool = {"name": "ci-migrate", "version": __version__}
    told = value(found) if found else None
    return json_text({"version": _VERSION, "tool": tool, "impact": told})


def value(impact: Impact) -> dict[str, Any]:
    """Return the impact as plain lists, dictionaries and texts."""
    return {
        "files": impact.files,
        "queues": [
            {**q._asdict(), "before": q.before._asdict(), "after": q.after._asdict()}
            for q in impact.queues
        ],
        "jobs": [
            {**job._asdict(), "before": _size(job.before), "after": _size(job.after)}
            for job in impact.jobs
        ],
        "lines": [line._asdict() for line in impact.lines],
        "skips": [
            {**one._asdict(), **{name: [by._asdict() for by in runs] for name, runs in one.jobs}}
            for one in impact.skips
        ],
    }


def _size(size: Size | None) -> dict[str, Any] | None:
    return {**size._asdict(), "gpu_minutes": size.gpu_minutes} if size else None


def headline(impact: Impact) -> str:
    """Return what is counted, and over what."""
    if not impact.queues:
        return "Impact"
    every = _sum(load for queue in impact.queues for load in (queue.before, queue.after))
    told = f"Impact on the jobs of {counted(range(impact.files), 'changed file')}"
    if every.jobs == every.unknown:
        return told
    if every.jobs == every.unknown + every.measured:
        return f"{told}; GPU-minutes are known durations times GPUs"
    first = "known durations, else " if every.measured else ""
    return f"{told}; GPU-minutes are {first}timeouts times GPUs, an upper bound"


def bars(impact: Impact) -> Iterator[Bar]:
    """Yield each queue before and after, those that lose the most first."""
    loads = [load for queue in impact.queues for load in (queue.before, queue.after)]
    minutes = max((load.gpu_minutes for load in loads), default=0)
    jobs = max((load.jobs for load in loads), default=0)
    for queue in impact.queues[:_MOST]:
        for side, load in (("before", queue.before), ("after", queue.after)):
            share = load.gpu_minutes / minutes if minutes else load.jobs / (jobs or 1)
            name = queue.name or "(no queue)" if side == "before" else ""
            yield Bar(name, side, str(load.jobs), _minutes(load) if minutes else "", share)


def sentence(queue: QueueImpact) -> str:
    """Return in a line what changes for a queue."""
    return f"{queue.name or 'no queue'}: {_sides(queue.before, queue.after)}"


def _sides(before: Load, after: Load) -> str:
    minutes = f"{_minutes(before)} → {_minutes(after)} GPU-minutes"
    known = before.gpu_minutes or after.gpu_minutes
    return f"{before.jobs} → {after.jobs} jobs{f', {minutes}' if known else ''}"


def rows(impact: Impact) -> Iterator[Row]:
    """Yield what else changes: jobs, GPUs, timeouts, lines of lists and skipped cases."""
    queues = impact.queues
    if len(queues) > 1:
        before, after = _sum(one.before for one in queues), _sum(one.after for one in queues)
        yield Row("total", _sides(before, after))
    if len(queues) > _MOST:
        yield Row("queues", f"and {len(queues) - _MOST} more")
    every = (_jobs(impact), _changed(impact), _lines(impact), _skips(impact))
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in (row for found in every for row in found):
        kinds[row.kind].append(row)
    for kind, found in kinds.items():
        yield from found[:_MOST]
        if len(found) > _MOST:
            yield Row(kind, f"and {len(found) - _MOST} more")


def _sum(loads: Iterable[Load]) -> Load:
    return Load(*map(sum, zip(*loads, strict=True)))


def _minutes(load: Load) -> str:
    if load.unknown:
        return f"{load.gpu_minutes} + ?" if load.gpu_minutes else "?"
    return str(load.gpu_minutes)


def _jobs(impact: Impact) -> Iterator[Row]:
    for job in impact.jobs:
        if job.before and job.after and job.came_of:
            yield Row("renamed", f"{job.came_of} → {job.name}")
        elif job.after and not job.before:
            of = f", split from {job.came_of}" if job.came_of else ""
            yield Row("added", f"{job.name} {_told(job.after)}{of}")
        elif job.before and not job.after:
            yield Row("removed", f"{job.name} {_told(job.before)}")


def _changed(impact: Impact) -> Iterator[Row]:
    """Yield what changes of jobs that stay, those together that change alike."""
    alike: dict[Row, list[str]] = defaultdict(list)
    for job in impact.jobs:
        if job.before and job.after:
            for kind, old, new in _fields(job, job.before, job.after):
                alike[Row(kind, f"{old} → {new}")].append(job.name)
    for kind in ("queue", "GPUs", "timeout"):
        for row, names in alike.items():
            if row.kind == kind:
                yield Row(kind, f"{row.text}: {_names(names)}")


def _fields(job: JobImpact, before: Size, after: Size) -> Iterator[tuple[str, str, str]]:
    if before.queue != after.queue:
        yield "queue", before.queue or "none", after.queue or "none"
    if before.gpus != after.gpus:
        yield "GPUs", _or_unknown(before.gpus), _or_unknown(after.gpus)
    if before.timeout != after.timeout:
        yield "timeout", before.timeout or "none", after.timeout or "none"


def _lines(impact: Impact) -> Iterator[Row]:
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for line in impact.lines:
        needs = f" ({counted(range(line.gpus), 'GPU')})" if line.gpus is not None else ""
        groups[line.before, line.after].append(f"{line.entry}{needs}")
    for (before, after), entries in groups.items():
        where = f"{_names(before) or 'no job'} → {_names(after) or 'no job'}"
        yield Row("lines", f"{where}: {_names(entries)}")


def _skips(impact: Impact) -> Iterator[Row]:
    for one in impact.skips:
        name = f"{one.test}[{one.case}]" if one.case is not None else one.test
        cases = f" ({counted(range(one.cases), 'case')})" if one.cases is not None else ""
        where = f" where {one.condition}" if one.condition else ""
        there = f"; in {_runners(one.there)}" if one.there else ""
        still = (
            "" if one.again else f"; still run by {_runners(one.still) or 'no job that is known'}"
        )
        maybe = f", perhaps by {counted(one.perhaps, 'other job')}" if one.perhaps else ""
        kind = "runs again" if one.again else "skipped"
        yield Row(kind, f"{name}{cases}{where}{there}{still}{maybe}")


def _runners(jobs: Iterable[tuple[str, str]]) -> str:
    return _names([f"{job} ({queue})" if queue else job for job, queue in jobs])


def _told(size: Size) -> str:
    gpus = counted(range(size.gpus), "GPU") if size.gpus is not None else ""
    timeout = f"timeout {size.timeout}" if size.timeout else ""
    told = ", ".join(filter(None, (gpus, timeout)))
    return f"on {size.queue or 'no queue'}{f' ({told})' if told else ''}"


def _or_unknown(number: int | None) -> str:
    return "?" if number is None else str(number)


def _names(names: "list[str] | tuple[str, ...]") -> str:
    rest = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {rest} more" if rest > 0 else "")
