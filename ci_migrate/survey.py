"""A tree as audits see it: its jobs, and what their queues give them, worked out once."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from ci_migrate.errors import CiMigrateError
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Job
from ci_migrate.job_fields import field_text, own_name, text_of
from ci_migrate.profile import Profile, Queue
from ci_migrate.several import member_of
from ci_migrate.tree import Tree, read_document


@dataclass(eq=False)
class Survey:
    """A tree, read by the dialects of its files, and the profiles of its queues."""

    tree: Tree
    dialect: Dialect
    profiles: tuple[Profile, ...]
    only: frozenset[str] | None = None  # files of jobs to look at; None is all
    listed: frozenset[str] = frozenset()  # files that there are besides those of the tree

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs of all files; a file that can't be understood has none."""
        jobs: list[Job] = []
        for path in self._paths():
            document = read_document(self.tree, path)
            if document is not None and self.dialect.understands(document):
                with suppress(CiMigrateError):
                    jobs += self.dialect.jobs(document, self.tree)
        return tuple(jobs)

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths of all files that there are, of whatever kind."""
        return self.listed.union(self.tree.paths(("**",)))

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.files:
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return frozenset(found)

    def exists(self, path: str) -> bool:
        """Say whether there is a file or a folder at a path from the root."""
        path = path.rstrip("/")
        return not path or path in self.files or path in self._folders

    def _paths(self) -> Iterable[str]:
        globs = self.dialect.GLOBS
        if self.only is None:
            return self.tree.paths(globs)
        return sorted(filter(matcher(globs).fullmatch, self.only))  # no walk for a few files

    def queue_of(self, job: Job) -> tuple[str, Queue] | None:
        """Return the one queue that a job comes to, if a profile tells what that gives."""
        if len(job.queues) > 1 or any(origin.opaque for origin in job.queues):
            return None
        profile = self.profile_of(job)
        return profile.queue_for(job.queue_name, asked(job)) if profile else None

    def profile_of(self, job: Job) -> Profile | None:
        """Return the profile for a job's CI system; None if there is none."""
        name = member_of(self.dialect, job.document).NAME
        return next((one for one in self.profiles if one.dialect == name), None)


def asked(job: Job) -> int | None:
    """Return the GPUs that a job's field asks for; None without the field."""
    text = field_text(job, "<gpus>") if own_name(job, "<gpus>") else None
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else None


def seen_by(job: Job, queue: Queue) -> int | None:
    """Return the GPUs that a job sees on a queue, on one of its nodes; None if not known."""
    wanted = asked(job)
    return wanted if queue.sees == "asked" and wanted is not None else queue.gpus


def nodes(job: Job) -> int:
    """Return on how many machines a job runs at once."""
    text = text_of(job.node, "num_nodes") or "1"
    return int(text) if text.isdecimal() and 0 < len(text) < 6 else 1
