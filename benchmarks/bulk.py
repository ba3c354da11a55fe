"""Runs one campaign over many repositories, in several ways, and checks where each one ended."""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bulk_repositories import NEW, OLD, build, git

BIN = Path(sys.executable).parent
TOOL = str(BIN / "ci-migrate")
BRANCH = "ci-migrate/pool"
RECIPE = f"""\
name: pool
title: Leave the old pool
dialect: [vllm-test-areas, github-actions, gitlab-ci, circleci, azure-pipelines]
operations:
  - set-queue: {{jobs: {{queue: {OLD}}}, to: {NEW}}}
"""
LOOP = """\
while read repo; do
  rm -rf work
  git clone -q --depth=1 "file://$repo" work 2>>log || continue
  cd work && {change}; git add -A 2>>../log
  git commit -qm "Leave the old pool" 2>>../log >>../log &&
    git push -q origin HEAD:{branch} 2>>../log
  cd ..
done <repos.txt
"""
APPLY = TOOL + " apply ../pool.yaml >>../log 2>&1"
SED = f"grep -rlF {OLD} . --exclude-dir=.git | xargs -r sed -i 's/{OLD}/{NEW}/'"


def main() -> None:
    """Measure and print a table of ratios; exit 1 where a repository is in a wrong state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pool.yaml").write_text(RECIPE)
        want = build(folder / "repos", options.count)
        small = list(want)[: options.count // 10]
        times: dict[str, list[float]] = {}
        for round_ in range(options.rounds):
            ways = {
                f"{len(small)}, one process": (small, ["--jobs", "1"]),
                f"{len(want)}, one process": (list(want), ["--jobs", "1"]),
                f"{len(want)}, two processes": (list(want), ["--jobs", "2"]),
            }
            for way, (repos, words) in ways.items():
                times.setdefault(way, []).append(_campaign(folder, repos, words, want))
            times.setdefault(f"{len(want)}, Dask, two workers", []).append(
                _on_dask(folder, list(want), want)
            )
            for way, change in {"clone + ci-migrate apply": APPLY, "clone + sed": SED}.items():
                way = f"{len(small)}, shell loop, {way}"
                times.setdefault(way, []).append(_loop(folder, small, change))
            print(f"round {round_ + 1} done", file=sys.stderr)
        _table(times, f"{len(want)}, one process")
        _campaign(folder, list(want), ["--jobs", "1"], want)
        whole = _heads(want)
        seconds = min(times[f"{len(want)}, two processes"])
        kills = _killed(folder, list(want), options.kills, seconds)
        _check(folder, want)
        same = _heads(want) == whole
        print(f"\nkilled {kills} times and gone on with: the same states; the same commits: {same}")
        raise SystemExit(not same)


def _campaign(folder: Path, repos: list[str], words: list[str], want: dict[str, str]) -> float:
    _reset(folder, repos)
    start = time.perf_counter()
    _run([TOOL, "bulk", "run", "campaign.toml", *words], folder)
    seconds = time.perf_counter() - start
    _check(folder, {name: want[name] for name in repos})
    return seconds


def _on_dask(folder: Path, repos: list[str], want: dict[str, str]) -> float:
    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    dask = str(BIN / "dask")
    words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([dask, *words, "--scheduler-file", str(told)], **quiet)]  # type: ignore[call-overload]
    while not told.exists() or not told.read_text():
        time.sleep(0.1)
    address = json.loads(told.read_text())["address"]
    words = ["worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    started += [subprocess.Popen([dask, *words], **quiet) for _ in range(2)]  # type: ignore[call-overload]
    time.sleep(4)
    try:
        return _campaign(folder, repos, ["--executor", "dask", "--scheduler", address], want)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def _loop(folder: Path, repos: list[str], change: str) -> float:
    _reset(folder, repos)
    start = time.perf_counter()
    _run(["sh", "-c", LOOP.format(change=change, branch=BRANCH)], folder)
    return time.perf_counter() - start


def _killed(folder: Path, repos: list[str], kills: int, seconds: float) -> int:
    """Kill the campaign at random moments, then let it end; return how often it was alive."""
    _reset(folder, repos)
    chance = random.Random(7)  # noqa: S311 - no secret
    command = [TOOL, "bulk", "run", "campaign.toml", "--jobs", "2"]
    alive = 0
    for _ in range(kills):
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(0.2, 1.6 * seconds / kills))
        alive += process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _run(command, folder)
    return alive


def _reset(folder: Path, repos: list[str]) -> None:
    """Take back what was pushed, forget the campaign, and write it anew."""
    for name in repos:
        top = Path(name) / ".git" if (Path(name) / ".git").exists() else Path(name)
        shutil.rmtree(top / "refs/heads/ci-migrate", ignore_errors=True)
    shutil.rmtree(folder / "campaign.bulk", ignore_errors=True)
    (folder / "repos.txt").write_text("".join(f"{name}\n" for name in repos))
    text = 'recipes = ["./pool.yaml"]\nauthor = "Bot <bot@example.org>"\n'
    text += '[sources]\nlist = "repos.txt"\n[publish]\nto = "push"\n'
    (folder / "campaign.toml").write_text(text)


def _run(command: list[str], folder: Path) -> None:
    names = {"GIT_AUTHOR_NAME": "B", "GIT_AUTHOR_EMAIL": "b@example.org"}
    names |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in names.items()}
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | names
    subprocess.run(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, check=False)


def _check(folder: Path, want: dict[str, str]) -> None:
    """Exit 1 where the journal, or a repository, is not as it must be."""
    base = sqlite3.connect(folder / "campaign.bulk" / "journal.sqlite")
    rows = base.execute("SELECT repository, state FROM events ORDER BY id").fetchall()
    base.close()
    found = {name: state for name, state in rows if name}
    wrong = {name: found.get(name) for name, state in want.items() if found.get(name) != state}
    if wrong:
        raise SystemExit(f"{len(wrong)} in a wrong state, such as {list(wrong.items())[:5]}")
    heads = _heads(want)
    for name, state in want.items():
        if bool(heads[name]) != (state == "pushed"):
            raise SystemExit(f"{name}: {state}, and its branch is at {heads[name]!r}")


def _heads(want: dict[str, str]) -> dict[str, str]:
    heads = {}
    for name in want:
        top = Path(name) / ".git" if (Path(name) / ".git").exists() else Path(name)
        ref = top / "refs" / "heads" / BRANCH
        heads[name] = ref.read_text().strip() if ref.exists() else ""
        if heads[name]:
            changed = git(top, "diff", "--numstat", f"{heads[name]}^", heads[name]).split("\n")
            assert [line.split("\t")[:2] for line in changed] == [["1", "1"]], (name, changed)  # noqa: S101
    return heads


def _table(times: dict[str, list[float]], reference: str) -> None:
    """Print costs per repository, as medians of their ratios to the reference within a round."""
    print("| repositories, way | a minute | cost of one, ratio |\n|---|---:|---:|")
    whole = int(reference.split(",")[0])
    for way, seconds in times.items():
        count = int(way.split(",")[0])
        ratios = [s / count / (r / whole) for s, r in zip(seconds, times[reference], strict=True)]
        middle = sorted(ratios)[len(ratios) // 2]
        print(f"| {way} | {60 * count / sorted(seconds)[len(seconds) // 2]:.0f} | {middle:.2f} |")


if __name__ == "__main__":
    main()
