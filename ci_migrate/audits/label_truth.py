"""Find labels that tell of other GPUs than the job gets: another kind, or another number.

Severity: warning; note if the job gets more than its label tells of. The fix corrects the label
where the job itself says what it gets, and has a key, so that only people read the label.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.job_fields import find, own_name
from ci_migrate.mending import choosing, quoted
from ci_migrate.profile import Queue
from ci_migrate.survey import Survey, asked, nodes, seen_by
from ci_migrate.text import counted


class _Told(NamedTuple):
    """What a label tells of GPUs in one place: a number, a kind, or both."""

    gpus: int | None
    kind: str
    match: re.Match[str]


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the jobs whose label, or key without one, does not tell what they get."""
    for job in now.touched:
        if (found := now.queue_of(job)) is None or not (job.label or job.key):
            continue
        name, queue = found
        profile = now.profile_of(job.document)
        kinds = {one.platform for one in profile.queues.values()} if profile else set()
        told = _told(job.label or job.key or "", frozenset(kinds - {""}))
        yield from _platform(now, job, name, queue, told)
        yield from _number(now, job, name, queue, told)


_GPUS = re.compile(r"(?<![\w.])(\d{1,2})[ -]?gpus?\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def _kinds(platforms: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(platforms))) or "(?!)"
    return re.compile(rf"(?<![a-z0-9])(?:(\d{{1,2}})x)?({words})(?![a-z0-9])", re.IGNORECASE)


def _told(label: str, platforms: frozenset[str]) -> list[_Told]:
    """Return what a label tells: `2xB200`, `H100`, `4 GPUs`."""
    found = [
        _Told(int(match[1]) if match[1] else None, match[2].upper(), match)
        for match in _kinds(platforms).finditer(label)
    ]
    return found + [_Told(int(match[1]), "", match) for match in _GPUS.finditer(label)]


def _platform(
    survey: Survey, job: Job, name: str, queue: Queue, told: list[_Told]
) -> Iterator[Finding]:
    kinds = [one for one in told if one.kind]
    if not kinds or not queue.platform or queue.platform.upper() in {one.kind for one in kinds}:
        return
    names = " and ".join(sorted({one.kind for one in kinds}))
    message = f"tells of {names}, and '{job.name}' runs on {name}"
    sure = len(kinds) == 1 and job.queue_name == name
    fix = _fix(survey, job, kinds[0].match, 2, queue.platform) if sure else ""
    yield _finding(job, message, "platform", "warning", fix)


def _number(
    survey: Survey, job: Job, name: str, queue: Queue, told: list[_Told]
) -> Iterator[Finding]:
    """Yield a number that is neither what the job sees nor what it asks for, on all its nodes."""
    own = [one for one in told if one.gpus and one.kind in ("", queue.platform.upper())]
    sees, wanted = seen_by(job, queue), asked(job)
    if not own or sees is None:
        return
    given, most = sees * nodes(job), max(one.gpus or 0 for one in own)
    right = {gpus * count for gpus in (sees, wanted or sees) for count in (1, nodes(job))}
    if not right.isdisjoint(one.gpus for one in own):
        return
    message = (
        f"tells of {most} GPUs, and '{job.name}' gets {counted(range(given), 'GPU')} on {name}"
    )
    severity: Severity = "note" if most < given else "warning"
    sure = len(told) == 1 and wanted == given > 1
    fix = _fix(survey, job, own[0].match, 1, str(given)) if sure else ""
    yield _finding(job, message, "number", severity, fix)


def _fix(survey: Survey, job: Job, match: re.Match[str], group: int, text: str) -> str:
    """Return what corrects a label where nothing but people reads it: the job has a key."""
    jobs = choosing(survey, job) if job.key and job.label else ""
    new = f"{match.string[: match.start(group)]}{text}{match.string[match.end(group) :]}"
    return f"set-field: {{jobs: {jobs}, field: <label>, to: {quoted(new)}}}" if jobs else ""


def _finding(job: Job, message: str, what: str, severity: Severity, fix: str) -> Finding:
    field = find(job, "<label>") if own_name(job, "<label>") else None
    field = field or (find(job, "<key>") if own_name(job, "<key>") else None)
    place = job.document.place(field.value if field else job.node)
    message = f"the {'label' if job.label else 'key'} {message}"
    subject = f"{job.document.path}: {job.name}: {what}"
    return Finding(place, message, severity, subject=subject, fix=fix)
