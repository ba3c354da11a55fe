"""Recipes undone from their own words, byte for byte, and those that can't be."""

from pathlib import Path

import pytest

from ci_migrate.engine import migrate, undo
from ci_migrate.errors import Refused
from tests.memory import Memory, recipe
from tests.test_cli import cli

PATH = ".buildkite/area.yaml"
TEXT = """\
steps:
- label: A  # first
  key: a
  device: "b200"

  commands:
    - pytest x
    # second
    - pytest y
- label: B
  key: b
  device: b200
  depends_on: [a]
- label: C
  key: c
  device: k8s
  timeout_in_minutes: 30
"""
LIST = "one\ntwo\n"
TESTS = """\
import pytest


@pytest.mark.slow
@pytest.mark.parametrize("x", ["a", "b"])
def test_x(x):
    pass
"""
FILES = {
    "t.py": TESTS,
    PATH: TEXT,
    "list.txt": LIST,
    "docs/a.md": "b200\nb200\n",
    "lists/b.txt": "x\n",
}
A = "jobs: {key: a}"
UNDONE = {
    "set-queue": "set-queue: {jobs: {queue: b200, key: [a, b]}, to: k8s}",
    "set-queue, counted": "set-queue: {jobs: {queue: b200}, to: new, expect: 2, leaves: 0}",
    "set-field": f"set-field: {{{A}, field: device, from: b200, to: x}}",
    "set-field, by its value": (
        "set-field: {jobs: {fields: {device: b200}}, field: device, from: b200, to: x, expect: 2}"
    ),
    "add-field": f"add-field: {{{A}, field: n, value: [x, y], after: label}}",
    "add-field, where there is none": (
        "add-field: {jobs: {without: timeout_in_minutes}, field: timeout_in_minutes, value: 5, expect: 2}"
    ),
    "insert-item": f"insert-item: {{{A}, list: commands, item: pytest z, after: '*y'}}",
    "replace-item": f"replace-item: {{{A}, item: pytest y, by: pytest z}}",
    "edit-item": f"edit-item: {{{A}, find: pytest, replace: tox}}",
    "edit-comment": f"edit-comment: {{{A}, find: second, replace: third}}",
    "add-comment": f"add-comment: {{{A}, field: device, text: why, where: behind}}",
    "add-comment above": "add-comment: {jobs: {key: b}, text: why}",
    "rename-field": f"rename-field: {{{A}, field: device, to: agent}}",
    "rename-job": "rename-job: {from: a, to: z}",
    "rename-job by a table": "rename-job: {names: {a: x, b: y}}",
    "comment-out-item": f"comment-out-item: {{{A}, list: commands, item: '*y', note: -- z}}",
    "comment-out-job": "comment-out-job: {jobs: {key: [a, c]}, note: -- z}",
    "copy-job": "copy-job: {job: c, set: {key: d, label: D}}",
    "add-job": "add-job: {after: b, job: {label: N, key: n}}",
    "shard-job": f"shard-job: {{{A}, shards: 2, command: x, after: device}}",
    "add-lines": "add-lines: {file: list.txt, lines: [three, four]}",
    "rename-list": "rename-list: {from: lists/b.txt, to: lists/c.txt}",
    "edit-text": "edit-text: {files: 'docs/*', find: b200, replace: k8s, expect: 2}",
    "skipped": ("set-queue: {jobs: {key: a}, to: x}\n    when: {given: {to: z}}"),
}


@pytest.mark.parametrize("operation", UNDONE.values(), ids=UNDONE)
def test_undone(operation: str) -> None:
    check(f"  - {operation}\n")


def check(operations: str) -> None:
    parameters = "parameters: {to: {default: y}}\n"
    bound = recipe(operations, head=parameters)
    after = apply(FILES, migrate(bound, Memory(FILES)))
    back = undo(bound, Memory(after))
    assert apply(after, back) == FILES


def apply(files: dict[str, str], changeset: object) -> dict[str, str]:
    assert [str(f.error) for f in changeset.failures] == []  # type: ignore[attr-defined]
    result = {**files, **{c.path: c.after for c in changeset.files}}  # type: ignore[attr-defined]
    return {path: text for path, text in result.items() if text is not None}


def test_all_of_a_recipe_the_last_first() -> None:
    check(
        f"  - set-field: {{{A}, field: device, from: b200, to: x}}\n"
        f"  - set-field: {{{A}, field: device, from: x, to: y}}\n"
        "  - rename-job: {from: a, to: z}\n"
        "  - add-field: {jobs: {key: z}, field: n, value: 1, after: device}\n"
    )


