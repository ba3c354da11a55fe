"""Walk the fields of files and jobs, beside what a schema says of them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, resolved
from ci_migrate.job import Job
from ci_migrate.profile import Schema
from ci_migrate.survey import Survey
from ci_migrate.text import Span


class Slot(NamedTuple):
    """A field, by its path in a job, or in the file if there is no `job`.

    Its `kind` is what the schema says, "" if it does not know it; `known` may stand beside it.
    """

    document: Document
    schema: Schema
    job: Job | None
    path: str
    key: Scalar
    value: Node
    kind: str
    known: tuple[str, ...]

    @property
    def subject(self) -> str:
        """Return what stays the same when lines move."""
        return f"{self.document.path}: {self.job.name if self.job else 'file'}: {self.path}"


@lru_cache(maxsize=2)  # several audits look at the same, on both sides of a change
def slots(survey: Survey) -> tuple[Slot, ...]:
    """Return the fields of all files and jobs that a schema is about, each once.

    Left out are names that templates make, and those that many systems leave to their users,
    such as `x-…`. What comes from merged mappings and behind aliases is not followed.
    """
    found: dict[tuple[str, Span], Slot] = {}
    for slot in _all(survey):
        found.setdefault((slot.document.path, slot.key.span), slot)
    return tuple(found.values())


def _all(survey: Survey) -> Iterator[Slot]:
    for document in survey.documents:
        schema = survey.schema_of(document)
        for root in document.roots if schema and schema.file else ():
            if schema and isinstance(root, Mapping):
                yield from _below(_Around(document, schema, None), root, schema.file, "", "")
    for job in survey.touched:
        schema = survey.schema_of(job.document)
        if schema and schema.job:
            around = _Around(job.document, schema, job)
            yield from _below(around, job.node, schema.job, "", "")


class _Around(NamedTuple):
    document: Document
    schema: Schema
    job: Job | None


def _below(
    around: _Around, node: Mapping, fields: dict[str, str], path: str, pattern: str
) -> Iterator[Slot]:
    known = tuple(name for name in fields if name != "*")
    for written, value in node.entries:
        key = resolved(written)
        if not isinstance(key, Scalar) or _is_free(key.value):
            continue
        kind = fields.get(key.value) or fields.get("*", "")
        here = f"{path}.{key.value}" if path else key.value
        name = key.value if key.value in fields else "*"
        deeper = f"{pattern}.{name}" if pattern else name
        yield Slot(*around, here, key, value, kind, known)
        if around.job is not None:
            yield from _inside(around, value, here, deeper)


def _inside(around: _Around, value: Node, path: str, pattern: str) -> Iterator[Slot]:
    inside = around.schema.inside
    if isinstance(value, Mapping) and pattern in inside:
        yield from _below(around, value, inside[pattern], path, pattern)
    if isinstance(value, Sequence) and (pattern := f"{pattern}[]") in inside:
        for number, item in enumerate(value.items):
            if isinstance(item, Mapping):
                fields = inside[pattern]
                yield from _below(around, item, fields, f"{path}[{number}]", pattern)


def _is_free(name: str) -> bool:
    return name.startswith(("x-", ".", "<<")) or any(sign in name for sign in "${%")
