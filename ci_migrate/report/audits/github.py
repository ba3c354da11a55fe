"""What audits found as workflow commands, which GitHub shows beside the lines of a pull request."""

from ci_migrate.finding import Audited
from ci_migrate.report.findings import conclusion
from ci_migrate.report.github import Note, as_level
from ci_migrate.report.visible import visible

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(audited: Audited) -> str:
    """Return a command for each finding, of each level as many as GitHub shows, and the counts."""
    lines: list[str] = []
    for severity, level in _LEVELS.items():
        found = [one for one in audited.findings if one.severity == severity]
        lines += as_level(level, [Note(one.place, None, one.audit, one.message) for one in found])
    return "".join(f"{line}\n" for line in (*lines, visible(conclusion(audited))))
