"""How long fuzzing runs: a few examples that are always the same, or as many fresh ones as are told."""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("CI_MIGRATE_FUZZ_EXAMPLES", "0"))

profile = settings(
    max_examples=EXAMPLES or 20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # to make a case smaller may take minutes
    suppress_health_check=list(HealthCheck),
)
