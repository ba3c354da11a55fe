"""What a campaign makes of the findings of audits."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from ci_migrate.bulk.campaign import parse_campaign
from ci_migrate.errors import BadUsage
from tests.bulk.repositories import bare, bulk, campaign, executable, git, shown

FILE = ".buildkite/test_areas/evals.yaml"
LIST = "tests/evals/configs/models.txt"
FILES = {
    FILE: "group: Evals\nsteps:\n- label: Evals\n  key: evals\n  timeout_in_minutes: 9\n"
    "  device: b200\n  source_file_dependencies: [tests/]\n  commands:\n"
    "  - pytest evals/test_all.py --config-list-file=configs/models.txt\n",
    LIST: "Small.yaml\nBig.yaml\n",
    "tests/evals/test_all.py": "def test_all():\n    pass\n",
    "tests/evals/configs/Small.yaml": "model: a\n",
    "tests/evals/configs/Big.yaml": "model: b\nserver_args: -tp 2\n",
}
MOVE = """\
name: move
title: Move
dialect: vllm-test-areas
operations:
  - set-queue: {jobs: {queue: b200}, to: b200-k8s}
"""
ASK = MOVE.replace("move", "ask").replace(
    "set-queue: {jobs: {queue: b200}, to: b200-k8s}",
    "add-field: {jobs: {key: evals}, field: num_devices, value: 2}",
)
ERROR = f"{LIST}:2:1: gpu-fit: Big.yaml needs 2 GPUs, and 'evals' gets 1 GPU on b200-k8s; "


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = bare(tmp_path / "repos" / "a.git", FILES)
    campaign(tmp_path)
    (tmp_path / "move.yaml").write_text(MOVE)
    return repo


def test_a_new_error_refuses_the_repository(tmp_path: Path, repo: Path) -> None:
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert run.returncode == 3, run.stdout
    assert f"{ERROR}mend it, or write allow = ['gpu-fit'] in the campaign" in run.stdout
    assert not git(repo, "branch", "--list", "ci-migrate/*")


def test_an_allowed_error_is_told(tmp_path: Path, repo: Path) -> None:
    bulk("run", "campaign.toml", cwd=tmp_path)
    path = tmp_path / "campaign.toml"
    path.write_text('allow = ["gpu-fit"]\n' + path.read_text())
    run = bulk("run", "campaign.toml", "--format", "json", cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    told = next(e for e in map(json.loads, run.stdout.splitlines()) if e.get("state") == "changed")
    assert {finding["audit"] for finding in told["findings"]} == {"gpu-fit", "gpu-visibility"}
    assert shown(repo, "ci-migrate/move", FILE) == FILES[FILE].replace("b200", "b200-k8s")
    said = bulk("status", "campaign.toml", cwd=tmp_path).stdout
    assert "    1  gpu-fit\n    1  gpu-visibility\n" in said
    page = Path(bulk("report", "campaign.toml", cwd=tmp_path).stdout.strip())
    assert f"{LIST}:2:1: error: Big.yaml needs 2 GPUs" in (tmp_path / page).read_text()


def test_recipes_are_judged_by_what_they_come_to(tmp_path: Path, repo: Path) -> None:
    """The first makes an error that the second mends, in the same file."""
    (tmp_path / "ask.yaml").write_text(ASK)
    path = tmp_path / "campaign.toml"
    path.write_text(path.read_text().replace('"./move.yaml"', '"./move.yaml", "./ask.yaml"'))
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    assert "num_devices: 2" in shown(repo, "ci-migrate/move", FILE)


def test_a_wrong_profile_refuses_its_repository(tmp_path: Path) -> None:
    bare(tmp_path / "repos" / "a.git", {**FILES, ".ci-migrate/profile.yaml": "dialect: nope\n"})
    campaign(tmp_path)
    (tmp_path / "move.yaml").write_text(MOVE)
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert run.returncode == 3, run.stdout
    assert ".ci-migrate/profile.yaml: unknown dialect 'nope'" in run.stdout


def test_what_is_not_read_is_not_brought(tmp_path: Path) -> None:
    """Audits ask what there is of a tree, and read a list and the configs beside one another."""
    more = {f"src/{n}.c": f"{n}\n" for n in range(30)}
    configs = {f"tests/evals/configs/{n}.yaml": f"model: {n}\n" for n in range(40)}
    lines = "".join(f"{n}.yaml\n" for n in range(40))
    bare(tmp_path / "repos" / "a.git", {**FILES, **more, **configs, LIST: lines})
    campaign(tmp_path)
    (tmp_path / "move.yaml").write_text(MOVE)
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout
    executable(
        tmp_path / "bin" / "git",
        f'#!/bin/sh\necho "$@" >>{tmp_path}/log\nexec {real.strip()} "$@"\n',
    )
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    run = bulk("run", "campaign.toml", cwd=tmp_path, **env)
    assert run.returncode == 0, run.stdout
    fetches = [line for line in (tmp_path / "log").read_text().splitlines() if "fetch" in line]
    assert len(fetches) <= 6, fetches
    (clone,) = (tmp_path / "campaign.bulk" / "clones").iterdir()
    kinds = git(clone, "cat-file", "--batch-check=%(objecttype)", "--batch-all-objects").split()
    assert kinds.count("blob") < 50


def test_an_unknown_audit_is_wrong() -> None:
    text = 'recipes = ["a"]\nallow = ["gpu-fitt"]\n[sources]\npaths = ["x"]\n'
    with pytest.raises(BadUsage, match=r"c\.toml:2: no audit 'gpu-fitt'; did you mean 'gpu-fit'"):
        parse_campaign("c.toml", text)
