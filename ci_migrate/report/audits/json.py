"""What audits found as JSON, for scripts."""

from ci_migrate.finding import Audited
from ci_migrate.report.findings import value_of
from ci_migrate.report.visible import json_text


def render(audited: Audited) -> str:
    """Return the findings, and what else there is to know of them, as docs/json.md says."""
    lists = {"findings": audited.findings, "gone": audited.gone, "stay": audited.stay}
    values = {name: [value_of(one) for one in found] for name, found in lists.items()}
    counts = {"allowed": audited.allowed, "baseline": audited.baseline, "unused": audited.unused}
    return json_text({"version": 1, **values, **counts})
