"""Files of several CI systems with a job in each, and what an audit finds in them."""

from tests.audits.surveys import findings

AREA = ".buildkite/test_areas/evals.yaml"
AMD = ".buildkite/test-amd.yaml"
FLOW = ".github/workflows/test.yml"
LAB = ".gitlab-ci.yml"
KITE = ".buildkite/pipeline.yml"


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
