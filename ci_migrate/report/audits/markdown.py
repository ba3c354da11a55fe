"""What audits found as a comment on a pull request."""

from collections.abc import Iterator

from ci_migrate.finding import Audited, Finding
from ci_migrate.report.findings import conclusion
from ci_migrate.report.markdown import LIMIT, MARKER, SIGNS, code, inline

_RESERVE = 200  # characters for the line that says what was cut


def render(audited: Audited) -> str:
    """Return the comment, no longer than one may be; what does not fit is counted."""
    text = f"### ci-migrate audit\n\n**{inline(conclusion(audited))}**\n\n"
    items = list(_items(audited))
    for number, item in enumerate(items):
        if len(text) + len(item) > LIMIT - _RESERVE:
            text += f"\n*{len(items) - number} more are left out: the comment would be too long.*\n"
            break
        text += item
    return f"{text}\n{MARKER.format('audit')}\n"


def _items(audited: Audited) -> Iterator[str]:
    for finding in audited.findings:
        yield _item(SIGNS[finding.severity], finding)
        if finding.fix:
            yield f"  A fix: {code(finding.fix)}\n"
    for finding in audited.gone:
        yield _item("✅ no more:", finding)


def _item(sign: str, finding: Finding) -> str:
    where = code(str(finding.place))
    return f"- {sign} {where} {inline(finding.message)} ({inline(finding.audit)})\n"
