"""What is public to Python: the examples of README.md and docs/api.md, run, and the names there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ci_migrate
from tests.bulk.repositories import FILE, NEW, OLD, RECIPE, bare, shown

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text()
PYTHON = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
EXAMPLES = PYTHON.findall(PAGE)
README = PYTHON.findall((ROOT / "README.md").read_text())


def run(code: str, cwd: Path) -> str:
    run = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_the_readme_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (example,) = README
    assert run(example, tmp_path).startswith("5 files; 5 files, 10 spans, 0 bytes outside them")
    path = tmp_path / "examples/vllm/.buildkite/test_areas/lm_eval.yaml"
    assert path.read_text().count("b200-next") == 2


def test_a_recipe_is_run(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    said = run(EXAMPLES[0], tmp_path).splitlines()
    assert ".buildkite/test_areas/lm_eval.yaml 2" in said
    assert len(said) == 5
    path = tmp_path / "examples/vllm/.buildkite/test_areas/lm_eval.yaml"
    assert path.read_text().count("b200-next") == 2


def test_a_campaign_is_run(tmp_path: Path) -> None:
    repo = bare(tmp_path / "a.git", {FILE: OLD})
    (tmp_path / "move.yaml").write_text(RECIPE)
    text = 'recipes = ["./move.yaml"]\nauthor = "B <b@example.org>"\n[sources]\npaths = ["a.git"]\n'
    (tmp_path / "move-pool.toml").write_text(text + '[publish]\nto = "push"\n')
    said = run(EXAMPLES[1], tmp_path)
    assert said == f"{repo} 4\n{repo} 1\n{{'{repo}': 'pushed'}}\n"
    assert shown(repo, "ci-migrate/move") == NEW


def test_the_page_names_what_there_is() -> None:
    cells = re.findall(r"^\| (`.*?) \|", PAGE, re.M)
    named = {name for cell in cells for name in re.findall(r"`(\w+)", cell)}
    assert len(named) > 10
    assert named <= set(ci_migrate.__all__)
    for name in ci_migrate.__all__:
        assert getattr(ci_migrate, name)
    with pytest.raises(AttributeError):
        _ = ci_migrate.nothing


def test_the_package_imports_nothing_by_itself(tmp_path: Path) -> None:
    code = "import sys, ci_migrate; print(sorted(m for m in sys.modules if m.startswith('ci_m')))"
    assert run(code, tmp_path) == "['ci_migrate']\n"
    heavy = "{'sqlite3', 'rich', 'distributed', 'ci_migrate.bulk', 'multiprocessing'}"
    code = "import sys, ci_migrate.cli; print(" + heavy + " & sys.modules.keys())"
    assert run(code, tmp_path) == "set()\n"
