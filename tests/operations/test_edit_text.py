"""edit-text: what it changes in files of any kind, what it leaves, what it refuses."""

import pytest

from tests.memory import changed, refusal

A, ALL = "docs/a.md", "files: '**'"
EDITS = {
    "every place": ("find: old, replace: new", "old older\nold\n", "new newer\nnew\n"),
    "whole words": (
        "find: old, replace: new, whole-words: true",
        "old older old-x xold (old)\n",
        "new older old-x xold (new)\n",
    ),
    "by a pattern": ("find: '/q=(\\w+);/', replace: 'q=\\1-k8s;'", "q=a;\n", "q=a-k8s;\n"),
    "in some lines": ("find: old, replace: new, lines: FROM", "FROM old\nold\n", "FROM new\nold\n"),
    "not in some": ("find: old, replace: new, except: keep", "old\nold keep\n", "new\nold keep\n"),
    "in a heredoc": (
        "find: old, replace: new, within: {from: <<EOF, to: /^EOF/}",
        "old\ncat <<EOF\nold\nEOF\nold\ncat <<EOF\nold",
        "old\ncat <<EOF\nnew\nEOF\nold\ncat <<EOF\nnew",
    ),
    "windows": ("find: /old$/, replace: new", "old\r\nx\r\n", "new\r\nx\r\n"),
    "behind a byte order mark": ("find: /^old/, replace: new", "\ufeffold\n", "\ufeffnew\n"),
    "as many as expected": ("find: old, replace: new, expect: 2", "old old\n", "new new\n"),
    "a line more": ('find: old, replace: "a\\nb"', "old\n", "a\nb\n"),
}


@pytest.mark.parametrize(("options", "before", "after"), EDITS.values(), ids=EDITS)
def test_edit_text(options: str, before: str, after: str) -> None:
    assert changed(f"  - edit-text: {{{ALL}, {options}}}\n", {A: before}) == {A: after}


STAYS = {
    "no such text": ("find: old, replace: new", "olx\n"),
    "another line": ("find: old, replace: new, lines: x", "old\n"),
    "not in the stretch": ("find: old, replace: new, within: {from: x, to: y}", "old\n"),
    "nothing expected": ("find: old, replace: new, expect: 2", "new\n"),
}


@pytest.mark.parametrize(("options", "text"), STAYS.values(), ids=STAYS)
def test_edit_text_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - edit-text: {{{ALL}, {options}}}\n", {A: text}) == {A: text}


def test_only_the_files_named() -> None:
    operation = "  - edit-text: {files: ['**/*.md', Dockerfile*], find: old, replace: new}\n"
    files = {"a.md": "old", "x/b.md": "old", "Dockerfile.gpu": "old", "c.txt": "old"}
    after = {"a.md": "new", "x/b.md": "new", "Dockerfile.gpu": "new", "c.txt": "old"}
    assert changed(operation, files) == after


REFUSALS = {
    "more than expected": ("a.md", "expect: 1", "x old\nold\n", ":1:3: 2 places would change"),
    "no YAML any more": ("a.yaml", "", "a: old\n", ":1:4: the file could not be read"),
    "no Python any more": ("a.py", "", "old = 1\n", ":1:1: the file could not be read"),
}


@pytest.mark.parametrize(("path", "option", "text", "error"), REFUSALS.values(), ids=REFUSALS)
def test_edit_text_refuses(path: str, option: str, text: str, error: str) -> None:
    operation = f"  - edit-text: {{{ALL}, find: old, replace: 'n: e: w', {option}}}\n"
    assert refusal(operation, {path: text}).startswith(path + error)
