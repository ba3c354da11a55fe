"""A run as one page that needs nothing else: numbers, proof, and every diff side by side."""

import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path

from ci_migrate.changeset import FileChange
from ci_migrate.impact import Impact
from ci_migrate.report import impact
from ci_migrate.report.charts import Bar, Chart, charts
from ci_migrate.report.diff import Hunk, changed_words, counts, hunks
from ci_migrate.report.findings import told
from ci_migrate.report.unproved import report_of
from ci_migrate.report.visible import visible
from ci_migrate.run import Run
from ci_migrate.text import Span, counted

_OPEN = 400  # lines of a diff that is shown unfolded
_WEB = re.compile(r"https?://[^\s<>]+")


def render(run: Run) -> str:
    """Return the page; it loads nothing, and runs no script but its own."""
    style, script = (_part(name) for name in ("page.css", "page.js"))
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = _text(f"{run.recipe.recipe.name}: {run.recipe.recipe.title}")
    head = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n"
    )
    body = "".join(f"{line}\n" for line in _body(run))
    return f"{head}<body>\n{body}<script>{script}</script>\n</body>\n</html>\n"


def _part(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _body(run: Run) -> Iterator[str]:
    yield "<main>"
    yield from _head(run)
    if run.impact is not None:
        yield from _impact(run.impact)
    for chart in charts(run):
        yield from _chart(chart)
    yield from _files(run)
    yield "</main>"


def _head(run: Run) -> Iterator[str]:
    recipe = run.recipe.recipe
    yield f"<h1>{_text(recipe.title)}{' (undone)' if run.recipe.back else ''}</h1>"
    bad = ' class="state bad"' if run.changeset.failures else ' class="state"'
    yield f"<p{bad}>{_text(run.conclusion)}</p>"
    if recipe.description.strip():
        yield f"<p>{_text(recipe.description.strip())}</p>"
    links = [link for link in recipe.links if _WEB.fullmatch(link)]
    if links:
        shown = ", ".join(f'<a href="{_text(link)}">{_text(link)}</a>' for link in links)
        yield f"<p>Why: {shown}</p>"
    for failure in run.changeset.failures:
        yield f'<p class="bad"><b>{_text(failure.name)}</b>: {_text(str(failure.error))}</p>'
        if report := report_of(failure):
            yield f'<pre class="box">{_text(report)}</pre>'
    for _, finding in run.changeset.findings:
        kind = {"error": "bad", "warning": "warn", "note": "dim"}[finding.severity]
        yield f'<p class="{kind}">{finding.severity}: {_text(told(finding))}</p>'
    yield from _operations(run)
    if run.changeset.proof:
        yield f'<h2>Proof</h2><p id="proof">{_text(str(run.changeset.proof))}</p>'
    command = _text(shlex.join(("ci-migrate", "apply", *run.words)))
    yield f'<h2>To reproduce</h2><pre class="box">{command}</pre>'


def _operations(run: Run) -> Iterator[str]:
    if not run.changeset.done:
        return
    yield "<h2>What is done</h2><table>"
    yield '<tr><th>operation<th class="number">files<th class="number">edits<th></tr>'
    for done in run.changeset.done:
        numbers = f'<td class="number">{len(done.files)}<td class="number">{done.edits}'
        yield f"<tr><td>{_text(done.name)}{numbers}<td>{_text(done.summary)}</tr>"
    yield "</table>"


def _impact(found: Impact) -> Iterator[str]:
    yield f"<h2>{_text(impact.headline(found))}</h2>"
    if told := [*impact.rows(found)]:
        yield '<table id="impact">'
        yield from (f"<tr><td>{row.kind}<td>{_text(row.text)}</tr>" for row in told)
        yield "</table>"


def _chart(chart: Chart) -> Iterator[str]:
    most = max((bar.total for bar in chart.bars), default=0) or 1
    yield f'<h2>{_text(chart.title)}</h2><table class="chart">'
    for bar in chart.bars:
        yield f"<tr><td>{_text(bar.name)}{_bar(bar, most)}</tr>"
    yield "</table>"
    if chart.rest:
        yield f'<p class="dim">and {chart.rest} more</p>'


def _bar(bar: Bar, most: int) -> str:
    parts = [
        f'<i class="{style}" style="width:{100 * number / most:.1f}%"></i>'
        for style, number in bar.parts
        if number
    ]
    numbers = " ".join(f"{_SIGNS.get(style, '')}{number}" for style, number in bar.parts)
    return f'<td class="number">{numbers}<td class="bar" aria-hidden="true">{"".join(parts)}'


_SIGNS = {"plus": "+", "minus": "−"}


def _files(run: Run) -> Iterator[str]:
    files = run.changeset.files
    if not files:
        return
    yield f"<h2>{counted(files, 'file')}</h2>"
    yield (
        '<p><input id="filter" type="search" placeholder="filter by path" aria-label="filter by '
        'path"></p><p class="dim keys"><kbd>j</kbd> <kbd>k</kbd> next file and the one before, '
        "<kbd>o</kbd> fold or unfold all, <kbd>/</kbd> filter</p>"
    )
    for change in files:
        yield from _file(change)


def _file(change: FileChange) -> Iterator[str]:
    shown = hunks(change)
    added, removed = counts(shown)
    kind = " (new)" if change.before is None else " (gone)" if change.after is None else ""
    is_open = " open" if sum(len(hunk.lines) for hunk in shown) <= _OPEN else ""
    yield f'<details class="file" data-path="{_text(change.path)}"{is_open}>'
    yield (
        f"<summary><code>{_text(change.path)}</code>{kind} "
        f'<span class="plus">+{added}</span> <span class="minus">−{removed}</span></summary>'
    )
    yield '<table class="diff">'
    yield '<colgroup><col style="width:4rem"><col><col style="width:4rem"><col></colgroup>'
    for hunk in shown:
        yield f'<tr><td class="head" colspan="4">{hunk.header}</tr>'
        yield from _rows(hunk)
    yield "</table></details>"


def _rows(hunk: Hunk) -> Iterator[str]:
    """Yield lines side by side: those that go beside those that come in their stead."""
    words = changed_words(hunk)
    old, new = hunk.old.start, hunk.new.start
    marks = "".join(line.mark for line in hunk.lines)
    for run in re.finditer(r"(-*)(\+*)( ?)", marks):
        gone, come = [*range(*run.span(1))], [*range(*run.span(2))]
        for row in range(max(len(gone), len(come))):
            left = right = _NONE
            if row < len(gone):
                old += 1
                left = _cell(hunk, gone[row], old, "old", words)
            if row < len(come):
                new += 1
                right = _cell(hunk, come[row], new, "new", words)
            yield f"<tr>{left}{right}</tr>"
        if run[3]:
            old, new = old + 1, new + 1
            text = _line(hunk.lines[run.start(3)].text, (), "")
            again = f'<td class="n again">{new}<td class="same again">{text}'
            yield f'<tr><td class="n">{old}<td class="same">{text}{again}</tr>'


_NONE = '<td class="n none"><td class="none">'
_TAGS = {"old": "del", "new": "ins"}


def _cell(
    hunk: Hunk, index: int, number: int, side: str, words: dict[int, tuple[Span, ...]]
) -> str:
    text = _line(hunk.lines[index].text, words.get(index, ()), _TAGS[side])
    return f'<td class="n">{number}<td class="{side}">{text}'


def _line(line: str, words: tuple[Span, ...], tag: str) -> str:
    text = line.removesuffix("\n")
    position = 0
    pieces = []
    for span in words:
        pieces += [
            _text(text[position : span.start]),
            f"<{tag}>{_text(text[span.start : span.end])}</{tag}>",
        ]
        position = span.end
    end = "" if line.endswith("\n") else ' <span class="dim">(no line end)</span>'
    return "".join([*pieces, _text(text[position:]), end])


def _text(text: str) -> str:
    return escape(visible(text))
