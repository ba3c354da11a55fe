"""Find what a job runs that is not in its list of files, so that a change of it starts no run.

That is a test or a script that a command names, a list that it reads, and the file that implements
a model of such a list, by the table of the profile.

Severity: warning; note for a job that is started by hand or at night, whatever changes. The fix
puts it into the list: for a list and its configs, the folder of the test that reads them.
"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.dependencies import Entry, dependencies
from ci_migrate.finding import Finding, Severity
from ci_migrate.globs import matcher
from ci_migrate.job import Job, ListUse
from ci_migrate.job_fields import find_field, text_of
from ci_migrate.lookup import text_at
from ci_migrate.mending import choosing, quoted
from ci_migrate.profile import Profile
from ci_migrate.pytest_runs import run_of
from ci_migrate.survey import Survey
from ci_migrate.text import counted
from ci_migrate.tree import read_document

_MANY = 3  # of one kind, above which they are told together


class _Used(NamedTuple):
    """A path that a job needs, what that is for it, and what is to be put into its list."""

    path: str
    what: str
    entry: str


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what jobs run and do not name, job by job."""
    for job in now.touched:
        entries = dependencies(now, job)
        profile = now.profile_of(job.document)
        if not entries or profile is None:
            continue
        by_hand = text_of(job.node, profile.by_hand) == "true"
        folders: set[str] = set()
        for kind in (_lists(now, job), _models(now, job, profile), _files(now, job)):
            told: dict[str, _Used] = {}
            for used in kind:
                if not _named(entries, used.path) and not used.path.startswith(tuple(folders)):
                    told.setdefault(used.entry, used)
                    folders |= {used.entry} if used.entry.endswith("/") else set()
            missing = tuple(told.values())
            yield from _findings(now, job, missing, "note" if by_hand else "warning")


def _findings(
    survey: Survey, job: Job, missing: tuple[_Used, ...], severity: Severity
) -> Iterator[Finding]:
    if len(missing) <= _MANY:
        for used in missing:
            yield _finding(survey, job, used.what, severity, (used.entry,))
    else:
        what = f"{missing[0].what}, and {counted(missing[1:], 'other')}"
        yield _finding(survey, job, what, severity, tuple(used.entry for used in missing))


def _named(entries: tuple[Entry, ...], path: str) -> bool:
    """Say whether an entry fits a path, or a part of the folder that it is."""
    below = f"{path}/"
    return any(
        not entry.leaves_out
        and (entry.fits(path) or entry.text.startswith(below) or f"{entry.text}.py" == path)
        for entry in entries
    )


def _lists(survey: Survey, job: Job) -> Iterator[_Used]:
    for use in survey.lists(job):
        folder = _folder_of_test(survey, job, use)
        if folder is not None and survey.exists(use.path):
            yield _Used(use.path, f"the list {use.path}", f"{folder}/")


def _files(survey: Survey, job: Job) -> Iterator[_Used]:
    for call in survey.calls(job):
        run = run_of(call, job.workspace) if job.workspace else None
        starts_others = any(" " in word or "\n" in word for word in call.words)
        for named in run.named if run else ():
            path = named.path
            if not path or not survey.exists(path):
                continue
            if named.role == "test" or (named.role == "script" and not starts_others):
                yield _Used(path, path, path if "." in posixpath.basename(path) else f"{path}/")


def _folder_of_test(survey: Survey, job: Job, use: ListUse) -> str | None:
    """Return the folder of the test that reads a list, if the list lies below it."""
    for call in survey.calls(job):
        if call.command.identity == use.command.identity and job.workspace:
            run = run_of(call, job.workspace)
            paths = (named.path for named in run.of("test") if named.path) if run else ()
            folders = [posixpath.dirname(path) for path in paths]
            if len(folders) == 1 and use.path.startswith(f"{folders[0]}/"):
                return folders[0]
    return None


def _models(survey: Survey, job: Job, profile: Profile) -> Iterator[_Used]:
    """Yield the files that implement the models of lists, as far as the table has them."""
    for use in survey.lists(job):
        for name in _names(survey, use, profile.model_field):
            for file in _implementing(profile, name):
                if not survey.is_repository or survey.exists(file):
                    yield _Used(file, f"{name}, which {file} implements", file)


def _names(survey: Survey, use: ListUse, field: str) -> Iterator[str]:
    """Yield the names of the models in the configs of a list, without their owners."""
    source = survey.list_at(use.path)
    for line in source.lines:
        document = read_document(survey.tree, source.beside(line))
        if document is not None and document.roots:
            yield (text_at(document.roots[0], field) or "").rpartition("/")[2]


def _implementing(profile: Profile, name: str) -> tuple[str, ...]:
    fitting = (files for glob, files in profile.models.items() if matcher((glob,)).fullmatch(name))
    return next(fitting, ())


def _finding(
    survey: Survey, job: Job, what: str, severity: Severity, entries: tuple[str, ...]
) -> Finding:
    field = find_field(job.node, job.names.files)
    place = job.document.place(field.part.span if field else job.node)
    message = (
        f"'{job.name}' runs {what}, and no dependency names {'it' if len(entries) == 1 else 'them'}"
    )
    about = entries[0] if len(entries) == 1 else posixpath.dirname(entries[0].rstrip("/"))
    subject = f"{job.document.path}: {job.name}: {about}"
    jobs = choosing(survey, job) if len(entries) == 1 else ""
    fix = ""
    if jobs:
        item = f"item: {quoted(entries[0])}, place: last"
        fix = f"insert-item: {{jobs: {jobs}, list: {job.names.files}, {item}}}"
    return Finding(place, message, severity, subject=subject, fix=fix)
