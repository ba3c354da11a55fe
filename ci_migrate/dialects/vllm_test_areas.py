"""vLLM's job files: steps with `device` and `num_devices`, and lists of eval configs.

Source: the pipeline generator of vllm-project/ci-infra, and vLLM's tests/evals/gsm8k/conftest.py.
"""

import posixpath
import shlex
from collections.abc import Iterator

from ci_migrate.document import (
    Alias,
    Document,
    Mapping,
    Node,
    Part,
    Scalar,
    Sequence,
    entry,
    parse,
    resolved,
)
from ci_migrate.errors import Place, Refused
from ci_migrate.gpu_needs import gpus_for
from ci_migrate.job import Example, Fields, Job, ListUse
from ci_migrate.tree import Tree, read_text

GLOBS = (".buildkite/**/*.yaml", ".buildkite/**/*.yml")
FIELDS = Fields(
    key="key",
    label="label",
    queue="device",
    gpus="num_devices",
    timeout="timeout_in_minutes",
    needs="depends_on",
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
_ONE_BY_DEFAULT = ("h100", "a100", "b200-k8s")  # Kubernetes queues: `num_devices`, or one
_LIST_OPTION = "--config-list-file"


def jobs(document: Document) -> tuple[Job, ...]:
    """Return the jobs of every document in the file that has some."""
    return tuple(job for root in document.roots for job in _jobs_of(document, root))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return the lists that the job's commands name with `--config-list-file`.

    A relative path is taken from the folder of the test that the command runs if it exists there,
    and else from the working directory.
    """
    uses = []
    for command in job.commands:
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
    path = posixpath.normpath(posixpath.join(posixpath.dirname(place.path), entry))
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


def _jobs_of(document: Document, root: Node) -> Iterator[Job]:
    """Yield the jobs of a mapping's `steps`, and of the groups among them."""
    steps = resolved(_value(root, "steps"))
    for position, item in enumerate(steps.items if isinstance(steps, Sequence) else ()):
        if isinstance(resolved(_value(item, "steps")), Sequence):
            yield from _jobs_of(document, item)
        elif isinstance(steps, Sequence):
            job = _job(document, steps, position, item)
            if job is not None:
                yield job


def _job(document: Document, parent: Sequence, position: int, item: Node) -> Job | None:
    node = resolved(item)
    if not isinstance(node, Mapping):
        return None
    queue = _value(node, FIELDS.queue)
    if isinstance(item, Alias) and queue is not None:
        queue = Alias(item.span, item.name, queue)  # so that nothing edits it from here
    commands = resolved(_value(node, "commands"))
    parts = commands.items if isinstance(commands, Sequence) else ()
    return Job(
        document=document,
        part=Part(parent, position),
        node=node,
        key=_text(node, FIELDS.key),
        label=_text(node, FIELDS.label),
        queue=queue,
        queue_name=(queue_name := _text(node, FIELDS.queue)),
        commands=tuple(part for part in parts if isinstance(part, Scalar)),
        gpus=_gpus_given(node, queue_name),
    )


def _gpus_given(node: Mapping, queue: str | None) -> int | None:
    """Return `num_devices`; without it one on the Kubernetes queues, and elsewhere unknown."""
    found = _scalar(node, FIELDS.gpus)
    if found is not None and found.value.isdecimal() and len(found.value) < 9:
        return int(found.value)
    return 1 if found is None and queue in _ONE_BY_DEFAULT else None


def _value(node: Node, name: str) -> Node | None:
    """Return the value of an entry, or, if there is none, that of a merged mapping."""
    if isinstance(node, Alias):
        return _value(node.target, name) if node.target else None
    if not isinstance(node, Mapping):
        return None
    if (found := entry(node, name)) is not None:
        return found.value
    merge = entry(node, "<<")
    return _merged(merge.value, name) if merge else None


def _merged(merge: Node, name: str) -> Node | None:
    """Return a value that comes through `<<`, as an alias if it is written elsewhere."""
    if isinstance(merge, Sequence):
        found_parts = (_merged(part, name) for part in merge.items)
        return next((found for found in found_parts if found is not None), None)
    found = _value(merge, name)
    if found is None or not isinstance(merge, Alias):
        return found
    return Alias(merge.span, merge.name, found)


def _text(node: Mapping, name: str) -> str | None:
    found = _scalar(node, name)
    return found.value if found else None


def _scalar(node: Mapping, name: str) -> Scalar | None:
    found = resolved(_value(node, name))
    return found if isinstance(found, Scalar) else None


def _server_args(document: Document) -> Scalar | None:
    found = _value(document.roots[0], "server_args") if document.roots else None
    if found is None or isinstance(found, Scalar):
        return found
    raise Refused("server_args is not text", place=document.place(found), hint="write it as text")


def _words(command: Scalar) -> list[str]:
    try:
        return shlex.split(command.value)
    except ValueError:  # an unclosed quote: no shell command, so nothing that names a list
        return []


def _list_path(job: Job, words: list[str], written: str, tree: Tree) -> str:
    folder = _working_dir(job)
    tests = [word for word in words if word.endswith(".py") and not word.startswith("-")]
    bases = [*(posixpath.join(folder, posixpath.dirname(test)) for test in tests), folder]
    paths = [posixpath.normpath(posixpath.join(base, written)) for base in bases]
    return next((path for path in paths if tree.read(path) is not None), paths[0])


def _working_dir(job: Job) -> str:
    """Return the job's folder below the repository; a file's `depends_on` sets the default."""
    given = _text(job.node, "working_dir") or f"{_REPOSITORY}/tests"
    return posixpath.relpath(given, _REPOSITORY) if given.startswith(_REPOSITORY) else given
