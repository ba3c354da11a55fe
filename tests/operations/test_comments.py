"""add-comment, edit-comment and remove-comment."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

PATH = ".buildkite/test_areas/area.yaml"
ALL = 'jobs: {file: "**"}'


def steps(text: str) -> dict[str, str]:
    return {PATH: "steps:\n" + text}


ADD = {
    "above a job": ("text: why", "- label: A\n", "# why\n- label: A\n"),
    "below another one": ("text: why", "# x\n- label: A\n", "# x\n# why\n- label: A\n"),
    "in several lines": ('text: "why\\n\\nso"', "- label: A\n", "# why\n#\n# so\n- label: A\n"),
    "above a field": (
        "text: why, field: n",
        "- label: A\n  n: 1\n",
        "- label: A\n  # why\n  n: 1\n",
    ),
    "above the first field": ("text: why, field: n", "- n: 1\n", "# why\n- n: 1\n"),
    "with the old value": (
        "text: 'was {value}', field: n, where: behind",
        "- label: A\n  n: 'a b'\n",
        "- label: A\n  n: 'a b'  # was a b\n",
    ),
    "behind a list": (
        "text: c, field: n, where: behind",
        "- label: A\n  n:\n  - x\n",
        "- label: A\n  n:  # c\n  - x\n",
    ),
    "behind a block of lines": (
        "text: c, field: n, where: behind",
        "- label: A\n  n: |\n    x\n",
        "- label: A\n  n: |  # c\n    x\n",
    ),
    "behind a folded text": (
        "text: c, field: n, where: behind",
        "- label: A\n  n: 'x\n    y'\n",
        "- label: A\n  n: 'x\n    y'  # c\n",
    ),
    "as far off as others": (
        "text: c, field: n, where: behind",
        "- label: A # x\n  m: 2 # y\n  n: 1\n",
        "- label: A # x\n  m: 2 # y\n  n: 1 # c\n",
    ),
    "windows": ("text: '# c'", "- label: A\r\n", "# c\r\n- label: A\r\n"),
}


@pytest.mark.parametrize(("options", "before", "after"), ADD.values(), ids=ADD)
def test_add_comment(options: str, before: str, after: str) -> None:
    assert changed(f"  - add-comment: {{{ALL}, {options}}}\n", steps(before)) == steps(after)


ADD_STAYS = {
    "there above": ("text: why", "# why\n- label: A\n"),
    "there above, in several lines": ('text: "a\\nb"', "# a\n# b\n- label: A\n"),
    "there behind": ("text: why, field: n, where: behind", "- n: 1 # why\n"),
    "said among others": ("text: why, field: n, where: behind", "- n: 1 # so, why\n"),
    "no such field": ("text: why, field: n", "- label: A\n"),
}


@pytest.mark.parametrize(("options", "text"), ADD_STAYS.values(), ids=ADD_STAYS)
def test_add_comment_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - add-comment: {{{ALL}, {options}}}\n", steps(text)) == steps(text)


ADD_REFUSALS = {
    "another one stands there": (
        "text: why, field: n, where: behind",
        "- n: 1 # so\n",
        ":2:8: a comment stands here already: # so",
    ),
    "in braces": ("text: why, field: n", "- {n: 1}\n", ":2:4: an entry of a mapping in braces"),
    "behind, in braces": (
        "text: why, field: n, where: behind",
        "- {n: 1}\n",
        ":2:4: this stands between brackets",
    ),
}


@pytest.mark.parametrize(("options", "text", "error"), ADD_REFUSALS.values(), ids=ADD_REFUSALS)
def test_add_comment_refuses(options: str, text: str, error: str) -> None:
    found = refusal(f"  - add-comment: {{{ALL}, {options}}}\n", steps(text))
    assert found.startswith(PATH + error)


def test_a_comment_for_a_whole_file_needs_a_field() -> None:
    operation = "  - add-comment: {at: {file: '*.yaml'}, text: c}\n"
    assert "the whole of a file" in refusal(operation, {"f.yaml": "a: 1\n"})
    operation = "  - add-comment: {at: {file: '*.yaml'}, field: a, text: c}\n"
    assert changed(operation, {"f.yaml": "\ufeffa: 1\n"}) == {"f.yaml": "\ufeff# c\na: 1\n"}


def test_a_comment_behind_a_job_has_no_place() -> None:
    with pytest.raises(BadUsage, match="behind a field"):
        run(f"  - add-comment: {{{ALL}, text: a, where: behind}}\n", {})


EDIT = {
    "its words": ("find: old, replace: new", "- label: A # old old\n", "- label: A # new new\n"),
    "above the job": ("find: old, replace: new", "# old\n- label: A\n", "# new\n- label: A\n"),
    "deep inside": (
        "find: /(o)ld/, replace: '\\1 \\1'",
        "- label: A\n  c:\n    # old\n    - x\n",
        "- label: A\n  c:\n    # o o\n    - x\n",
    ),
    "of one field": (
        "find: old, replace: new, field: n",
        "- label: A # old\n  n: 1 # old\n",
        "- label: A # old\n  n: 1 # new\n",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), EDIT.values(), ids=EDIT)
def test_edit_comment(options: str, before: str, after: str) -> None:
    assert changed(f"  - edit-comment: {{{ALL}, {options}}}\n", steps(before)) == steps(after)


EDIT_STAYS = {
    "no comment": ("find: old, replace: new", "- label: 'A # old'\n  old: 1\n"),
    "in a block of lines": ("find: old, replace: new", "- label: |\n    # old\n"),
    "of what stands around": ("find: old, replace: new", "- label: A\n\n# old\n"),
    "no such field": ("find: old, replace: new, field: m", "- label: A # old\n"),
    "in braces": ("find: old, replace: new, field: n", "- {n: 1} # old\n"),
}


@pytest.mark.parametrize(("options", "text"), EDIT_STAYS.values(), ids=EDIT_STAYS)
def test_edit_comment_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - edit-comment: {{{ALL}, {options}}}\n", steps(text)) == steps(text)


def test_edit_comment_refuses_what_is_none() -> None:
    operation = f"  - edit-comment: {{{ALL}, find: '# old', replace: new}}\n"
    assert "'new' would be no comment" in refusal(operation, steps("- label: A # old\n"))


def test_edit_comments_of_whole_files() -> None:
    operation = "  - edit-comment: {at: {file: '*.yaml'}, find: old, replace: new}\n"
    before = "# old\na: old # old\n\n# old\n"
    assert changed(operation, {"f.yaml": before}) == {"f.yaml": "# new\na: old # new\n\n# new\n"}


REMOVE = {
    "its line": ("comment: c", "# c\n- label: A\n", "- label: A\n"),
    "one line of several": ("comment: c", "# b\n# c\n- label: A\n", "# b\n- label: A\n"),
    "behind something": ("comment: c", "- label: A  # c\n", "- label: A\n"),
    "by a pattern": ("comment: 'TODO*'", "- label: A #TODO: x\n", "- label: A\n"),
    "the last line": ("comment: c", "- c:\n    - x\n    # c", "- c:\n    - x"),
    "windows": ("comment: c", "# c\r\n- label: A\r\n", "- label: A\r\n"),
}


@pytest.mark.parametrize(("options", "before", "after"), REMOVE.values(), ids=REMOVE)
def test_remove_comment(options: str, before: str, after: str) -> None:
    assert changed(f"  - remove-comment: {{{ALL}, {options}}}\n", steps(before)) == steps(after)


REMOVE_STAYS = {
    "other words": ("comment: c", "# cc\n- label: A\n"),
    "no comment": ("comment: c", "- label: '# c'\n"),
    "of the next job": ("comment: c, field: n", "- n: 1\n# c\n- m: 1\n"),
}


@pytest.mark.parametrize(("options", "text"), REMOVE_STAYS.values(), ids=REMOVE_STAYS)
def test_remove_comment_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - remove-comment: {{{ALL}, {options}}}\n", steps(text)) == steps(text)
