"""Azure Pipelines: jobs in stages or alone, templates with parameters, a pipeline of steps.

Source: learn.microsoft.com/azure/devops/pipelines/yaml-schema and …/pipelines/process/expressions
(dependencies), and the schema of github.com/microsoft/azure-pipelines-vscode.
"""

import posixpath
import re
from collections.abc import Iterator

from ci_migrate.azure_expressions import declared
from ci_migrate.azure_jobs import (
    HOSTED,
    NAMED,
    SCRIPTS,
    TEMPLATE,
    Entry,
    entries,
    has_steps,
    lent,
    queues,
    template_of,
)
from ci_migrate.azure_scope import Scope, fields, inserted, is_inserting, items, tops
from ci_migrate.content import Content
from ci_migrate.content import Fields as Parts
from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence, parts
from ci_migrate.errors import Place, Refused
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference
from ci_migrate.lookup import Found, follow, look_up, merged_names, origin, text_at
from ci_migrate.style import Value
from ci_migrate.text import Span
from ci_migrate.tree import Tree

NAME = "azure-pipelines"
_FOLDERS = (".azure-pipelines", "azure-pipelines", ".azuredevops", ".pipelines", ".ado", "eng")
GLOBS = (
    "**/azure-pipelines*.yml",
    "**/azure-pipelines*.yaml",
    *(f"{folder}/**/*.{end}" for folder in _FOLDERS for end in ("yml", "yaml")),
)
FIELDS = Fields(
    key="job",
    label="displayName",
    queue="pool",
    timeout="timeoutInMinutes",
    env="variables",
    condition="condition",
    needs="dependsOn",
    parallelism="strategy.parallel",
)
EXAMPLE = Example(
    "azure-pipelines.yml",
    """\
jobs:
- job: kernels
  displayName: Kernels
  pool: {queue}  # stays where it is
  steps:
  - script: pytest -v kernels
""",
)

_IMAGE = re.compile(r"(ubuntu|windows|macOS)-[\w.-]+", re.IGNORECASE)  # such as ubuntu-24.04
_POOLS = ("pool", "pool.name", "pool.vmImage")
_PIPELINE = Fields(queue="pool", env="variables")


def understands(document: Document) -> int:
    """Say whether a file has jobs or stages, or is a template of steps or of variables."""
    scope = Scope(document, None)
    if any(entries(scope)):
        return 2
    return 1 if any(_is_template(scope, top) for top in tops(scope)) else 0


def names(document: Document) -> Fields:
    """Return the names that a new job has."""
    return FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the jobs, deployments and templates of jobs, or the pipeline itself."""
    return tuple(_job(entry) for entry in entries(Scope(document, tree)))


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return the file's base name if it may be a template with values in it."""
    gives = "parameters" in text or "variables" in text
    return (posixpath.basename(path),) if gives else ()


def references(document: Document) -> Iterator[Reference]:
    """Yield the jobs in `dependsOn` of jobs, and in `dependencies` of conditions and variables."""
    scope = Scope(document, None)
    for entry in entries(scope):
        for holder in (entry.found, *entry.parameters):
            for found in fields(holder, FIELDS.needs):
                yield from _needed(scope, found)
            for name in (FIELDS.condition, FIELDS.env):
                yield from _in_texts(document, fields(holder, name), _JOB)
    for stage in _stages(scope):
        for name in (FIELDS.condition, FIELDS.env):
            yield from _in_texts(document, fields(stage, name), _JOB_OF_STAGE)


def minutes(job: Job, minutes: int) -> str:
    """Return the number of minutes."""
    return str(minutes)


def queue(job: Job, name: str) -> Content:
    """Return a pool: an image by its name if Microsoft hosts one of that name."""
    field = "vmImage" if _IMAGE.fullmatch(name) else "name"
    return Content(Parts(((Value(field), Value(name)),)))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return nothing: no command is known that reads a list."""
    return ()


def gpus_needed(entry: str, place: Place, tree: Tree) -> int:
    """Refuse: nothing tells how many GPUs something needs."""
    what = "a job of Azure Pipelines does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _is_template(scope: Scope, top: Found) -> bool:
    """Say whether a file holds steps, stages or variables for others, or extends a template."""
    keys = {getattr(key, "value", "") for key, _ in getattr(top.node, "entries", ())}
    if has_steps(scope, top) or "variables" in keys <= {"variables", "parameters"}:
        return True
    lists = (found for name in ("stages", "jobs") for found in fields(top, name))
    inside = [one.found for found in lists for _, one in items(scope, found)]
    return any(any(fields(one, TEMPLATE)) for one in (*inside, *fields(top, "extends")))


def _job(entry: Entry) -> Job:
    node = entry.found.node
    assert isinstance(node, Mapping)  # noqa: S101 (for the types)
    found = tuple(queues(entry))
    named = _names(entry, node, found)
    around = {"pool"} if entry.via and entry.pools and entry.kind != TEMPLATE else set()
    return Job(
        document=entry.scope.document,
        part=entry.part,
        node=node,
        names=named,
        key=(text_at(node, named.key) or None) if named.key else None,
        label=text_at(node, named.label) if named.label else None,
        queues=found,
        commands=tuple(_commands(entry.scope, entry.found)),
        inherited=frozenset(around) | merged_names(node) | frozenset(_conditional(entry.found)),
    )


def _conditional(found: Found) -> Iterator[str]:
    """Yield the names of fields that stand below expressions."""
    for inner in inserted(found):
        node = inner.node
        keys = [key for key, _ in node.entries] if isinstance(node, Mapping) else []
        yield from (key.value for key in keys if isinstance(key, Scalar) and not is_inserting(key))
        yield from _conditional(inner)


def _names(entry: Entry, node: Mapping, found: tuple[Origin, ...]) -> Fields:
    """Return what the fields are called; those of a template are the parameters that it has."""
    if entry.kind == "":
        return _PIPELINE._replace(queue=_queue(entry.found), parallelism=_parallelism(entry))
    if entry.kind != TEMPLATE:
        own = FIELDS._replace(key=entry.kind, queue=_queue(entry.found))
        return own._replace(parallelism=_parallelism(entry))
    paths = (_path(node, q.node) for q in found if q.document.path == entry.scope.document.path)
    queue = next((path for path in paths if path.startswith("parameters.")), "")
    other = template_of(entry)
    inside = list(entries(other)) if other else []
    made = {
        meaning: _parameter(entry, name, other, inside)
        for meaning, name in FIELDS._asdict().items()
        if name and "." not in name
    }
    return Fields(**{**made, "queue": queue or made["queue"]})


def _queue(found: Found) -> str:
    """Return the field that names a job's pool, or a hosted image."""
    name, image = (look_up(found, f"{FIELDS.queue}.{field}") for field in ("name", "vmImage"))
    if name is not None and not (image and name.text == HOSTED):
        return f"{FIELDS.queue}.name"
    return f"{FIELDS.queue}.vmImage" if image else FIELDS.queue


