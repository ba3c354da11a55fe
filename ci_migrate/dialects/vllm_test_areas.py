"""vLLM's job files: steps with `device` and `num_devices`, and lists of eval configs.

Source: the pipeline generator of vllm-project/ci-infra, and vLLM's tests/evals/gsm8k/conftest.py.
"""

import posixpath
import shlex
from collections.abc import Iterator

from ci_migrate.content import Content
from ci_migrate.document import Document, Mapping, Node, Part, Scalar, Sequence, parse
from ci_migrate.errors import Place, Refused
from ci_migrate.gpu_needs import gpus_for
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference, Workspace
from ci_migrate.job_fields import find_field
from ci_migrate.job_references import named_below
from ci_migrate.line_list import beside
from ci_migrate.lookup import Found, follow, look_up, origin, origins_at, text_at
from ci_migrate.remembered import once
from ci_migrate.style import Value
from ci_migrate.text import whole_number
from ci_migrate.tree import Tree, read_text

NAME = "vllm-test-areas"
GLOBS = (".buildkite/**/*.yaml", ".buildkite/**/*.yml")
FIELDS = Fields(
    key="key",
    label="label",
    queue="device",
    gpus="num_devices",
    timeout="timeout_in_minutes",
    commands="commands",
    env="env",
    needs="depends_on",
    files="source_file_dependencies",
    parallelism="parallelism",
)
# test-amd.yaml goes through a template of its own, with other names for two fields.
_AMD = FIELDS._replace(queue="agent_pool", gpus="num_gpus")
# The release pipeline goes to Buildkite as it is; its steps say `id` for what others call `key`.
_RELEASE = Fields(
    key="id",
    label="label",
    queue="agents.queue",
    timeout="timeout_in_minutes",
    commands="commands",
    env="env",
    condition="if",
    needs="depends_on",
    parallelism="parallelism",
)

EXAMPLE = Example(
    ".buildkite/test_areas/kernels.yaml",
    """\
group: Kernels
steps:
- label: Kernels
  key: kernels
  timeout_in_minutes: 30
  device: {queue}  # stays where it is
  commands:
    - pytest -v kernels
""",
)

_REPOSITORY = "/vllm-workspace"
_TESTS = "tests"  # where commands start, below it
_ONE_BY_DEFAULT = ("h100", "a100", "b200-k8s")  # Kubernetes queues: `num_devices`, or one
_LIST_OPTION = "--config-list-file"


def understands(document: Document) -> int:
    """Say whether a file has steps with fields that only vLLM's generator knows."""
    found = _jobs(document)
    return 2 if any(find_field(job.node, name) for job in found for name in _OWN) else 0


def names(document: Document) -> Fields:
    """Return what the fields of the file's last job are called, or else those of a test area."""
    found = _jobs(document)
    return found[-1].names if found else FIELDS


_OWN = ("device", "agent_pool", "source_file_dependencies", "num_devices", "mirror", "no_plugin")


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the jobs of every document in the file that has some."""
    return _jobs(document)


@once
def _jobs(document: Document) -> tuple[Job, ...]:
    return tuple(job for root in document.roots for job in _jobs_of(document, root))


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return nothing: each file stands for itself."""
    return ()


def references(document: Document) -> Iterator[Reference]:
    """Yield what stands below `depends_on`: a text, an item of a list, or its `step`."""
    for root in document.roots:
        yield from named_below(document, root, FIELDS.needs)


def minutes(job: Job, minutes: int) -> str:
    """Return the number of minutes."""
    return str(minutes)


