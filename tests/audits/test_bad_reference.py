"""What `bad-reference` finds, mends and leaves alone."""

import pytest

from ci_migrate.audits import bad_reference
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.audits.running import AREA, FLOW, KITE, LAB, area, flow, lab, lines
from tests.audits.surveys import findings
from tests.memory import Memory, changed

CIRCLE = ".circleci/config.yml"


def _pipeline(fields: str, top: str = "", image: str = "image-build") -> dict[str, str]:
    """Return vLLM's files with an image to wait for, and a job of an area."""
    return {
        ".buildkite/image_build/image.yaml": f"group: Build\nsteps:\n- label: Image\n  key: {image}\n  commands: [ls]\n",
        ".buildkite/hardware_tests/arm.yaml": "group: Arm\nsteps:\n- label: Arm (v1)\n  device: arm_cpu\n  commands: [ls]\n",
        **area(fields, top),
    }


def _needs(names: str) -> dict[str, str]:
    return {
        FLOW: flow(f"    needs: {names}\n")[FLOW] + "  b:\n    runs-on: x\n    steps: [{run: ls}]\n"
    }


def _circle(jobs: str) -> dict[str, str]:
    return {
        CIRCLE: f"version: 2.1\njobs:\n  a:\n    machine: true\n    steps: [checkout]\nworkflows:\n  w:\n    jobs: {jobs}\n"
    }


FOUND = [
    pytest.param(_pipeline("  depends_on: [image-built]\n"), ["5:16 error there is no job 'image-built' that this could mean; did you mean 'image-build'?"], id="a step"),
    pytest.param(_pipeline("", "depends_on:\n- image-cpu\n"), ["3:3 error there is no job 'image-cpu' that this could mean; did you mean 'image-build'?"], id="for all of a file"),
    pytest.param(_pipeline("  mirror:\n    amd: {device: mi300_1, depends_on: [image-build-amd]}\n"), ["6:41 error there is no job 'image-build-amd' that this could mean; did you mean 'image-build'?"], id="a mirror"),
    pytest.param(_needs("[b, c]"), ["5:16 error there is no job 'c' that this could mean"], id="GitHub"),
    pytest.param(_needs("b\n    if: needs.bb.result == 'success'"), ["6:9 error there is no job 'bb' that this could mean; did you mean 'b'?"], id="an expression"),
    pytest.param(lab("  needs: [build]\n"), ["4:11 error there is no job 'build' that this could mean"], id="GitLab"),
    pytest.param({KITE: "steps:\n- command: ls\n  depends_on: buidl\n- block: Go\n  key: build\n"}, ["3:15 warning there is no job 'buidl' that this could mean; did you mean 'build'?"], id="Buildkite"),
    pytest.param(_circle("[a, {b: {requires: [a]}}]"), ["8:16 error there is no job 'b' that this could mean"], id="CircleCI"),
]  # fmt: skip

QUIET = [
    pytest.param(_pipeline("  depends_on: [image-build, arm-v1]\n", "depends_on: ~\n"), id="a key, and one that is made of a label"),
    pytest.param(_pipeline("  depends_on: [block-image-build, amd-image-build]\n"), id="steps that the generator adds"),
    pytest.param(area("  depends_on: [image-build]\n"), id="a tree without the files that may have it"),
    pytest.param(_needs("b\n    if: needs.*.result && needs.b.outputs.x"), id="GitHub"),
    pytest.param(_needs("${{ fromJSON(inputs.jobs) }}"), id="an expression for a name"),
    pytest.param({LAB: "include: [{remote: 'https://x.org/a.yml'}]\na:\n  script: [ls]\n  extends: .base\n"}, id="a GitLab pipeline with a part from elsewhere"),
    pytest.param({LAB: "include: /ci/gitlab-ci/b.yml\na:\n  script: [ls]\n  extends: .base\n", "ci/gitlab-ci/b.yml": ".base: {image: x}\n"}, id="a hidden job of another file"),
    pytest.param({KITE: "steps:\n- command: ls\n  depends_on: [{step: go}, $STEP]\n- wait: ~\n  identifier: go\n"}, id="a step that runs nothing"),
    pytest.param(_circle("[orb/job, {hold: {type: approval}}, a]"), id="a job of an orb, and one of a person"),
    pytest.param({"azure-pipelines.yml": "jobs:\n- job: a\n  dependsOn: b\n  steps: [{script: ls}]\n"}, id="a system whose templates may have it"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), FOUND)
def test_finds(files: dict[str, str], found: list[str]) -> None:
    assert lines("bad-reference", files) == found


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("bad-reference", files) == []


@pytest.mark.parametrize("written", ["[image-build]", "image-build"])
def test_a_job_that_was_renamed_is_named_anew_by_the_fix(written: str) -> None:
    fields = f"  depends_on: {written}\n"
    before, after = _pipeline(fields), _pipeline(fields, image="build-image")
    (finding,) = findings("bad-reference", after, before)
    assert finding.message.endswith("; it is 'build-image' now")
    mended = changed(f"- {finding.fix}\n", after, dialect="")
    assert mended[AREA] == area(fields.replace("image-build", "build-image"))[AREA]
    assert findings("bad-reference", mended, before) == ()


def test_a_file_of_the_pipeline_that_is_only_listed_may_have_the_job() -> None:
    tree = Memory(_pipeline("  depends_on: [other]\n"))
    listed = frozenset({".buildkite/test_areas/more.yaml"})
    survey = Survey(tree, load_dialect(), profiles_for(tree), listed=listed)
    assert list(bad_reference.findings(survey, None)) == []


def test_of_few_files_the_others_are_looked_at_as_well() -> None:
    tree = Memory(_pipeline("  depends_on: [image-build, other]\n"))
    only = frozenset({AREA})
    survey = Survey(tree, load_dialect(), profiles_for(tree), only)
    assert [f.message.split("'")[1] for f in bad_reference.findings(survey, None)] == ["other"]


def test_groups_that_repeat_one_another_are_looked_at_once() -> None:
    groups = "".join(
        f"g{n}: &g{n} {{group: G, steps: [*g{n - 1}, *g{n - 1}]}}\n" for n in range(1, 40)
    )
    text = f"g0: &g0 {{group: G, steps: [{{wait: ~, key: go}}]}}\n{groups}steps:\n- command: ls\n  depends_on: [go, gone]\n- *g39\n"
    assert [line.split("'")[1] for line in lines("bad-reference", {KITE: text})] == ["gone"]
