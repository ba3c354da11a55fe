"""What `wrong-type` finds, and leaves alone."""

import pytest

from tests.audits.running import AREA, area, flow, kite, lab, lines
from tests.audits.surveys import findings
from tests.memory import changed

FOUND = [
    pytest.param(area("  depends_on: image-build\n"), "5:15 error 'depends_on' is 'image-build', a text, and must be a list of texts", id="a text for a list"),
    pytest.param(area("  num_devices: two\n"), "5:16 error 'num_devices' is 'two', a text, and must be a number", id="a word for a number"),
    pytest.param(area("  env: {COUNT: 1}\n"), "5:16 error 'env.COUNT' is '1', a number, and must be a text", id="a number in the environment"),
    pytest.param(area("  optional: [true]\n"), "5:13 error 'optional' is a list, and must be true or false", id="a list for a flag"),
    pytest.param({AREA: "steps:\n- label: 12\n  device: h100\n  commands: [ls]\n"}, "2:10 error 'label' is '12', a number, and must be a text", id="a number for a label"),
    pytest.param({AREA: "steps:\n- label: A\n  device: h100\n  commands:\n  - ls\n  - echo: a\n"}, "6:5 error an item of 'commands' is a mapping, and must be a text", id="a command with a colon"),
    pytest.param(area("", "depends_on: image-build\n"), "2:13 error 'depends_on' is 'image-build', a text, and must be a list of texts", id="at the left of a file"),
    pytest.param(area("  mirror: {amd: mi300_1}\n"), "5:17 error 'mirror.amd' is 'mi300_1', a text, and must be a mapping", id="a mirror"),
    pytest.param(flow("    env: [A]\n"), "5:10 error 'env' is a list, and must be a mapping", id="GitHub"),
    pytest.param(lab("  tags: gpu\n"), "4:9 error 'tags' is 'gpu', a text, and must be a list", id="GitLab"),
    pytest.param(kite("  timeout_in_minutes: [5]\n"), "4:23 error 'timeout_in_minutes' is a list, and must be a number", id="Buildkite"),
]  # fmt: skip

QUIET = [
    pytest.param(area("  depends_on: ~\n  num_devices: '2'\n  optional: yes\n  soft_fail: 1\n  env: {A: '1', B: }\n", "depends_on:\n"), id="what the generator takes"),
    pytest.param({AREA: "x-deps: &deps [csrc/]\nsteps:\n- label: A\n  device: h100\n  source_file_dependencies: *deps\n  commands: [ls]\n"}, id="a list behind an alias"),
    pytest.param(flow("    timeout-minutes: ${{ inputs.minutes }}\n    env: ${{ fromJSON(inputs.env) }}\n"), id="expressions"),
    pytest.param(lab("  tags: !reference [.gpu, tags]\n  parallel: $COUNT\n"), id="a reference, and a variable"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "finding"), FOUND)
def test_finds(files: dict[str, str], finding: str) -> None:
    assert lines("wrong-type", files) == [finding]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("wrong-type", files) == []


@pytest.mark.parametrize("text", ["image-build", "'it''s'"])
def test_the_fix_makes_a_list_of_a_text(text: str) -> None:
    (finding,) = findings("wrong-type", area(f"  depends_on: {text}\n"))
    mended = changed(f"- {finding.fix}\n", area(f"  depends_on: {text}\n"))
    assert findings("wrong-type", mended) == ()
    assert text.strip("'").replace("''", "'") in mended[AREA]


def test_a_number_in_a_list_is_not_mended() -> None:
    (finding,) = findings("wrong-type", area("  depends_on: [12]\n"))
    assert finding.fix == ""
