"""Find jobs of one pipeline that have the same label, on the same queue.

Severity: error where keys are made of labels and both jobs have none, for then the pipeline is
refused; else a note, for nobody can tell them apart in what the CI system shows.
"""

from collections.abc import Iterator

from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.job_fields import find, has_field
from ci_migrate.step_names import together
from ci_migrate.survey import Survey


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield each job whose label an earlier one has."""
    old = {job.label for job in now.in_part.jobs} if now.in_part else set()
    labels = {job.label for job in now.jobs if job.names.label} - old
    names = {label for label in labels if label and "$" not in label and "{{" not in label}
    for jobs in together(now, names, by="label"):
        yield from _same_label(now, jobs)


def _same_label(survey: Survey, jobs: tuple[Job, ...]) -> Iterator[Finding]:
    if any(has_field(job, "<condition>") or has_field(job, "branches") for job in jobs):
        return
    first: dict[str | None, Job] = {}
    for job in jobs:
        earlier = first.setdefault(job.queue_name, job)
        if earlier is not job:
            yield _finding(survey, earlier, job)


def _finding(survey: Survey, first: Job, job: Job) -> Finding:
    schema = survey.schema_of(job.document)
    made = schema is not None and schema.keys == "label" and not (first.key or job.key)
    severity: Severity = "error" if made else "note"
    place = first.document.place(first.node)
    message = f"the label '{job.label}' is that of another job on this queue ({place})"
    message += ", and so is the key that is made of it" if made else ""
    field = find(job, "<label>")
    here = job.document.place(field.value if field else job.node)
    subject = f"{job.document.path}: label {job.label} on {job.queue_name or 'no queue'}"
    return Finding(here, message, severity, subject=subject)
