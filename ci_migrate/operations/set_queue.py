"""Move jobs to another queue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from ci_migrate.changeset import Outcome
from ci_migrate.errors import Place, Refused, nearest
from ci_migrate.finding import Finding
from ci_migrate.globs import folders, matcher
from ci_migrate.job import Dialect, Job, Origin, names_of
from ci_migrate.job_changes import check_expected, rewrites_of
from ci_migrate.job_fields import text_of
from ci_migrate.mirrors import mirrors_of
from ci_migrate.options import option
from ci_migrate.origins import Use, comments_behind, set_origins
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing, check_told, exact, swapped
from ci_migrate.selector import JobSelector, find_jobs, jobs_with
from ci_migrate.style import Value
from ci_migrate.text import counted
from ci_migrate.tree import Tree


@dataclass(frozen=True, slots=True)
class SetQueue:
    """Move the chosen jobs to the queue `to`.

    Jobs that are named and already there are left alone; a job that is named exactly and does not
    exist, or is on neither queue, is refused. `leaves` counts the jobs that remain on the queue
    they left.

    Where no job is on the queue to leave nor on the one to join there is a warning, for a name may
    be mistyped. Refused: a queue written as an alias, in something that an alias repeats, with a
    tag, or as a block of lines.

    Example:
        - set-queue: {jobs: {queue: b200}, to: b200-k8s, leaves: 0}
        - set-queue: {jobs: {queue: b200, key: [a, b]}, to: b200-k8s, leaves: 7, expect: 2}
        - set-queue: {jobs: {queue: b200, except: {label: "*nightly*"}}, to: b200-k8s, comment: "was {old}, see #12"}
    """

    jobs: JobSelector = option("jobs to move")
    to: Value = option("queue to join")
    leaves: int | None = option("how many jobs must remain on the old queue", default=None)
    comment: str = option(
        "comment to put behind the queue, {old} in it for the one that is left", default=""
    )
    expect: int | None = option("how many jobs must move, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that the jobs to count are told; raises ValueError if not."""
        if self.leaves is not None and not self.jobs.queue:
            raise ValueError("'leaves' counts the jobs of a queue, and 'jobs' names none")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job can't be moved as asked."""
        chosen = self._chosen(tree, dialect)
        uses = [use for job in chosen for use in self._uses(job)]
        moving = tuple({use.job.identity: use.job for use in uses}.values())
        check_expected(moving, self.expect)
        self._check_left(tree, dialect, chosen, moving)
        if not moving:
            summary = f"no job is left to move ({self.jobs})"
            if chosen:
                return Outcome(summary)
            return Outcome(summary, doubted=partial(self._unknown, tree, dialect))
        _check_known(uses, dialect)
        left = sorted({use.origin.text for use in uses})
        everywhere = tuple(jobs_with(tree, dialect, tuple(left)))
        _check_written(uses, everywhere)
        changes = [*set_origins(uses, (Use(j, o) for j in everywhere for o in j.queues), self.to)]
        changes += comments_behind(uses, self.comment) if self.comment else ()
        there = f"; {len(chosen) - len(moving)} there already" if len(chosen) > len(moving) else ""
        summary = f"{counted(moving, 'job')} from {', '.join(left)} to {self.to.text}{there}"
        # A job that is on the queue by two places of a text leaves both or none.
        apart = len(uses) == len(moving) and not self.comment
        staying = tuple(_in_mirrors(everywhere, left))
        return Outcome(summary, rewrites_of(changes, apart=apart), staying)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        if self.comment:
            raise Refused("the comment that it writes would stay", hint="undo it by hand")
        if len(self.jobs.queue) != 1:
            raise Refused("the queue that it leaves is not said", hint="name it in 'jobs'")
        old = Value(exact(self.jobs.queue[0], "the queue that it leaves"))
        jobs = replace(self.jobs, queue=(Pattern.exactly(self.to.text),))
        return swapped(self, jobs=jobs, to=old, leaves=None)

    def _uses(self, job: Job) -> Iterator[Use]:
        """Yield the queues that a job is to leave; none if it is on the one to join."""
        there = any(origin.text == self.to.text for origin in job.queues)
        leaving = [o for o in job.queues if o.text != self.to.text and self._leaves(o)]
        if not leaving and not there:
            what = f"job '{job.name}' names no queue"
            place = job.document.place(job.node)
            raise Refused(what, place=place, hint="add the field first")
        if len({origin.text for origin in leaving}) > 1 and not self.jobs.queue:
            what = f"job '{job.name}' is on several queues: {job.queue_name}"
            place = job.document.place(job.node)
            raise Refused(what, place=place, hint="say which of them it leaves, with 'queue'")
        self._check_once(job, leaving)
        yield from (Use(job, origin) for origin in leaving)

    def _check_once(self, job: Job, leaving: list[Origin]) -> None:
        """Check that the new queue comes to stand once in a list that has each once."""
        seen: dict[str, str] = {o.via: o.text for o in job.queues if self._is_there_once(o)}
        for origin in (o for o in leaving if o.once):
            if seen.setdefault(origin.via, origin.text) != origin.text:
                what = f"'{self.to.text}' would stand twice in a list of job '{job.name}'"
                place = origin.document.place(origin.node)
                raise Refused(what, place=place, hint=f"take '{origin.text}' out of it instead")

    def _is_there_once(self, origin: Origin) -> bool:
        return origin.once and origin.text == self.to.text

    def _leaves(self, origin: Origin) -> bool:
        return self.jobs.wants(origin) if self.jobs.queue else origin.is_known

    def _chosen(self, tree: Tree, dialect: Dialect) -> tuple[Job, ...]:
        names = {p.text for p in (*self.jobs.key, *self.jobs.label) if p.kind == "exact"}
        if not names or not self.jobs.queue:
            return find_jobs(tree, dialect, self.jobs)
        named = find_jobs(tree, dialect, replace(self.jobs, queue=()))
        return tuple(job for job in named if self._is_on_queue(job, names))

    def _is_on_queue(self, job: Job, names: set[str]) -> bool:
        """Say whether a job is on a queue to leave or to join; an exact name must be."""
        there = any(origin.text == self.to.text for origin in job.queues)
        fits = there or self.jobs.fits(job)
        if fits or not names & {job.key, job.label}:
            return fits
        where = f"on {job.queue_name}" if job.queue_name else "on no queue"
        allowed = " or ".join([*(pattern.text for pattern in self.jobs.queue), self.to.text])
        what = f"job '{job.name}' is {where}, not on {allowed}"
        hint = "change the job by hand, or leave it out of the recipe"
        raise Refused(what, place=job.document.place(job.node), hint=hint)

    def _unknown(self, tree: Tree, dialect: Dialect) -> tuple[Finding, ...]:
        """Find that no job is on the queue to join either, so that a name may be mistyped."""
        joined = jobs_with(tree, dialect, (self.to.text,))
        if any(origin.text == self.to.text for job in joined for origin in job.queues):
            return ()
        jobs = jobs_with(tree, dialect, ()) if _are_few(tree.paths(dialect.GLOBS)) else ()
        queues = {origin.text for job in jobs for origin in job.queues}
        wanted = [*(pattern.text for pattern in self.jobs.queue), self.to.text]
        hints = (nearest(name, queues) for name in wanted)
        hint = next((f"; {hint}" for hint in hints if hint), "")
        message = f"no job is on {' or '.join(wanted)}{hint}"
        return (Finding(Place(folders(dialect.GLOBS)[0] or "."), message),)

    def _check_left(
        self, tree: Tree, dialect: Dialect, chosen: tuple[Job, ...], moving: tuple[Job, ...]
    ) -> None:
        if self.leaves is None:
            return
        queues = JobSelector(queue=self.jobs.queue)
        on_them = chosen if self.jobs == queues else find_jobs(tree, dialect, queues)
        moved = {job.identity for job in moving}
        left = [job for job in on_them if job.identity not in moved]
        # With nothing left to move, a later operation may have moved what this one left.
        if len(left) == self.leaves or (not moving and len(left) < self.leaves):
            return
        queue = ", ".join(pattern.text for pattern in self.jobs.queue)
        what = f"{counted(left, 'job')} would stay on {queue}, where the recipe says {self.leaves}"
        first = [*left, *moving][0]
        place = first.document.place(first.node)
        hint = (
            f"they are {names_of(left)}; choose more or fewer jobs" if left else "choose fewer jobs"
        )
        raise Refused(what, place=place, hint=hint)


