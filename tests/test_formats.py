"""Reports for GitHub, SARIF viewers, Buildkite and browsers: their structure, limits and escapes."""

import json
import os
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from typer.testing import CliRunner

from ci_migrate.cli import app
from ci_migrate.engine import migrate
from ci_migrate.report import buildkite, github, html, markdown, sarif
from ci_migrate.run import Mode, Run
from tests.browser import needs_chromium, opened
from tests.memory import Memory, recipe

AREA = ".buildkite/test_areas/a b.yaml"
STEPS = "\ufeffsteps:\r\n- label: One  # ö\r\n  key: one\r\n  device: b200 \r\n"
LISTS = {"x/one.txt": "a\nb", "x/three.txt": ""}
MOVE = "  - set-queue: {jobs: {queue: b200}, to: b200-k8s}\n"
LINES = "  - move-lines: {from: x/one.txt, to: x/two.txt, lines: {entry: b}}\n"
APPEND = "  - add-lines: {file: x/one.txt, lines: [c]}\n"


def run(files: Mapping[str, str], operations: str = MOVE, mode: Mode = "dry-run") -> Run:
    bound = recipe(operations, 'links: [https://example.org/1, "javascript:alert(1)"]\n')
    return Run(bound, mode, migrate(bound, Memory(files)))


def spread(count: int) -> dict[str, str]:
    """Return files in which so many hunks change."""
    step = (
        "- label: L{}\n  key: k{}\n  a: 1\n  b: 2\n  c: 3\n  device: b200\n  d: 4\n  e: 5\n  f: 6\n"
    )
    steps = "".join(step.format(n, n) for n in range(count))
    return {".buildkite/test_areas/many.yaml": f"steps:\n{steps}"}


def test_notes_stand_at_their_lines() -> None:
    notice, conclusion = github.render(run({AREA: STEPS})).splitlines()
    assert conclusion == "1 file would change; nothing was written"
    assert notice == (
        "::notice file=.buildkite/test_areas/a b.yaml,line=4,endLine=4,title=test%3A set-queue"
        "::-  device: b200%0A+  device: b200-k8s"
    )


@pytest.mark.parametrize(("count", "shown", "rest"), [(10, 10, 0), (11, 9, 2), (30, 9, 21)])
def test_no_more_notes_than_are_shown(count: int, shown: int, rest: int) -> None:
    lines = github.render(run(spread(count), mode="check")).splitlines()
    notes = [line for line in lines if line.startswith("::error file=")]
    assert len(notes) == shown
    assert len([line for line in lines if line.startswith("::")]) == min(count, github.SHOWN)
    assert (f"and {rest} more, in 1 file" in lines[-2]) == bool(rest)


def test_a_file_can_not_give_a_command() -> None:
    files = {AREA.replace("a b", "a,b:c%\n::error::x"): STEPS.replace("One", "::error::One")}
    text = github.render(run(files))
    commands = [line for line in text.splitlines() if "::" in line]
    assert len(commands) == 1
    assert "file=.buildkite/test_areas/a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax.yaml," in commands[0]


@pytest.mark.parametrize("format", ["github", "sarif"])
@pytest.mark.parametrize("expect", [1, 9], ids=["a change", "a refusal"])
def test_places_count_from_the_top_of_the_repository(
    tmp_path: Path, format: str, expect: int
) -> None:
    """Hosts know files by that, whatever folder is worked in."""
    folder = tmp_path / "sub" / "a b"
    (folder / ".buildkite" / "test_areas").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (folder / AREA).write_text(STEPS)
    recipe = tmp_path / "move.yaml"
    head = "name: move\ntitle: Move\ndialect: vllm-test-areas\noperations:\n"
    recipe.write_text(head + MOVE.replace("b200-k8s", f"b200-k8s, expect: {expect}"))
    words = ["apply", str(recipe), "--root", str(folder), "--check", "--format", format]
    told = CliRunner().invoke(app, words).output
    path = f"sub/a b/{AREA}" if format == "github" else f"sub/a%20b/{AREA.replace(' ', '%20')}"
    field = "file={}," if format == "github" else '"uri": "{}"'
    assert field.format(path) in told
    assert field.format(AREA) not in told


def test_refusals_and_warnings_are_notes() -> None:
    text = github.render(run({AREA: STEPS}, "  - set-queue: {jobs: {key: onne}, to: b}\n"))
    assert text.startswith("::error file=.buildkite/test_areas/a b.yaml,line=2,title=set-queue::")
    text = github.render(run({AREA: STEPS}, "  - set-queue: {jobs: {queue: h9}, to: h9-x}\n"))
    assert text.startswith("::warning file=")


