"""GitLab CI: jobs at the left of a file, with `tags` that may come from many places.

Source: docs.gitlab.com/ci/yaml (keywords, job names, `timeout`), docs.gitlab.com/ci/jobs (hidden
jobs).
"""

import re
from collections.abc import Iterator

from ci_migrate.content import Content, Items
from ci_migrate.document import Document, Mapping, Part, Scalar, Sequence, parse, parts
from ci_migrate.errors import Place, Refused
from ci_migrate.gitlab_includes import entries_of, pipelines
from ci_migrate.gitlab_references import job_references
from ci_migrate.gitlab_values import Entry, inherited, is_trigger, queues
from ci_migrate.job import Example, Fields, Job, ListUse, Origin, Reference
from ci_migrate.job_fields import text_of
from ci_migrate.lookup import Found, child, follow, items_of, keys_of, origin
from ci_migrate.style import Value
from ci_migrate.tree import Tree

NAME = "gitlab-ci"
GLOBS = tuple(
    f"{place}.{ending}"
    for place in ("**/*gitlab-ci*", "**/*gitlab-ci*/**/*", "**/.gitlab/**/*")
    for ending in ("yml", "yaml")
)
FIELDS = Fields(
    queue="tags",
    timeout="timeout",
    commands="script",
    env="variables",
    condition="rules",
    needs="needs",
    parallelism="parallel",
)
EXAMPLE = Example(
    ".gitlab-ci.yml",
    """\
stages: [test]

kernels:
  stage: test
  tags:
    - {queue}  # stays where it is
  script:
    - pytest -v kernels
""",
)

# fmt: off
_NO_JOBS = frozenset((
    "after_script", "before_script", "cache", "default", "image", "include", "services", "spec",
    "stages", "types", "variables", "workflow",
))
_TELLING = frozenset(("extends", "run", "script", "trigger"))  # one of which every job has
_KEYWORDS = _TELLING | frozenset((
    "after_script", "allow_failure", "artifacts", "before_script", "cache", "coverage",
    "dast_configuration", "dependencies", "environment", "except", "hooks", "id_tokens",
    "identity", "image", "inherit", "inputs", "interruptible", "manual_confirmation", "needs",
    "only", "pages", "parallel", "publish", "release", "resource_group", "retry", "rules",
    "secrets", "services", "stage", "start_in", "tags", "timeout", "variables", "when",
))
# fmt: on
_GIVING = frozenset(("extends", "parallel", "tags", "variables"))
_SCRIPTS = ("before_script", "script", "after_script")


def understands(document: Document) -> int:
    """Say whether a file has jobs, hidden ones too, or is the beginning of a pipeline."""
    entries = entries_of(document)
    keys = [keys_of(one) for name, one in entries.items() if name not in _NO_JOBS]
    if any(own & _TELLING for own in keys):
        return 2
    sure = {"include", "stages"} & set(entries) or any(own and own <= _KEYWORDS for own in keys)
    return 1 if sure else 0


def names(document: Document) -> Fields:
    """Return the names that a new job has."""
    return FIELDS


def jobs(document: Document, tree: Tree) -> tuple[Job, ...]:
    """Return the entries at the left that are no keyword and not hidden."""
    written = list(_entries(document)) if understands(document) else []
    within = pipelines(document, tree, GLOBS) if written else ()
    found = []
    for part, name, node in written:
        reach = [Entry(name, document, node, pipeline) for pipeline in within]
        found.append(_job(document, part, name, node, reach))
    return tuple(found)


def used_by(path: str, text: str) -> tuple[str, ...]:
    """Return the names of what stands in a file and of its variables, by which others use it."""
    entries = entries_of(parse(path, text))
    words = {name for name, one in entries.items() if name not in _NO_JOBS and _may_give(one)}
    words |= keys_of(entries.get("variables"))
    if child(entries.get("default"), "tags") is not None:
        words |= _TELLING
    if any(child(one, "inputs") for one in _giving(entries)):
        words.add("inputs")
    return tuple(sorted(words))


def references(document: Document) -> Iterator[Reference]:
    """Yield what names a job: `needs`, `dependencies`, `extends`, `!reference` and the like."""
    yield from job_references(document)


