"""What recipes that are checked have left to change, for people and as JSON."""

from collections.abc import Iterator

from ci_migrate import __version__
from ci_migrate.report.findings import told
from ci_migrate.report.json import value
from ci_migrate.report.text import diff_lines
from ci_migrate.report.visible import json_text, one_line
from ci_migrate.run import Run
from ci_migrate.text import counted


def as_text(runs: tuple[Run, ...]) -> str:
    """Return the diffs of what is left, and a line for each recipe."""
    return "".join(f"{one_line(line)}\n" for line in _lines(runs))


def as_json(runs: tuple[Run, ...]) -> str:
    """Return the runs as `apply --format json` tells each, in a list."""
    report = {
        "version": 1,
        "tool": {"name": "ci-migrate", "version": __version__},
        "runs": [value(run) for run in runs],
    }
    return json_text(report)


def _lines(runs: tuple[Run, ...]) -> Iterator[str]:
    for run in runs:
        for change in run.changeset.files:
            yield from diff_lines(change)
            yield ""
    for run in runs:
        for _, finding in run.changeset.findings:
            yield f"{finding.severity}: {run.named}: {told(finding)}"
    for run in runs:
        yield f"{_mark(run)}  {' '.join(run.words)}: {_state(run)}"


def _mark(run: Run) -> str:
    return "FAIL" if run.exit_code else "ok  "


def _state(run: Run) -> str:
    if run.changeset.failures:
        return run.outcome
    files = run.changeset.files
    return f"{counted(files, 'file')} left to migrate" if files else "nothing left to change"
