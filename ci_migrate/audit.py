"""Run audits over a tree, or over both sides of a change."""

from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Protocol, cast

from ci_migrate import audits
from ci_migrate.allowed import without_allowed
from ci_migrate.errors import BadUsage, nearest
from ci_migrate.finding import Audited, Finding
from ci_migrate.modules import module_in, names_in
from ci_migrate.survey import Survey


class Audit(Protocol):
    """A semantic check: a module of `ci_migrate.audits`, whose name is the id."""

    def findings(self, now: Survey, before: Survey | None) -> Iterator[Finding]:
        """Yield what is wrong now; what came to be so only if there is a side before."""


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

    With a side `before`, what was found there already, and as severe, is no finding: it stays.
    """
    now.today = today
    if before:
        before.today, before.differing = today, now.differing
        now.opposite, before.opposite = before, now
    found: list[Finding] = []
    stay: list[Finding] = []
    gone: list[Finding] = []
    for name in only or audit_names():
        audit = load_audit(name)
        old = tuple(audit.findings(before, None)) if before else ()
        new = tuple(audit.findings(now, before))
        known = set(map(_SAME, old))
        for finding in new:
            (stay if _SAME(finding) in known else found).append(finding._replace(audit=name))
        subjects = {finding.subject for finding in new}
        gone += [one._replace(audit=name) for one in old if one.subject not in subjects]
    kept, allowed = without_allowed(_sorted(found), now.tree, today)
    return Audited(kept, allowed, _sorted(gone), _sorted(stay))


_SAME = attrgetter("subject", "severity")


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings, key=lambda one: (one.place.path, one.place.line or 0, one.place.column or 0)
        )
    )
