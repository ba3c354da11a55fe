"""Several dialects as one: each file is of the one that is surest of it."""

from collections.abc import Iterator

from ci_migrate.content import Content
from ci_migrate.document import Document
from ci_migrate.errors import Place, Refused
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Example, Fields, Job, ListUse, Reference
from ci_migrate.remembered import once
from ci_migrate.style import Value
from ci_migrate.tree import Tree


def member_of(dialect: Dialect, document: Document) -> Dialect:
    """Return the dialect that a file is of, or the one that is asked if it is of none."""
    found = dialect.member(document) if isinstance(dialect, Several) else None
    return found or dialect


class Several:
    """A dialect that asks its members which of them a file is of."""

    def __init__(self, members: tuple[Dialect, ...]) -> None:
        self.members = members
        self.member = once(self._member)
        self.GLOBS = tuple(dict.fromkeys(glob for member in members for glob in member.GLOBS))

    @property
    def NAME(self) -> str:
        """Return the names of all members."""
        return ", ".join(member.NAME for member in self.members)

    @property
    def EXAMPLE(self) -> Example:
        """Return that of the first member."""
        return self.members[0].EXAMPLE

    def _member(self, document: Document) -> Dialect | None:
        """Return the member that is surest of a file; None if it is of none."""
        fitting = [m for m in self.members if matcher(m.GLOBS).fullmatch(document.path)]
        sure = {id(m): m.understands(document) for m in fitting}
        best = max(fitting, key=lambda m: sure[id(m)], default=None)
        return best if best is not None and sure[id(best)] else None

    def understands(self, document: Document) -> int:
        """Say how sure the surest member is."""
        member = self.member(document)
        return member.understands(document) if member else 0

    def names(self, document: Document) -> Fields:
        """Return the names of a file's own dialect."""
        member = self.member(document)
        return member.names(document) if member else Fields()

    def jobs(self, document: Document, tree: Tree) -> tuple[Job, ...]:
        """Return the jobs of a file by its own dialect; none if it has none."""
        member = self.member(document)
        return member.jobs(document, tree) if member else ()

    def used_by(self, path: str, text: str) -> tuple[str, ...]:
        """Return what the members that a path fits say."""
        fitting = (m for m in self.members if matcher(m.GLOBS).fullmatch(path))
        return tuple(word for m in fitting for word in m.used_by(path, text))

    def references(self, document: Document) -> Iterator[Reference]:
        """Yield the references of a file's own dialect."""
        member = self.member(document)
        return member.references(document) if member else iter(())

    def minutes(self, job: Job, minutes: int) -> str:
        """Return how the job's own dialect writes a timeout."""
        member = self.member(job.document)
        return member.minutes(job, minutes) if member else str(minutes)

    def queue(self, job: Job, name: str) -> Content:
        """Return how the job's own dialect writes a new queue."""
        member = self.member(job.document)
        return member.queue(job, name) if member else Content(Value(name))

    def lists(self, job: Job, tree: Tree) -> tuple[ListUse, ...]:
        """Return the lists of a job by its own dialect."""
        member = self.member(job.document)
        return member.lists(job, tree) if member else ()

    def gpus_needed(self, entry: str, place: Place, tree: Tree) -> int:
        """Return what the first member says that can tell; raises Refused if none can."""
        refusal = Refused("no dialect tells how many GPUs this needs", place=place)
        for member in self.members:
            try:
                return member.gpus_needed(entry, place, tree)
            except Refused as error:
                refusal = error
        raise refusal
