"""A run for people: the diff, what each operation did, and how it ended."""

from collections.abc import Iterable, Iterator

from ci_migrate.changeset import FileChange
from ci_migrate.report import impact
from ci_migrate.report.columns import aligned
from ci_migrate.report.diff import DiffLine, changed_words, hunks, totals
from ci_migrate.report.findings import sides_of, told
from ci_migrate.report.visible import one_line
from ci_migrate.run import Run
from ci_migrate.text import Span

# A line is a row of pieces, each a text with the name of its style; a terminal draws the styles.
Piece = tuple[str, str]
Line = tuple[Piece, ...]

HEAD = ("operation", "files", "edits", "")
_STYLES = {"-": "red", "+": "green", " ": ""}


def head(run: Run, *, mark_words: bool) -> Iterator[Line]:
    """Yield the title and the diff line by line, changed words marked if that is wanted."""
    recipe = run.recipe.recipe
    back = " (undone)" if run.recipe.back else ""
    yield (recipe.name, "bold"), (f": {one_line(recipe.title)}{back}", "")
    if run.recipe.values:
        values = ", ".join(f"{name} {value}" for name, value in run.recipe.values)
        yield ((f"  {one_line(values)}", "dim"),)
    if run.recipe.only:
        yield ((f"  only {one_line(', '.join(run.recipe.only))}", "dim"),)
    yield ()
    for change in run.changeset.files:
        yield from _file(change, mark_words=mark_words)
        yield ()


def rows(run: Run) -> Iterator[tuple[str, str, str, str]]:
    """Yield what each operation did: its name, how many files and edits, and a summary."""
    for done in run.changeset.done:
        yield done.name, str(len(done.files)), str(done.edits), one_line(done.summary)


_COLORS = {"error": "red", "warning": "yellow", "note": ""}


def tail(run: Run) -> Iterator[Line]:
    """Yield the warnings and the conclusion line by line."""
    for _, finding in run.changeset.findings:
        style = _COLORS[finding.severity]
        yield (f"{finding.severity}: ", style), (one_line(told(finding)), "")
    audited = run.changeset.audited
    for finding in audited.gone:
        yield ("no more: ", "green"), (one_line(told(finding)), "")
    if sides := sides_of(audited):
        yield (("audits: ", "dim"), (sides, ""))
    if run.changeset.proof:
        yield (("proof: ", "dim"), (str(run.changeset.proof), ""))
    yield ()
    files = run.changeset.files
    added, removed = totals(files)
    lines = f" ({added} lines added, {removed} removed)" if files else ""
    yield ((one_line(run.conclusion) + lines, "bold"),)


def render(run: Run) -> str:
    """Return the report without styles."""
    parts = [_plain(head(run, mark_words=False)), aligned([HEAD, *rows(run)], "lrrl")]
    told = impact.as_text(run.impact) if run.impact else ""
    return "".join([*parts, f"\n{told}\n" if told else "", _plain(tail(run))])


def diff_lines(change: FileChange) -> Iterator[str]:
    """Yield the diff of one file line by line, without styles."""
    for line in _file(change, mark_words=False):
        yield "".join(text for text, _ in line)


def _plain(lines: Iterable[Line]) -> str:
    return "".join("".join(text for text, _ in line) + "\n" for line in lines)


def _file(change: FileChange, *, mark_words: bool) -> Iterator[Line]:
    path = one_line(change.path)
    yield ((f"--- {'/dev/null' if change.before is None else f'a/{path}'}", "bold"),)
    yield ((f"+++ {'/dev/null' if change.after is None else f'b/{path}'}", "bold"),)
    for hunk in hunks(change):
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
        pieces.append((one_line(text[position : span.start]), style))
        pieces.append((one_line(text[span.start : span.end]), f"bold reverse {style}"))
        position = span.end
    return (*pieces, (one_line(text[position:]), style))
