"""What audits found as SARIF 2.1.0, for code scanning."""

from ci_migrate.finding import Audited
from ci_migrate.report.sarif import log, result_of, rule


def render(audited: Audited) -> str:
    """Return a log with a result for each finding, and a rule for each audit that has some."""
    names = sorted({finding.audit for finding in audited.findings})
    rules = [rule(name, f"What the audit {name} finds") for name in names]
    results = [
        result_of(
            one.audit,
            one.severity,
            one.message + (f"; a fix: {one.fix}" if one.fix else ""),
            one.place,
        )
        for one in audited.findings
    ]
    return log(rules, results, category="ci-migrate/audit/", successful=True)
