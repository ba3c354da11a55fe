"""Picks jobs, in any dialect, by what they are called, where they run and what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ci_migrate.document import parse
from ci_migrate.errors import BadFile, Place, Refused, nearest
from ci_migrate.globs import folders, matcher
from ci_migrate.job import Dialect, Job, Origin
from ci_migrate.job_fields import field_text, has_field
from ci_migrate.option_types import GpuBound
from ci_migrate.options import option
from ci_migrate.pattern import Pattern, words_of
from ci_migrate.tree import Tree, files_with

_NONE: tuple[Pattern, ...] = ()
_NAMES: tuple[Literal["key", "label"], ...] = ("key", "label")


@dataclass(frozen=True, slots=True)
class JobSelector:
    """The jobs that fit every given part; of a list of patterns one must fit."""

    queue: tuple[Pattern, ...] = option("queue that the job is on", default=_NONE)
    key: tuple[Pattern, ...] = option("key of the job", default=_NONE)
    label: tuple[Pattern, ...] = option("label of the job", default=_NONE)
    file: tuple[str, ...] = option("file that the job stands in, as a glob", default=())
    fields: dict[str, tuple[Pattern, ...]] = option(
        "fields that the job has, by name or path, with what they hold", default_factory=dict
    )
    without: tuple[str, ...] = option("fields that the job does not have", default=())
    command: tuple[Pattern, ...] = option("text that some command contains", default=_NONE)
    gpus: GpuBound | None = option("GPUs that the job gets, as '>1'", default=None)
    any: "tuple[JobSelector, ...]" = option("selectors of which one must fit", default=())
    all: "tuple[JobSelector, ...]" = option("selectors that must all fit", default=())
    not_: "tuple[JobSelector, ...]" = option("selectors of which none may fit", default=())
    except_: "tuple[JobSelector, ...]" = option("selectors of which none may fit", default=())

    def __post_init__(self) -> None:
        """Check that something is given; raises ValueError, for every job would be too many."""
        if not any(getattr(self, name) for name in self.__slots__):
            raise ValueError("this chooses every job; say which, by queue, key, label or the like")

    @property
    def names_jobs(self) -> bool:
        """Say whether each job is named, by a key or a label that is exact."""
        names = self.key or self.label
        return bool(names) and all(pattern.kind == "exact" for pattern in names)

    def fits(self, job: Job) -> bool:
        """Say whether the job fits."""
        return (
            self.fits_queue(job)
            and _one_fits(self.key, job.key)
            and _one_fits(self.label, job.label)
            and (not self.file or matcher(self.file).fullmatch(job.document.path) is not None)
            and all(_one_fits(p, field_text(job, f)) for f, p in self.fields.items())
            and not any(has_field(job, name) for name in self.without)
            and (not self.command or any(_runs(job, pattern) for pattern in self.command))
            and (self.gpus is None or (job.gpus is not None and self.gpus.holds(job.gpus)))
            and (not self.any or any(part.fits(job) for part in self.any))
            and all(part.fits(job) for part in self.all)
            and not any(part.fits(job) for part in (*self.not_, *self.except_))
        )

    def fits_queue(self, job: Job) -> bool:
        """Say whether the job is on a queue that fits; a template only if it is written out."""
        return not self.queue or any(self.wants(origin) for origin in job.queues)

    def wants(self, origin: Origin) -> bool:
        """Say whether a queue, as it is written, fits."""
        patterns = (p for p in self.queue if p.kind == "exact" or origin.is_known)
        return any(pattern.fits(origin.text) for pattern in patterns)

    def words(self) -> tuple[str, ...]:
        """Return words of which a file must hold one to have a job that fits; none if unknown."""
        parts = (self.key, self.label, self.queue, *self.fields.values())
        return next(filter(None, map(words_of, parts)), ())

    def __str__(self) -> str:
        given = ((name, getattr(self, name)) for name in ("queue", "key", "label"))
        parts = [f"{name} {' or '.join(p.text for p in value)}" for name, value in given if value]
        return ", ".join(parts) or "as the recipe says"


Missing = Literal["refused", "in a comment", "gone"]


def find_jobs(
    tree: Tree, dialect: Dialect, selector: JobSelector, *, missing_is: Missing = "refused"
) -> tuple[Job, ...]:
    """Return the jobs that the selector fits, by file and in the order written.

    Raises Refused if no job has a key or a label that the selector names exactly; not if a
    missing one may be gone, or may be in a comment and a comment holds its name.
    """
    found = tuple(job for job in jobs_with(tree, dialect, selector.words()) if selector.fits(job))
    if missing_is != "gone" and (missing := _missing(selector, found)):
        # A name spelled with escapes is found only by parsing every file.
        found = tuple(job for job in jobs_with(tree, dialect, ()) if selector.fits(job))
        missing = _missing(selector, found)
        in_comment = missing_is == "in a comment"
        if missing and not (in_comment and _in_a_comment(tree, dialect, missing[1])):
            raise no_such_job(tree, dialect, *missing)
    return found


def jobs_with(tree: Tree, dialect: Dialect, words: tuple[str, ...]) -> Iterator[Job]:
    """Yield the jobs of the files that hold one of the words; of all files if there are none.

    Files whose jobs may take values from these files are among them. Files that are no YAML are
    noted and left out.
    """
    found = dict(files_with(tree, dialect.GLOBS, words))
    if words:
        found |= _users(tree, dialect, found)
    for path, text in sorted(found.items()):
        try:
            jobs = dialect.jobs(parse(path, text), tree)
        except BadFile as error:
            tree.note(error)
            continue
        yield from jobs


def _users(tree: Tree, dialect: Dialect, found: dict[str, str]) -> dict[str, str]:
    """Return the files that may take values from those found, and from one another."""
    more: dict[str, str] = {}
    fresh = found
    while words := {word for path, text in fresh.items() for word in _given(dialect, path, text)}:
        using = dict(files_with(tree, dialect.GLOBS, tuple(sorted(words))))
        fresh = {p: text for p, text in using.items() if p not in found and p not in more}
        more |= fresh
    return more


def _given(dialect: Dialect, path: str, text: str) -> tuple[str, ...]:
    """Return the words by which others use a file; none if it is no YAML, which is noted later."""
    try:
        return dialect.used_by(path, text)
    except BadFile:
        return ()


def jobs_named(
    tree: Tree, dialect: Dialect, field: Literal["key", "label"], name: str
) -> tuple[Job, ...]:
    """Return the jobs with just this key or label; none if there are none."""
    return tuple(j for j in jobs_with(tree, dialect, (name,)) if getattr(j, field) == name)


def find_job(tree: Tree, dialect: Dialect, key: str) -> Job:
    """Return the one job with this key; raises Refused if there is none, or several."""
    found = find_jobs(tree, dialect, JobSelector(key=(Pattern.exactly(key),)))
    if len(found) > 1:
        others = ", ".join(str(job.document.place(job.node)) for job in found[1:])
        what = f"two jobs have the key '{key}', here and at {others}"
        raise Refused(what, place=found[0].document.place(found[0].node), hint="make keys unique")
    return found[0]


def find_named(tree: Tree, dialect: Dialect, name: str, file: tuple[str, ...]) -> Job:
    """Return the one job with this key, or else this label, in files that fit a glob, or in all.

    Raises Refused if there is none, or several.
    """
    for field in _NAMES:
        if found := _in_files(jobs_named(tree, dialect, field, name), file):
            if len(found) == 1:
                return found[0]
            others = ", ".join(str(job.document.place(job.node)) for job in found[1:])
            what = f"two jobs have the {field} '{name}', here and at {others}"
            place = found[0].document.place(found[0].node)
            raise Refused(what, place=place, hint="say which with 'file'")
    raise no_job_named(tree, dialect, name)


def is_named(tree: Tree, dialect: Dialect, name: str, file: tuple[str, ...]) -> bool:
    """Say whether a job in files that fit a glob, or in any, has this key or this label."""
    return any(_in_files(jobs_named(tree, dialect, field, name), file) for field in _NAMES)


def files_of_names(
    tree: Tree, dialect: Dialect, name: str, file: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the files, as globs, in which names count beside that of a job: its own, or all."""
    for field in _NAMES:
        if found := _in_files(jobs_named(tree, dialect, field, name), file):
            scopes = {job.scope for job in found}
            return tuple(scopes) if len(scopes) == 1 and "" not in scopes else file
    return file