def fixed(log: dict[str, Any], files: Mapping[str, str]) -> dict[str, str]:
    """Make the fixes of a log, as a viewer does: by lines and columns that count from 1."""
    after = {}
    changes: dict[str, list[tuple[int, int, str]]] = {}
    for result in log["runs"][0]["results"]:
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                path = unquote(change["artifactLocation"]["uri"])
                for one in change["replacements"]:
                    text = files.get(path, "")
                    ends = [_offset(text, one["deletedRegion"], end) for end in ("start", "end")]
                    changes.setdefault(path, []).append((*ends, one["insertedContent"]["text"]))
    for path, edits in changes.items():
        text = files.get(path, "")
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        after[path] = text
    return after


def _offset(text: str, region: dict[str, int], end: str) -> int:
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: region[f"{end}Line"] - 1])
    mark = region[f"{end}Line"] == 1 and text.startswith("\ufeff")
    return before + mark + region[f"{end}Column"] - 1


@pytest.mark.parametrize(
    ("files", "operations"),
    [
        ({AREA: STEPS}, MOVE),
        (spread(7), MOVE),
        (LISTS, LINES),
        (LISTS, APPEND),
        ({AREA: STEPS, **LISTS}, MOVE + LINES + APPEND),
    ],
    ids=["one", "several hunks", "new file", "at the end", "several operations"],
)
def test_the_fixes_of_sarif_make_the_change(files: dict[str, str], operations: str) -> None:
    done = run(files, operations)
    assert done.changeset.failures == ()
    log = json.loads(sarif.render(done))
    check_sarif(log)
    assert fixed(log, files) == {change.path: change.after for change in done.changeset.files}


def test_sarif_tells_refusals_and_warnings() -> None:
    log = json.loads(
        sarif.render(run({AREA: STEPS}, "  - set-queue: {jobs: {key: onne}, to: b}\n"))
    )
    check_sarif(log)
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("refused", "error")
    assert not log["runs"][0]["invocations"][0]["executionSuccessful"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == ".buildkite/test_areas/a%20b.yaml"
    log = json.loads(sarif.render(run({}, "  - set-queue: {jobs: {queue: h9}, to: x}\n")))
    check_sarif(log)
    assert [one["level"] for one in log["runs"][0]["results"]] == ["warning"]


def test_what_is_pending_is_an_error_in_sarif() -> None:
    log = json.loads(sarif.render(run({AREA: STEPS}, mode="check")))
    assert [one["level"] for one in log["runs"][0]["results"]] == ["error"]
    prints = [one["partialFingerprints"]["ciMigrate/v1"] for one in log["runs"][0]["results"]]
    assert len(prints[0]) == 64


def check_sarif(log: dict[str, Any]) -> None:
    """Check what we use of the format; and all of its schema, where CI_MIGRATE_SARIF_SCHEMA names it."""
    jsonschema.validate(log, _SARIF)
    rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in log["runs"][0]["results"]} <= rules
    if path := os.environ.get("CI_MIGRATE_SARIF_SCHEMA"):
        jsonschema.validate(log, json.loads(Path(path).read_text()))