def _parallelism(entry: Entry) -> str:
    """Return the field for a number of equal jobs; a deployment or a matrix has none."""
    other = any(any(fields(strategy, "matrix")) for strategy in entry.scope.strategies)
    return "" if other or entry.kind == "deployment" else FIELDS.parallelism


def _parameter(entry: Entry, name: str, other: Scope | None, inside: list[Entry]) -> str:
    """Return the path of the parameter that a template's only job has a field from.

    Without such a one it is the parameter of the same name, if it is given or declared.
    """
    several = {FIELDS.key: NAMED, FIELDS.queue: _POOLS}
    made = lent(inside, several.get(name, (name,)))
    given = any(any(fields(one, name)) for one in entry.parameters)
    if not made and name != FIELDS.key and (given or (other and any(declared(other, name)))):
        made = name
    keys = (key for one in entry.parameters for key, _ in getattr(one.node, "entries", ()))
    spelled = (key.value for key in keys if isinstance(key, Scalar))
    found = next((own for own in spelled if own.casefold() == made.casefold()), made)
    return f"parameters.{found}" if found else ""


def _path(node: Node, wanted: Node) -> str:
    """Return the names that lead from a mapping to a node in it; nothing if none do."""
    for key, value in node.entries if isinstance(node, Mapping) else ():
        if isinstance(key, Scalar) and not is_inserting(key):
            if value.span == wanted.span:
                return key.value
            if inner := _path(value, wanted):
                return f"{key.value}.{inner}"
    return ""


def _commands(scope: Scope, found: Found) -> Iterator[Origin]:
    """Yield the scripts of all steps below a job, those of a deployment's strategy too."""
    node = found.node
    for key, value in node.entries if isinstance(node, Mapping) else ():
        inner = follow(value, found.through, flow=getattr(node, "flow", False))
        if inner is None or getattr(key, "value", None) in ("jobs", "stages"):
            continue
        if getattr(key, "value", None) == "steps":
            for _, step in items(scope, inner):
                texts = (one for name in SCRIPTS for one in fields(step.found, name))
                made = (origin(scope.document, text) for text in texts)
                yield from (one for one in made if one)
        elif isinstance(inner.node, Mapping):
            yield from _commands(scope, inner)


_JOB = re.compile(
    r"\bdependencies(?:\.(\w+)|\['(\w+)'\])"
    r"|\bstageDependencies(?:\.\w+|\['\w+'\])(?:\.(\w+)|\['(\w+)'\])"
)
_JOB_OF_STAGE = re.compile(r"\bdependencies(?:\.\w+|\['\w+'\])\.outputs\['(\w+)\.")


def _stages(scope: Scope) -> Iterator[Found]:
    """Yield the stages of a pipeline, and those that the template which it extends is given."""
    for top in tops(scope):
        extended = fields(top, "extends")
        given = (one for template in extended for one in fields(template, "parameters"))
        for stages in (one for holder in (top, *given) for one in fields(holder, "stages")):
            yield from (stage.found for _, stage in items(scope, stages))


def _needed(scope: Scope, found: Found) -> Iterator[Reference]:
    if isinstance(found.node, Scalar):
        yield Reference(scope.document, found.node, found.flow, within="tree")
    for _, (_, item, _via) in items(scope, found):
        if isinstance(item.node, Scalar):
            yield Reference(scope.document, item.node, item.flow, within="tree")


def _in_texts(
    document: Document, found: Iterator[Found], pattern: re.Pattern[str]
) -> Iterator[Reference]:
    for node, flow in (text for one in found for text in _texts(one.node, flow=one.flow)):
        for match in pattern.finditer(node.value):
            yield Reference(document, node, flow, Span(*match.span(match.lastindex or 0)))


def _texts(node: Node, *, flow: bool) -> Iterator[tuple[Scalar, bool]]:
    """Yield all texts in a node, each with whether it stands between brackets or braces."""
    if isinstance(node, Scalar):
        yield node, flow
    for part in parts(node) if isinstance(node, Mapping | Sequence) else ():
        yield from _texts(part.value, flow=part.parent.flow)
