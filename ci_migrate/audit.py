"""Run audits over a tree, or over both sides of a change."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, Protocol, cast

from ci_migrate import audits
from ci_migrate.allowed import without_allowed
from ci_migrate.errors import BadUsage, nearest
from ci_migrate.finding import Finding, Severity
from ci_migrate.modules import module_in, names_in
from ci_migrate.survey import Survey


class Audit(Protocol):
    """A semantic check: a module of `ci_migrate.audits`, whose name is the id."""

    def findings(self, now: Survey, before: Survey | None) -> Iterator[Finding]:
        """Yield what is wrong now; what came to be so only if there is a side before."""


class Audited(NamedTuple):
    """What audits found, by place, and how many findings comments allow."""

    findings: tuple[Finding, ...]
    allowed: int

    @property
    def exit_code(self) -> int:
        """Return 1 if one is an error, else 0."""
        return int(any(finding.severity == "error" for finding in self.findings))


def audit_names() -> tuple[str, ...]:
    """Return the ids of all audits."""
    return names_in(audits.__path__)


def load_audit(name: str) -> Audit:
    """Return an audit by its id; raises BadUsage if there is none."""
    if name not in audit_names():
        raise BadUsage(f"no audit '{name}'", hint=nearest(name, audit_names()))
    return cast(Audit, module_in(audits.__name__, name))


def audits_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that are given; raises BadUsage for one of no audit."""
    given = tuple(names)
    for name in given:
        load_audit(name)
    return given


def run_audits(
    now: Survey, before: Survey | None, *, only: tuple[str, ...] = (), today: date
) -> Audited:
    """Return what all audits find, or `only` some; raises BadUsage for one that there is not.

    With a side `before`, what was found there already, and as severe, is left out.
    """
    found: list[Finding] = []
    for name in only or audit_names():
        audit = load_audit(name)
        old = set(map(_same, audit.findings(before, None))) if before else set()
        found += [
            finding._replace(audit=name)
            for finding in audit.findings(now, before)
            if _same(finding) not in old
        ]
    found.sort(key=lambda one: (one.place.path, one.place.line or 0, one.place.column or 0))
    return Audited(*without_allowed(tuple(found), now.tree, today))


def _same(finding: Finding) -> tuple[str, Severity]:
    return finding.subject, finding.severity
