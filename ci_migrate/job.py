"""What runs in a CI system, in every dialect, and how a dialect tells it."""

from collections.abc import Sequence as PySequence
from typing import NamedTuple, Protocol

from ci_migrate.document import Document, Mapping, Node, Part, Scalar
from ci_migrate.errors import Place
from ci_migrate.tree import Tree


class Holder(Protocol):
    """A mapping whose fields can be changed: a job, or another place of a file."""

    @property
    def document(self) -> Document:
        """The file that it stands in."""

    @property
    def part(self) -> Part | None:
        """Where it stands in what holds it; None for the whole of a document."""

    @property
    def node(self) -> Mapping:
        """What it holds."""

    @property
    def name(self) -> str:
        """What a person calls it."""


class Job(NamedTuple):
    """A job where it stands: an item, or an entry, of a document."""

    document: Document
    part: Part
    node: Mapping
    key: str | None
    label: str | None
    queue: Node | None
    queue_name: str | None  # what the queue's node stands for, an alias followed
    commands: tuple[Scalar, ...]
    gpus: int | None = None  # how many it gets, None if that cannot be told from its file

    @property
    def name(self) -> str:
        """Return what a person calls the job: its key, or its label if it has no key."""
        return self.key or self.label or f"number {self.part.position + 1}"


def names_of(jobs: PySequence[Holder]) -> str:
    """Return the names of the first five jobs, for a message."""
    return ", ".join(job.name for job in jobs[:5]) + (", …" if len(jobs) > 5 else "")


class ListUse(NamedTuple):
    """A command of a job that reads a list file: the list's `path`, and how it is written."""

    path: str
    command: Scalar
    written: str


class Example(NamedTuple):
    """A file with a job, to start a case from: its path, and its text with a `{queue}` in it."""

    path: str
    text: str


class Dialect(Protocol):
    """One CI system's way of writing YAML: where jobs stand and what their fields mean."""

    @property
    def EXAMPLE(self) -> Example:
        """A small file of this dialect."""

    @property
    def GLOBS(self) -> tuple[str, ...]:
        """Which files hold jobs."""

    @property
    def FIELDS(self) -> "Fields":
        """What this dialect calls the fields that every dialect has."""

    def jobs(self, document: Document) -> tuple[Job, ...]:
        """Return the jobs of a document in the order written."""

    def lists(self, job: Job, tree: Tree) -> tuple[ListUse, ...]:
        """Return the list files that the job's commands read."""

    def gpus_needed(self, entry: str, place: Place, tree: Tree) -> int:
        """Return how many GPUs the entry of a list file needs that stands at `place`."""


class Fields(NamedTuple):
    """The names of a job's fields in one dialect."""

    key: str
    label: str
    queue: str
    gpus: str
    timeout: str
    needs: str  # the jobs that must have ended before
