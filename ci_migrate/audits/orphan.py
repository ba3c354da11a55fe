"""Find what nothing runs: lists that no job reads, configs in no list, tests that no job runs.

Severity: note. A list or a test that a script or a file of jobs names in any other way counts as
read or run. Only in a tree that seems to be a whole repository.

With a side before: what is new and is not run, and lists that a job read and none reads now.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial

from ci_migrate.errors import Place
from ci_migrate.finding import Finding
from ci_migrate.globs import matcher
from ci_migrate.job import Job, Workspace
from ci_migrate.pytest_runs import run_of
from ci_migrate.ran import TESTS
from ci_migrate.shell_calls import below_root, calls_of
from ci_migrate.survey import Survey
from ci_migrate.text import counted

_MANY = 3  # of a folder, above which they are told together
_NAMING = ("**/*.sh", "**/*.yaml", "**/*.yml", "**/Makefile")


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the lists, configs and tests that nothing reads or runs."""
    if before is not None:
        yield from _dropped(now, before)
    elif now.changed is not None:  # what was so before is no matter
        return
    if now.only is None and now.is_repository:
        read, naming = _read(now), _Naming(now)
        kinds = (_lists(now, read, naming), _configs(now, read), _tests(now, naming))
        told = ("no job reads", "no list has", "no job runs")
        for what, paths in zip(told, kinds, strict=True):
            new = (path for path in paths if before is None or path not in before.files)
            yield from _findings(what, new)


def _findings(what: str, paths: Iterable[str]) -> Iterator[Finding]:
    by_folder: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        by_folder[posixpath.dirname(path)].append(path)
    for folder, found in by_folder.items():
        if len(found) <= _MANY:
            yield from (Finding(Place(p), f"{what} {p}", "note", subject=p) for p in found)
            continue
        message = f"{what} {found[0]} and {counted(found[1:], 'other')} in {folder or '.'}"
        yield Finding(Place(found[0]), message, "note", subject=", ".join(found))


def _read(survey: Survey) -> frozenset[str]:
    """Return the lists that jobs read."""
    return frozenset(use.path for job in survey.all_jobs for use in survey.lists(job))


def _dropped(now: Survey, before: Survey) -> Iterator[Finding]:
    lost = _read(before) - _read(now)
    names = (posixpath.basename(path) for path in lost)
    for path in sorted(lost - _read(now.also(names))) if lost else ():
        if now.tree.read(path):
            yield Finding(Place(path), f"no job reads {path} now", "note", subject=path)


class _Naming:
    """The names of files in scripts and in CI files."""

    def __init__(self, survey: Survey) -> None:
        paths = filter(matcher(_NAMING).fullmatch, survey.files)
        texts = (survey.tree.read(path) or b"" for path in paths)
        self.words = {word for text in texts for word in _FILE.findall(text)}

    def names(self, path: str) -> bool:
        """Say whether one names a file by its last name."""
        return posixpath.basename(path).encode() in self.words


_FILE = re.compile(rb"[\w.-]+\.\w+")


def _lists(survey: Survey, read: frozenset[str], naming: _Naming) -> Iterator[str]:
    folders = {posixpath.dirname(path) for path in read}
    endings = {posixpath.splitext(path)[1] for path in read}
    for path in survey.files - read:
        beside = posixpath.dirname(path) in folders and posixpath.splitext(path)[1] in endings
        if beside and any(_entries(survey, path)) and not naming.names(path):
            yield path


def _entries(survey: Survey, path: str) -> Iterator[str]:
    """Yield the files of the tree that the lines of a list name."""
    source = survey.list_at(path)
    yield from survey.files.intersection(map(source.beside, source.lines))


def _configs(survey: Survey, read: frozenset[str]) -> Iterator[str]:
    folders = {posixpath.dirname(path) for path in read}
    endings = {posixpath.splitext(path)[1] for path in read}
    lists = [
        path
        for path in survey.files
        if posixpath.dirname(path) in folders and posixpath.splitext(path)[1] in endings
    ]
    listed = {entry for path in lists for entry in _entries(survey, path)}
    kinds = {(posixpath.dirname(path), posixpath.splitext(path)[1]) for path in listed}
    for path in survey.files - listed - set(lists):
        if (posixpath.dirname(path), posixpath.splitext(path)[1]) in kinds:
            yield path


def _tests(survey: Survey, naming: _Naming) -> Iterator[str]:
    if not any(job.workspace for job in survey.jobs):
        return
    run = frozenset(_run(survey))
    tops = {path.partition("/")[0] for path in run}
    for path in filter(matcher(TESTS).fullmatch, survey.files):
        known = path.partition("/")[0] in tops  # where jobs run others
        if known and run.isdisjoint(_with_folders(path)) and not naming.names(path):
            yield path


def _with_folders(path: str) -> Iterator[str]:
    while path:
        yield path
        path = posixpath.dirname(path)


_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/|[\w.-]+(?:/[\w.-]+)+|[\w.-]+\.py")
_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")


def _run(survey: Survey) -> Iterator[str]:
    """Yield the files and folders of tests that commands name, from wherever they may start."""
    folders = {job.workspace.folder for job in survey.all_jobs if job.workspace}
    for job in survey.all_jobs:
        if job.workspace:
            yield from _run_by(job, job.workspace, folders)
            continue
        for folder in folders | {""}:
            yield from _run_by(job, Workspace(folder, "/somewhere"), folders)


def _run_by(job: Job, workspace: Workspace, folders: Iterable[str]) -> Iterator[str]:
    for call in calls_of(job.commands, workspace):
        found = run_of(call, workspace)
        named = [one.written for one in found.of("test")] if found else list(call.words[1:])
        if found and call.folder is not None and not found.named:
            yield call.folder  # pytest alone runs all that is there
        starts = (call.folder, *folders) if call.inner or found is None else (call.folder,)
        plain = (word.partition("::")[0] for word in named if not word.startswith("-"))
        for word in filter((_NAME if found else _PATH).fullmatch, plain):
            yield from filter(None, map(partial(_path, word, workspace), starts))


def _path(word: str, workspace: Workspace, folder: str | None) -> str | None:
    return below_root(word, folder, workspace)