def queue(job: Job, name: str) -> Content:
    """Return the queue's name."""
    return Content(Value(name))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return the lists that the job's commands name with `--config-list-file`.

    A relative path is taken from the folder of the test that the command runs if it exists there,
    and else from the working directory.
    """
    uses = []
    for command in job.commands:
        if _LIST_OPTION not in command.text:  # most, which need not be split
            continue
        words = _words(command)
        for index, word in enumerate(words):
            name, equals, value = word.partition("=")
            if name == _LIST_OPTION:
                written = value if equals else "".join(words[index + 1 : index + 2])
                if not written:
                    continue
                uses.append(ListUse(_list_path(job, words, written, tree), command, written))
    return tuple(uses)


def gpus_needed(entry: str, place: Place, tree: Tree) -> int:
    """Return the GPUs that the config beside the list asks for in its `server_args`.

    Raises Refused if the config is missing or its arguments can't be understood.
    """
    path = beside(place.path, entry)
    text = read_text(tree, path)
    if text is None:
        what = f"'{entry}' names no file ({path})"
        raise Refused(what, place=place, hint="add the config, or take the line out")
    document = parse(path, text)
    arguments = _server_args(document)
    if arguments is None:
        return 1
    try:
        return gpus_for(arguments.value)
    except ValueError as error:
        where = document.place(arguments)
        raise Refused(f"server_args: {error}", place=where, hint="write the size out") from error


def _jobs_of(document: Document, root: Node, seen: set[int] | None = None) -> Iterator[Job]:
    """Yield the jobs of a mapping's `steps`, and of the groups among them, each once."""
    seen = set() if seen is None else seen
    top = follow(root)
    steps = look_up(top, "steps")
    if steps is None or not isinstance(steps.node, Sequence) or id(steps.node) in seen:
        return
    seen.add(id(steps.node))
    for position, item in enumerate(steps.node.items):
        inner = look_up(follow(item), "steps")
        if inner is not None and isinstance(inner.node, Sequence):
            yield from _jobs_of(document, item, seen)
        elif (job := _job(document, Part(steps.node, position), item)) is not None:
            yield job


def _job(document: Document, part: Part, item: Node) -> Job | None:
    found = follow(item)
    if found is None or not isinstance(found.node, Mapping):
        return None
    names = _names(document, found)
    queue = look_up(found, names.queue)
    written = origin(document, queue) if queue else None
    return Job(
        document=document,
        part=part,
        node=found.node,
        names=names,
        key=text_at(item, names.key),
        label=text_at(item, names.label),
        queues=(written,) if written else (),
        commands=origins_at(document, found, names.commands),
        gpus=_gpus_given(item, names, written.text if written else None),
        workspace=_workspace(document, item, names),
    )


def _workspace(document: Document, item: Node, names: Fields) -> Workspace | None:
    """Return where the commands start: the folder of the tests, in a file whose jobs wait for one.

    So do those of test-amd.yaml, whatever they wait for. What builds an image or runs on several
    machines starts at the root. A file that does not say whether its jobs wait does not tell.
    """
    several = (text_at(item, "num_nodes") or "1") != "1"
    if several or (text_at(item, "label") or "").startswith(":docker:"):
        return Workspace("", _REPOSITORY)
    given, waits = (
        look_up(follow(item), "working_dir"),
        look_up(follow(document.roots[0]), "depends_on"),
    )
    if given is not None and isinstance(given.node, Scalar):
        return Workspace("", _REPOSITORY).at(given.node)
    if names is _AMD:
        return Workspace(_TESTS, _REPOSITORY)
    if waits is None:
        return None
    some = isinstance(waits.node, Sequence) and waits.node.items
    return Workspace(_TESTS if some else "", _REPOSITORY)


def _names(document: Document, found: Found) -> Fields:
    if look_up(found, _AMD.queue) is not None:
        return _AMD
    if look_up(found, _RELEASE.queue) is None:
        return FIELDS
    return _RELEASE if look_up(found, "key") is None else _RELEASE._replace(key="key")


def _gpus_given(item: Node, names: Fields, queue: str | None) -> int | None:
    """Return the number given; without it one on the Kubernetes queues, and elsewhere unknown."""
    found = text_at(item, names.gpus) if names.gpus else None
    one = found is None and queue in _ONE_BY_DEFAULT
    return 1 if one else whole_number(found)


def _server_args(document: Document) -> Scalar | None:
    found = look_up(follow(document.roots[0]), "server_args") if document.roots else None
    if found is None or isinstance(found.node, Scalar):
        return found.node if found and isinstance(found.node, Scalar) else None
    place = document.place(found.node)
    raise Refused("server_args is not text", place=place, hint="write it as text")


def _words(command: Origin) -> list[str]:
    try:
        return shlex.split(command.text)
    except ValueError:  # an unclosed quote: no shell command, so nothing that names a list
        return []


def _list_path(job: Job, words: list[str], written: str, tree: Tree) -> str:
    folder = job.workspace.folder if job.workspace else _TESTS
    tests = [word for word in words if word.endswith(".py") and not word.startswith("-")]
    bases = [*(posixpath.join(folder, posixpath.dirname(test)) for test in tests), folder]
    paths = [posixpath.normpath(posixpath.join(base, written)) for base in bases]
    return next((path for path in paths if tree.read(path) is not None), paths[0])
