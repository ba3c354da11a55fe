"""Find what waits for, needs or builds on a job that there is not.

Severity: error where the pipeline is known whole, for then it is refused or does not go on; warning
in Buildkite's own pipelines, whose steps can come from elsewhere. The fix, where a change gave the
job another name, is that name.
"""

from collections.abc import Iterator
from functools import lru_cache

from ci_migrate.document import Document, Scalar, Sequence
from ci_migrate.errors import nearest
from ci_migrate.finding import Finding, Severity
from ci_migrate.gitlab_includes import entries_of
from ci_migrate.globs import matcher
from ci_migrate.job import Job, Reference
from ci_migrate.job_fields import find, own_name
from ci_migrate.lookup import Found, child, items_of
from ci_migrate.mending import choosing, quoted
from ci_migrate.several import member_of
from ci_migrate.step_names import jobs_in, names_in, slug
from ci_migrate.survey import Survey
from ci_migrate.tree import read_document

_PLAIN: dict[str, Severity] = {  # systems in which it is plain what a name can mean
    "buildkite": "warning",
    "circleci": "error",
    "github-actions": "error",
    "gitlab-ci": "error",
    "vllm-test-areas": "error",
}
_OWN = ("amd-", "block-")  # before the keys of steps that vLLM's generator adds


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the names in jobs, and in files for all of their jobs, that name no job."""
    beside: dict[tuple[str, ...], _Beside] = {}
    for document in now.documents:
        if now.dialect_of(document) not in _PLAIN:
            continue
        alone = any(job.scope == document.path for job in jobs_in(now, document))
        globs = (document.path,) if alone else _globs(now, document)
        if globs not in beside:
            beside[globs] = _Beside(now, document, globs)
        own = _side(now).names[document.path]
        for reference in _side(now).references[document.path]:
            text = reference.text
            if _is_open(reference) or not _names_none(text, own):
                continue
            if _is_other(now, now.in_part, reference) and beside[globs].lack(text):
                yield _finding(now, before, reference, own | beside[globs].names)


def _is_other(survey: Survey, other: Survey | None, reference: Reference) -> bool:
    """Say whether a name can mean something else on the other side of a change.

    It does if it stands in no such place there, or if the change adds or takes away its job.
    """
    text = reference.text
    if other is None or text not in _side(other).texts:
        return True
    return (text in _side(survey).keys) != (text in _side(other).keys)


class _Side:
    """The names in the files of a survey, and the references to them, each worked out once."""

    def __init__(self, survey: Survey) -> None:
        plain = [one for one in survey.documents if survey.dialect_of(one) in _PLAIN]
        self.names = {one.path: set(_names(survey, one)) for one in survey.documents}
        self.references = {one.path: tuple(survey.dialect.references(one)) for one in plain}
        self.keys = frozenset(name for names in self.names.values() for name in names)
        self.texts = frozenset(one.text for found in self.references.values() for one in found)


_side = lru_cache(maxsize=2)(_Side)  # both sides of a change


class _Beside:
    """The names in files that make one pipeline, read as far as they are asked for."""

    def __init__(self, survey: Survey, document: Document, globs: tuple[str, ...]) -> None:
        self.survey = survey
        self.dialect = survey.dialect_of(document)
        self.globs = globs
        self.told = survey.pipeline_of(document.path) == globs
        self.names: set[str] = set()
        self.documents: list[Document] = []
        self.unread = iter(survey.tree.paths(globs))

    def lack(self, text: str) -> bool:
        """Say whether no file has a name; one that may be missing could have it."""
        while _names_none(text, self.names):
            if (path := next(self.unread, None)) is None:
                return self._are_all()
            document = read_document(self.survey.tree, path)
            if document is not None and self._is_of_them(document):
                self.documents.append(document)
                self.names.update(_names(self.survey, document))
        return False

    def _is_of_them(self, document: Document) -> bool:
        """Say whether a file is of the pipeline; where no profile tells, of the CI system."""
        if self.told:
            return True
        alike = self.survey.dialect_of(document) == self.dialect
        return alike and not self.survey.pipeline_of(document.path)

    def _are_all(self) -> bool:
        """Say whether no file is known to be missing, nor a folder that the profile tells of."""
        if not self.told:
            return self.dialect != "gitlab-ci" or all(map(_is_complete, self.documents))
        paths = {document.path for document in self.documents}
        fits = matcher(self.globs).fullmatch
        missing = any(fits(path) and path not in paths for path in self.survey.listed)
        return not missing and all(any(map(matcher((g,)).fullmatch, paths)) for g in self.globs)


def _globs(survey: Survey, document: Document) -> tuple[str, ...]:
    return survey.pipeline_of(document.path) or member_of(survey.dialect, document).GLOBS


def _finding(now: Survey, before: Survey | None, reference: Reference, known: set[str]) -> Finding:
    document, text = reference.document, reference.text
    new = _renamed(now, before, document, text) if before else None
    job = next((one for one in jobs_in(now, document) if _holds(one, reference)), None)
    hint = f"it is '{new}' now" if new else nearest(text, known)
    message = f"there is no job '{text}' that this could mean"
    message += f"; {hint}" if hint and not hint.startswith("known") else ""
    severity = _PLAIN[now.dialect_of(document)]
    subject = f"{document.path}: {job.name if job else 'file'}: {text}"
    fix = _fix(now, job, text, new) if job and new else ""
    place = document.place(reference.node)
    return Finding(place, message, severity, subject=subject, fix=fix)


def _names(survey: Survey, document: Document) -> Iterator[str]:
    yield from names_in(survey, document)
    labels = (job.label for job in jobs_in(survey, document) if job.label and not job.key)
    yield from map(slug, labels)  # of which a generator makes keys


def _names_none(text: str, known: set[str]) -> bool:
    names = (text, slug(text), *(text.removeprefix(prefix) for prefix in _OWN))
    return known.isdisjoint(names)


def _is_open(reference: Reference) -> bool:
    """Say whether a name is none, made by a template or the shell, or that of an orb."""
    text = reference.text
    empty = text in ("", "~", "null") and not reference.node.style
    return empty or any(sign in text for sign in "${/*")


def _is_complete(document: Document) -> bool:
    """Say whether a file of GitLab's includes nothing but files of the tree."""
    entries = entries_of(document)
    triggers = (child(child(entry, "trigger"), "include") for entry in entries.values())
    found = (entries.get("include"), *triggers)
    return all(_is_local(one) for includes in found for one in items_of(includes))


