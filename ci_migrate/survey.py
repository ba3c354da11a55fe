"""A tree as audits see it: its jobs, and what their queues give them, worked out once."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ci_migrate.document import Document
from ci_migrate.errors import CiMigrateError
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Job, ListUse
from ci_migrate.job_fields import field_text, text_of
from ci_migrate.line_list import LineList, parse_lines
from ci_migrate.mirrors import mirrors_of
from ci_migrate.profile import Profile, Queue, Schema, schema_for
from ci_migrate.remembered import once
from ci_migrate.several import member_of
from ci_migrate.shell_calls import Call, calls_of
from ci_migrate.text import Span, whole_number
from ci_migrate.touched import JobName
from ci_migrate.tree import Tree, files_with, read_document, read_text

_AT_A_ROOT = re.compile(r"(?:README|LICEN[CS]E|COPYING)[^/]*", re.IGNORECASE)


@dataclass(eq=False)
class Survey:
    """A tree, read by the dialects of its files, and the profiles of its queues."""

    tree: Tree
    dialect: Dialect
    profiles: tuple[Profile, ...]
    only: frozenset[str] | None = None  # files of jobs to look at; None is all
    listed: frozenset[str] = frozenset()  # files that there are besides those of the tree
    untouched: frozenset[JobName] = frozenset()  # jobs that are the same on the other side
    opposite: "Survey | None" = None  # the other side of a change, if there is one
    differing: frozenset[str] | None = None  # files in which that differs, if known already
    today: date = field(default_factory=date.today)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The files of which a dialect understands something."""
        read = (read_document(self.tree, path) for path in self._paths())
        return tuple(one for one in read if one is not None and self.dialect.understands(one))

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs of all files; a file that can't be understood has none."""
        jobs: list[Job] = []
        for document in self.documents:
            with suppress(CiMigrateError):
                jobs += self.dialect.jobs(document, self.tree)
        return tuple(jobs)

    @cached_property
    def touched(self) -> tuple[Job, ...]:
        """The jobs without those that are the same on the other side of a change.

        For audits that look at each job by itself, which find the same of these on both sides.
        """
        return tuple(filter(self.may_differ, self.jobs))

    def may_differ(self, job: Job) -> bool:
        """Say whether a job may be another one on the other side of a change."""
        return job.identity not in self.untouched

    def also(self, words: Iterable[str]) -> "Survey":
        """Return the survey with the files too that hold one of the words, and make pipelines."""
        wanted = tuple(sorted(words))
        if self.only is None or not wanted:
            return self
        paths = (path for path, _ in files_with(self.tree, self.dialect.GLOBS, wanted))
        only = self.only.union(path for path in paths if self.pipeline_of(path))
        more = Survey(self.tree, self.dialect, self.profiles, only, self.listed)
        for name in ("_dialects", "_schemas", "_lists"):  # which are the same for the same tree
            more.__dict__[name] = getattr(self, name)
        return more

    @cached_property
    def jobs_by_file(self) -> dict[str, tuple[Job, ...]]:
        """The jobs of each file that has some."""
        found: dict[str, list[Job]] = {}
        for job in self.jobs:
            found.setdefault(job.document.path, []).append(job)
        return {path: tuple(jobs) for path, jobs in found.items()}

    def pipeline_of(self, path: str) -> tuple[str, ...]:
        """Return the globs of the files that make one pipeline with the file at `path`."""
        pipelines = (globs for profile in self.profiles for globs in profile.pipelines)
        return next((globs for globs in pipelines if matcher(globs).fullmatch(path)), ())

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths of all files that there are, of whatever kind."""
        return self.listed.union(self.tree.paths(("**",)))

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """The same paths, sorted."""
        return tuple(sorted(self.files))

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.files:
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return frozenset(found)

    @cached_property
    def changed(self) -> frozenset[str] | None:
        """The paths of the files in which the other side differs; None if there is none."""
        if self.differing is not None or self.opposite is None:
            return self.differing
        mine, others = self.tree, self.opposite.tree
        paths = self.files | self.opposite.files
        return frozenset(path for path in paths if mine.read(path) != others.read(path))

    @property
    def in_part(self) -> "Survey | None":
        """The other side, where only what may differ from it is looked at."""
        return self.opposite if self.only is not None else None

    @cached_property
    def is_repository(self) -> bool:
        """Whether a whole repository seems to be here: something to read stands at its root."""
        return any(map(_AT_A_ROOT.fullmatch, self.files))

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
        if len(job.queues) > 1 or not all(origin.is_known for origin in job.queues):
            return None
        profile, schema = self.profile_of(job.document), self.schema_of(job.document)
        if profile is None or (
            schema and not schema.strays and job.queue_name not in profile.queues
        ):
            return None
        return profile.queue_for(job.queue_name, asked(job))

    def minutes_of(self, job: Job) -> int | None:
        """Return the minutes that a job is known to take, by its key or its label.

        Any profile may tell, for what a generator reads can look like files of another system.
        """
        names = [name for name in (job.key, job.label) if name]
        tables = [profile.durations for profile in self.profiles]
        return next((table[name] for table in tables for name in names if name in table), None)

    def dialect_of(self, document: Document) -> str:
        """Return the name of the dialect that a file is of."""
        if document.path not in self._dialects:
            self._dialects[document.path] = member_of(self.dialect, document).NAME
        return self._dialects[document.path]

    def profile_of(self, document: Document) -> Profile | None:
        """Return the profile of the dialect that a file is of, if there is one."""
        name = self.dialect_of(document)
        return next((one for one in self.profiles if one.dialect == name), None)

    def schema_of(self, document: Document) -> Schema | None:
        """Return what may stand in a file, if a profile tells it."""
        if document.path not in self._schemas:
            name = self.dialect_of(document)
            self._schemas[document.path] = schema_for(self.profiles, name, document.path)
        return self._schemas[document.path]

    @cached_property
    def _dialects(self) -> dict[str, str]:
        return {}

    @cached_property
    def _schemas(self) -> dict[str, Schema | None]:
        return {}

    def text(self, path: str) -> str | None:
        """Return a file's text, or None if there is none, or if it can't be read as text."""
        with suppress(CiMigrateError):
            return read_text(self.tree, path)
        return None

    def list_at(self, path: str) -> LineList:
        """Return a list file; an empty one if it can't be read."""
        return parse_lines(path, self.text(path) or "")

    def lists(self, job: Job) -> tuple[ListUse, ...]:
        """Return the list files that a job's commands read."""
        key = (*job.identity, job.name)  # two jobs may share what makes a mirror
        if key not in self._lists:
            self._lists[key] = self.dialect.lists(job, self.tree)
        return self._lists[key]

    def calls(self, job: Job) -> tuple[Call, ...]:
        """Return what a job's commands start; nothing if it is not known where they start."""
        known, key = _calls_in(job.document), (job.identity[1], job.name)
        if key not in known:
            here = job.workspace
            known[key] = calls_of(job.commands, here) if here else ()
        return known[key]

    @cached_property
    def _lists(self) -> dict[tuple[str, Span, str], tuple[ListUse, ...]]:
        return {}

    @cached_property
    def all_jobs(self) -> tuple[Job, ...]:
        """The jobs, each with what its mirrors make of it behind it."""
        return self.mirrored(self.jobs)

    def mirrored(self, jobs: Iterable[Job]) -> tuple[Job, ...]:
        """Return jobs, each with what its mirrors make of it behind it."""
        profiles = ((job, self.profile_of(job.document)) for job in jobs)
        return tuple(
            one
            for job, profile in profiles
            for one in (job, *(mirrors_of(job, profile.mirrors) if profile else ()))
        )


@once  # both sides of a change have most documents in common
def _calls_in(document: Document) -> dict[tuple[Span, str], tuple[Call, ...]]:
    return {}


def asked(job: Job) -> int | None:
    """Return the GPUs that a job's field asks for; None without the field."""
    return whole_number(field_text(job, "<gpus>"))


def seen_by(job: Job, queue: Queue) -> int | None:
    """Return the GPUs that a job sees on a queue, on one of its nodes; None if not known."""
    wanted = asked(job)
    return wanted if queue.sees == "asked" and wanted is not None else queue.gpus


def nodes(job: Job) -> int:
    """Return on how many machines a job runs at once."""
    number = whole_number(text_of(job.node, "num_nodes"), digits=5)
    return 1 if number is None else number
