"""Write operations that mend a finding, as a recipe says them."""

from ci_migrate.job import Job
from ci_migrate.survey import Survey


def choosing(survey: Survey, job: Job) -> str:
    """Return the selector that chooses a job alone, or "" if its names do not tell it apart."""
    meaning, name = ("key", job.key) if job.key else ("label", job.label)
    path = job.document.path
    if not name or "*" in name + path or name.startswith("/"):
        return ""
    alike = [
        other
        for other in survey.jobs
        if other.document.path == path and name in (other.key, other.label)
    ]
    return f"{{{meaning}: {quoted(name)}, file: {quoted(path)}}}" if len(alike) == 1 else ""


def quoted(text: str) -> str:
    """Return a text between single quotes."""
    return "'" + text.replace("'", "''") + "'"