NOT_UNDONE = {
    "which jobs": ("set-queue: {jobs: {queue: b200}, to: x}", "which jobs it changed is not said"),
    "by a pattern": ("set-queue: {jobs: {queue: 'b*', key: a}, to: x}", "is not said exactly"),
    "no queue": ("set-queue: {jobs: {key: a}, to: x}", "the queue that it leaves is not said"),
    "no old value": (f"set-field: {{{A}, field: device, to: x}}", "the old value is not said"),
    "a comment on the queue": (
        "set-queue: {jobs: {key: a, queue: b200}, to: x, comment: c}",
        "the comment that it writes would stay",
    ),
    "a comment": (
        f"set-field: {{{A}, field: device, from: b200, to: x, comment: c}}",
        "would stay",
    ),
    "a slug": (f"add-field: {{{A}, field: n, slug-of: label}}", "not the same for all jobs"),
    "several": (f"replace-item: {{{A}, item: pytest y, by: [p, q]}}", "several items stand"),
    "a pattern": (
        f"edit-item: {{{A}, find: /p./, replace: q}}",
        "the old text is not said exactly",
    ),
    "any value": (
        f"add-comment: {{{A}, field: device, text: 'was {{value}}'}}",
        "not the same line",
    ),
    "no count": ("edit-text: {files: '*', find: a, replace: b}", "in how many places"),
    "what was there": (f"remove-field: {{{A}, field: device}}", "do not say what was before"),
    "where it was": ("move-job: {jobs: {key: a}, after: b}", "do not say what was before"),
    "imports": (
        "add-mark: {file: t.py, test: test_x, mark: m, imports: from a import m}",
        "which of its imports were there before is not said",
    ),
    "whether it ran": (
        "set-queue: {jobs: {queue: b200, key: a}, to: x}\n    when: {exists: a}",
        "whether it ran is not known",
    ),
    "not exactly": ("rename-job: {from: 'a*', to: b}", "the old name is not said exactly"),
    "two into one": ("rename-job: {names: {a: x, b: x}}", "two jobs get one name"),
}


@pytest.mark.parametrize(("operation", "why"), NOT_UNDONE.values(), ids=NOT_UNDONE)
def test_not_undone(operation: str, why: str) -> None:
    changeset = undo(recipe(f"  - {operation}\n"), Memory(FILES))
    assert changeset.files == ()
    (failure,) = changeset.failures
    assert str(failure.error).startswith("test.yaml:5:5: can't be undone: ")
    assert why in str(failure.error)


OTHERWISE = {
    "more jobs than were changed": (
        "set-queue: {jobs: {queue: b200}, to: k8s, expect: 2}",
        "the recipe expects 2",
    ),
    "the text was there before": (
        "edit-text: {files: 'docs/*', find: zz, replace: b200, expect: 1}",
        "2 places would change",
    ),
}


@pytest.mark.parametrize(("operation", "error"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_does_not_fit_the_files(operation: str, error: str) -> None:
    bound = recipe(f"  - {operation}\n")
    after = {**FILES, PATH: TEXT.replace("b200", "k8s")} if "set-queue" in operation else FILES
    changeset = undo(bound, Memory(after))
    assert changeset.files == ()
    assert error in str(changeset.failures[0].error)


def test_what_was_never_done() -> None:
    changeset = undo(recipe("  - rename-job: {from: a, to: z}\n"), Memory(FILES))
    assert (changeset.files, changeset.failures) == ((), ())


def test_what_was_done_in_part() -> None:
    queue = "  - set-queue: {jobs: {queue: b200, key: [a, b]}, to: k8s}\n"
    bound = recipe(
        queue + "  - edit-text: {files: 'docs/*', find: b200, replace: k8s, expect: 2}\n"
    )
    with pytest.raises(Refused, match="done only in part"):
        undo(bound, Memory({**FILES, PATH: TEXT.replace("b200", "k8s")}))


def test_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "up.yaml").write_text(
        "name: up\ntitle: Up\ndialect: vllm-test-areas\noperations:\n"
        "  - set-queue: {jobs: {queue: b200, key: [a, b]}, to: k8s}\n"
    )
    (tmp_path / ".buildkite").mkdir()
    path = tmp_path / PATH
    path.write_text(TEXT)
    assert cli("apply", "up", cwd=tmp_path).returncode == 0
    assert path.read_text() == TEXT.replace("b200", "k8s")
    done = cli("apply", "up", "--reverse", cwd=tmp_path)
    assert (done.returncode, path.read_text()) == (0, TEXT)
    assert done.stdout.startswith("up: Up (undone)\n")
    again = cli("apply", "up", "--reverse", "--check", cwd=tmp_path)
    assert "nothing left to undo" in again.stdout
