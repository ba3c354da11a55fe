"""What audits find, and what they leave alone, on small trees and on vLLM's."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ci_migrate.audit import audit_names, run_audits
from ci_migrate.cli import app
from ci_migrate.errors import BadUsage
from ci_migrate.files import Folder
from ci_migrate.finding import Audited
from ci_migrate.profiles import OWN, profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.memory import Memory, changed
from tests.shared import SHARED, needs_shared

DOCS = Path(__file__).parent.parent.parent / "docs" / "audits.md"
TODAY = date(2026, 11, 25)
GPUS = ("gpu-fit", "gpu-visibility")
FILE = ".buildkite/test_areas/evals.yaml"
LIST = "tests/evals/configs/models.txt"


def _survey(files: dict[str, str]) -> Survey:
    tree = Memory(files)
    return Survey(tree, load_dialect(), profiles_for(tree))


def _audited(
    files: dict[str, str], before: dict[str, str] | None = None, today: date = TODAY
) -> Audited:
    old = _survey(before) if before is not None else None
    return run_audits(_survey(files), old, only=GPUS, today=today)


def _lines(audited: Audited) -> list[str]:
    return [f"{f.place} {f.severity} {f.message} [{f.audit}]" for f in audited.findings]


def _job(fields: str, command: str = "pytest evals/test_all.py") -> dict[str, str]:
    head = "group: Evals\ndepends_on: [image]\nsteps:\n- label: Evals\n  key: evals\n"
    return {
        FILE: f"{head}{fields}  source_file_dependencies: [csrc/, tests/]\n  commands:\n  - {command}\n"
    }


def _listed(device: str, more: str = "", line: str = "Big.yaml\n") -> dict[str, str]:
    command = "pytest evals/test_all.py --config-list-file=configs/models.txt"
    return {
        **_job(f"  device: {device}\n{more}", command),
        LIST: f"Small.yaml\n{line}",
        "tests/evals/configs/Small.yaml": "model: a\n",
        "tests/evals/configs/Big.yaml": "model: b\nserver_args: -tp 2\n",
    }


FOUND = [
    pytest.param(_listed("b200-k8s"), f"{LIST}:2:1 error Big.yaml needs 2 GPUs, and 'evals' gets 1 GPU on b200-k8s", id="a list's entry"),
    pytest.param(_listed("b200"), f"{LIST}:2:1 warning Big.yaml needs 2 GPUs, and 'evals' asks for 1: it relies on the 2 of a b200 host", id="only by the host"),
    pytest.param(_listed("l4x"), f"{LIST}:2:1 error Big.yaml needs 2 GPUs, and 'evals' gets 1 GPU on l4", id="an unknown queue falls through"),
    pytest.param(_listed("mi300_1"), f"{LIST}:2:1 error Big.yaml needs 2 GPUs, and 'evals' gets 1 GPU on mi300_1", id="a queue that says its number"),
    pytest.param(_job("  device: h100\n", "vllm serve m -tp=2 -pp 2"), f"{FILE}:9:5 error 'vllm serve m -tp=2 -pp 2' needs 4 GPUs, and 'evals' gets 1 GPU on h100", id="a command's options"),
    pytest.param(_job("  device: h100\n  num_devices: 2\n", "torchrun --nproc-per-node=4 t.py"), f"{FILE}:10:5 warning 'torchrun --nproc-per-node=4 t.py' starts 4 processes, and 'evals' gets 2 GPUs on h100", id="processes of torchrun"),
]  # fmt: skip

QUIET = [
    pytest.param(_listed("b200-k8s", "  num_devices: 2\n"), id="asked for"),
    pytest.param(_listed("b200", "  num_devices: 2\n"), id="asked for on a host"),
    pytest.param(_listed("b200-k8s", "  num_nodes: 2\n"), id="two machines"),
    pytest.param(_listed("mi300_2"), id="a queue that says enough"),
    pytest.param(_listed("h200"), id="a queue of which no number is known"),
    pytest.param(_listed("b200-k8s", line="# Big.yaml\n"), id="a line in a comment"),
    pytest.param(_listed("b200-k8s", line="Gone.yaml\n"), id="a config that is not there"),
    pytest.param(_job("  device: h100\n", "vllm serve m -tp $N"), id="a size from the shell"),
    pytest.param(_job("  device: h100\n", 'echo "-tp 2" it\'s'), id="no shell words"),
    pytest.param({FILE: "steps: [\n"}, id="a broken file"),
    pytest.param({".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: h100\n    steps: [{run: vllm serve m -tp 2}]\n"}, id="another system's queue"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "finding"), FOUND)
def test_finds(files: dict[str, str], finding: str) -> None:
    assert _lines(_audited(files)) == [f"{finding} [gpu-fit]"]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert _lines(_audited(files)) == []


def test_a_change_of_queue_that_takes_gpus_is_told() -> None:
    before, after = _job("  device: b200\n"), _job("  device: b200-k8s\n")
    (finding,) = _audited(after, before).findings
    assert finding.severity == "warning"
    assert finding.message == "'evals' saw the 2 GPUs of a b200 host, and gets 1 on b200-k8s"
    assert finding.fix == ""  # nothing tells that it needs the second


@pytest.mark.parametrize("device", ["b200", "b200-k8s"])
def test_a_job_that_needs_more_asks_for_it_by_the_fix(device: str) -> None:
    files = _listed(device)
    (finding,) = _audited(files).findings
    fixed = changed(f"- {finding.fix}\n", files)
    assert f"  device: {device}\n  num_devices: 2\n" in fixed[FILE]
    assert _lines(_audited(fixed)) == []


def test_it_is_an_error_where_the_label_tells_of_more() -> None:
    before, after = (
        {FILE: files[FILE].replace("label: Evals", "label: Evals (2xB200)")}
        for files in (_job("  device: b200\n"), _job("  device: b200-k8s\n"))
    )
    found = _audited(after, before).findings
    assert {f.audit: f.severity for f in found}["gpu-visibility"] == "error"
    (finding,) = (f for f in found if f.audit == "gpu-visibility")
    fixed = changed(f"- {finding.fix}\n", after)
    assert "  num_devices: 2\n" in fixed[FILE]
    assert _lines(_audited(fixed, before)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("b200", "b200", id="no change"),
        pytest.param("b200-k8s", "b200", id="more than before"),
        pytest.param("b200\n  num_devices: 1", "b200-k8s\n  num_devices: 1", id="said how many"),
        pytest.param("b200", "h200", id="not known"),
    ],
)
def test_other_changes_of_queue_are_quiet(before: str, after: str) -> None:
    old, new = (_job(f"  device: {device}\n") for device in (before, after))
    assert _lines(_audited(new, old)) == []


def test_what_becomes_worse_is_told() -> None:
    severities = {
        f.audit: f.severity for f in _audited(_listed("b200-k8s"), _listed("b200")).findings
    }
    assert severities == {"gpu-visibility": "warning", "gpu-fit": "error"}


def test_what_was_found_before_stays() -> None:
    files = _listed("b200-k8s")
    found = _audited(files).findings
    assert found != ()
    assert _audited(files, files) == Audited(stay=found)


def test_what_is_mended_is_gone() -> None:
    before = _listed("b200-k8s")
    found = _audited(before).findings
    assert _audited(_listed("b200-k8s", "  num_devices: 2\n"), before) == Audited(gone=found)


@pytest.mark.parametrize("path", ["", "tests", "tests/evals/", LIST, "csrc/new.cu", "csrc"])
def test_a_file_or_folder_exists(path: str) -> None:
    tree = Memory(_listed("b200"))
    survey = Survey(tree, load_dialect(), profiles_for(tree), listed=frozenset({"csrc/new.cu"}))
    assert survey.exists(path)
    assert not survey.exists(f"{path.rstrip('/')}x")


ALLOWED = [
    pytest.param("Big.yaml  # ci-migrate: allow gpu-fit (offloads)\n", id="on the line"),
    pytest.param("# ci-migrate: allow gpu-fit (offloads, until 2026-11-25)\nBig.yaml\n", id="above, until today"),
]  # fmt: skip
NOT_ALLOWED = [
    pytest.param("# ci-migrate: allow gpu-fit ()\nBig.yaml\n", "", id="no reason"),
    pytest.param("# ci-migrate: allow other (offloads)\nBig.yaml\n", "", id="another audit"),
    pytest.param("# ci-migrate: allow gpu-fit (offloads)\nSmall.yaml\nBig.yaml\n", "", id="another line"),
    pytest.param("# ci-migrate: allow gpu-fit (x, until 2026-02-30)\nBig.yaml\n", "", id="no such day"),
    pytest.param("# ci-migrate: allow gpu-fit (x, until 2026-11-24)\nBig.yaml\n", " (allowed until 2026-11-24, which has passed)", id="passed"),
]  # fmt: skip


def _with_list(lines: str) -> dict[str, str]:
    # A list's line holds nothing but its entry, so a command's own line stands for comments behind.
    if not lines.startswith("#"):
        comment = lines.partition("  #")[2].strip()
        return _job("  device: h100\n", f"vllm serve m -tp 2  # {comment}")
    return _listed("b200-k8s", line=lines)


@pytest.mark.parametrize("lines", ALLOWED)
def test_a_comment_allows_a_finding(lines: str) -> None:
    audited = _audited(_with_list(lines))
    assert (_lines(audited), audited.allowed) == ([], 1)


@pytest.mark.parametrize(("lines", "end"), NOT_ALLOWED)
def test_a_comment_that_allows_nothing(lines: str, end: str) -> None:
    (finding,) = _audited(_with_list(lines)).findings
    assert finding.message.endswith(f"gets 1 GPU on b200-k8s{end}")


def test_a_tree_has_its_own_profile() -> None:
    own = "dialect: vllm-test-areas\nqueues: {b200-k8s: {gpus: 4, sees: host}}\n"
    (finding,) = _audited({**_listed("b200-k8s"), OWN: own}).findings
    assert "relies on the 4 of a b200-k8s host" in finding.message


@pytest.mark.parametrize(
    "profile",
    [
        "queues: {}\n",
        "dialect: no-such\nqueues: {}\n",
        "dialect: buildkite\nqueues: {}\notherwise: x\n",
    ],
)
def test_a_wrong_profile_is_named(profile: str) -> None:
    with pytest.raises(BadUsage, match=re.escape(OWN)):
        _survey({OWN: profile})


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", *words])
    return result.exit_code, result.output


def test_the_command_reports_and_its_exit_code_tells_of_errors(tmp_path: Path) -> None:
    for path, text in _listed("b200-k8s").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    code, text = _run("--root", str(tmp_path))
    assert (code, text.splitlines()[-1]) == (1, "1 error")
    code, text = _run("--root", str(tmp_path), "--format", "json")
    (finding,) = json.loads(text)["findings"]
    assert (finding["audit"], finding["path"], finding["line"]) == ("gpu-fit", LIST, 2)
    assert _run("--root", str(tmp_path), "--only", "gpu-visibility") == (0, "nothing found\n")
    code, text = _run("--root", str(tmp_path), "--only", "gpu-fitt")
    assert code == 2
    assert _run("--root", str(tmp_path), "--paths", str(tmp_path / "none.txt"))[0] == 4
    assert _run("--root", str(tmp_path), "--before", str(tmp_path)) == (
        0,
        "nothing found; 1 as before\n",
    )


MOVE = """\
name: move
title: Move
dialect: vllm-test-areas
operations:
  - set-queue: {jobs: {queue: b200}, to: b200-k8s}
