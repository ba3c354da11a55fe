"""Trees in memory as audits see them, and what audits find there, as lines."""

from datetime import date

from ci_migrate.audit import run_audits
from ci_migrate.finding import Finding
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.memory import Memory

TODAY = date(2026, 11, 25)
FILE = ".buildkite/test_areas/evals.yaml"


def survey(files: dict[str, str]) -> Survey:
    """Return a tree by all dialects and the profiles for it."""
    tree = Memory(files)
    return Survey(tree, load_dialect(), profiles_for(tree))


def findings(
    audit: str,
    files: dict[str, str],
    before: dict[str, str] | None = None,
    *,
    today: date = TODAY,
) -> tuple[Finding, ...]:
    """Return what one audit finds."""
    old = survey(before) if before is not None else None
    return run_audits(survey(files), old, only=(audit,), today=today).findings


def lines(
    audit: str,
    files: dict[str, str],
    before: dict[str, str] | None = None,
    *,
    today: date = TODAY,
) -> list[str]:
    """Return what one audit finds, each as a line."""
    found = findings(audit, files, before, today=today)
    return [f"{one.place} {one.severity} {one.message}" for one in found]


def repository(jobs: str, *paths: str, head: str = "depends_on: [image]") -> dict[str, str]:
    """Return a whole repository with jobs of vLLM's kind, and empty files."""
    texts = {"README.md": "Read me\n", FILE: f"group: Evals\n{head}\nsteps:\n{jobs}"}
    return {**dict.fromkeys(paths, ""), **texts}


def job(*commands: str, fields: str = "") -> str:
    """Return a job with these commands, and fields on lines of their own."""
    items = "".join(f"  - {command}\n" for command in commands)
    return f"- label: Evals\n  key: evals\n  device: h100\n{fields}  commands:\n{items}"
