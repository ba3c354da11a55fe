"""Take whole jobs out."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job, Reference
from ci_migrate.job_changes import change_lists
from ci_migrate.job_references import names_job, references
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True)
class DeleteJob:
    """Delete the chosen jobs, with the comments that belong to them.

    Jobs that are named and not there are deleted already. Refused where another job waits for a
    deleted one, and where no job would be left.

    Example:
        - delete-job: {jobs: {label: "* (A100)"}, expect: 3}
    """

    jobs: JobSelector = option("jobs to delete")
    expect: int | None = option("how many jobs must go, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job can't be deleted."""
        jobs = find_jobs(tree, dialect, self.jobs, missing_is="gone")
        _check_not_needed(tree, dialect, jobs)
        changes = change_lists(jobs, remove_parts, expect=self.expect)
        return Outcome(f"{counted(changes.jobs, 'job')} deleted", changes.rewrites)


def _check_not_needed(tree: Tree, dialect: Dialect, jobs: tuple[Job, ...]) -> None:
    gone = {job.identity for job in jobs}
    names = tuple({job.key for job in jobs if job.key})
    files = {path for path, _ in gone}
    for found in references(tree, dialect, names) if names else ():
        if found.document.path not in files and _has_own(tree, dialect, found):
            continue
        inside = any(
            path == found.document.path
            and span.start <= found.node.span.start
            and found.node.span.end <= span.end
            for path, span in gone
        )
        if not inside and any(names_job(found, job) for job in jobs):
            what = f"this waits for the job '{found.text}', which would be deleted"
            hint = "remove it first, or keep the job"
            raise Refused(what, place=found.document.place(found.node), hint=hint)


def _has_own(tree: Tree, dialect: Dialect, found: Reference) -> bool:
    """Say whether the file of a name has a job of this name itself, which it means."""
    return any(job.key == found.text for job in dialect.jobs(found.document, tree))
