"""Move jobs to another place, in their file or in another one."""

from dataclasses import dataclass, replace

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.document import Document, Mapping, Node, Scalar, parse
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Dialect, Job, names_of
from ci_migrate.job_changes import list_changes, rewrites_of
from ci_migrate.job_references import check_names_stay, from_outside, waits
from ci_migrate.options import option
from ci_migrate.selector import JobSelector, find_jobs, find_named
from ci_migrate.text import Edit, Span, counted, newline_of
from ci_migrate.tree import Tree, read_text
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_copies import Original, insert_copies, new_collection, new_entries
from ci_migrate.yaml_parts import remove_parts
from ci_migrate.yaml_proof import YamlClaim


@dataclass(frozen=True, slots=True)
class MoveJob:
    r"""Move the chosen jobs, in their order, with the comments that belong to them.

    They go below or above another job, or to the end of a file; one that does not exist is made
    with `head` for its first lines. Jobs that stand there already are left alone.

    In another file they are indented as the jobs there. Refused: a job that holds an anchor or has an
    alias to another place, to leave a file without jobs, and to take a job out of a file that needs
    it.

    Example:
        - move-job: {jobs: {key: nightly-a}, after: nightly-b}
        - move-job: {jobs: {key: [a, b]}, to: .buildkite/test_areas/kernels.yaml}
        - move-job: {jobs: {key: a}, to: .buildkite/test_areas/kernels.yaml, after: kernels}
        - move-job: {jobs: {label: "LoRA *"}, to: .buildkite/test_areas/lora.yaml, head: "group: LoRA\nsteps:\n"}
    """

    jobs: JobSelector = option("jobs to move")
    after: str | None = option("key or label of the job to stand below", default=None)
    before: str | None = option("key or label of the job to stand above", default=None)
    to: str | None = option("path of the file to stand in; alone, at its end", default=None)
    head: str | None = option(
        "first lines of a new file, which end with the key of its jobs, as 'steps:'", default=None
    )
    expect: int | None = option("how many jobs must move, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that one place is told; raises ValueError if not."""
        beside = sum(place is not None for place in (self.after, self.before))
        if beside > 1 or not (beside or self.to):
            raise ValueError("the place of a job is told by 'after' or 'before', or by 'to'")
        if self.head is not None and (self.to is None or beside):
            raise ValueError("'head' is for a new file, which 'to' names, and which has no job yet")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the jobs can't be moved."""
        jobs = find_jobs(tree, dialect, self._there_too())
        if self.to is not None and read_text(tree, self.to) is None:
            moving = self._checked(jobs)
            if not moving:
                return Outcome("no job is left to move")
            check_names_stay(moving, self.to, tree, dialect)
            _check_free(tree, dialect, moving, self.to)
            made = self._new_file(moving)
            return self._outcome(moving, (*rewrites_of(_removals(moving)), made))
        beside = self._beside(tree, dialect)
        moving = self._checked(self._not_there(jobs, beside))
        if not moving:
            return Outcome("no job is left to move")
        check_names_stay(moving, beside.document.path, tree, dialect)
        _check_free(tree, dialect, moving, beside.document.path)
        put = insert_copies(
            tuple(map(_original, moving)), _original(beside), below=self.before is None
        )
        changes = [(beside.document, put), *_removals(moving)]
        return self._outcome(moving, rewrites_of(changes))

    def _there_too(self) -> JobSelector:
        """Return the selector of the jobs, which may have been moved to their file before."""
        file = self.jobs.file
        if self.to is None or not file or not self.jobs.names_jobs:
            return self.jobs
        return replace(self.jobs, file=(*file, self.to))

    def _outcome(self, moving: tuple[Job, ...], rewrites: tuple[Rewrite, ...]) -> Outcome:
        where = self.to or f"{'below' if self.after else 'above'} '{self.after or self.before}'"
        verb = "to" if self.to else "put"
        return Outcome(f"{counted(moving, 'job')} {verb} {where}", rewrites)

    def _checked(self, moving: tuple[Job, ...]) -> tuple[Job, ...]:
        if moving and self.expect is not None and len(moving) != self.expect:
            what = f"{counted(moving, 'job')} would move, where the recipe expects {self.expect}"
            place = moving[0].document.place(moving[0].node)
            raise Refused(what, place=place, hint=f"they are {names_of(moving)}")
        return moving

    def _beside(self, tree: Tree, dialect: Dialect) -> Job:
        """Return the job to stand beside; of a file, the last one."""
        if name := self.after or self.before:
            return find_named(tree, dialect, name, (self.to,) if self.to else ())
        assert self.to is not None  # noqa: S101 (one of the three is)
        found = dialect.jobs(parse(self.to, read_text(tree, self.to) or ""), tree)
        if not found:
            what = "this file has no job to stand below"
            raise Refused(what, place=Place(self.to), hint="name another")
        return found[-1]

    def _not_there(self, jobs: tuple[Job, ...], beside: Job) -> tuple[Job, ...]:
        """Return the jobs without those that stand where they should."""
        if not (self.after or self.before):
            return tuple(job for job in jobs if job.document.path != self.to)
        others = tuple(job for job in jobs if not _same(job, beside))
        step = 1 if self.after else -1
        positions = [beside.own_part.position + step * n for n in range(1, len(others) + 1)]
        there = all(_together(job, beside) for job in others) and {
            job.own_part.position for job in others
        } == set(positions)
        return () if there else others

    def _new_file(self, moving: tuple[Job, ...]) -> Rewrite:
        place = moving[0].document.place(moving[0].node)
        if self.to is None or self.head is None:
            what = f"{self.to} does not exist"
            raise Refused(what, place=place, hint="say with 'head' how it begins")
        head = self.head.rstrip("\n") + "\n" if self.head else ""
        document, body, change = _below_head(parse(self.to, head), moving)
        newline = newline_of(moving[0].document.text)
        text = (head + body).replace("\n", newline)
        claim = YamlClaim(document, change.intents)
        return Rewrite(self.to, "", (Edit(Span(0, 0), text),), claim, new=True)


def _below_head(head: Document, moving: tuple[Job, ...]) -> tuple[Document, str, YamlChange]:
    """Return the head of a new file, the lines of jobs below it, and what they mean there.

    Jobs that stand at the left of their file are entries beside those of the head, if it has any.
    """
    originals = tuple(map(_original, moving))
    root = head.roots[-1] if head.roots else None
    parent, what = moving[0].own_part.parent, ""
    if not isinstance(parent, Mapping) or parent not in moving[0].document.roots:
        empty, what = _last_value(root), "'head' does not end with the key of a list of jobs"
    elif isinstance(root, Mapping):
        return head, *new_entries(originals, root)
    elif root is None:
        empty = Scalar(Span(0, 0), "", "", None, None)
        head = head._replace(roots=(empty,))
    else:
        empty = root if isinstance(root, Scalar) and not root.value else None
        what = "'head' ends with something that no job can stand beside"
    if empty is None:
        place = moving[0].document.place(moving[0].node)
        raise Refused(
            what, place=place, hint="let it end with 'steps:', or as the other files begin"
        )
    return head, *new_collection(originals, empty)


def _check_free(tree: Tree, dialect: Dialect, moving: tuple[Job, ...], to: str) -> None:
    """Check that no file is left without a job that it needs."""
    leaving = tuple(job for job in moving if job.document.path != to)
    paths = {job.document.path for job in leaving}
    for found in from_outside(tree, dialect, leaving):
        if found.within == "file" and found.document.path in paths:
            raise waits(found, "which would stand in another file")


def _removals(moving: tuple[Job, ...]) -> list[tuple[Document, YamlChange]]:
    return list(list_changes(moving, remove_parts))


def _original(job: Job) -> Original:
    return Original(job.document, job.own_part)


def _same(job: Job, other: Job) -> bool:
    return _together(job, other) and job.own_part.position == other.own_part.position


def _together(job: Job, other: Job) -> bool:
    """Say whether two jobs stand in one list."""
    return (job.document.path, job.own_part.parent.span) == (
        other.document.path,
        other.own_part.parent.span,
    )


def _last_value(root: Node | None) -> Scalar | None:
    """Return the last value of a mapping if it is empty."""
    last = root.entries[-1].value if isinstance(root, Mapping) else None
    return last if isinstance(last, Scalar) and not last.value else None