"""


def _moved(tmp_path: Path, files: dict[str, str], *words: str) -> tuple[int, str, dict[str, str]]:
    for path, text in {**files, "recipes/move.yaml": MOVE}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    result = CliRunner().invoke(app, ["apply", "move", "--root", str(tmp_path), *words])
    return result.exit_code, result.output, {path: (tmp_path / path).read_text() for path in files}


def test_a_new_error_stops_a_change(tmp_path: Path) -> None:
    files = _listed("b200")
    code, output, after = _moved(tmp_path, files)
    assert (code, after) == (3, files)
    assert (
        f"{LIST}:2:1: gpu-fit: Big.yaml needs 2 GPUs, and 'evals' gets 1 GPU on b200-k8s; mend it, or add --allow gpu-fit"
        in output
    )


def test_an_allowed_error_is_told_and_written(tmp_path: Path) -> None:
    files = _listed("b200")
    code, output, after = _moved(tmp_path, files, "--allow", "gpu-fit", "--format", "json")
    report = json.loads(output)
    assert [f["audit"] for f in report["audit"]] == ["gpu-visibility", "gpu-fit"]
    assert report["audit_gone"] == report["audit_stay"] == []
    assert (code, after[FILE]) == (0, files[FILE].replace("b200", "b200-k8s"))


def test_a_warning_stops_nothing(tmp_path: Path) -> None:
    files = _job("  device: b200\n")
    code, output, _ = _moved(tmp_path, files)
    assert code == 0
    assert (
        "warning: .buildkite/test_areas/evals.yaml:6:11: 'evals' saw the 2 GPUs of a b200 host"
        in output
    )


@pytest.mark.parametrize("format", ["text", "html"])
def test_a_note_is_told_as_a_note(tmp_path: Path, format: str) -> None:
    files = _job("  device: b200\n  num_devices: 2\n")
    files[FILE] += "# the b200 queue\n"
    code, output, _ = _moved(tmp_path, files, "--format", format)
    assert code == 0
    assert (
        f"note: {FILE}:11:7: 'b200' is named here still".replace(
            "'", "&#x27;" if format == "html" else "'"
        )
        in output
    )


def test_what_was_wrong_before_stops_nothing(tmp_path: Path) -> None:
    more = "- label: Other\n  device: b200\n  commands: [pytest x]\n"
    files = _listed("b200-k8s")
    files[FILE] += more
    code, _, after = _moved(tmp_path, files)
    assert (code, after[FILE]) == (0, files[FILE].replace("device: b200\n", "device: b200-k8s\n"))


def test_what_stays_of_what_is_touched_is_counted(tmp_path: Path) -> None:
    files = _listed("b200-k8s")
    _moved(tmp_path, files)
    set_timeout = "  - add-field: {jobs: {key: evals}, field: <timeout>, value: 30}\n"
    recipe = MOVE.split("  - ")[0].replace("name: move", "name: set") + set_timeout
    (tmp_path / "recipes" / "set.yaml").write_text(recipe)
    result = CliRunner().invoke(app, ["apply", "set", "--root", str(tmp_path)])
    assert "\naudits: 1 as before\n" in result.output


def test_no_unknown_audit_is_allowed(tmp_path: Path) -> None:
    code, output, _ = _moved(tmp_path, _listed("b200"), "--allow", "gpu-fitt")
    assert (code, output) == (2, "no audit 'gpu-fitt'; did you mean 'gpu-fit'?\n")


def test_a_list_that_changes_is_looked_at_with_the_jobs_that_read_it(tmp_path: Path) -> None:
    recipe = (
        MOVE.split("  - ")[0]
        + "  - add-lines: {file: tests/evals/configs/models.txt, lines: [Big.yaml]}\n"
    )
    files = {
        **_listed("b200-k8s", line=""),
        "recipes/add.yaml": recipe.replace("name: move", "name: add"),
    }
    _moved(tmp_path, files)
    result = CliRunner().invoke(app, ["apply", "add", "--root", str(tmp_path)])
    assert result.exit_code == 3
    assert "gpu-fit: Big.yaml needs 2 GPUs" in result.output


def test_every_audit_has_its_page() -> None:
    headings = re.findall(r"^## (\S+)$", DOCS.read_text(), re.MULTILINE)
    assert set(audit_names()) <= set(headings)


@needs_shared
def test_before_the_move_the_three_models_are_named() -> None:
    tree = Folder.open(SHARED / "vllm" / "before")
    survey = Survey(tree, load_dialect(), profiles_for(tree))
    found = run_audits(survey, None, only=("gpu-fit",), today=TODAY)
    moved = [f.message.split()[0] for f in found.findings if "b200" in f.message.lower()]
    assert moved == [
        "Qwen3-Next-80B-A3B-NVFP4-EP2.yaml",
        "Qwen3-Next-FP8-EP2.yaml",
        "Nemotron-3-Super-120B-A12B-NVFP4.yaml",
    ]


@needs_shared
def test_after_the_move_nothing_is_an_error() -> None:
    before, after = (Folder.open(SHARED / "vllm" / side) for side in ("before", "after"))
    old, new = (Survey(tree, load_dialect(), profiles_for(tree)) for tree in (before, after))
    alone = run_audits(new, None, only=GPUS, today=TODAY)
    assert [f for f in alone.findings if f.severity == "error"] == []
    gone = run_audits(new, old, only=GPUS, today=TODAY)
    assert [f.severity for f in gone.findings if f.audit == "gpu-fit"] == []


@needs_shared
def test_the_rename_of_22_jobs_is_told_to_take_gpus_from_seven() -> None:
    sides = (Folder.open(SHARED / "replays" / "f65376125" / side) for side in ("before", "after"))
    old, new = (Survey(tree, load_dialect(), profiles_for(tree)) for tree in sides)
    audited = run_audits(new, old, only=("gpu-visibility",), today=TODAY)
    assert {f.subject: f.severity for f in audited.findings} == {
        "v1-attention-b200": "warning",
        "attention-benchmarks-smoke-test-b200": "warning",
        "fusion-and-compile-unit-tests-2xb200": "error",
        "kernels-b200": "warning",
        "batch-invariance-b200": "warning",
        "quantized-moe-test-b200": "warning",
        "spec-decode-draft-model-nightly-b200": "warning",
    }