def _in_mirrors(jobs: tuple[Job, ...], left: list[str]) -> Iterator[Finding]:
    """Find the mirrors that stay on a queue which jobs leave, for they are no jobs of their own."""
    for mirror in (mirror for job in jobs for mirror in mirrors_of(job, "mirror")):
        queue = text_of(mirror.node, mirror.names.queue)
        if queue in left:
            what = f"the mirror '{mirror.name}' stays on {queue}; move it with set-field"
            yield Finding(mirror.document.place(mirror.node), what)


_FEW = 1000  # files, of which all are read for a hint in about a second


def _are_few(paths: Iterable[str]) -> bool:
    return len(tuple(paths)) <= _FEW


def _check_written(uses: list[Use], jobs: tuple[Job, ...]) -> None:
    """Check that what an alias repeats is not written for something else in a job."""
    for job, origin in uses:
        for other in jobs if origin.through else ():
            path, own = other.identity
            inside = own.start <= origin.node.span.start and origin.node.span.end <= own.end
            here = any(o.identity == origin.identity and not o.through for o in other.queues)
            if path == origin.document.path and inside and not here:
                what = (
                    f"'{origin.text}' is no queue here, where an alias in '{job.name}' has it from"
                )
                hint = "write the alias out first"
                raise Refused(what, place=origin.document.place(origin.node), hint=hint)


def _check_known(uses: list[Use], dialect: Dialect) -> None:
    """Check that queues are written where their other users are looked for."""
    for job, origin in uses:
        path = origin.document.path
        if not matcher(dialect.GLOBS).fullmatch(path):
            what = f"'{origin.text}' of job '{job.name}' is written in {path}"
            hint = "jobs in that file are not looked for, so change it by hand"
            raise Refused(what, place=origin.document.place(origin.node), hint=hint)
