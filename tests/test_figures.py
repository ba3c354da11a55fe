"""Figures of tests end in one file, whichever process ran them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CASES = """
import pytest

@pytest.mark.parametrize("count", [1, 2, 3])
def test_counts(figure, count):
    figure("counted: all", count)

def test_fails(figure):
    figure("counted: not shown", 1)
    assert False
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_figures_are_added_up(tmp_path: Path, processes: str) -> None:
    (tmp_path / "conftest.py").write_bytes((Path(__file__).parent / "conftest.py").read_bytes())
    (tmp_path / "test_cases.py").write_text(CASES)
    written = tmp_path / "build" / "figures.json"
    command = [sys.executable, "-m", "pytest", "-q", "-n", processes, "--figures", str(written)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == 1, ran.stdout.decode()
    assert json.loads(written.read_text()) == {"counted: all": 6}
