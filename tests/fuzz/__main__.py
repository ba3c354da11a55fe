"""Fuzz with fresh examples for some minutes: `python -m tests.fuzz 10`."""

import os
import subprocess
import sys
import time
from pathlib import Path

EXAMPLES = "100"  # of each operation in one round


def main() -> int:
    """Run rounds until the time is over; return 1 after the first that fails."""
    end = time.monotonic() + 60 * float(sys.argv[1])
    rounds = 0
    command = [sys.executable, "-m", "pytest", "-q", "-rN", str(Path(__file__).parent)]
    while time.monotonic() < end:
        run = subprocess.run(
            command, env={**os.environ, "CI_MIGRATE_FUZZ_EXAMPLES": EXAMPLES}, check=False
        )
        if run.returncode:
            return 1
        rounds += 1
    print(f"{rounds} rounds of {EXAMPLES} examples for each operation, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
