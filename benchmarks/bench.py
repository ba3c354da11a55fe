"""`make bench`: ci-migrate beside the tools that its users have, as whole processes in turn."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measure import in_turn, table
from tree import NEW, OLD, build

HERE = Path(__file__).parent
TOOL = Path(sys.executable).parent / "ci-migrate"
AST_GREP = Path(sys.executable).parent / "ast-grep"
LIMIT = "grep + sed"


def main() -> None:
    """Measure both cases and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--tree", type=Path, help="a vLLM tree before PR #42387, with its tests")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _rename(Path(folder), options.files, options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        _main_job(Path(folder), options.tree or HERE.parent / "examples" / "vllm", options.rounds)


def _rename(folder: Path, files: int, rounds: int) -> None:
    matching = build(folder, files=files, every=100)
    before = {path: path.read_bytes() for path in matching}
    ideal = {p: b.replace(f": {OLD}\n".encode(), f": {NEW}\n".encode()) for p, b in before.items()}
    grep = f"grep -rlF 'device: {OLD}' . | xargs sed -i 's/device: {OLD}$/device: {NEW}/'"
    pattern = ["--lang", "yaml", "--pattern", f"device: {OLD}", "--rewrite", f"device: {NEW}"]
    commands = {
        LIMIT: ["sh", "-c", grep],
        "ci-migrate": [str(TOOL), "apply", str(HERE / "rename.yaml")],
        "ast-grep": [str(AST_GREP), "run", *pattern, "--update-all", "--no-ignore", "hidden", "."],
        "ruamel.yaml round trip": [sys.executable, str(HERE / "round_trip.py"), OLD, NEW],
    }

    def reset() -> None:
        for path, content in before.items():
            path.write_bytes(content)

    for name, command in commands.items():
        reset()
        in_turn({name: command}, rounds=0, folder=folder, reset=reset)
        wrong = sum(path.read_bytes() != ideal[path] for path in matching)
        print(f"{name}: {len(matching) - wrong} of {len(matching)} files as a person would")
    print(
        f"\n{files} files of 4 KB, {len(matching)} of them with one job to move, {rounds} rounds:\n"
    )
    samples = in_turn(commands, rounds=rounds, folder=folder, reset=reset)
    print(table(samples, LIMIT))
    print("\nthe same runs against ast-grep:\n\n" + table(samples, "ast-grep"))


def _main_job(folder: Path, tree: Path, rounds: int) -> None:
    shutil.copytree(tree, folder / "tree")
    bare = "import typer, rich.console, yaml, libcst"
    commands = {
        "bare imports": [sys.executable, "-c", bare],
        "b200-to-k8s": [str(TOOL), "apply", "b200-to-k8s", "--dry-run"],
        "audit": ["sh", "-c", f"'{TOOL}' audit || test $? = 1"],  # 1 where something is an error
        "--version": [str(TOOL), "--version"],
        "--help": [str(TOOL), "--help"],
    }
    samples = in_turn(commands, rounds=2 * rounds, folder=folder / "tree", reset=lambda: None)
    print(f"\nb200-to-k8s on {tree.name}, {2 * rounds} rounds:\n")
    print(table(samples, "bare imports"))


if __name__ == "__main__":
    main()
