"""uncomment-job and uncomment-item, which undo what comment-out-job and -item do."""

import pytest

from tests.memory import changed, refusal

PATH = ".buildkite/test_areas/area.yaml"


def steps(text: str) -> dict[str, str]:
    return {PATH: "steps:\n" + text}


A, B, C = "- label: A\n  n: 1\n", "- label: B\n\n  c:\n  # of x\n  - x\n", "- label: C\n  m: 1\n"
GONE = "# - label: B\n\n#   c:\n#   # of x\n#   - x\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (A + GONE + C, A + B + C),
        (GONE + C, B + C),
        (A + GONE, A + B),
        (A + "\n" + GONE + "\n# of C\n" + C, A + "\n" + B + "\n# of C\n" + C),
        (A + "#- label: B\n#  n: 1\n", A + "- label: B\n  n: 1\n"),
        ((A + GONE + C).replace("\n", "\r\n"), (A + B + C).replace("\n", "\r\n")),
        (A + GONE.rstrip(), A + B.rstrip()),
        (A + "# - label: X\n" + GONE, A + "# - label: X\n" + B),
    ],
)
def test_uncomment_job(before: str, after: str) -> None:
    assert changed("  - uncomment-job: {job: B}\n", steps(before)) == steps(after)


def test_commenting_out_and_back() -> None:
    for text in (A + "\n" + B + "\n" + C, B + A, A + B):
        out = changed("  - comment-out-job: {jobs: {label: B}, note: -- why}\n", steps(text))
        assert out != steps(text)
        assert changed("  - uncomment-job: {job: B, note: -- why}\n", out) == steps(text)


def test_blank_lines_inside_a_block_come_back() -> None:
    text = A + "- label: B\n  run: |\n    one\n\n\n    two\n\n  m: 1\n" + C
    out = changed("  - comment-out-job: {jobs: {label: B}}\n", steps(text))
    assert changed("  - uncomment-job: {job: B}\n", out) == steps(text)


def test_a_long_first_job_finds_its_list_below_others() -> None:
    head = "".join(f"{name}:\n- x\n" for name in "abcdef") + "steps:\n"
    job = "- label: B\n" + "  # a long comment\n" * 20 + "  n: 1\n"
    text = {PATH: head + job + A}
    out = changed("  - comment-out-job: {jobs: {label: B}}\n", text)
    assert changed("  - uncomment-job: {job: B}\n", out) == text


def test_a_job_that_is_there_is_done() -> None:
    assert changed("  - uncomment-job: {job: A}\n", steps(A + GONE)) == steps(A + GONE)


UNKNOWN = {
    "nowhere": (A, "no job has the key or label 'B'"),
    "a word in a comment": (A + "# B was here\n", "no job has the key or label 'B'"),
    "with another note": (A + "# - label: B -- so\n", "no job has the key or label 'B'"),
    "twice": (A + "# - label: B\n" + C + "# - label: B\n", "two jobs in comments are named 'B'"),
    "where no job can be": (A + "  # - label: B\n", "do not become a part"),
}


@pytest.mark.parametrize(("text", "error"), UNKNOWN.values(), ids=UNKNOWN)
def test_uncomment_job_refuses(text: str, error: str) -> None:
    assert error in refusal("  - uncomment-job: {job: B}\n", steps(text))


def test_of_two_files_one_is_named() -> None:
    other = ".buildkite/other.yaml"
    files = {PATH: "steps:\n" + A + GONE, other: "steps:\n" + A + GONE}
    assert "two jobs" in refusal("  - uncomment-job: {job: B}\n", files)
    after = changed("  - uncomment-job: {job: B, file: '**/other.yaml'}\n", files)
    assert after == {**files, other: "steps:\n" + A + B}


ITEMS = {
    "between": ("  c:\n  - a\n  # - x\n  - b\n", "  c:\n  - a\n  - x\n  - b\n"),
    "the last, in the key's column": ("  c:\n  - a\n  # - x\n", "  c:\n  - a\n  - x\n"),
    "above the next field": ("  c:\n  - a\n  # - x\n  d: 1\n", "  c:\n  - a\n  - x\n  d: 1\n"),
    "the first": ("  c:\n    # - x\n    - a\n", "  c:\n    - x\n    - a\n"),
    "twice": ("  c:\n  # - x\n  - a\n  # - x\n", "  c:\n  - x\n  - a\n  - x\n"),
    "several lines": (
        "  c:\n  - a\n  # - |-\n  #   x\n  - b\n",
        "  c:\n  - a\n  - |-\n    x\n  - b\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), ITEMS.values(), ids=ITEMS)
def test_uncomment_item(before: str, after: str) -> None:
    operation = "  - uncomment-item: {jobs: {label: A}, list: c, item: x}\n"
    assert changed(operation, steps("- label: A\n" + before)) == steps("- label: A\n" + after)


STAY = {
    "another item": "  c:\n  - a\n  # - y\n",
    "no such list": "  d:\n  - a\n  # - x\n",
    "just words": "  c:\n  - a\n  # x\n",
    "of another list": "  c:\n  - a\n  d:\n  - b\n  # - x\n",
    "of the next job": "  c:\n  - a\n- label: B\n  c:\n  # - x\n  - a\n",
}


@pytest.mark.parametrize("text", STAY.values(), ids=STAY)
def test_uncomment_item_leaves_alone(text: str) -> None:
    operation = "  - uncomment-item: {jobs: {label: A}, list: c, item: x}\n"
    assert changed(operation, steps("- label: A\n" + text)) == steps("- label: A\n" + text)


def test_a_note_goes() -> None:
    text = steps("- label: A\n  c:\n  - a\n  - x\n")
    out = changed("  - comment-out-item: {jobs: {label: A}, list: c, item: x, note: -- y}\n", text)
    back = "  - uncomment-item: {jobs: {label: A}, list: c, item: x, note: -- y}\n"
    assert changed(back, out) == text
