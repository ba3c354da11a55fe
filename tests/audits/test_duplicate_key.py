"""What `duplicate-key` finds, and leaves alone."""

import pytest

from ci_migrate.audits import duplicate_key
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.audits.running import AREA, KITE, area, flow, lab, lines
from tests.memory import Memory

OTHER = ".buildkite/image_build/image.yaml"
STEP = "- label: {}\n  key: evals\n  device: h100\n  commands: [ls]\n"


def _step(label: str, more: str = "") -> str:
    return f"steps:\n{STEP.format(label)}{more}"


FOUND = [
    pytest.param(area("  optional: true\n  optional: false\n"), ["6:3 warning 'optional' stands here again after line 5, and only this one is read"], id="other values"),
    pytest.param(area("  env:\n    A: b\n    A: b\n"), ["7:5 note 'A' stands here again after line 6, and only this one is read"], id="the same value"),
    pytest.param(area("  env:\n  env: {A: b}\n"), ["6:3 note 'env' stands here again after line 5, and only this one is read"], id="nothing the first time"),
    pytest.param(flow("    env: {A: b}\n    env: {C: d}\n"), ["6:5 error 'env' stands here again after line 5, and the file is refused"], id="GitHub"),
    pytest.param(flow("", "env: {}\nenv: {}\n"), ["3:1 error 'env' stands here again after line 2, and the file is refused"], id="at the left"),
    pytest.param({".gitlab-ci.yml": "a:\n  script: [ls]\na:\n  script: [pwd]\n"}, ["3:1 warning 'a' stands here again after line 2, and only this one is read"], id="two jobs"),
    pytest.param({AREA: _step("A"), OTHER: _step("B")}, ["3:8 error the key 'evals' is that of another step (.buildkite/image_build/image.yaml:2:3), and the pipeline is refused"], id="steps of one pipeline"),
    pytest.param({KITE: "steps:\n- {command: a, key: k}\n- group: G\n  steps: [{command: b, key: k}]\n"}, ["4:29 error the key 'k' is that of another step (.buildkite/pipeline.yml:2:3), and the pipeline is refused"], id="Buildkite"),
]  # fmt: skip

QUIET = [
    pytest.param({AREA: "x: &x {a: 1}\ny: &y {b: 2}\nsteps:\n- <<: *x\n  <<: *y\n  label: A\n  device: h100\n"}, id="merges"),
    pytest.param({AREA: _step("A"), ".buildkite/intel_jobs/a.yaml": _step("B")}, id="steps of two pipelines"),
    pytest.param({KITE: "steps:\n- {command: a, key: k}\n", ".buildkite/other.yml": "steps:\n- {command: b, key: k}\n"}, id="two files of Buildkite's"),
    pytest.param({KITE: "steps:\n- {command: a, key: k, if: build.tag != null}\n- {command: b, key: k, if: build.tag == null}\n"}, id="steps in turn"),
    pytest.param({KITE: "steps:\n- {command: a, key: $KEY}\n- {command: b, key: $KEY}\n"}, id="keys from elsewhere"),
    pytest.param({"azure-pipelines.yml": "jobs:\n- job: a\n  steps:\n  - ${{ if x }}:\n    - script: a\n    ${{ if x }}:\n    - script: b\n"}, id="templates"),
    pytest.param(lab("  needs: []\n"), id="nothing twice"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), FOUND)
def test_finds(files: dict[str, str], found: list[str]) -> None:
    assert lines("duplicate-key", files) == found


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("duplicate-key", files) == []


def test_an_item_put_before_it_makes_it_no_new_finding() -> None:
    step = "- label: B\n  device: h100\n  optional: true\n  optional: false\n"
    before = {AREA: f"steps:\n{step}"}
    assert lines("duplicate-key", {AREA: f"{_step('A')}{step}"}, before) == []


def test_of_few_files_the_steps_in_others_count_as_well() -> None:
    before, after = (
        Memory({AREA: _step("A"), OTHER: "steps: []\n"}),
        Memory({AREA: _step("A"), OTHER: _step("B")}),
    )
    few = frozenset({OTHER})
    old, now = (Survey(side, load_dialect(), profiles_for(side), few) for side in (before, after))
    (finding,) = duplicate_key.findings(now, old)
    assert (finding.place.path, finding.severity) == (AREA, "error")
