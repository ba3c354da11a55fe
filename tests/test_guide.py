"""The guide, followed step by step: its files written, its commands run, their output compared."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r'^```(console|yaml title="([^"]+)")\n(.*?)^```$', re.M | re.S)


def blocks(text: str) -> Iterator[tuple[str | None, str]]:
    for match in _BLOCK.finditer(text):
        yield match[2], match[3]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console with what it says."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, said = part.partition("\n")
        yield command, said


def test_the_guide_is_true(tmp_path: Path) -> None:
    tree = tmp_path / "vllm"
    shutil.copytree(ROOT / "examples" / "vllm", tree)
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "ci-migrate").write_text(f'#!/bin/sh\nexec {sys.executable} -m ci_migrate "$@"\n')
    (bin_ / "ci-migrate").chmod(0o755)
    env = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}
    ran = 0
    for path, block in blocks((ROOT / "docs" / "guide.md").read_text()):
        if path is not None:
            (tree / path).write_text(block)
            continue
        for command, said in commands(block):
            run = subprocess.run(
                ["sh", "-c", command], cwd=tree, env=env, capture_output=True, text=True
            )
            assert (run.returncode, run.stderr) == (0, ""), command
            assert run.stdout == said, command
            ran += 1
    assert ran == 7


def test_the_pages_can_be_built(tmp_path: Path) -> None:
    """A link or an anchor that leads nowhere is an error."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "")
    assert "set-queue" in (tmp_path / "reference" / "index.html").read_text()
