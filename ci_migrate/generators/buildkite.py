"""A Buildkite pipeline that goes to Buildkite as it stands."""

from pathlib import Path

from ci_migrate.errors import Place, Refused
from ci_migrate.generators import Call
from ci_migrate.rendered import Rendered
from ci_migrate.tree import Tree

_PATHS = (".buildkite/pipeline.yml", ".buildkite/pipeline.yaml", "buildkite.yml", "buildkite.yaml")


def call(root: Path | None, tree: Tree) -> Call:
    """Return that the pipeline is read; raises Refused if there is none."""
    found = next((path for path in _PATHS if tree.read(path) is not None), None)
    if found is None:
        hint = "name the command that makes it with --generator"
        raise Refused("no such pipeline", place=Place(_PATHS[0]), hint=hint)
    return Call((), found)


def sources(job: Rendered) -> tuple[str, ...]:
    """Return the names of the step."""
    return job.names
