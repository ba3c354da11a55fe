"""The comment stays within what a comment may hold, and its content can't break out of it."""

from ci_migrate.changeset import Changeset, Done, Failure, FileChange
from ci_migrate.errors import Place, Refused
from ci_migrate.finding import Finding
from ci_migrate.report.markdown import LIMIT, render
from ci_migrate.run import Run
from ci_migrate.text import Edit, Span
from tests.memory import recipe

RECIPE = recipe("  - set-queue: {jobs: {queue: a}, to: b}\n")


def change(path: str, before: str, after: str) -> FileChange:
    return FileChange(path, before, after, (Edit(Span(0, len(before)), after),), (0,))


def report(*changes: FileChange, done: tuple[Done, ...] = (), failed: bool = False) -> str:
    failure = Failure("set-queue", Place("r.yaml", 1, 1), Refused("no <b>job</b> | here"))
    changeset = Changeset(changes, done, (failure,) if failed else ())
    return render(Run(RECIPE, "dry-run", changeset))


def test_many_files_are_cut_and_counted() -> None:
    text = report(*(change(f"f{n}.yaml", "a\n" * 100, "b\n" * 100) for n in range(400)))
    assert len(text) <= LIMIT
    shown = text.count("<details>")
    assert f"*{400 - shown} diffs left out, too long for a comment: `f" in text
    assert 50 < shown < 400


def test_one_large_file_is_left_out_and_others_are_not() -> None:
    text = report(change("a.yaml", "a\n" * 40_000, "b\n" * 40_000), change("b.yaml", "a\n", "b\n"))
    assert "*1 diff left out, too long for a comment: `a.yaml`.*" in text
    assert "<code>b.yaml</code>" in text


def test_a_long_table_is_cut() -> None:
    done = tuple(Done("set-queue", "x" * 500, (), 0, ()) for _ in range(300))
    text = report(done=done)
    assert len(text) <= LIMIT
    end = "*The rest is cut: the comment would be too long.*\n<!-- ci-migrate: test -->\n"
    assert text.endswith(end)


def test_a_fence_in_a_file_does_not_end_the_diff() -> None:
    text = report(change("a.md", "````\nold\n", "````\nnew </details>\n"))
    assert "\n`````diff\n" in text
    assert text.count("`````") == 2


def test_markup_is_shown_as_it_is() -> None:
    finding = Finding(Place("a|b.yaml"), "<script> *x* `y`\n# z")
    done = (Done("set-queue", "a | b <b>", (), 0, (finding,)),)
    text = report(change("<b>`x`.yaml", "a\n", "b\n"), done=done, failed=True)
    outside = "".join(text.split("```")[::2])
    assert "<b>" not in outside.replace("\\<b\\>", "")
    assert "<code>&lt;b&gt;`x`.yaml</code>" in outside
    assert "a \\| b" in text
    assert "\\<script\\> \\*x\\* \\`y\\` \\# z" in text
    assert "no \\<b\\>job\\</b\\> \\| here" in text
