"""Find fields that the CI system, or what makes its pipelines, does not know.

Severity: error where the system refuses the file for it, and where a field that is ignored was
meant to say which queue or how many GPUs a job gets, and the job gets others; else warning. The
fix, where another name was plainly meant, renames the field.
"""

from collections.abc import Iterator

from ci_migrate.errors import is_slip, nearest
from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.job_fields import text_of
from ci_migrate.mending import choosing
from ci_migrate.schema_slots import Slot, slots
from ci_migrate.survey import Survey, nodes, seen_by
from ci_migrate.text import counted


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the unknown fields of files, jobs and what stands in these."""
    for slot in slots(now):
        name, schema = slot.key.value, slot.schema
        if slot.kind:
            continue
        if schema.unknown != "unsure" or name in schema.meant or is_slip(name, slot.known):
            yield _finding(now, slot)


def _finding(survey: Survey, slot: Slot) -> Finding:
    place = slot.document.place(slot.key)
    meant = slot.schema.meant.get(slot.key.value) if slot.job and "." not in slot.path else None
    refused = slot.schema.unknown == "refused"
    lost = _lost(survey, slot.job, slot.key.value, meant) if slot.job and meant else ""
    what = "and the file is refused" if refused else f"and is ignored{lost}"
    hint = f"did you mean '{meant}'?" if meant else nearest(slot.key.value, slot.known)
    message = f"'{slot.path}' is no field that is known here, {what}"
    message += f"; {hint}" if hint and not hint.startswith("known") else ""
    severity: Severity = "error" if refused or lost else "warning"
    fix = _fix(survey, slot, meant) if meant else ""
    return Finding(place, message, severity, subject=slot.subject, fix=fix)


def _lost(survey: Survey, job: Job, name: str, meant: str) -> str:
    """Return what a job gets in the place of the queue or the GPUs that a field was to say."""
    found = survey.queue_of(job)
    if found is None or text_of(job.node, meant) is not None:
        return ""
    queue, gives = found
    written = text_of(job.node, name)
    if meant == job.names.queue and written not in (None, queue):
        return f": '{job.name}' runs on {queue}"
    sees = seen_by(job, gives)
    if meant == job.names.gpus and sees is not None and written != str(sees * nodes(job)):
        return f": '{job.name}' gets {counted(range(sees), 'GPU')} on {queue}"
    return ""


def _fix(survey: Survey, slot: Slot, meant: str) -> str:
    """Return the renaming, where the field that is meant is not there and takes such a value."""
    if slot.job is None or text_of(slot.job.node, meant) is not None or not _alike(slot, meant):
        return ""
    jobs = choosing(survey, slot.job)
    return f"rename-field: {{jobs: {jobs}, field: {slot.path}, to: {meant}}}" if jobs else ""


def _alike(slot: Slot, meant: str) -> bool:
    """Say whether a field's value can be that of the other: a text, or a number in digits."""
    kind = slot.schema.job.get(meant, "")
    written = text_of(slot.job.node, slot.path) if slot.job else None
    return written is not None and (kind == "text" or (kind == "number" and written.isdecimal()))
