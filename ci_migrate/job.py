"""What runs in a CI system, in every dialect, and how a dialect tells it."""

import posixpath
import re
from collections.abc import Iterator
from collections.abc import Sequence as PySequence
from typing import Literal, NamedTuple, Protocol

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence
from ci_migrate.errors import Place, Refused
from ci_migrate.text import Span
from ci_migrate.tree import Tree


class Fields(NamedTuple):
    """What a job's fields are called in one dialect, by what they mean; "" where it has none.

    Names inside others are paths with dots. A recipe that is for several dialects writes what is
    meant: `<timeout>` for the field that this dialect calls `timeout-minutes`.
    """

    key: str = ""  # "" too where jobs are entries, whose own key it is
    label: str = ""
    queue: str = ""
    gpus: str = ""
    timeout: str = ""
    commands: str = ""
    env: str = ""
    condition: str = ""
    needs: str = ""  # the jobs that must have ended before
    files: str = ""  # the changed files that make it run
    parallelism: str = ""


# What a CI system, a shell, Jinja, `str.format` or `%` puts other text in the place of.
_TEMPLATE = re.compile(r"\$[\w({\[]|\{\{|\{%|<<\s*[\w.-]+\s*>>|\{\w*(?:[.:!\[][^{}]*)?\}|%\(\w+\)s")


class Origin(NamedTuple):
    """Where a value that a job has is written, perhaps for other jobs too.

    The value is the part `span` of the scalar's text. It came to the job `through` aliases, by
    their places in its own document, and by what `via` says (`matrix`, `extends`, …). An `opaque`
    one is a template, whose value is not known. Characters that would end it are `excluded`. In its
    list it stands `once`: no other item may come to be the same.
    """

    document: Document
    node: Scalar
    span: Span
    flow: bool = False
    through: tuple[Span, ...] = ()
    via: str = ""
    opaque: bool = False
    excluded: str = ""
    once: bool = False

    @property
    def text(self) -> str:
        """Return the value."""
        return self.span.of(self.node.value)

    @property
    def is_known(self) -> bool:
        """Say whether the value is this text, and not what a template of any kind makes of it."""
        return not self.opaque and _TEMPLATE.search(self.text) is None

    @property
    def identity(self) -> tuple[str, Span, Span]:
        """Return what two jobs share that have the value from here."""
        return self.document.path, self.node.span, self.span


class Holder(Protocol):
    """A mapping whose fields can be changed, a job or another place; or a list that is a place."""

    @property
    def document(self) -> Document:
        """The file that it stands in."""

    @property
    def part(self) -> Part | None:
        """Where it stands in what holds it; None for the whole of a document."""

    @property
    def node(self) -> Mapping | Sequence:
        """What it holds."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def names(self) -> Fields:
        """What its fields are called."""

    @property
    def inherited(self) -> frozenset[str]:
        """The fields that it has from elsewhere."""


class Workspace(NamedTuple):
    """Where a job's commands start: the folder, from the root, and where the root stands there.

    A job may say which folder in a scalar of its own, `written`.
    """

    folder: str
    root: str
    written: Scalar | None = None

    def at(self, written: Scalar) -> "Workspace":
        """Return the workspace that another folder makes, as a job writes it."""
        folder = posixpath.relpath(posixpath.join(self.root, written.value), self.root)
        return Workspace("" if folder == "." else folder, self.root, written)


class Job(NamedTuple):
    """A job where it stands: an item, or an entry, of a document; `part` is None for all of one.

    Its names count in the file `scope` only, and other files may use them for other jobs.
    """

    document: Document
    part: Part | None
    node: Mapping
    names: Fields
    key: str | None
    label: str | None
    queues: tuple[Origin, ...] = ()
    commands: tuple[Origin, ...] = ()
    gpus: int | None = None  # how many it gets, None if that cannot be told from its file
    inherited: frozenset[str] = frozenset()
    scope: str = ""
    workspace: Workspace | None = None  # None if that cannot be told

    @property
    def name(self) -> str:
        """Return what a person calls the job: its key, or its label if it has no key."""
        number = f"number {self.part.position + 1}" if self.part else self.document.path
        return self.key or self.label or number

    @property
    def queue_name(self) -> str | None:
        """Return the names of the queues that it is on, in one text."""
        return ", ".join(dict.fromkeys(origin.text for origin in self.queues)) or None

    @property
    def identity(self) -> tuple[str, Span]:
        """Return what no two jobs share."""
        return self.document.path, self.part.span if self.part else self.node.span

    @property
    def own_part(self) -> Part:
        """Return where it stands among others; raises Refused if it is the whole of a document."""
        if self.part is None:
            what = f"job '{self.name}' is the whole of its file, and stands beside no other"
            raise Refused(what, place=self.document.place(self.node), hint="edit it by hand")
        return self.part


def names_of(jobs: PySequence[Holder]) -> str:
    """Return the names of the first five jobs, for a message."""
    return ", ".join(job.name for job in jobs[:5]) + (", …" if len(jobs) > 5 else "")


class ListUse(NamedTuple):
    """A command of a job that reads a list file: the list's `path`, and how it is written."""

    path: str
    command: Origin
    written: str


class Reference(NamedTuple):
    """The text that names another job; `flow` if it stands between brackets or braces.

    That is the part `span` of the scalar's text, in an expression; without one all of it. `part` is
    an item of a list that does nothing but run that job. Some systems take nothing of a
    configuration without the job, which must be `within` the same file, or within the tree.
    """

    document: Document
    node: Scalar
    flow: bool
    span: Span | None = None
    part: Part | None = None
    within: Literal["", "file", "tree"] = ""

    @property
    def text(self) -> str:
        """Return the name."""
        return self.span.of(self.node.value) if self.span else self.node.value


class Example(NamedTuple):
    """A file with a job, to start a case from: its path, and its text with a `{queue}` in it."""

    path: str
    text: str


class Dialect(Protocol):
    """One CI system's way of writing YAML: where jobs stand and what their fields mean."""

    @property
    def NAME(self) -> str:
        """What a recipe calls it."""

    @property
    def EXAMPLE(self) -> Example:
        """A small file of this dialect."""

    @property
    def GLOBS(self) -> tuple[str, ...]:
        """Which files hold jobs."""

    def understands(self, document: Document) -> int:
        """Say how sure it is that a file which fits the globs is of this dialect.

        0 is not at all, 1 by its shape, 2 by fields that no other dialect has.
        """

    def names(self, document: Document) -> Fields:
        """Return what the fields of a new job in a file are called."""

    def jobs(self, document: Document, tree: Tree) -> tuple[Job, ...]:
        """Return the jobs of a document in the order written.

        Values may come from other files of the tree.
        """

    def used_by(self, path: str, text: str) -> tuple[str, ...]:
        """Return words of which a file holds one if it may take values of its jobs from here."""

    def references(self, document: Document) -> Iterator[Reference]:
        """Yield each text that names what a job, or a whole file, waits for or builds on."""

    def minutes(self, job: Job, minutes: int) -> str:
        """Return how a timeout of a job is written."""

    def queue(self, job: Job, name: str) -> Content:
        """Return what is written for a queue in the field that a job has none in yet.

        Raises Refused for a job that can have none.
        """

    def lists(self, job: Job, tree: Tree) -> tuple[ListUse, ...]:
        """Return the list files that the job's commands read."""

    def gpus_needed(self, entry: str, place: Place, tree: Tree) -> int:
        """Return how many GPUs the entry of a list file needs that stands at `place`."""
