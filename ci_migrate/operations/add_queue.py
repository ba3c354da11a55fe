"""Give jobs a queue, as their CI system writes it."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, path_of
from ci_migrate.new_field import able, add_below
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange


@dataclass(frozen=True, slots=True)
class AddQueue:
    """Give a queue to those of the chosen jobs that have none, of their own or from elsewhere.

    It is written as the CI system wants it: as a list of tags, in `agents`, as a pool. Jobs that are
    not named and can have none in their CI system, such as an action of GitHub's, are counted.
    Refused: others that can have no queue of their own, such as one that starts another pipeline.

    Example:
        - add-queue: {jobs: {file: "**"}, queue: cpu-small, after: [<label>, last]}
    """

    jobs: JobSelector = option("jobs to change")
    queue: str = option("queue to join")
    after: tuple[str, ...] = option(
        "fields to stand below, in order of liking, or last", default=("last",)
    )
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a queue has no place."""
        chosen, note = find_jobs(tree, dialect, self.jobs), ""
        if not self.jobs.names_jobs:
            chosen, note = able(chosen, "<queue>")
        changes = change_jobs(chosen, lambda job: self._add(job, dialect), expect=self.expect)
        return Outcome(f"{self.queue} given to {changes}{note}", changes.rewrites)

    def _add(self, job: Job, dialect: Dialect) -> YamlChange | None:
        if job.queues or find(job, "<queue>") is not None:
            return None
        content = dialect.queue(job, self.queue)
        return add_below(job, path_of(job, "<queue>"), content, after=self.after)
