"""Find jobs that nothing ends if they hang, and those that end before they can be done.

Severity: note for a job without a timeout, where its CI system sets none and most jobs of its file
have one; error for one that ends sooner than it is known to take, by the durations of a profile;
warning for a timeout that is longer than the queue lets any job run.
"""

from collections.abc import Iterator

from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.job_fields import field_text, find, has_field
from ci_migrate.survey import Survey
from ci_migrate.text import counted, whole_number


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the jobs whose end is not as it should be, as far as a profile tells of it."""
    for jobs in now.jobs_by_file.values():
        schema = now.schema_of(jobs[0].document)
        able = [job for job in jobs if job.names.timeout] if schema else []
        usual = 2 * sum(has_field(job, "<timeout>") for job in able) > len(able)
        default = schema.timeout if schema else None
        for job in filter(now.may_differ, able):
            written = _minutes(job)
            if written is not None or not has_field(job, "<timeout>"):
                yield from _of_job(now, job, written or default, usual=usual)


def _of_job(survey: Survey, job: Job, ends: int | None, *, usual: bool) -> Iterator[Finding]:
    found = survey.queue_of(job)
    most = found[1].timeout if found else None
    if found and ends is not None and most is not None and most < ends:
        message = f"'{job.name}' ends after {_said(most)} on {found[0]}, whatever it says"
        yield _finding(job, message, "warning", "most")
    ends = min(filter(None, (ends, most)), default=None)
    takes = survey.minutes_of(job)
    if ends is None and usual:
        message = f"nothing here ends '{job.name}' if it hangs: it has no {job.names.timeout}"
        yield _finding(job, message, "note", "none")
    elif ends is not None and takes is not None and ends < takes:
        message = f"'{job.name}' is known to take {_said(takes)}, and ends after {_said(ends)}"
        yield _finding(job, message, "error", "short")


def _minutes(job: Job) -> int | None:
    """Return the minutes that a job gives itself, where it writes them as a number."""
    return whole_number(field_text(job, "<timeout>"))


def _said(minutes: int) -> str:
    return counted(range(minutes), "minute")


def _finding(job: Job, message: str, severity: Severity, what: str) -> Finding:
    field = find(job, "<timeout>")
    place = job.document.place(field.value if field else job.node)
    subject = f"{job.document.path}: {job.name}: {what}"
    return Finding(place, message, severity, subject=subject)
