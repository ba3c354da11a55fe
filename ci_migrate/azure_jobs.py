"""Where the jobs of a file of Azure Pipelines stand, and which pools they are given.

Source: learn.microsoft.com/azure/devops/pipelines/yaml-schema, the pages pipeline, stages-stage,
jobs-job, jobs-deployment, jobs-template, extends and pool; and
learn.microsoft.com/azure/devops/pipelines/process/templates.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.azure_expressions import DEFAULT, PASSED, parameter_of, passed_on, values
from ci_migrate.azure_scope import Scope, Value, fields, inserted, is_opaque, items, template, tops
from ci_migrate.document import Mapping, Part, Sequence
from ci_migrate.job import Origin
from ci_migrate.lookup import Found, child, follow, origin

NAMED = ("job", "deployment")
TEMPLATE = "template"
SCRIPTS = ("script", "bash", "pwsh", "powershell")
_STEPS = ("task", "checkout", "publish", "download", TEMPLATE, *SCRIPTS)
HOSTED = "Azure Pipelines"  # the pool of all hosted images
_STAGE = "stage"
_PIPELINE = ("trigger", "pr", "schedules", "resources", "pool", "strategy", "container", "name")


class Entry(NamedTuple):
    """What runs: a job, a deployment, a template that is given jobs' values, or a whole pipeline.

    `kind` is the field that says which, and nothing for a pipeline of steps. `pools` are its own
    ones, or else those of what it stands in, and `via` says which of these.
    """

    scope: Scope
    part: Part | None
    found: Found
    kind: str
    pools: tuple[Value, ...]
    via: str

    @property
    def parameters(self) -> tuple[Found, ...]:
        """Return what a template is given."""
        return tuple(fields(self.found, "parameters")) if self.kind == TEMPLATE else ()


def entries(scope: Scope) -> Iterator[Entry]:
    """Yield what runs in a file, in the order written."""
    for top in tops(scope):
        inner = scope.inside(top)
        around = _Around(_pools(inner, top), "the pipeline's pool")
        for extended in fields(top, "extends"):
            if any(fields(extended, TEMPLATE)):
                yield from _template(inner, None, extended, around, alone=False)
        for stages in fields(top, "stages"):
            yield from _stages(inner, stages, around)
        for jobs in fields(top, "jobs"):
            yield from _jobs(inner, jobs, around)
        if _is_pipeline(inner, top):
            own = inner._replace(strategies=tuple(fields(top, "strategy")))
            yield Entry(own, None, top, "", around.pools, "")


def has_steps(scope: Scope, top: Found) -> bool:
    """Say whether a file has steps of its own, as a pipeline or as a template."""
    steps = [one.found for found in fields(top, "steps") for _, one in items(scope, found)]
    return any(any(fields(step, name)) for step in steps for name in _STEPS)


def queues(entry: Entry) -> Iterator[Origin]:
    """Yield where the pools of an entry are written, each once.

    A template is on those that its jobs have from where it is used: what it is given, its defaults,
    variables; and on those around it, where a job of it has none.
    """
    seen = set()
    for made in _queues(entry):
        if made.text and made.identity not in seen:
            seen.add(made.identity)
            yield made


def template_of(entry: Entry) -> Scope | None:
    """Return the scope of an entry's template, with what it is given; None if it can't be read."""
    for written in fields(entry.found, TEMPLATE):
        found = template(entry.scope, written.text or "")
        given = entry.parameters
        passed = (entry.scope, given[0]) if given else None
        return found._replace(passed=passed, variables=entry.scope.variables) if found else None
    return None


def lent(inside: list[Entry], names: tuple[str, ...]) -> str:
    """Return the parameter that the only job of a template has one of the fields from, or ""."""
    if len(inside) != 1:
        return ""
    (entry,) = inside
    if entry.kind == TEMPLATE:
        other = template_of(entry)
        inner = lent(list(entries(other)) if other else [], names)
        made = (passed_on(given, inner) for given in entry.parameters) if inner else ()
    else:
        texts = (found.text for name in names for found in _below(entry.found, name.split(".")))
        made = (parameter_of(text or "") for text in texts)
    return next(filter(None, made), "")


def _below(found: Found, path: list[str]) -> Iterator[Found]:
    for inner in fields(found, path[0]):
        yield from _below(inner, path[1:]) if path[1:] else (inner,)


class _Around(NamedTuple):
    pools: tuple[Value, ...]
    via: str


def _pools(scope: Scope, found: Found) -> tuple[Value, ...]:
    return tuple(Value(scope, pool) for pool in fields(found, "pool"))


def _is_pipeline(scope: Scope, top: Found) -> bool:
    """Say whether a file is a pipeline of steps, and not a template of them."""
    if any(any(fields(top, name)) for name in ("stages", "jobs", "extends")):
        return False
    name = scope.document.path.rpartition("/")[2]
    known = name.startswith("azure-pipelines") and child(top, "parameters") is None
    known = known or any(child(top, name) for name in _PIPELINE)
    return known and has_steps(scope, top)


def _stages(scope: Scope, stages: Found, around: _Around) -> Iterator[Entry]:
    for part, (inner, found, _) in items(scope, stages):
        if any(fields(found, TEMPLATE)):
            yield from _template(inner, part, found, around, alone=False)
            continue
        inside = inner.inside(found)
        own = _Around(_pools(inside, found), "the stage's pool")
        for jobs in fields(found, "jobs"):
            yield from _jobs(inside, jobs, own if own.pools else around)


def _jobs(scope: Scope, jobs: Found, around: _Around) -> Iterator[Entry]:
    for part, (inner, found, _) in items(scope, jobs):
        kind = next((name for name in (*NAMED, TEMPLATE) if any(fields(found, name))), None)
        if kind == TEMPLATE:
            yield from _template(inner, part, found, around, alone=True)
        elif kind is not None:
            strategies = tuple(fields(found, "strategy"))
            inside = inner.inside(found)._replace(strategies=strategies)
            own = _pools(inside, found)
            pools = (*(own or around.pools), *_hooks(inside, strategies))
            yield Entry(inside, part, found, kind, pools, "" if own else around.via)


def _hooks(scope: Scope, strategies: tuple[Found, ...]) -> Iterator[Value]:
    """Yield the pools that the hooks of a deployment have for themselves."""
    for found in strategies:
        yield from _pools(scope, found)
        node = found.node
        inside = (value for _, value in node.entries) if isinstance(node, Mapping) else ()
        inner = (follow(value, found.through) for value in inside)
        maps = tuple(one for one in inner if one and isinstance(one.node, Mapping))
        yield from _hooks(scope, maps)


def _template(
    scope: Scope, part: Part | None, found: Found, around: _Around, *, alone: bool
) -> Iterator[Entry]:
    """Yield the jobs that a template is given, and itself if it has a pool or stands `alone`."""
    entry = Entry(scope, part, found, TEMPLATE, around.pools, around.via)
    own = tuple(pool for given in entry.parameters for pool in _pools(scope, given))
    inside = _Around(own, "the template's pool") if own else around
    given = [made for one in entry.parameters for made in _given(scope, one, inside)]
    if (alone and not given) or any(queues(entry)):
        yield entry
    yield from given


def _given(scope: Scope, parameters: Found, around: _Around) -> Iterator[Entry]:
    """Yield the jobs in lists that a template is given, whatever the parameter is called."""
    node = parameters.node
    for _, value in node.entries if isinstance(node, Mapping) else ():
        found = follow(value, parameters.through)
        if found is None or not isinstance(found.node, Sequence | Mapping):
            continue
        kinds = {name for _, one in items(scope, found) for name in _kinds(one.found)}
        if _STAGE in kinds:
            yield from _stages(scope, found, around)
        elif kinds & set(NAMED):
            yield from _jobs(scope, found, around)
        elif isinstance(found.node, Mapping) and found in list(inserted(parameters)):
            yield from _given(scope, found, around)


def _kinds(found: Found) -> Iterator[str]:
    yield from (name for name in (*NAMED, _STAGE) if any(fields(found, name)))


def _queues(entry: Entry) -> Iterator[Origin]:
    if entry.kind != TEMPLATE:
        for pool in entry.pools:
            yield from _names(pool._replace(via=entry.via))
        return
    other = template_of(entry)
    inside = list(entries(other)) if other else []
    alone = list(entries(other._replace(passed=None, variables=()))) if other else []
    own = {queue.identity for one in alone for queue in queues(one)}
    for queue in (queue for one in inside for queue in queues(one)):
        if queue.via in (PASSED, DEFAULT) or queue.identity not in own:
            yield queue
    if other is None:
        for given in entry.parameters:
            for pool in _pools(entry.scope, given):
                yield from _names(pool._replace(via=PASSED))
    if other is None or any(not one.pools for one in inside):
        for pool in entry.pools:
            yield from _names(pool._replace(via=entry.via))


def _names(pool: Value) -> Iterator[Origin]:
    """Yield where the name of a pool is written, or of an image if the pool is that of images."""
    for value in values(pool):
        if not isinstance(value.found.node, Mapping):
            yield from _origin(value)
            continue
        names = [*_resolved(value, "name")]
        images = [*_resolved(value, "vmImage")]
        own = [name for name in names if not images or name.found.text != HOSTED]
        always_named = child(value.found, "name") is not None and len(own) == len(names)
        for one in (*own, *(() if always_named else images)):
            yield from _origin(one)


def _resolved(value: Value, name: str) -> Iterator[Value]:
    for found in fields(value.found, name):
        yield from values(value._replace(found=found))


def _origin(value: Value) -> Iterator[Origin]:
    scope, found, via = value
    written = origin(scope.document, found, via=via)
    if written is not None:
        yield written._replace(opaque=is_opaque(written.text))