def minutes(job: Job, minutes: int) -> str:
    """Return hours and minutes, in words where the job has words, as it is if it says that.

    Raises Refused for a job that triggers a pipeline.
    """
    if "trigger" in job.inherited | keys_of(Found(job.node)):
        what = f"'{job.name}' starts another pipeline, and can have no timeout"
        raise Refused(what, place=job.document.place(job.node), hint="leave it out")
    written = text_of(job.node, FIELDS.timeout) or ""
    if _minutes_of(written) == minutes:
        return written
    units = (("hour", minutes // 60), ("minute", minutes % 60))
    if re.search(r"(hour|minute)", written):
        amounts = [f"{n} {unit}{'s' if n > 1 else ''}" for unit, n in units if n]
    else:
        amounts = [f"{n}{unit[0]}" for unit, n in units if n]
    return " ".join(amounts) or "0m"


def queue(job: Job, name: str) -> Content:
    """Return a list of one tag; raises Refused for a job that triggers a pipeline."""
    if "trigger" in job.inherited | keys_of(Found(job.node)):
        what = f"'{job.name}' starts another pipeline, and can have no tags"
        raise Refused(what, place=job.document.place(job.node), hint="leave it out")
    return Content(Items((Value(name),)))


def lists(job: Job, tree: Tree) -> tuple[ListUse, ...]:
    """Return nothing: no command is known that reads a list."""
    return ()


def gpus_needed(entry: str, place: Place, tree: Tree) -> int:
    """Refuse: nothing tells how many GPUs something needs."""
    what = "a GitLab pipeline does not tell how many GPUs this needs"
    raise Refused(what, place=place, hint="choose entries by their text")


def _entries(document: Document) -> Iterator[tuple[Part, str, Found]]:
    """Yield the jobs of a file, and parts of jobs that other files have: they have keywords."""
    for root in document.roots:
        for part in parts(root) if isinstance(root, Mapping) else ():
            name, found = follow(part.key) if part.key else None, follow(part.value)
            text = name.text if name else None
            if (
                text
                and text not in _NO_JOBS
                and text[0] != "."
                and found
                and keys_of(found) & _KEYWORDS
            ):
                yield part, text, found


def _job(document: Document, part: Part, name: str, found: Found, reach: list[Entry]) -> Job:
    node = found.node
    assert isinstance(node, Mapping)  # noqa: S101 (for the types)
    origins = [one for entry in reach if not is_trigger(entry) for one in queues(entry)]
    elsewhere = frozenset[str]().union(*map(inherited, reach))
    if any(map(is_trigger, reach)):
        elsewhere |= {"tags", "timeout"}  # which it can't have, so that they are not missing
    own = {key.value for key, _ in node.entries if isinstance(key, Scalar)}
    condition = next((n for n in ("rules", "only", "except") if n in own), FIELDS.condition)
    return Job(
        document=document,
        part=part,
        node=node,
        names=FIELDS._replace(condition=condition),
        key=name,
        label=None,
        queues=tuple({one.identity: one for one in origins}.values()),
        commands=tuple(_commands(document, found)),
        inherited=elsewhere - own,
    )


def _commands(document: Document, job: Found) -> Iterator[Origin]:
    for name in _SCRIPTS:
        for item in _flat(child(job, name)):
            if (written := origin(document, item)) is not None:
                yield written


def _flat(found: Found | None) -> Iterator[Found]:
    """Yield the items of a list and of the lists in it, which scripts are joined from."""
    for item in items_of(found):
        if not isinstance(item.node, Sequence):
            yield item
        elif item.node.tag is None:
            yield from _flat(item)


def _may_give(entry: Found) -> bool:
    """Say whether a job may have tags, or what they are made of, for others; or is what is so."""
    return not isinstance(entry.node, Mapping) or bool(keys_of(entry) & _GIVING)


def _giving(entries: dict[str, Found]) -> Iterator[Found]:
    """Yield what may give inputs to files: includes, and jobs that trigger a pipeline."""
    yield from items_of(entries.get("include"))
    for job in entries.values():
        if trigger := child(job, "trigger"):
            yield trigger
            yield from items_of(child(trigger, "include"))


_AMOUNT = re.compile(r"(\d+)\s*(w|d|h|m|s)[a-z]*[\s,]*(?:and\s+)?")
_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def _minutes_of(written: str) -> float | None:
    """Return how many minutes a duration is; None if it is not written with units."""
    seconds, end = 0, 0
    while match := _AMOUNT.match(written, end):
        seconds, end = seconds + int(match[1]) * _SECONDS[match[2]], match.end()
    return seconds / 60 if end and end == len(written) else None
