"""Run one audit on small trees."""

from datetime import date

from ci_migrate.audit import run_audits
from ci_migrate.finding import Finding
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from tests.memory import Memory

TODAY = date(2026, 11, 25)
AREA = ".buildkite/test_areas/evals.yaml"
AMD = ".buildkite/test-amd.yaml"
FLOW = ".github/workflows/test.yml"
LAB = ".gitlab-ci.yml"
KITE = ".buildkite/pipeline.yml"


def survey(files: dict[str, str]) -> Survey:
    """Return files as audits see them."""
    tree = Memory(files)
    return Survey(tree, load_dialect(), profiles_for(tree))


def findings(
    audit: str, files: dict[str, str], before: dict[str, str] | None = None
) -> tuple[Finding, ...]:
    """Return what an audit finds, what is new only if there is a side before."""
    old = survey(before) if before is not None else None
    return run_audits(survey(files), old, only=(audit,), today=TODAY).findings


def lines(audit: str, files: dict[str, str], before: dict[str, str] | None = None) -> list[str]:
    """Return each finding as `line:column severity message`."""
    found = findings(audit, files, before)
    return [f"{f.place.line}:{f.place.column} {f.severity} {f.message}" for f in found]


def area(fields: str, top: str = "") -> dict[str, str]:
    """Return a vLLM test area with a job that has more fields, from line 5 on."""
    return {
        AREA: f"group: Evals\n{top}steps:\n- label: Evals\n  key: evals\n{fields}"
        "  source_file_dependencies: [csrc/]\n  commands:\n  - pytest x\n"
    }


def flow(fields: str, top: str = "") -> dict[str, str]:
    """Return a workflow with a job that has more fields."""
    return {
        FLOW: f"on: push\n{top}jobs:\n  a:\n    runs-on: h100\n{fields}    steps:\n    - run: ls\n"
    }


def lab(fields: str) -> dict[str, str]:
    """Return a GitLab pipeline with a job that has more fields."""
    return {LAB: f"stages: [test]\na:\n  script: [ls]\n{fields}"}


def kite(fields: str) -> dict[str, str]:
    """Return a Buildkite pipeline with a step that has more fields."""
    return {KITE: f"steps:\n- label: A\n  command: ls\n{fields}"}
