"""What audits found, as lines of text and as JSON."""

from collections import Counter
from typing import Any

from ci_migrate.finding import Audited, Finding, Severity
from ci_migrate.report.visible import json_text, one_line
from ci_migrate.text import counted

_KINDS: tuple[Severity, ...] = ("error", "warning", "note")


def as_text(audited: Audited) -> str:
    """Return a line each, `path:line:column: severity: message [id]`, and the counts."""
    lines = [f"{f.place}: {f.severity}: {f.message} [{f.audit}]" for f in audited.findings]
    return "".join(one_line(line) + "\n" for line in (*lines, _counts(audited)))


def as_json(audited: Audited) -> str:
    """Return the findings and how many are allowed, as docs/audits.md says."""
    findings = [value_of(finding) for finding in audited.findings]
    return json_text({"findings": findings, "allowed": audited.allowed})


def value_of(finding: Finding) -> dict[str, Any]:
    """Return a finding as a plain dictionary; its fix is an operation, as a recipe writes it."""
    return {
        "audit": finding.audit,
        "severity": finding.severity,
        "message": finding.message,
        **finding.place._asdict(),
        "fix": finding.fix or None,
    }


def sides_of(audited: Audited) -> str:
    """Return how many findings are new, are gone and stay; nothing where there are none."""
    sides = {"new": audited.findings, "gone": audited.gone, "as before": audited.stay}
    return ", ".join(f"{len(found)} {side}" for side, found in sides.items() if found)


def _counts(audited: Audited) -> str:
    counts = Counter(finding.severity for finding in audited.findings)
    found = ", ".join(counted(range(counts[kind]), kind) for kind in _KINDS if counts[kind])
    allowed = f"; {audited.allowed} allowed by comments" if audited.allowed else ""
    return (found or "nothing found") + allowed
