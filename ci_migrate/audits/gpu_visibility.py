"""Find jobs that see fewer GPUs than before because their queue changed.

A job that does not say how many GPUs it wants saw those of the host on its old queue, and gets
fewer on its new one. Severity: error if its label or key says that it needs more (`2xB200`,
`2 GPUs`), else warning. Of an error, the fix asks for as many as the job saw.
"""

import re
from collections.abc import Iterator

from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.mending import choosing
from ci_migrate.survey import Survey, asked, seen_by


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the jobs that a change of queue took GPUs from; none without a side before."""
    if before is None:
        return
    earlier = {_identity(job): job for job in before.touched}
    for job in now.touched:
        old = earlier.get(_identity(job))
        if old is not None and old.queue_name != job.queue_name:
            yield from _compared(before, old, now, job)


def _compared(before: Survey, old: Job, now: Survey, job: Job) -> Iterator[Finding]:
    had, has = before.queue_of(old), now.queue_of(job)
    if had is None or has is None or asked(job) is not None:
        return
    saw, sees = seen_by(old, had[1]), seen_by(job, has[1])
    if saw is None or sees is None or sees >= saw:
        return
    message = f"'{job.name}' saw the {saw} GPUs of a {had[0]} host, and gets {sees} on {has[0]}"
    jobs = choosing(now, job) if _named(job) > sees else ""
    fix = (
        f"add-field: {{jobs: {jobs}, field: <gpus>, value: {saw}, after: <queue>}}" if jobs else ""
    )
    place = job.document.place(job.queues[0].node if job.queues else job.node)
    severity: Severity = "error" if _named(job) > sees else "warning"
    yield Finding(place, message, severity, subject=job.name, fix=fix)


_NUMBER = re.compile(r"\b(\d{1,2})(?:x[a-z]|[ -]gpus?\b)", re.IGNORECASE)


def _named(job: Job) -> int:
    """Return the GPUs that a job's label or key tells of; 0 if they tell none."""
    found = _NUMBER.findall(f"{job.label or ''} {job.key or ''}")
    return max(map(int, found), default=0)


def _identity(job: Job) -> tuple[str, str]:
    return job.scope, job.name
