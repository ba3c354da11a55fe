"""What came of making a change again, for people and as JSON."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ci_migrate import __version__
from ci_migrate.report.exact import exact_diff
from ci_migrate.report.unproved import report_of
from ci_migrate.report.visible import json_text, one_line
from ci_migrate.text import counted
from ci_migrate.verify import Difference, Verdict

_VERSION = 1
_SHOWN = 40  # lines of a file's diff


def as_text(verdict: Verdict) -> str:
    """Return what differs, with the diff from what the recipe makes to what is there."""
    return "".join(f"{one_line(line)}\n" for line in _lines(verdict))


def as_json(verdict: Verdict) -> str:
    """Return the verdict as a JSON text; see docs/json.md for what it holds."""
    return json_text(_value(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    changeset, recipe = verdict.run.changeset, verdict.run.recipe
    for difference in verdict.differences:
        yield f"{difference.path}: {difference.kind}"
        yield from _diff(difference)
    for warning in verdict.warnings:
        yield f"warning: {warning}"
    for path in verdict.left_out:
        yield f"not compared: {path}"
    if changeset.proof:
        yield f"proof: {changeset.proof}"
    yield f"recipe: {verdict.run.named}, SHA-256 {recipe.digest}"
    yield conclusion(verdict)


def conclusion(verdict: Verdict) -> str:
    """Return a sentence that says what came of it."""
    name, files = verdict.run.recipe.recipe.name, counted(range(verdict.compared), "file")
    if verdict.run.changeset.failures:
        return f"{name} is refused on {verdict.base}"
    if not verdict.differences:
        return f"verified: {files} as {name} makes them of {verdict.base}"
    return f"{len(verdict.differences)} of {files} not as {name} makes them of {verdict.base}"


def _diff(difference: Difference) -> Iterator[str]:
    made, found = difference.made, difference.found
    lines = [*exact_diff(made, found, "as the recipe makes it", "as it is")]
    yield from (line.removesuffix("\n") for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"… and {len(lines) - _SHOWN} lines more"


def _value(verdict: Verdict) -> dict[str, Any]:
    recipe = verdict.run.recipe
    return {
        "version": _VERSION,
        "tool": {"name": "ci-migrate", "version": __version__},
        "recipe": {
            "name": recipe.recipe.name,
            "path": recipe.recipe.path,
            "sha256": recipe.digest,
            "parameters": dict(recipe.values),
            "jobs": list(recipe.only),
            "reverse": recipe.back,
        },
        "base": verdict.base,
        "verified": not verdict.exit_code,
        "compared": verdict.compared,
        "differences": [_difference(difference) for difference in verdict.differences],
        "left_out": list(verdict.left_out),
        "warnings": list(verdict.warnings),
        "failures": [
            {"operation": f.name, "error": str(f.error), "report": report_of(f) or None}
            for f in verdict.run.changeset.failures
        ],
    }


def _difference(difference: Difference) -> dict[str, str | None]:
    return {
        "path": difference.path,
        "kind": difference.kind,
        "made": _digest(difference.made),
        "found": _digest(difference.found),
    }


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()
