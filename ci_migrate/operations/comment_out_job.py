"""Put whole jobs behind a `#`."""

from dataclasses import dataclass
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs, list_changes
from ci_migrate.job_references import from_outside, waits
from ci_migrate.options import option
from ci_migrate.reversal import Undoing
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_parts import comment_out_parts


@dataclass(frozen=True, slots=True)
class CommentOutJob:
    """Comment out the chosen jobs, every line of them; one that is named in a comment is done.

    `# ` is put in the column of the job's dash, or key. Refused: to leave no job, and a job
    without which its CI system would take nothing of what is left.

    Example:
        - comment-out-job: {jobs: {label: Old eval}, note: "-- no A100 left"}
    """

    jobs: JobSelector = option("jobs to comment out")
    note: str = option("text to put behind the last line", default="")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job can't be commented out."""
        jobs = find_jobs(tree, dialect, self.jobs, missing_is="in a comment")
        for found in from_outside(tree, dialect, jobs):
            if found.within:
                raise waits(found, "which would be in a comment")
        comment_out = partial(comment_out_parts, note=self.note)
        list(list_changes(jobs, comment_out))  # together they may be all that a list holds
        changes = change_jobs(jobs, self._comment_out, expect=self.expect)
        return Outcome(f"{counted(changes.jobs, 'job')} commented out", changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        if not self.jobs.names_jobs:
            raise Refused("it does not name its jobs", hint="name them by key or label")
        names = tuple(pattern.text for pattern in self.jobs.key or self.jobs.label)
        options = {"job": names, "file": self.jobs.file, "note": self.note}
        return Undoing("uncomment-job", options)

    def _comment_out(self, job: Job) -> YamlChange | None:
        part = job.own_part
        return comment_out_parts(job.document, part.parent, (part.position,), note=self.note)
