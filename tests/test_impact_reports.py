"""How reports show what a change does to the machines."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ci_migrate.apply import apply_recipe
from ci_migrate.cli import app
from ci_migrate.impact import Impact, JobImpact, Load, QueueImpact, Size
from ci_migrate.report import (
    buildkite,
    github,
    html,
    impact,
    markdown,
    patch,
    sarif,
    terminal,
    text,
)
from ci_migrate.report import json as as_json
from ci_migrate.run import Run

EXAMPLE = Path(__file__).parent.parent / "examples" / "vllm"
TEXT = """\
Impact on the jobs of 2 changed files; GPU-minutes are timeouts times GPUs, an upper bound

queue             jobs  GPU-minutes
b200      before     3          360  ██████████████████
          after      0            0
b200-k8s  before     1          180  █████████
          after      5          600  ██████████████████████████████

total    4 → 5 jobs, 540 → 600 GPU-minutes
added    lm-eval-large-models-b200-ep on b200-k8s (2 GPUs, timeout 120), split from lm-eval-small-models-b200
queue    b200 → b200-k8s: lm-eval-small-models-b200, spec-decode-eagle-nightly-b200, spec-decode-mtp-nightly-b200
GPUs     2 → 1: lm-eval-small-models-b200, spec-decode-eagle-nightly-b200, spec-decode-mtp-nightly-b200
lines    lm-eval-small-models-b200 → lm-eval-large-models-b200-ep: Next-80B-NVFP4-EP2.yaml (2 GPUs), Next-80B-FP8-EP2.yaml (2 GPUs), Super-120B-NVFP4.yaml (2 GPUs)
skipped  test_eagle_correctness_light (2 cases) where current_platform.is_device_capability_family(100); in spec-decode-eagle-nightly-b200 (b200-k8s); still run by spec-decode-eagle (h200_18gb)
skipped  test_mtp_correctness[deepseek] (1 case) where current_platform.is_device_capability_family(100); in spec-decode-mtp-nightly-b200 (b200-k8s); still run by no job that is known
"""


@pytest.fixture(scope="module")
def main_job() -> Run:
    return apply_recipe(
        "b200-to-k8s", root=EXAMPLE, values={}, mode="dry-run", allow_dirty=True, proof="quick"
    )


def small(run: Run, *queues: QueueImpact, jobs: tuple[JobImpact, ...] = ()) -> Run:
    """Return a run with another impact."""
    return run._replace(impact=Impact(1, queues, jobs, (), ()))


def job(name: str, before: Size | None, after: Size | None) -> JobImpact:
    return JobImpact(name, ".buildkite/a.yaml", before, after)


SIZE = Size("h100", 1, "30", 30, measured=False)


def test_text(main_job: Run) -> None:
    assert TEXT in text.render(main_job)


@pytest.mark.parametrize("width", [60, 100, 200])
def test_a_terminal(main_job: Run, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(width=width, record=True, force_terminal=True, highlight=False)
    monkeypatch.setattr(terminal, "Console", lambda **_: console)
    terminal.draw(main_job, color=True)
    drawn = console.export_text()
    shown = drawn[drawn.index("queue  ") :].split("\n")
    bars = [line for line in shown if "█" in line]
    assert [line.split()[-2] for line in bars] == ["360", "180", "600"]
    assert all(len(line) <= width for line in bars)
    assert "".join(drawn.split()).count("stillrunbynojobthatisknown") == 1


def test_markdown(main_job: Run) -> None:
    shown = markdown.render(main_job)
    assert (
        "\n| b200-k8s | before | 1 | 180 | ██████ |\n|  | after | 5 | 600 | ████████████████████ |\n"
        in shown
    )
    assert "\n| GPUs | 2 → 1: lm-eval-small-models-b200, " in shown
    assert "███" in buildkite.render(main_job)


def test_workflow_commands(main_job: Run) -> None:
    *_, first, second, _ = github.render(main_job).splitlines()
    assert first == "queue b200: 3 → 0 jobs, 360 → 0 GPU-minutes"
    assert second == "queue b200-k8s: 1 → 5 jobs, 180 → 600 GPU-minutes"


def test_json(main_job: Run) -> None:
    found = json.loads(as_json.render(main_job))["impact"]
    assert found["files"] == 2
    assert found["queues"][0] == {
        "name": "b200",
        "before": {"jobs": 3, "gpu_minutes": 360, "unknown": 0, "measured": 0},
        "after": {"jobs": 0, "gpu_minutes": 0, "unknown": 0, "measured": 0},
    }
    assert found["jobs"][1]["before"] is None
    assert found["jobs"][1]["after"]["gpu_minutes"] == 240
    assert found["jobs"][1]["came_of"] == "lm-eval-small-models-b200"
    assert found["lines"][0]["after"] == ["lm-eval-large-models-b200-ep"]
    assert found["skips"][0]["still"] == [{"job": "spec-decode-eagle", "queue": "h200_18gb"}]


def test_the_page(main_job: Run) -> None:
    page = html.render(main_job)
    assert "<h2>GPU-minutes by queue</h2>" in page
    assert (
        '<tr><td>b200-k8s, after<td class="number">600<td class="bar" aria-hidden="true"><i class="after" style="width:100.0%"></i></tr>'
        in page
    )
    assert "<tr><td>added<td>lm-eval-large-models-b200-ep on b200-k8s" in page


@pytest.mark.parametrize("render", [patch.render, sarif.render])
def test_what_machines_apply_has_nothing_of_it(main_job: Run, render: object) -> None:
    assert callable(render)
    assert "GPU-minutes" not in render(main_job)


def test_nothing_is_shown_where_nothing_changes(main_job: Run) -> None:
    run = main_job._replace(impact=None)
    for render in (text.render, markdown.render, github.render, html.render):
        assert "GPU-minutes" not in render(run)
    assert json.loads(as_json.render(run))["impact"] is None


def test_jobs_are_charted_where_no_gpu_is_known(main_job: Run) -> None:
    queue = QueueImpact("ubuntu-20.04", Load(2, 0, 2), Load(0, 0, 0))
    shown = text.render(small(main_job, queue))
    assert "ubuntu-20.04  before     2               ██████████████████████████████\n" in shown
    assert "Impact on the jobs of 1 changed file\n" in shown


def test_what_is_not_known_is_said(main_job: Run) -> None:
    queues = (QueueImpact("h100", Load(2, 60, 1), Load(1, 0, 1)), QueueImpact("", Load(0), Load(1)))
    *bars, total = (
        *impact.bars(Impact(1, queues, (), (), ())),
        next(impact.rows(Impact(1, queues, (), (), ()))),
    )
    assert [bar[:4] for bar in bars] == [
        ("h100", "before", "2", "60 + ?"),
        ("", "after", "1", "?"),
        ("(no queue)", "before", "0", "0"),
        ("", "after", "1", "0"),
    ]
    assert total.text == "2 → 2 jobs, 60 + ? → ? GPU-minutes"


@pytest.mark.parametrize(
    ("load", "told"),
    [
        (Load(2, 30), "; GPU-minutes are timeouts times GPUs, an upper bound"),
        (Load(2, 30, 1, 1), "; GPU-minutes are known durations times GPUs"),
        (Load(2, 30, 0, 1), "; GPU-minutes are known durations, else timeouts times GPUs, an upper bound"),
        (Load(2, 0, 2), ""),
    ],
)  # fmt: skip
def test_where_the_minutes_come_from(load: Load, told: str) -> None:
    found = Impact(1, (QueueImpact("h100", load, Load()),), (), (), ())
    assert impact.headline(found).partition("file")[2] == told


def test_many_are_counted(main_job: Run) -> None:
    jobs = tuple(job(f"j{number}", None, SIZE) for number in range(50))
    slower = tuple(job(f"s{number}", SIZE, SIZE._replace(timeout="60")) for number in range(9))
    queues = tuple(QueueImpact(f"q{number}", Load(), Load(1)) for number in range(30))
    shown = text.render(small(main_job, *queues, jobs=(*jobs, *slower)))
    assert "\nqueues   and 10 more\n" in shown
    assert "\nadded    and 30 more\n" in shown
    assert "\ntimeout  30 → 60: s0, s1, s2, s3, s4 and 4 more\n" in shown


def test_a_name_can_not_give_a_command(main_job: Run) -> None:
    queue = QueueImpact("a\n::error::b\x1b[31m", Load(1), Load(0))
    for render in (text.render, markdown.render, github.render):
        shown = render(small(main_job, queue))
        assert "\n::error::b" not in shown
        assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, ""), (0.001, "▏"), (0.5, "██▌"), (0.97, "████▉"), (1.0, "█████")]
)
def test_a_bar(share: float, drawn: str) -> None:
    assert impact.Bar("q", "after", "1", "1", share).drawn(5) == drawn


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the example with one commit, on which the main job is then done."""
    root = tmp_path / "vllm"
    shutil.copytree(EXAMPLE, root)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@localhost"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "x"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    (root / "logo.png").write_bytes(b"\x89PNG\xff")
    apply_recipe("b200-to-k8s", root=root, values={}, mode="apply", allow_dirty=True, proof="quick")
    return root


@pytest.mark.parametrize("words", [["--since", "HEAD"], ["--before", str(EXAMPLE)]])
def test_a_change_that_is_made_already(repository: Path, words: list[str]) -> None:
    run = CliRunner().invoke(app, ["impact", "--root", str(repository), *words])
    assert (run.exit_code, run.stdout) == (0, TEXT)
    run = CliRunner().invoke(app, ["impact", "--root", str(repository), *words, "--format", "json"])
    assert json.loads(run.stdout)["impact"]["files"] == 2


def test_no_change(tmp_path: Path) -> None:
    words = ["impact", "--root", str(EXAMPLE), "--before", str(EXAMPLE)]
    run = CliRunner().invoke(app, words)
    assert (run.exit_code, run.stdout) == (0, "no impact on jobs that can be told\n")
    run = CliRunner().invoke(app, [*words, "--format", "json"])
    assert json.loads(run.stdout)["impact"] is None
    run = CliRunner().invoke(app, ["impact", "--root", str(EXAMPLE)])
    assert run.exit_code == 2
    assert "give one of --since and --before" in run.stderr
