"""Comments that allow one finding at one place, for a reason, perhaps until a day."""

import re
from datetime import date
from typing import NamedTuple

from ci_migrate.finding import Finding
from ci_migrate.tree import Tree, read_text

_COMMENT = re.compile(r"#\s*ci-migrate:\s*allow\s+(?P<id>[a-z-]+)\s*\((?P<why>[^()]*)\)")
_UNTIL = re.compile(r",?\s*until\s+(\d{4}-\d\d-\d\d)\s*$")


class _Allowance(NamedTuple):
    """What a comment allows on its own line, or alone, on the next line that is none."""

    audit: str
    until: date | None


def without_allowed(
    findings: tuple[Finding, ...], tree: Tree, today: date
) -> tuple[tuple[Finding, ...], int]:
    """Return the findings that no comment allows, and how many are allowed.

    A comment without a reason, or whose day has passed, allows nothing, and the finding says so.
    """
    kept = []
    by_file: dict[str, dict[int, _Allowance]] = {}
    for finding in findings:
        path, line = finding.place.path, finding.place.line
        if path not in by_file:
            by_file[path] = _allowances(read_text(tree, path) or "")
        found = by_file[path].get(line or 0)
        if found is None or found.audit != finding.audit:
            kept.append(finding)
        elif found.until is not None and found.until < today:
            message = f"{finding.message} (allowed until {found.until}, which has passed)"
            kept.append(finding._replace(message=message))
    return tuple(kept), len(findings) - len(kept)


def _allowances(text: str) -> dict[int, _Allowance]:
    found: dict[int, _Allowance] = {}
    waiting: list[_Allowance] = []
    for number, line in enumerate(text.split("\n"), start=1):
        alone = line.lstrip(" ").startswith("#")
        if one := _read(line):
            if alone:
                waiting.append(one)
            else:
                found[number] = one
        if not alone and line.strip():
            for one in waiting:
                found.setdefault(number, one)
            waiting.clear()
    return found


def _read(line: str) -> _Allowance | None:
    match = _COMMENT.search(line)
    if match is None:
        return None
    until = _UNTIL.search(match["why"])
    reason = match["why"][: until.start()] if until else match["why"]
    if not reason.strip():
        return None
    try:
        return _Allowance(match["id"], date.fromisoformat(until[1]) if until else None)
    except ValueError:  # no such day
        return None
