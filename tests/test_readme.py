"""What the README shows of the audits is what they say."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ci_migrate.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SHOWN = re.compile(r"^    \$ ci-migrate (.*)\n((?:    (?!\$).*\n)*)", re.MULTILINE)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the small tree, beside the same as it was before."""
    for name in ("tree", "the-tree-before"):
        ignored = shutil.ignore_patterns("__pycache__", ".*cache")
        shutil.copytree(ROOT / "examples" / "vllm", tmp_path / name, ignore=ignored)
    return tmp_path / "tree"


def _run(words: str, tree: Path) -> str:
    given = [w.replace("../", f"{tree.parent}/") for w in shlex.split(words)]
    result = CliRunner().invoke(app, [*given, "--root", str(tree)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


def _is_said(shown: str, said: str) -> bool:
    start = shown.strip().removesuffix("…")
    return any(line.startswith(start) for line in said.splitlines())


def test_the_answers_to_the_review_are_true(tree: Path) -> None:
    blocks = SHOWN.findall(README)
    assert [words.split()[0] for words, _ in blocks] == ["audit", "audit", "audit"]
    for words, shown in blocks:
        if "--before" in words:
            _run("apply b200-to-k8s", tree)  # the second time there is nothing to do
        said = _run(words, tree)
        lines = [line for line in shown.splitlines() if line.strip() != "…"]
        assert [line for line in lines if not _is_said(line, said)] == []
    cured = re.search(r"--fix\n\n```diff\n(.*?)```", README, re.DOTALL)
    assert cured is not None
    assert cured[1] in said
    left = _run("audit --before ../the-tree-before --format json", tree)
    found = {finding["audit"] for finding in json.loads(left)["findings"]}
    assert found == {"coverage", "gpu-visibility", "skip-scope"}
