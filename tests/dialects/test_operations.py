"""Which operations work in which dialect, on the small file that each dialect shows."""

import pytest

from ci_migrate.recipe import dialect_names, load_dialect
from tests.memory import changed, refusal

JOBS = "jobs: {queue: q}"
OPERATIONS = {
    "set-queue": f"{{{JOBS}, to: r}}",
    "set-timeout": f"{{{JOBS}, minutes: 7}}",
    "add-field": f"{{{JOBS}, field: extra, value: z}}",
    "add-comment": f"{{{JOBS}, text: see below}}",
}
REFUSED = {
    ("bazelci", "set-timeout"): "can have no field for timeout in its CI system",
    ("circleci", "set-timeout"): "can have no field for timeout in its CI system",
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("dialect", dialect_names())
def test_an_operation_works_or_says_why_not(dialect: str, operation: str) -> None:
    example = load_dialect(dialect).EXAMPLE
    files = {example.path: example.text.replace("{queue}", "q")}
    step = f"  - {operation}: {OPERATIONS[operation]}\n"
    said = REFUSED.get((dialect, operation))
    if said is None:
        assert changed(step, files, dialect) != files
    else:
        assert said in refusal(step, files, dialect)
        assert "\n" not in refusal(step, files, dialect)
