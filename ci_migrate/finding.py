"""What a person should know of a file, said by an operation or an audit."""

from typing import Literal, NamedTuple

from ci_migrate.errors import Place

Severity = Literal["error", "warning", "note"]  # what is wrong, may be wrong, is good to know


class Finding(NamedTuple):
    """Something a person should know, and where.

    One of an audit has the audit's id, and a `subject` that stays the same when lines move. Its
    `fix`, where one is safe, is an operation as a recipe writes it.
    """

    place: Place
    message: str
    severity: Severity = "warning"
    audit: str = ""
    subject: str = ""
    fix: str = ""


class Audited(NamedTuple):
    """What audits found, by place.

    With a side before, the findings are those that are new, and others are `gone` or `stay`. Only
    counted are those that comments have `allowed`, those in the `baseline`, and the lines of the
    baseline that are `unused`, as nothing is found of them.
    """

    findings: tuple[Finding, ...] = ()
    allowed: int = 0
    gone: tuple[Finding, ...] = ()
    stay: tuple[Finding, ...] = ()
    baseline: int = 0
    unused: int = 0

    @property
    def exit_code(self) -> int:
        """Return 1 if one is an error, else 0."""
        return int(any(finding.severity == "error" for finding in self.findings))
