"""Find what waits for, needs or builds on a job that there is not.

Severity: error where the pipeline is known whole, for then it is refused or does not go on; warning
in Buildkite's own pipelines, whose steps can come from elsewhere. The fix, where a change gave the
job another name, is that name.
"""

from collections.abc import Iterator

from ci_migrate.document import Document, Scalar, Sequence
from ci_migrate.errors import nearest
from ci_migrate.finding import Finding, Severity
from ci_migrate.gitlab_includes import entries_of
from ci_migrate.globs import matcher
from ci_migrate.job import Job, Reference
from ci_migrate.job_fields import find, own_name
from ci_migrate.lookup import Found, child, items_of
from ci_migrate.mending import choosing, quoted
from ci_migrate.step_names import jobs_in, names_in, slug
from ci_migrate.survey import Survey

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
    for document in now.documents:
        if now.dialect_of(document) not in _PLAIN:
            continue
        own = frozenset(_names(now, document))
        open_ = [one for one in now.dialect.references(document) if not _is_open(one)]
        unknown = [one for one in open_ if _names_none(one.text, own)]
        known = _known(now, document, own) if unknown else None
        for reference in unknown:
            if known is not None and _names_none(reference.text, known):
                yield _finding(now, before, reference, known)


def _finding(
    now: Survey, before: Survey | None, reference: Reference, known: frozenset[str]
) -> Finding:
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


def _known(survey: Survey, document: Document, own: frozenset[str]) -> frozenset[str] | None:
    """Return the names that can be meant in a file; None if files may be missing that have more.

    Where no profile tells which files make a pipeline, those are all files of the CI system.
    """
    if any(job.scope == document.path for job in jobs_in(survey, document)):
        return own
    whole, dialect = survey.whole, survey.dialect_of(document)
    globs = whole.pipeline_of(document.path)
    if globs:
        fits = matcher(globs).fullmatch
        beside = [other for other in whole.documents if fits(other.path)]
        missing = {path for path in whole.listed if fits(path)} - {one.path for one in beside}
        if missing or not all(_has(glob, beside) for glob in globs):
            return None
    else:
        beside = [other for other in whole.documents if whole.dialect_of(other) == dialect]
        if dialect == "gitlab-ci" and not all(map(_is_complete, beside)):
            return None
    return frozenset(name for other in beside for name in _names(whole, other))


def _has(glob: str, documents: list[Document]) -> bool:
    return any(matcher((glob,)).fullmatch(document.path) for document in documents)


def _names(survey: Survey, document: Document) -> Iterator[str]:
    yield from names_in(survey, document)
    labels = (job.label for job in jobs_in(survey, document) if job.label and not job.key)
    yield from map(slug, labels)  # of which a generator makes keys


def _names_none(text: str, known: frozenset[str]) -> bool:
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
    old = [job for job in before.whole.jobs if job.key == text]
    if len(old) != 1 or old[0].label is None:
        return None
    same = [
        job.key
        for job in now.whole.jobs
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