def _is_local(include: Found) -> bool:
    local = include if include.text is not None else child(include, "local")
    path = local.text if local else None
    return path is not None and "$" not in path and "://" not in path


def _renamed(now: Survey, before: Survey, document: Document, text: str) -> str | None:
    """Return the key that a job has now which had another one before."""
    old = [job for job in before.jobs if job.key == text]
    if len(old) != 1 or old[0].label is None:
        return None
    same = [
        job.key
        for job in now.jobs
        if (job.document.path, job.label) == (old[0].document.path, old[0].label)
    ]
    return same[0] if len(same) == 1 else None


def _fix(survey: Survey, job: Job, old: str, new: str) -> str:
    """Return what puts the new name in the place of the old one in what a job needs."""
    jobs = choosing(survey, job)
    needs = find(job, "<needs>") if jobs and own_name(job, "<needs>") else None
    pair = f"{quoted(old)}, {{}}: {quoted(new)}"
    if needs and isinstance(needs.value, Scalar):
        return f"set-field: {{jobs: {jobs}, field: <needs>, from: {pair.format('to')}}}"
    if needs and isinstance(needs.value, Sequence):
        return f"replace-item: {{jobs: {jobs}, list: <needs>, item: {pair.format('by')}}}"
    return ""


def _holds(job: Job, reference: Reference) -> bool:
    return job.node.span.start <= reference.node.span.start < job.node.span.end