def _object(needed: dict[str, Any], **more: Any) -> dict[str, Any]:
    properties = {**needed, **more}
    return {
        "type": "object",
        "required": [*needed],
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_MESSAGE = _object({"text": _TEXT})
_NUMBER = {"type": "integer", "minimum": 1}
_REGION = _object({"startLine": _NUMBER}, startColumn=_NUMBER, endLine=_NUMBER, endColumn=_NUMBER)
_WHERE = _object({"uri": {"type": "string", "pattern": r"^(?:[\w./~-]|%[0-9A-F]{2})+$"}})
_REPLACEMENT = _object(
    {"deletedRegion": _REGION, "insertedContent": _object({"text": {"type": "string"}})}
)
_CHANGE = _object(
    {
        "artifactLocation": _WHERE,
        "replacements": {"type": "array", "items": _REPLACEMENT, "minItems": 1},
    }
)
_FIX = _object(
    {
        "description": _MESSAGE,
        "artifactChanges": {"type": "array", "items": _CHANGE, "minItems": 1},
    }
)
_LOCATION = _object({"physicalLocation": _object({"artifactLocation": _WHERE}, region=_REGION)})
_RESULT = _object(
    {
        "ruleId": _TEXT,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _MESSAGE,
        "locations": {"type": "array", "items": _LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": _TEXT},
    },
    fixes={"type": "array", "items": _FIX},
)
_RULE = _object({"id": _TEXT, "shortDescription": _MESSAGE}, helpUri=_TEXT)
_RUN = _object(
    {
        "tool": _object(
            {
                "driver": _object(
                    {
                        "name": _TEXT,
                        "semanticVersion": _TEXT,
                        "rules": {"type": "array", "items": _RULE},
                    }
                )
            }
        ),
        "automationDetails": _object({"id": _TEXT}),
        "invocations": {
            "type": "array",
            "items": _object({"executionSuccessful": {"type": "boolean"}}),
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": _RESULT},
    }
)
_SARIF = _object(
    {
        "$schema": _TEXT,
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": _RUN, "minItems": 1, "maxItems": 1},
    }
)


def test_the_comment_says_why_and_can_be_found_again() -> None:
    text = markdown.render(run({AREA: STEPS}))
    assert "\nWhy: <https://example.org/1>\n" in text
    assert "javascript" not in text
    assert text.endswith("\n<!-- ci-migrate: test -->\n")


def test_an_annotation_of_buildkite_holds_more_than_a_comment() -> None:
    files = {f".buildkite/test_areas/{n}.yaml": STEPS.replace("ö", "ö" * 500) for n in range(200)}
    done = run(files)
    text = buildkite.render(done)
    assert "left out" in markdown.render(done)
    assert "left out" not in text
    assert len(text.encode()) < 1 << 20
    assert text.count("<details>") == text.count("</details>") == 200


class Page(HTMLParser):
    """What stands in a page: each tag with its attributes, and the text of cells by class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[tuple[str, str]] = []
        self.words: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "td":
            self.cells.append((dict(attrs).get("class") or "", ""))
        if tag in ("ins", "del"):
            self.words.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("ins", "del") and not self.words[-1][1]:
            self.words[-1] = (self.words[-1][0], data)
        if self.cells:
            name, text = self.cells[-1]
            self.cells[-1] = (name, text + data)


HOSTILE = STEPS.replace("One", "<script>alert(1)</script>")


def test_the_page_shows_lines_side_by_side() -> None:
    page = Page(html.render(run({AREA: STEPS, **LISTS}, MOVE + LINES)))
    cells = [(name, text.split("\n")[0]) for name, text in page.cells]
    at = cells.index(("old", "  device: b200 \\r"))
    assert cells[at - 1 : at + 3] == [
        ("n", "4"),
        ("old", "  device: b200 \\r"),
        ("n", "4"),
        ("new", "  device: b200-k8s \\r"),
    ]
    assert page.words == [("ins", "-k8s")]
    assert ("old", "b (no line end)") in cells
    files = [attrs["data-path"] for tag, attrs in page.tags if tag == "details"]
    assert files == [AREA, "x/one.txt", "x/two.txt"]


def test_the_page_needs_nothing_else_and_runs_nothing_of_a_file() -> None:
    text = html.render(run({AREA: HOSTILE.replace("key: one", 'key: "\\"><img src=x>"')}))
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [attrs for tag, attrs in page.tags if tag in ("img", "link") or "src" in attrs]
    assert [a["href"] for tag, a in page.tags if tag == "a"] == ["https://example.org/1"]
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)


def test_the_page_of_a_refusal() -> None:
    text = html.render(run({AREA: STEPS}, "  - set-queue: {jobs: {key: <b>}, to: x}\n"))
    assert "no job has the key &#x27;&lt;b&gt;&#x27;" in text
    assert "<details" not in text


@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (1300, "dark"), (400, "light")])
def test_the_page_in_a_browser(tmp_path: Path, width: int, scheme: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(html.render(run({AREA: HOSTILE, **spread(60), **LISTS}, MOVE + LINES)))
    with opened(path, width=width, scheme=scheme, height=800) as page:
        back = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert back == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]
        page.keyboard.press("j")
        page.keyboard.press("j")
        focused = "document.activeElement.closest('details').dataset.path"
        assert page.evaluate(focused) == ".buildkite/test_areas/many.yaml"
        page.keyboard.press("k")
        assert page.evaluate(focused) == AREA
        page.keyboard.press("o")
        assert page.locator("details[open]").count() == 4
        page.keyboard.press("o")
        assert page.locator("details[open]").count() == 0
        page.keyboard.press("/")
        page.keyboard.type("two")
        assert page.locator("details:visible").count() == 1
        page.keyboard.press("Escape")
        assert page.locator("details:visible").count() == 4
