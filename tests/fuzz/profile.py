"""How long fuzzing runs: a few examples that are always the same, or as many fresh ones as are told."""

import os
from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("CI_MIGRATE_FUZZ_EXAMPLES", "0"))

profile = settings(
    max_examples=EXAMPLES or 20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # to make a case smaller may take minutes
    suppress_health_check=list(HealthCheck),
)


def check_drawn(
    name: str,
    cases: "st.SearchStrategy[tuple[object, ...]]",
    check: Callable[..., str],
    figure: Callable[[str, int], None],
) -> None:
    """Check drawn cases of an operation, each of which comes to a word, and count the words.

    The figures are named `proved`, `refused`, `wrong` and `examples`.
    """
    came: Counter[str] = Counter()

    @profile
    @given(cases)
    def run(case: tuple[object, ...]) -> None:
        came["wrong"] += 1  # until it is checked
        came[check(name, *case)] += 1
        came["wrong"] -= 1

    run()
    print(f"{name}: {dict(came)}")
    for word in ("proved", "refused", "wrong"):
        figure(word, came[word])
    figure("examples", came.total())
