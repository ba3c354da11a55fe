"""A run as a comment on a pull request, with folded diffs, no longer than a comment may be."""

import html
import re
import shlex
from collections.abc import Iterable, Iterator

from ci_migrate.changeset import FileChange
from ci_migrate.impact import Impact
from ci_migrate.report import impact
from ci_migrate.report.diff import counts, hunks
from ci_migrate.report.findings import sides_of, told
from ci_migrate.report.patch import file_patch
from ci_migrate.report.unproved import report_of
from ci_migrate.report.visible import one_line, visible
from ci_migrate.run import Run
from ci_migrate.text import counted

LIMIT = 65_536  # characters that GitHub takes in a comment
MARKER = "<!-- ci-migrate: {} -->"  # by which the comment is found again
_WEB = re.compile(r"https?://[^\s<>\x00-\x20]+")
_BAR = 20  # characters
SIGNS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}
_RESERVE = 300  # for the line that says what was cut


def render(run: Run) -> str:
    """Return the comment; what does not fit is left out and named."""
    marker = MARKER.format(re.sub(r"[^\w.-]", "_", run.recipe.recipe.name))
    return f"{within(run, LIMIT - len(marker) - 1)}{marker}\n"


def together(runs: Iterable[Run]) -> str:
    """Return the comment for recipes that are checked: a line for each, and what is left."""
    runs, marker = tuple(runs), MARKER.format("check")
    text = "### ci-migrate check\n\n"
    for run in runs:
        sign, words = "❌" if run.exit_code else "✅", code(shlex.join(run.words))
        text += f"- {sign} {words}: {inline(run.conclusion)}\n"
    left = [run for run in runs if run.exit_code]
    room = (LIMIT - len(text) - len(marker) - 2) // max(len(left), 1) - 1
    if room > 2 * _RESERVE:
        text += "".join(f"\n{within(run, room)}" for run in left)
    return f"{text[: LIMIT - len(marker) - 2]}\n{marker}\n"


def within(run: Run, limit: int) -> str:
    """Return a report of at most so many characters; what does not fit is left out and named."""
    text = "".join(_head(run))
    if len(text) > limit - _RESERVE:
        text = text[: limit - _RESERVE].rpartition("\n")[0] + "\n"
        return text + "\n*The rest is cut: the comment would be too long.*\n"
    left_out = []
    for change in run.changeset.files:
        part = _diff(change)
        if len(text) + len(part) > limit - _RESERVE:
            left_out.append(change.path)
            continue
        text += part
    return text + _cut(left_out)


def _head(run: Run) -> Iterator[str]:
    recipe = run.recipe.recipe
    yield f"### {code(recipe.name)}: {inline(recipe.title)}\n\n"
    yield f"**{inline(run.conclusion)}**\n"
    for failure in run.changeset.failures:
        yield f"\n- ❌ **{failure.name}**: {inline(str(failure.error))}"
    if run.changeset.failures:
        yield "\n"
    yield from _why(run)
    for failure in run.changeset.failures:
        if report := report_of(failure):
            yield f"\nFor a report to the maintainers of ci-migrate:\n\n{_fenced(report, '')}"
    if run.changeset.done:
        yield "\n| operation | files | edits | |\n|---|---:|---:|---|\n"
    for done in run.changeset.done:
        yield f"| {done.name} | {len(done.files)} | {done.edits} | {inline(done.summary)} |\n"
    if run.impact is not None:
        yield from _impact(run.impact)
    for _, finding in run.changeset.findings:
        yield f"\n- {SIGNS[finding.severity]} {inline(told(finding))}"
    for finding in run.changeset.audited.gone:
        yield f"\n- ✅ no more: {inline(told(finding))}"
    if sides := sides_of(run.changeset.audited):
        yield f"\n\nAudits: {sides}\n"
    if run.changeset.proof:
        yield f"\nProof: {inline(str(run.changeset.proof))}\n"
    yield "\n"
    yield f"To reproduce: {code(shlex.join(('ci-migrate', 'apply', *run.words)))}\n"


def _impact(found: Impact) -> Iterator[str]:
    yield f"\n**{inline(impact.headline(found))}**\n"
    if bars := [*impact.bars(found)]:
        yield f"\n| {' | '.join(impact.HEAD)} |\n|---|---|---:|---:|---|\n"
    for bar in bars:
        yield f"| {' | '.join((inline(bar.queue), *bar[1:4], bar.drawn(_BAR)))} |\n"
    if told := [*impact.rows(found)]:
        yield "\n| change | |\n|---|---|\n"
    for row in told:
        yield f"| {row.kind} | {inline(row.text)} |\n"


def _why(run: Run) -> Iterator[str]:
    recipe = run.recipe.recipe
    if recipe.description.strip():
        yield f"\n{inline(recipe.description.strip())}\n"
    links = [link for link in recipe.links if _WEB.fullmatch(link)]
    if links:
        yield f"\nWhy: {', '.join(f'<{link}>' for link in links)}\n"


def _diff(change: FileChange) -> str:
    added, removed = counts(hunks(change))
    patch = visible(file_patch(change).replace("\r\n", "\n"))
    summary = f"<code>{html.escape(one_line(change.path))}</code> (+{added} −{removed})"
    return f"\n<details><summary>{summary}</summary>\n\n{_fenced(patch, 'diff')}\n</details>\n"


def _fenced(text: str, kind: str) -> str:
    """Return lines as a block of code, in a fence that they can't end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{kind}\n{text}{fence}\n"


def _cut(paths: list[str]) -> str:
    if not paths:
        return ""
    named = f"\n*{counted(paths, 'diff')} left out, too long for a comment: "
    shown = [code(path) for path in paths if len(path) < 60][:3]
    more = f" and {len(paths) - len(shown)} more" if len(paths) > len(shown) else ""
    return f"{named}{', '.join(shown)}{more}.*\n"


def inline(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@&])", r"\\\1", visible(text).replace("\n", " "))


def code(text: str) -> str:
    """Return text as code within a line."""
    text = visible(text).replace("\n", " ")
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{ticks}{space}{text}{space}{ticks}"
