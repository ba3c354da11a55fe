"""A run as JSON, for scripts: a versioned format that only grows within a version."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from ci_migrate import __version__
from ci_migrate.changeset import Done, Failure, FileChange
from ci_migrate.record import trailers
from ci_migrate.report.findings import value_of
from ci_migrate.report.impact import value as impact
from ci_migrate.report.unproved import report_of
from ci_migrate.report.visible import json_text
from ci_migrate.run import Run

VERSION = 1


def render(run: Run) -> str:
    """Return the run as a JSON text; see docs/json.md for what it holds."""
    return json_text(value(run))


def value(run: Run) -> dict[str, Any]:
    """Return the run as plain lists, dictionaries and texts."""
    recipe = run.recipe.recipe
    return {
        "version": VERSION,
        "tool": {"name": "ci-migrate", "version": __version__},
        "recipe": {
            "name": recipe.name,
            "title": recipe.title,
            "path": recipe.path,
            "sha256": run.recipe.digest,
            "links": list(recipe.links),
            "parameters": dict(run.recipe.values),
            "jobs": list(run.recipe.only),
            "reverse": run.recipe.back,
            "only": list(run.globs),
            "since": run.since or None,
        },
        "base": run.base or None,
        "trailers": trailers(run),
        "mode": run.mode,
        "outcome": run.outcome,
        "written": run.outcome == "applied",
        "proof": run.changeset.proof._asdict() if run.changeset.proof else None,
        "operations": [_operation(done) for done in run.changeset.done],
        "audit": [value_of(finding) for finding in run.changeset.audited.findings],
        "audit_gone": [value_of(finding) for finding in run.changeset.audited.gone],
        "audit_stay": [value_of(finding) for finding in run.changeset.audited.stay],
        "impact": impact(run.impact) if run.impact else None,
        "files": [_file(change) for change in run.changeset.files],
        "failures": [_failure(failure) for failure in run.changeset.failures],
    }


def _operation(done: Done) -> dict[str, Any]:
    return {
        "name": done.name,
        "summary": done.summary,
        "files": list(done.files),
        "edits": done.edits,
        "warnings": [{**f.place._asdict(), "message": f.message} for f in done.findings],
    }


def _file(change: FileChange) -> dict[str, Any]:
    status = "added" if change.before is None else "deleted" if change.after is None else "modified"
    return {
        "path": change.path,
        "status": status,
        "operations": list(change.operations),
        "edits": [
            {"start": edit.span.start, "end": edit.span.end, "text": edit.text}
            for edit in change.edits
        ],
        "before": change.before,
        "after": change.after,
        "sha256": {"before": _digest(change.before), "after": _digest(change.after)},
    }


def _digest(text: str | None) -> str | None:
    return None if text is None else sha256(text.encode()).hexdigest()


def _failure(failure: Failure) -> dict[str, Any]:
    error = failure.error
    return {
        "operation": failure.name,
        "recipe": failure.place._asdict(),
        "place": error.place._asdict() if error.place else None,
        "what": error.what,
        "hint": error.hint,
        "report": report_of(failure) or None,
    }
