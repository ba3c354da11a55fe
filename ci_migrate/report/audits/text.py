"""What audits found, for people: a line each."""

from ci_migrate.finding import Audited
from ci_migrate.report.findings import conclusion
from ci_migrate.report.visible import one_line


def render(audited: Audited) -> str:
    """Return a line each, `path:line:column: severity: message [id]`, and the counts."""
    lines = [f"{f.place}: {f.severity}: {f.message} [{f.audit}]" for f in audited.findings]
    lines += [f"{f.place}: no more: {f.message} [{f.audit}]" for f in audited.gone]
    return "".join(one_line(line) + "\n" for line in (*lines, conclusion(audited)))
