"""Put a field that a job does not have below others of it."""

from ci_migrate.content import Content, Fields, Form
from ci_migrate.document import Mapping, Node
from ci_migrate.errors import Refused
from ci_migrate.job import Holder, Job
from ci_migrate.job_fields import find, node_at
from ci_migrate.style import Value
from ci_migrate.yaml_change import YamlChange, add_entry


def add_below(job: Job, path: str, content: Content, *, after: tuple[str, ...]) -> YamlChange:
    """Add a field at a path of names, with the fields that it belongs in where they are missing.

    It stands below the first field of `after` that the job has, or in what it belongs in, last.
    Raises Refused where the job has none of them, or what it belongs in is no mapping of its own.
    """
    *above, name = path.split(".")
    form: Form = content.form
    inner: Node | None = None
    while above and (inner := node_at(job.node, ".".join(above))) is None:
        form = Fields(((Value(name), form),))
        name = above.pop()
    if above:
        return _add_inside(job, inner, ".".join([*above, name]), Content(form))
    if name != path and name in job.inherited:
        what = f"job '{job.name}' has {name} from elsewhere, and one of its own would hide that"
        raise Refused(what, place=job.document.place(job.node), hint=f"write {name} out first")
    position = _position(job, name, after)
    return add_entry(job.document, job.node, name, Content(form), after=position)


def able(jobs: tuple[Job, ...], field: str) -> tuple[tuple[Job, ...], str]:
    """Return the jobs whose CI system has a field of a meaning, and a note on those without."""
    having = tuple(job for job in jobs if own_name(job, field))
    others = len(jobs) - len(having)
    return having, f"; {others} can have none in their CI system" if others else ""


def own_name(job: Holder, field: str) -> str:
    """Return what a job calls a field, without what is inside it; nothing if it has none such."""
    meant = field.startswith("<")
    name = str(getattr(job.names, field[1:-1], "")) if meant else field
    return name.partition(".")[0]


def _add_inside(job: Job, mapping: Node | None, path: str, content: Content) -> YamlChange:
    if not isinstance(mapping, Mapping) or not mapping.entries:
        what = f"job '{job.name}' has no {path.rpartition('.')[0]} for {path} to stand in"
        raise Refused(what, place=job.document.place(job.node), hint="write it as a mapping first")
    last = len(mapping.entries) - 1
    return add_entry(job.document, mapping, path, content, after=last)


def _position(job: Job, name: str, after: tuple[str, ...]) -> int:
    for anchor in after:
        own = own_name(job, anchor)
        found = find(job, own) if own else None
        if found or anchor == "last":
            return found.position if found else len(job.node.entries) - 1
    what = f"job '{job.name}' has no field {' or '.join(after)}"
    hint = f"name a field that it has, to put {name} below, or write last"
    raise Refused(what, place=job.document.place(job.node), hint=hint)