def _in_files(jobs: tuple[Job, ...], file: tuple[str, ...]) -> tuple[Job, ...]:
    return tuple(job for job in jobs if not file or matcher(file).fullmatch(job.document.path))


def no_such_job(tree: Tree, dialect: Dialect, field: Literal["key", "label"], name: str) -> Refused:
    """Return the refusal for a key or label that no job has, at the job with the nearest one."""
    named = {getattr(job, field): job for job in jobs_with(tree, dialect, ())}
    named.pop(None, None)
    if name in named:
        place = named[name].document.place(named[name].node)
        what = f"the job with the {field} '{name}' does not fit the rest of the selector"
        return Refused(what, place=place, hint="check its other fields")
    hint = nearest(name, named) or "name a job that this tree has"
    close = next((job for known, job in named.items() if f"'{known}'" in hint), None)
    place = close.document.place(close.node) if close else Place(folders(dialect.GLOBS)[0] or ".")
    return Refused(f"no job has the {field} '{name}'", place=place, hint=hint)


def no_job_named(tree: Tree, dialect: Dialect, name: str) -> Refused:
    """Return the refusal for a name that is neither the key nor the label of a job."""
    named = {n: job for job in jobs_with(tree, dialect, ()) for n in (job.key, job.label) if n}
    hint = nearest(name, named) or "name a job that this tree has"
    close = next((job for known, job in named.items() if f"'{known}'" in hint), None)
    place = close.document.place(close.node) if close else Place(folders(dialect.GLOBS)[0] or ".")
    return Refused(f"no job has the key or label '{name}'", place=place, hint=hint)


def _missing(
    selector: JobSelector, found: tuple[Job, ...]
) -> tuple[Literal["key", "label"], str] | None:
    for field in _NAMES:
        patterns: tuple[Pattern, ...] = getattr(selector, field)
        names = [getattr(job, field) for job in found]
        for pattern in patterns:
            if pattern.kind == "exact" and pattern.text not in names:
                return field, pattern.text
    return None


def _in_a_comment(tree: Tree, dialect: Dialect, name: str) -> bool:
    return any(
        line.lstrip("\ufeff \t").startswith("#") and name in line
        for _, text in files_with(tree, dialect.GLOBS, (name,))
        for line in text.split("\n")
    )


def _one_fits(patterns: tuple[Pattern, ...], text: str | None) -> bool:
    return not patterns or any(pattern.fits(text) for pattern in patterns)


def _runs(job: Job, pattern: Pattern) -> bool:
    return any(pattern.found_in(command.text) for command in job.commands)
