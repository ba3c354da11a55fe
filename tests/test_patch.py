"""Patches are taken by `git apply` and by `patch -p1`, and make the very bytes."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_migrate.changeset import FileChange
from ci_migrate.report.diff import counts, hunks
from ci_migrate.report.patch import file_patch
from ci_migrate.text import Edit, Span, splice

TOOLS = {
    "git": ["git", "apply", "--whitespace=nowarn"],
    "patch": ["patch", "-p1", "--binary", "-s", "--no-backup-if-mismatch"],
}
LONG = "".join(f"line {number}\n" for number in range(60))
CHANGES: dict[str, tuple[str | None, str | None]] = {
    "one line": (LONG, LONG.replace("line 30\n", "LINE 30\n")),
    "first and last line": (LONG, LONG.replace("line 0\n", "0\n").replace("line 59\n", "59\n")),
    "near one another": (LONG, LONG.replace("line 10\n", "").replace("line 16\n", "x\n")),
    "far from one another": (LONG, LONG.replace("line 10\n", "").replace("line 18\n", "x\n")),
    "new": (None, "a\nb\n"),
    "new, no final line end": (None, "a\nb"),
    "new, empty": (None, ""),
    "deleted": ("a\nb\n", None),
    "deleted, no final line end": ("a", None),
    "emptied": ("a\n", ""),
    "filled": ("", "a\n"),
    "final line end comes": ("a\nb", "a\nb\n"),
    "final line end goes": ("a\nb\n", "a\nb"),
    "no final line end, before and after": ("a\nb", "a\nc"),
    "windows": ("a\r\nb\r\n", "a\r\nc\r\n"),
    "line ends change": ("a\r\nb\r\n", "a\nb\r\n"),
    "a lone carriage return": ("a\rb\nc\n", "a\rb\nd\n"),
    "other line ends": ("a\x0cb\u2028c\n", "a\x0cb\u2028d\n"),
    "inserted lines like those around": ("a\n\nb\n\nc\n", "a\n\nb\n\nb\n\nc\n"),
}


def whole(path: str, before: str | None, after: str | None) -> FileChange:
    return FileChange(path, before, after, (Edit(Span(0, len(before or "")), after or ""),), (0,))


def patched(tool: str, change: FileChange, folder: Path) -> bytes | None:
    """Apply the patch of a change to the file before, in `folder`, and return the file after."""
    path = folder / change.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if change.before is not None:
        path.write_bytes(change.before.encode())
    patch = file_patch(change).encode()
    subprocess.run(TOOLS[tool], input=patch, cwd=folder, check=True, capture_output=True)
    return path.read_bytes() if path.exists() else None


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_tools_take_it(tool: str, before: str | None, after: str | None, tmp_path: Path) -> None:
    if shutil.which(TOOLS[tool][0]) is None:
        pytest.skip(f"{tool} is not here")
    if tool == "patch" and (before, after) == (None, ""):
        pytest.skip("patch has no way to make an empty file")
    result = patched(tool, whole("sub/file.txt", before, after), tmp_path)
    if tool == "patch" and after == "" and result is None:
        return  # patch removes what it has emptied
    assert result == (None if after is None else after.encode())


NAMES = ["with blank.txt", 'quo"te.txt', "é🧪.txt", "tab\there.txt", "back\\slash.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(name: str, tmp_path: Path) -> None:
    assert patched("git", whole(name, "a\n", "b\n"), tmp_path) == b"b\n"
    assert patched("git", whole(f"new-{name}", None, "b\n"), tmp_path) == b"b\n"


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n"]), max_size=14).map("".join)


@settings(max_examples=40, deadline=None)
@given(LINES, st.data())
def test_any_edits(before: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(before)), max_size=6)))
    spans = [Span(*cuts[i : i + 2]) for i in range(0, len(cuts) - 1, 2)]
    drawn = [Edit(s, data.draw(st.sampled_from(["", "x", "x\ny\n", "\n"]))) for s in spans]
    edits = tuple(e for e in drawn if e.span.of(before) != e.text)
    change = FileChange("f", before, splice(before, edits), edits, (0,))
    assert _applied(change) == change.after
    added, removed = counts(hunks(change))
    assert added - removed == _line_count(change.after or "") - _line_count(before)


def _line_count(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n") and text != "")


def _applied(change: FileChange) -> str:
    """Apply the hunks by hand; checks that unchanged lines and numbers agree with the file."""
    old = (change.before or "").splitlines(keepends=True) if change.before else []
    result: list[str] = []
    position = 0
    for hunk in hunks(change):
        result += old[position : hunk.old.start]
        assert len(result) == hunk.new.start
        kept = [line.text for line in hunk.lines if line.mark != "+"]
        assert kept == old[hunk.old.start : hunk.old.end]
        result += [line.text for line in hunk.lines if line.mark != "-"]
        position = hunk.old.end
    return "".join([*result, *old[position:]])


def test_only_what_changed_is_in_the_diff() -> None:
    """The queue rename is one line out and one in, whatever repeats around it."""
    text = "- device: a\n  x: 1\n\n" * 50
    at = text.index("a\n", 500)
    change = FileChange(
        "f", text, text[:at] + "b" + text[at + 1 :], (Edit(Span(at, at + 1), "b"),), (0,)
    )
    assert counts(hunks(change)) == (1, 1)
