"""Find fields that stand twice in a mapping, and steps of a pipeline that have the same key.

Severity: error where the CI system refuses that; a field whose first value is not read is a warning
where that is lost, else a note.
"""

from collections.abc import Iterator

from ci_migrate.document import Document, Mapping, Node, Part, Scalar, Sequence, parts, resolved
from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.job_fields import find, has_field, text_of
from ci_migrate.meaning import meaning_of_node
from ci_migrate.step_names import together
from ci_migrate.survey import Survey

_STEPS = ("buildkite", "vllm-test-areas")  # systems that refuse steps of one pipeline with one key
_NAMES = ("key", "id", "name", "label", "job")


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what stands twice, at its last place."""
    for document in now.documents:
        schema = now.schema_of(document)
        refused = schema is not None and schema.repeated == "refused"
        for root in document.roots:
            yield from _twice(document, root, (), refused=refused)
    old = {job.key for job in now.in_part.jobs} if now.in_part else set()
    keys = {job.key for job in now.jobs if now.dialect_of(job.document) in _STEPS} - old
    for jobs in together(now, {key for key in keys if key and "$" not in key}):
        yield from _same_key(now, jobs)


def _twice(
    document: Document, node: Node, above: tuple[Part, ...], *, refused: bool
) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for part in parts(node) if isinstance(node, Sequence | Mapping) else ():
        here = (*above, part)
        if part.key is not None and isinstance(key := resolved(part.key), Scalar):
            if key.value in first and not _is_open(key.value):
                yield _finding(document, key, first[key.value], here, refused=refused)
            first[key.value] = part.value
        if not isinstance(part.value, Scalar):
            yield from _twice(document, part.value, here, refused=refused)


def _finding(
    document: Document, key: Scalar, first: Node, path: tuple[Part, ...], *, refused: bool
) -> Finding:
    line, last = document.place(first).line, path[-1].value
    lost = first.span.start < first.span.end and meaning_of_node(first) != meaning_of_node(last)
    severity: Severity = "error" if refused else "warning" if lost else "note"
    what = "the file is refused" if refused else "only this one is read"
    message = f"'{key.value}' stands here again after line {line}, and {what}"
    subject = f"{document.path}: {'.'.join(map(_name, path))}"
    return Finding(document.place(key), message, severity, subject=subject)


def _name(part: Part) -> str:
    """Return what a part is called; an item by what stays when others are put before it."""
    key, value = resolved(part.key) if part.key else None, resolved(part.value)
    if isinstance(key, Scalar):
        return key.value
    texts = (text_of(value, name) for name in _NAMES) if isinstance(value, Mapping) else ()
    return next(filter(None, texts), str(part.position))


def _is_open(name: str) -> bool:
    return name == "<<" or "${" in name


def _same_key(survey: Survey, jobs: tuple[Job, ...]) -> Iterator[Finding]:
    """Yield each job after the first; those that only sometimes are steps may be in turn."""
    first, *others = jobs
    if any(has_field(job, name) for job in jobs for name in ("if", "branches")):
        return
    place = first.document.place(first.node)
    for job in others:
        field = find(job, "<key>")
        here = job.document.place(field.value if field else job.node)
        message = (
            f"the key '{job.key}' is that of another step ({place}), and the pipeline is refused"
        )
        yield Finding(here, message, "error", subject=f"{job.document.path}: key {job.key}")
