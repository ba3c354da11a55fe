"""The findings that a tree had when audits came to it, which are left alone until they change."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ci_migrate.errors import BadFile, Place
from ci_migrate.finding import Audited, Finding
from ci_migrate.tree import Tree, read_text

BASELINE = ".ci-migrate/audit-baseline.txt"
_HEAD = "# What audits found when this was written; made by ci-migrate audit --write-baseline.\n"


def without_baseline(audited: Audited, tree: Tree, audits: Iterable[str]) -> Audited:
    """Return what the baseline of a tree does not hold; `audits` are those that were run."""
    known = frozenset((read_text(tree, BASELINE) or "").splitlines())
    if not known:
        return audited
    found = frozenset(map(_line, (*audited.findings, *audited.stay)))
    kept = tuple(one for one in audited.findings if _line(one) not in known)
    ran = tuple(f"{name} " for name in audits)
    unused = sum(line.startswith(ran) for line in known - found)
    taken = len(audited.findings) - len(kept)
    return audited._replace(findings=kept, baseline=taken, unused=unused)


def write_baseline(root: Path, findings: Iterable[Finding]) -> None:
    """Write the baseline of a tree anew, a line for each finding, sorted.

    Raises BadFile if it can't be written.
    """
    path = root / BASELINE
    text = _HEAD + "".join(f"{line}\n" for line in sorted(set(map(_line, findings))))
    try:
        with suppress(FileExistsError):
            path.parent.mkdir()
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        what = f"can't write: {error.strerror}"
        raise BadFile(what, place=Place(str(path)), hint="check its folder") from error


def _line(finding: Finding) -> str:
    """Return what stays the same of a finding when lines move, in a line."""
    line = f"{finding.audit} {finding.place.path}: {finding.subject}"
    return "".join(c if c.isprintable() else " " for c in line)
