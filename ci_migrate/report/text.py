"""A run for people: the diff, what each operation did, and how it ended."""

from collections.abc import Iterator

from ci_migrate.changeset import FileChange
from ci_migrate.report.diff import DiffLine, Hunk, changed_words, counts, hunks
from ci_migrate.report.visible import visible
from ci_migrate.run import Run
from ci_migrate.text import Span

# A line is a row of pieces, each a text with the name of its style; a terminal draws the styles.
Piece = tuple[str, str]
Line = tuple[Piece, ...]

_STYLES = {"-": "red", "+": "green", " ": ""}


def lines(run: Run, *, mark_words: bool) -> Iterator[Line]:
    """Yield the report line by line, the changed words of a line marked if that is wanted."""
    recipe = run.recipe.recipe
    yield (recipe.name, "bold"), (f": {visible(recipe.title)}", "")
    if run.recipe.values:
        values = ", ".join(f"{name} {value}" for name, value in run.recipe.values)
        yield ((f"  {visible(values)}", "dim"),)
    yield ()
    totals = [0, 0]
    for change in run.changeset.files:
        changed = hunks(change)
        added, removed = counts(changed)
        totals = [totals[0] + added, totals[1] + removed]
        yield from _file(change, changed, mark_words=mark_words)
        yield ()
    yield from _table(run)
    yield from _warnings(run)
    yield ()
    tail = f" ({totals[0]} lines added, {totals[1]} removed)" if run.changeset.files else ""
    yield ((visible(run.conclusion) + tail, "bold"),)


def render(run: Run) -> str:
    """Return the report without styles."""
    plain = lines(run, mark_words=False)
    return "".join("".join(text for text, _ in line) + "\n" for line in plain)


def _file(change: FileChange, changed: tuple[Hunk, ...], *, mark_words: bool) -> Iterator[Line]:
    path = visible(change.path)
    yield ((f"--- {'/dev/null' if change.before is None else f'a/{path}'}", "bold"),)
    yield ((f"+++ {'/dev/null' if change.after is None else f'b/{path}'}", "bold"),)
    for hunk in changed:
        yield ((hunk.header, "cyan"),)
        words = changed_words(hunk) if mark_words else {}
        for number, line in enumerate(hunk.lines):
            yield _diff_line(line, words.get(number, ()))
            if not line.text.endswith("\n"):
                yield (("\\ No newline at end of file", "dim"),)


def _diff_line(line: DiffLine, words: tuple[Span, ...]) -> Line:
    style = _STYLES[line.mark]
    text = line.text.removesuffix("\n")
    text = text.removesuffix("\r") if line.mark == " " else text
    pieces: list[Piece] = [(line.mark, style)]
    position = 0
    for span in words:
        pieces.append((visible(text[position : span.start]), style))
        pieces.append((visible(text[span.start : span.end]), f"bold reverse {style}"))
        position = span.end
    return (*pieces, (visible(text[position:]), style))


def _table(run: Run) -> Iterator[Line]:
    rows = [
        (done.name, str(len(done.files)), str(done.edits), visible(done.summary))
        for done in run.changeset.done
    ]
    if not rows:
        return
    head = ("operation", "files", "edits", "")
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row, style in ((head, "dim"), *((row, "") for row in rows)):
        name, files, edits, summary = row
        cells = f"{name:<{widths[0]}}  {files:>{widths[1]}}  {edits:>{widths[2]}}"
        yield ((f"{cells}  {summary}".rstrip(), style),)


def _warnings(run: Run) -> Iterator[Line]:
    for done in run.changeset.done:
        for finding in done.findings:
            yield ("warning: ", "yellow"), (visible(f"{finding.place}: {finding.message}"), "")
