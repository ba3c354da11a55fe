"""What a run would do: every file before and after, what each operation did, and why it can't."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from ci_migrate.errors import CiMigrateError, Place
from ci_migrate.finding import Audited, Finding
from ci_migrate.job import Dialect
from ci_migrate.proof import Claim
from ci_migrate.text import Edit
from ci_migrate.tree import Tree


class Rewrite(NamedTuple):
    """Edits that an operation wants made to one file; `before` is empty for a `new` file.

    Of a file that is `gone` nothing is left; what it held must stand in other rewrites. Where it
    has `parts`, each is right without the others, and together they are all of it.
    """

    path: str
    before: str
    edits: tuple[Edit, ...]
    claim: Claim
    new: bool = False
    gone: bool = False
    parts: "tuple[Rewrite, ...]" = ()


def _nothing() -> tuple[Finding, ...]:
    return ()


class Outcome(NamedTuple):
    """What one operation does to a tree: `summary` says it in a line, for people.

    What is `doubted` is worked out only where it is told, for that may take longer than all else.
    """

    summary: str
    rewrites: tuple[Rewrite, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubted: Callable[[], tuple[Finding, ...]] = _nothing


class Operation(Protocol):
    """One kind of change, with its options filled in."""

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change to a tree; raises CiMigrateError where it can't be shown right."""


class FileChange(NamedTuple):
    """One file before and after; None where there is no file. `edits` count in `before`."""

    path: str
    before: str | None
    after: str | None
    edits: tuple[Edit, ...]
    operations: tuple[int, ...]  # which of the recipe's operations, counted from 0

    @property
    def content(self) -> bytes | None:
        """Return the file's bytes after; None where there is no file."""
        return None if self.after is None else self.after.encode()


class Done(NamedTuple):
    """What an operation of the recipe came to, by its name and in the recipe's order."""

    name: str
    summary: str
    files: tuple[str, ...]
    edits: int
    findings: tuple[Finding, ...]


class Failure(NamedTuple):
    """Why an operation can't be done: its name, its place in the recipe, and the error."""

    name: str
    place: Place
    error: CiMigrateError


class Proof(NamedTuple):
    """What was shown of a changeset before anything may be written.

    Outside the `spans` of the changed `files` no byte differs; what the new files mean is what was
    intended, by one or two YAML parsers; and a second run would change nothing, or, of a part that
    was picked, do the rest.
    """

    files: int
    spans: int
    parsers: int
    again: str = "a second run changes nothing"

    def __str__(self) -> str:
        files = f"{self.files} file" if self.files == 1 else f"{self.files} files"
        spans = f"{self.spans} span" if self.spans == 1 else f"{self.spans} spans"
        read = ", read by two parsers" if self.parsers > 1 else ""
        return f"{files}, {spans}, 0 bytes outside them{read}, {self.again}"


class Changeset(NamedTuple):
    """Everything a run would do; if there are failures, nothing may be written."""

    files: tuple[FileChange, ...]
    done: tuple[Done, ...]
    failures: tuple[Failure, ...]
    proof: Proof | None = None  # none where nothing changes
    audited: Audited = Audited()  # what audits of both sides found

    @property
    def contents(self) -> dict[str, bytes | None]:
        """Return the bytes of each file that changes as they are after; None for one that goes."""
        return {change.path: change.content for change in self.files}

    @property
    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """Return all findings, each with the name of the operation or the audit that tells it.

        What is wrong or may be comes before what is only good to know.
        """
        told = [(done.name, finding) for done in self.done for finding in done.findings]
        told += [(finding.audit, finding) for finding in self.audited.findings]
        return tuple(sorted(told, key=lambda one: one[1].severity == "note"))
