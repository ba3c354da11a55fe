"""vLLM's pipeline generator, in a checkout of vllm-project/ci-infra.

Source: its buildkite/pipeline_generator, read on 2026-08-21. It asks git which files have changed
and docker for images; here nothing has changed, all steps run, and no image is asked for.
"""

import sys
from pathlib import Path

from ci_migrate.errors import BadUsage
from ci_migrate.generators import Call
from ci_migrate.rendered import Rendered
from ci_migrate.tree import Tree

_MAIN = "buildkite/pipeline_generator/main.py"
_CONFIG = ".buildkite/ci_config.yaml"
_RESULT = ".ci-migrate-pipeline.yaml"
_ENVIRONMENT = (
    ("BUILDKITE_BRANCH", "ci-migrate"),
    ("BUILDKITE_COMMIT", "0" * 40),
    ("BUILDKITE_PULL_REQUEST", "false"),
    ("MERGE_BASE_COMMIT", "HEAD"),
    ("RUN_ALL", "1"),
)


def call(root: Path | None, tree: Tree) -> Call:
    """Return how it is run, by the Python of `.venv` in its checkout or else by ours.

    Raises BadUsage without a checkout.
    """
    main = (root / _MAIN).resolve() if root else None
    if root is None or main is None or not main.is_file():
        what = f"'vllm' needs a checkout of vllm-project/ci-infra, with {_MAIN} in it"
        raise BadUsage(what, hint="name its folder with --generator-root")
    own = root.resolve() / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    words = (python, str(main), "--pipeline_config_path", _CONFIG, "--output_file_path", _RESULT)
    stand_ins = ("aws", "docker", "buildkite-agent")
    return Call(words, _RESULT, _ENVIRONMENT, stand_ins, git=True)


def sources(job: Rendered) -> tuple[str, ...]:
    """Return the names of the step that a job, its block or its mirror on AMD is made of."""
    found = []
    for name in job.names:
        for prefix in ("block-", "amd-", "Run ", "AMD: "):
            name = name.removeprefix(prefix)
        found.append(name)
    return (*job.names, *found)
