"""What the audits of fields and names find in real trees, each finding read by hand."""

from pathlib import Path

import pytest

from ci_migrate.audit import run_audits
from ci_migrate.files import Folder
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.audits.surveys import TODAY
from tests.shared import SHARED, needs_shared

AUDITS = (
    "bad-reference",
    "duplicate-key",
    "duplicate-label",
    "label-truth",
    "shard-complete",
    "timeout",
    "twin-drift",
    "unknown-key",
    "unknown-value",
    "wrong-type",
)
REPOSITORIES = sorted((SHARED / "corpus").glob("*/*"))


def _found(folder: Path) -> list[str]:
    tree = Folder.open(folder)
    survey = Survey(tree, load_dialect(), profiles_for(tree))
    found = run_audits(survey, None, only=AUDITS, today=TODAY).findings
    return [
        f"{f.place.path}:{f.place.line} {f.severity} {f.audit}"
        for f in found
        if f.severity != "note"
    ]


@needs_shared
def test_on_vllm_nothing_is_told_that_is_not_so() -> None:
    areas = ".buildkite/test_areas"
    assert _found(SHARED / "vllm" / "after") == [
        ".buildkite/test-amd.yaml:1159 warning label-truth",  # MI250 on mi300_2
        ".buildkite/test-amd.yaml:1823 error shard-complete",  # a step without parallelism
        f"{areas}/benchmarks.yaml:18 error unknown-key",  # num_gpus: 2 where one is given
        f"{areas}/compile.yaml:67 warning label-truth",  # 2xB200, and one GPU
        f"{areas}/lm_eval.yaml:11 warning unknown-key",
        f"{areas}/misc.yaml:341 error unknown-key",  # gpu: h100, and an L4
        f"{areas}/misc.yaml:343 warning unknown-key",
        f"{areas}/models_basic.yaml:8 warning unknown-key",
    ]


@needs_shared
@pytest.mark.parametrize("folder", REPOSITORIES, ids=lambda folder: folder.name)
def test_other_repositories_have_nothing_of_the_kind(folder: Path) -> None:
    assert _found(folder) == []
