"""Runs whole commands in turn and tells time and memory of each, as the system counts them."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One run of a command: wall-clock seconds, processor seconds, peak memory in MiB."""

    wall: float
    cpu: float
    peak: float


def in_turn(
    commands: Mapping[str, Sequence[str]], *, rounds: int, folder: Path, reset: Callable[[], None]
) -> dict[str, list[Sample]]:
    """Run every command once a round, after one round that is not counted.

    `reset` is called before each run, so that each meets the same files.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for round_ in range(rounds + 1):
        for name, command in commands.items():
            reset()
            sample = _run(command, folder)
            if round_:
                samples[name].append(sample)
    return samples


def table(samples: dict[str, list[Sample]], reference: str) -> str:
    """Return a Markdown table of medians; ratios are medians of those within each round."""
    lines = ["| command | wall s | ratio | cpu s | peak MiB |", "|---|---:|---:|---:|---:|"]
    for name, runs in samples.items():
        pairs = zip(runs, samples[reference], strict=True)
        ratio = median(run.wall / other.wall for run, other in pairs)
        wall, cpu = median(r.wall for r in runs), median(r.cpu for r in runs)
        peak = max(r.peak for r in runs)
        lines.append(f"| {name} | {wall:.3f} | {ratio:.2f} | {cpu:.3f} | {peak:.0f} |")
    return "\n".join(lines)


def _run(command: Sequence[str], folder: Path) -> Sample:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment()
    )
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stderr:
        process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{command[0]} failed ({process.returncode}): {error.decode()[-500:]}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Let Python keep its compiled modules, as an installed tool does."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
