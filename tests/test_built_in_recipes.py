"""Built-in recipes for every CI system, run on all real files: what they come to is pinned."""

from pathlib import Path

import pytest

from ci_migrate.catalog import load_bound
from ci_migrate.changeset import Changeset
from ci_migrate.engine import migrate
from tests.memory import Memory
from tests.real_files import repository
from tests.shared import needs_shared

pytestmark = needs_shared
ROOT = Path(__file__).parents[1]

# Jobs that get a timeout, those that can have none, and jobs that get a queue.
# fmt: off
CHANGED = {
    "azure-pipelines/dotnet__arcade": (11, 0, 2),
    "bazelci/bazelbuild__rules_python": (0, 70, 0),
    "github-actions/flashinfer-ai__flashinfer": (29, 0, 0),
    "github-actions/intel__torch-xpu-ops": (25, 6, 0),
    "github-actions/pytorch__ao": (12, 0, 0),
    "github-actions/vllm-project__vllm-ascend": (99, 1, 0),
    "gitlab-ci/DataDog__dd-trace-py": (35, 0, 12),
    "gitlab-ci/kubernetes-sigs__kubespray": (16, 0, 0),
    "prow/kubernetes__test-infra": (190, 0, 0),
}
# fmt: on


def applied(recipe: str, files: dict[str, str], **values: str) -> Changeset:
    """Run a recipe, twice where it changes anything; the proof is of both runs."""
    changeset = migrate(load_bound(recipe, ROOT, values), Memory(files))
    assert [str(failure.error) for failure in changeset.failures] == []
    assert bool(changeset.proof) == bool(changeset.files)
    return changeset


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_missing_is_added(name: str) -> None:
    timeouts, without, queues = CHANGED[name]
    files = repository(name, "as it is")[1]
    (done,) = applied("add-timeout", files, minutes="90").done
    note = f"; {without} can have none in their CI system" if without else ""
    assert done.summary == f"90 minutes for {timeouts} jobs{note}"
    (done,) = applied("add-missing-queue", files, queue="q9").done
    assert done.summary.startswith(f"q9 given to {queues} jobs")
