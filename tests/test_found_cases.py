"""What the official YAML suite and fuzzing found, each as a small case of its own."""

import pytest

from ci_migrate.document import Mapping, parse
from ci_migrate.yaml_change import Removed
from ci_migrate.yaml_proof import YamlClaim
from tests.memory import changed, refusal

PATH = "ci/odd.yaml"
AT = "at: {file: 'ci/*'}"

CHANGED = {
    "neighbours at the end": (
        f"remove-item: {{{AT}, list: a, item: '/[bc]/'}}",
        "a:\n- x\n\n- b\n\n- c\n",
        "a:\n- x\n",
    ),
    "a key that has no value, below": (
        f"comment-out-item: {{{AT}, list: a, item: b}}",
        "a:\n- b\n- ? c\n- d\n",
        "a:\n# - b\n- ? c\n- d\n",
    ),
    "a note behind blank lines that are kept": (
        f"comment-out-item: {{{AT}, list: a, item: '/b\\n*/', note: '-- why'}}",
        "a:\n- |+\n  b\n\n- c\n",
        "a:\n# - |+\n#   b -- why\n\n- c\n",
    ),
    "an item that is an alias, taken out": (
        f"remove-item: {{{AT}, list: b, item: x}}",
        "a: &x x\nb:\n- *x\n- y\n",
        "a: &x x\nb:\n- y\n",
    ),
    "a mapping below a key with a question mark": (
        f"set-field: {{{AT}, field: a, to: {{k: v}}}}",
        "a: 1\n? b\n: c: 1\n",
        "a:\n  k: v\n? b\n: c: 1\n",
    ),
}


@pytest.mark.parametrize(("operation", "before", "after"), CHANGED.values(), ids=CHANGED)
def test_changed(operation: str, before: str, after: str) -> None:
    assert changed(f"  - {operation}\n", {PATH: before}) == {PATH: after}


REFUSED = {
    "an item that is an alias, replaced": (
        f"replace-item: {{{AT}, list: b, item: x, by: [y, z]}}",
        "a: &x x\nb:\n- *x\n",
        "the value is the alias *x",
    ),
    "an item that is an alias, edited": (
        f"edit-item: {{{AT}, list: b, find: x, replace: y}}",
        "a: &x x\nb:\n- *x\n",
        "the value is the alias *x",
    ),
    "an entry with a question mark, the last": (
        f"remove-field: {{{AT}, field: b}}",
        "a: 1\n? b\n",
        "this entry is written with a question mark",
    ),
    "no text in an item": (
        f"edit-item: {{{AT}, list: a, find: '/^/', replace: x}}",
        "a:\n- b\n-\n",
        "no text is written here",
    ),
    "no text in a block of lines": (
        f"edit-item: {{{AT}, list: a, find: '/^/', replace: x}}",
        "a:\n- |+\n\n- b\n",
        "no text is written here",
    ),
    "a pair without braces": (
        "add-field: {at: {file: 'ci/*', path: 'a[1]'}, field: z, value: 1, after: first}",
        "a: [x, {k: v}: w]\n",
        "this mapping is not written as {} or with all its entries in braces",
    ),
    "a block of lines where the file does not end its last line": (
        f'add-field: {{{AT}, field: b, value: "x\\ny\\n"}}',
        "a: 1",
        "the file does not end its last line",
    ),
    "a value of several lines in an empty item": (
        f"replace-item: {{{AT}, list: a, item: '', by: {{k: v}}}}",
        "a:\n-\n- b\n",
        "no value is written here",
    ),
    "a colon in an anchor": (
        f"set-field: {{{AT}, field: a, to: c}}",
        "a: &x:y b\n",
        "parsers differ on the anchor &x, for a colon follows it",
    ),
    "a comment that keeps another out of a block of lines": (
        f"remove-comment: {{{AT}, comment: b}}",
        "a: |\n  x\n# b\n  # c\n",
        "the comment below would become part of the block of lines above",
    ),
    "a block of lines with the blank ones behind it, moved": (
        f"move-item: {{{AT}, list: a, item: '/x\\n*/', place: first}}",
        "a:\n- b\n- c\n- |+\n  x\n\n",
        "a line put below this block of lines would change its value",
    ),
    "an anchor that is needed, in a field": (
        f"remove-field: {{{AT}, field: a}}",
        "a: &x 1\nb: *x\n",
        "the alias *x at 2:4 stands for what would go here",
    ),
    "an anchor that is needed, in an item": (
        f"comment-out-item: {{{AT}, list: a, item: b}}",
        "a:\n- &x b\n- c\nd: *x\n",
        "the alias *x at 4:4 stands for what would go here",
    ),
    "an anchor that is needed, in a value": (
        f"set-field: {{{AT}, field: a, to: {{k: v}}}}",
        "a: [&x b]\nc: *x\n",
        "the alias *x at 2:4 stands for what would go here",
    ),
    "a tab in a blank line": (
        f"set-field: {{{AT}, field: a, to: 'x: y'}}",
        "a: 1\n \t\nb: 2\n",
        "a tab in a blank line would keep the result from being read",
    ),
}


@pytest.mark.parametrize(("operation", "before", "why"), REFUSED.values(), ids=REFUSED)
def test_refused(operation: str, before: str, why: str) -> None:
    assert why in refusal(f"  - {operation}\n", {PATH: before})


JOBS = "steps:\n- key: a\n  label: Tests\n    a\n- key: b\n  label: Tests b\n  depends_on: a\n"


def test_all_jobs_at_once_are_not_commented_out() -> None:
    operation = "  - comment-out-job: {jobs: {key: [a, b]}}\n"
    assert "nothing would be left here" in refusal(operation, {".buildkite/a.yaml": JOBS})


def test_a_label_over_two_lines_is_renamed() -> None:
    operation = "  - rename-job: {of: label, from: Tests a, to: New}\n"
    after = changed(operation, {".buildkite/a.yaml": JOBS})
    assert after == {".buildkite/a.yaml": JOBS.replace("Tests\n    a", "New")}


def test_the_proof_sees_that_an_alias_stands_for_nothing() -> None:
    before, after = "a: &x 1\nb: *x\n", "b: *x\n"
    document = parse(PATH, before)
    (root,) = document.roots
    assert isinstance(root, Mapping)
    fault = YamlClaim(document, (Removed(root, 0),)).fault(after)
    assert fault == "the alias *x would stand for nothing"


def test_a_queue_that_is_an_alias_of_something_else_is_not_moved() -> None:
    text = "steps:\n- key: a\n  commands: [&x b200]\n- key: b\n  device: *x\n"
    why = refusal("  - set-queue: {jobs: {queue: b200}, to: h100}\n", {".buildkite/a.yaml": text})
    assert "'b200' is no queue here, where an alias in 'b' has it from" in why
