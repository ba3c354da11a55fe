"""Find values that a field can't have, and queues that there are not.

Severity: error. A job whose queue is not known runs on another one; that is a warning if the name
is like none that is known, for a queue may be newer than the profile.
"""

from collections.abc import Iterator

from ci_migrate.document import Scalar, resolved
from ci_migrate.errors import is_slip, nearest
from ci_migrate.finding import Finding
from ci_migrate.job import Job
from ci_migrate.schema_slots import slots
from ci_migrate.survey import Survey


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield values that a schema does not allow, and queues that a profile does not know."""
    for slot in slots(now):
        allowed = slot.schema.values.get(slot.path, ())
        value = resolved(slot.value)
        if not allowed or not isinstance(value, Scalar) or _is_open(value.value):
            continue
        if value.value not in allowed:
            message = f"'{slot.path}' can't be '{value.value}'; {nearest(value.value, allowed)}"
            place = slot.document.place(value)
            yield Finding(place, message.removesuffix("; "), "error", subject=slot.subject)
    for job in now.touched:
        yield from _unknown_queue(now, job)


def _unknown_queue(survey: Survey, job: Job) -> Iterator[Finding]:
    """Yield a queue that is none of a profile's, where that tells what becomes of such a job."""
    profile = survey.profile_of(job.document)
    if profile is None or not profile.otherwise or len(job.queues) != 1:
        return
    origin, found = job.queues[0], survey.queue_of(job)
    if found is None or origin.text in profile.queues or _is_open(origin.text):
        return
    slip = is_slip(origin.text, profile.queues)
    message = f"no queue '{origin.text}' is known: '{job.name}' runs on {found[0]}"
    message += f"; {nearest(origin.text, profile.queues)}" if slip else ""
    place = origin.document.place(origin.node)
    subject = f"{job.document.path}: {job.name}: {origin.text}"
    yield Finding(place, message, "error" if slip else "warning", subject=subject)


def _is_open(text: str) -> bool:
    return not text or any(sign in text for sign in ("$", "{{", "{%"))
