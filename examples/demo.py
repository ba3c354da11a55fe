"""`make demo`: run the main job on a copy of `examples/vllm` and show what came of it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).parent / "vllm"
TOOL = Path(sys.executable).parent / "ci-migrate"


def main() -> None:
    """Apply the recipe, run the changed tests on two kinds of GPU, apply it again, and review it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "vllm"
        shutil.copytree(EXAMPLE, tree, ignore=shutil.ignore_patterns("__pycache__", ".*cache"))
        _run("1. The change", tree, [str(TOOL), "apply", "b200-to-k8s"])
        tests = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests"]
        _run("2. The tests on a Hopper GPU: all run", tree, tests, capability="9.0")
        _run("3. The tests on a Blackwell GPU: one test, with both its cases, and one case are skipped", tree, tests, capability="10.0")
        _run("4. A second run", tree, [str(TOOL), "apply", "b200-to-k8s", "--check"])
        audit = [str(TOOL), "audit", "--before", str(EXAMPLE)]
        _run("5. What a reviewer should know, and what is cured of it", tree, [*audit, "--fix"])


def _run(title: str, folder: Path, command: list[str], *, capability: str = "") -> None:
    print(f"\n=== {title}\n", flush=True)
    subprocess.run(command, cwd=folder, env={**os.environ, "CAPABILITY": capability}, check=True)


if __name__ == "__main__":
    main()
