"""A run as SARIF 2.1.0, with the changes as fixes that a viewer can make."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from ci_migrate import __version__
from ci_migrate.changeset import FileChange
from ci_migrate.errors import Place
from ci_migrate.report.diff import hunks
from ci_migrate.report.marks import Mark, marks
from ci_migrate.report.visible import json_text
from ci_migrate.run import Run
from ci_migrate.text import Edit, line_and_column

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_REFUSED, _WARNING = "refused", "warning"


def render(run: Run) -> str:
    """Return a log of one run: a result for each hunk, warning and failure."""
    return _log((run,), run.recipe.recipe.name)


def together(runs: Iterable[Run]) -> str:
    """Return one log of all recipes that are checked, for a viewer takes one of a kind."""
    return _log(tuple(runs), "check")


def _log(runs: tuple[Run, ...], name: str) -> str:
    rules = {rule["id"]: rule for run in runs for rule in _rules(run)}
    results = [one for run in runs for one in (*_changes(run), *_warnings(run), *_failures(run))]
    return log(
        [*rules.values()],
        results,
        category=f"ci-migrate/{name}/",
        successful=not any(run.changeset.failures for run in runs),
    )


def log(
    rules: list[dict[str, Any]], results: list[dict[str, Any]], *, category: str, successful: bool
) -> str:
    """Return a log of one run as a text; a viewer keeps the runs of each category apart."""
    driver = {"name": "ci-migrate", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": category},
        "invocations": [{"executionSuccessful": successful}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(run: Run) -> list[dict[str, Any]]:
    recipe = run.recipe.recipe
    return [
        rule(recipe.name, recipe.title, recipe.links),
        rule(_REFUSED, "The recipe can't be shown to be right here"),
        rule(_WARNING, "Something to know of the migration"),
    ]


def rule(name: str, title: str, links: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what a rule is called, what it is about, and where that stands."""
    web = [link for link in links if link.startswith(("https://", "http://"))]
    return {
        "id": name,
        "shortDescription": {"text": title},
        **({"helpUri": web[0]} if web else {}),
    }


def _changes(run: Run) -> Iterator[dict[str, Any]]:
    for mark in marks(run):
        name = run.recipe.recipe.name
        place = Place(mark.change.path, mark.first)
        level = "error" if run.mode == "check" else "note"
        result = result_of(name, level, f"{mark.operations}:\n{mark.diff}", place)
        if mark.change.before is not None:
            result["locations"][0]["physicalLocation"]["region"]["endLine"] = mark.last
        if run.outcome != "applied":
            result["fixes"] = [_fix(mark, run.recipe.recipe.title)]
        yield result


def _warnings(run: Run) -> Iterator[dict[str, Any]]:
    for name, finding in run.changeset.findings:
        text = f"{name}: {finding.message}"
        yield result_of(_WARNING, finding.severity, text, finding.place)


def _failures(run: Run) -> Iterator[dict[str, Any]]:
    for failure in run.changeset.failures:
        error = failure.error
        text = f"{failure.name}: {error.what}" + (f"; {error.hint}" if error.hint else "")
        yield result_of(_REFUSED, "error", text, error.place or failure.place)


def result_of(rule: str, level: str, message: str, place: Place) -> dict[str, Any]:
    """Return a result of a rule at a place; its fingerprint stays while its line moves."""
    where: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        where["region"] = {"startLine": place.line, **column}
    mark = sha256(f"{rule}\0{place.path}\0{message}".encode(errors="replace")).hexdigest()
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": message},
        "locations": [{"physicalLocation": where}],
        "partialFingerprints": {"ciMigrate/v1": mark},
    }


def _fix(mark: Mark, title: str) -> dict[str, Any]:
    change = mark.change
    replacements = [_replacement(change, edit) for edit in change.edits if _is_in(edit, mark)]
    where = {"uri": _uri(change.path)}
    return {
        "description": {"text": title},
        "artifactChanges": [{"artifactLocation": where, "replacements": replacements}],
    }


def _is_in(edit: Edit, mark: Mark) -> bool:
    """Say whether an edit is the hunk's: of the last hunk that does not begin below it."""
    line = line_and_column(mark.change.before or "", edit.span.start)[0] - 1
    above = [hunk for hunk in hunks(mark.change) if hunk.old.start <= line]
    return above[-1:] == [mark.hunk]


def _replacement(change: FileChange, edit: Edit) -> dict[str, Any]:
    before = change.before or ""
    start, end = line_and_column(before, edit.span.start), line_and_column(before, edit.span.end)
    return {
        "deletedRegion": {
            "startLine": start[0],
            "startColumn": start[1],
            "endLine": end[0],
            "endColumn": end[1],
        },
        "insertedContent": {"text": edit.text},
    }


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"))
