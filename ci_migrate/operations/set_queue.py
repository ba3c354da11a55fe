"""Move jobs to another queue."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.document import Document
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Dialect, Job
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, every_job, find_jobs, no_such_job
from ci_migrate.style import Value
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, set_scalar
from ci_migrate.yaml_proof import YamlClaim


@dataclass(frozen=True, slots=True)
class SetQueue:
    """Move the chosen jobs to the queue `to`.

    Jobs that are named and already there are left alone; a named job that does not exist, or that
    is on neither queue, is refused. `leaves` counts the jobs that remain on the queue they left.
    """

    jobs: JobSelector = option("jobs to move")
    to: Value = option("queue to join")
    leaves: int | None = option("how many jobs must remain on the old queue", default=None)

    def __post_init__(self) -> None:
        """Check that the jobs to count are told; raises ValueError if not."""
        if self.leaves is not None and not self.jobs.queue:
            raise ValueError("'leaves' counts the jobs of a queue, and 'jobs' names none")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job can't be moved as asked."""
        chosen = self._chosen(tree, dialect)
        moving = [job for job in chosen if job.queue_name != self.to.text]
        self._check_left(tree, dialect, chosen, moving)
        if not moving:
            return Outcome(f"no job is left to move ({self.jobs})")
        rewrites = tuple(_rewrite(jobs, self.to) for jobs in _by_document(moving).values())
        left = sorted({str(job.queue_name) for job in moving})
        there = f"; {len(chosen) - len(moving)} there already" if len(chosen) > len(moving) else ""
        return Outcome(
            f"{counted(moving, 'job')} from {', '.join(left)} to {self.to.text}{there}", rewrites
        )

    def _chosen(self, tree: Tree, dialect: Dialect) -> tuple[Job, ...]:
        if not (self.jobs.key or self.jobs.label):
            return find_jobs(tree, dialect, self.jobs)
        wanted = JobSelector((), self.jobs.key, self.jobs.label)
        named = find_jobs(tree, dialect, wanted)
        if not self._all_in(named):
            named = every_job(tree, dialect, wanted)
            self._check_named(named, tree, dialect)
        for job in named:
            allowed = (*self.jobs.queue, self.to.text)
            if job.queue_name is None or (self.jobs.queue and job.queue_name not in allowed):
                where = f"on {job.queue_name}" if job.queue_name else "on no queue"
                what = f"job '{job.name}' is {where}, not on {' or '.join(allowed)}"
                hint = "change the job by hand, or leave it out of the recipe"
                raise Refused(what, place=job.document.place(job.node), hint=hint)
        return named

    def _all_in(self, named: tuple[Job, ...]) -> bool:
        keys, labels = ({getattr(job, f) for job in named} for f in ("key", "label"))
        return keys.issuperset(self.jobs.key) and labels.issuperset(self.jobs.label)

    def _check_named(self, named: tuple[Job, ...], tree: Tree, dialect: Dialect) -> None:
        for name in self.jobs.key:
            if name not in [job.key for job in named]:
                raise no_such_job(tree, dialect, "key", name)
        for name in self.jobs.label:
            if name not in [job.label for job in named]:
                raise no_such_job(tree, dialect, "label", name)

    def _check_left(
        self, tree: Tree, dialect: Dialect, chosen: tuple[Job, ...], moving: list[Job]
    ) -> None:
        if self.leaves is None:
            return
        queues = JobSelector(queue=self.jobs.queue)
        on_them = chosen if self.jobs == queues else find_jobs(tree, dialect, queues)
        moved = {job.document.place(job.node) for job in moving}
        left = [job for job in on_them if job.document.place(job.node) not in moved]
        # With nothing left to move, a later operation may have moved what this one left.
        if len(left) == self.leaves or (not moving and len(left) < self.leaves):
            return
        names = ", ".join(job.name for job in left[:5]) + (", …" if len(left) > 5 else "")
        queue = ", ".join(self.jobs.queue)
        what = f"{counted(left, 'job')} would stay on {queue}, where the recipe says {self.leaves}"
        first = (left or moving)[0] if left or moving else None
        place = first.document.place(first.node) if first else Place(dialect.GLOBS[0])
        raise Refused(what, place=place, hint=f"they are {names}" if left else "check the recipe")


def _by_document(jobs: list[Job]) -> dict[str, list[Job]]:
    result: dict[str, list[Job]] = {}
    for job in jobs:
        result.setdefault(job.document.path, []).append(job)
    return result


def _rewrite(jobs: list[Job], to: Value) -> Rewrite:
    document: Document = jobs[0].document
    change = YamlChange()
    for job in jobs:
        if job.queue is None:
            what = f"job '{job.name}' names no queue"
            raise Refused(what, place=document.place(job.node), hint="add the field first")
        change += set_scalar(document, job.queue, to, flow=job.node.flow)
    claim = YamlClaim(document, change.intents)
    return Rewrite(document.path, document.text, change.edits, claim)
