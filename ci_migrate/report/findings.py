"""What reports say of findings, in whatever format."""

from collections import Counter
from typing import Any

from ci_migrate.finding import Audited, Finding, Severity
from ci_migrate.text import counted

_KINDS: tuple[Severity, ...] = ("error", "warning", "note")


def value_of(finding: Finding) -> dict[str, Any]:
    """Return a finding as a plain dictionary; its fix is an operation, as a recipe writes it."""
    return {
        "audit": finding.audit,
        "severity": finding.severity,
        "message": finding.message,
        **finding.place._asdict(),
        "fix": finding.fix or None,
    }


def told(finding: Finding) -> str:
    """Return a finding's place and message, with the id of its audit if it is of one."""
    name = f" [{finding.audit}]" if finding.audit else ""
    return f"{finding.place}: {finding.message}{name}"


def sides_of(audited: Audited) -> str:
    """Return how many findings are new, are gone and stay; nothing where there are none."""
    sides = {"new": audited.findings, "gone": audited.gone, "as before": audited.stay}
    return ", ".join(f"{len(found)} {side}" for side, found in sides.items() if found)


def conclusion(audited: Audited) -> str:
    """Return in a sentence how many findings of each severity there are, and how many are not."""
    counts = Counter(finding.severity for finding in audited.findings)
    found = [counted(range(counts[kind]), kind) for kind in _KINDS if counts[kind]]
    left = {
        "no more": len(audited.gone),
        "as before": len(audited.stay),
        "allowed by comments": audited.allowed,
        "in the baseline": audited.baseline,
        "in the baseline, and no more found: write it again": audited.unused,
    }
    others = [f"{number} {what}" for what, number in left.items() if number]
    return "; ".join([", ".join(found) or "nothing found", *others])
