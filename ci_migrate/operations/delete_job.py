"""Take whole jobs out."""

from collections.abc import Iterator
from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Document, Part
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import check_expected, part_changes, rewrites_of
from ci_migrate.job_references import from_outside, is_within, waits
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True)
class DeleteJob:
    """Delete the chosen jobs, with the comments that belong to them.

    What only runs a deleted job goes with it, such as its item in a workflow. Jobs that are named
    and not there are deleted already. Refused where another job waits for a deleted one, and where
    no job would be left.

    Example:
        - delete-job: {jobs: {label: "* (A100)"}, expect: 3}
    """

    jobs: JobSelector = option("jobs to delete")
    expect: int | None = option("how many jobs must go, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job can't be deleted."""
        jobs = find_jobs(tree, dialect, self.jobs, missing_is="gone")
        check_expected(jobs, self.expect)
        going = [(job.document, job.own_part) for job in jobs]
        going += _running(tree, dialect, jobs)
        rewrites = rewrites_of(part_changes(going, remove_parts))
        return Outcome(f"{counted(jobs, 'job')} deleted", rewrites)


def _running(
    tree: Tree, dialect: Dialect, jobs: tuple[Job, ...]
) -> Iterator[tuple[Document, Part]]:
    """Yield what only runs the jobs; raises Refused where something else needs them."""
    found = list(from_outside(tree, dialect, jobs))
    items = [(one.document, one.part) for one in found if one.part is not None]
    spans = [(document.path, part.span) for document, part in items]
    for one in found:
        if not is_within(one.document, one.node, spans):
            raise waits(one, "which would be deleted")
    yield from items
