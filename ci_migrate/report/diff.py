"""A file change as hunks of lines, worked out from its edits."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from ci_migrate.changeset import FileChange
from ci_migrate.text import Span, line_starts

_CONTEXT = 3


class Block(NamedTuple):
    """Lines `old` of the file before that become lines `new`; both count from 0."""

    old: Span
    new: Span


class DiffLine(NamedTuple):
    """A line with its mark (blank, `-` or `+`) and its line end."""

    mark: str
    text: str


class Hunk(NamedTuple):
    """Blocks that stand near one another, with unchanged lines around them."""

    old: Span
    new: Span
    lines: tuple[DiffLine, ...]

    @property
    def header(self) -> str:
        """Return the hunk's head line as in a unified diff."""
        return f"@@ -{_range(self.old)} +{_range(self.new)} @@"


@lru_cache(maxsize=1024)  # a report counts the lines that it has shown
def hunks(change: FileChange) -> tuple[Hunk, ...]:
    """Return the hunks of a change, in their order."""
    old, new = _lines(change.before or ""), _lines(change.after or "")
    groups: list[list[Block]] = []
    for block in _merged(_blocks(change, old, new)):
        if groups and block.old.start - groups[-1][-1].old.end <= 2 * _CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    return tuple(_hunk(group, old, new) for group in groups)


def counts(hunks: Iterable[Hunk]) -> tuple[int, int]:
    """Return how many lines the hunks add and take away."""
    marks = [line.mark for hunk in hunks for line in hunk.lines]
    return marks.count("+"), marks.count("-")


def totals(changes: Iterable[FileChange]) -> tuple[int, int]:
    """Return how many lines all changes add and take away."""
    return counts(hunk for change in changes for hunk in hunks(change))


def changed_words(hunk: Hunk) -> dict[int, tuple[Span, ...]]:
    """Return, by number of the hunk's line, the words that differ from the line it replaces.

    Lines are compared where as many come as go, and marked where they are more alike than not.
    """
    result: dict[int, tuple[Span, ...]] = {}
    marks = "".join(line.mark for line in hunk.lines)
    for run in re.finditer(r"(-+)(\++)", marks):
        old, new = run.start(1), run.start(2)
        if len(run[1]) == len(run[2]):
            for i in range(len(run[1])):
                one, other = hunk.lines[old + i].text, hunk.lines[new + i].text
                result[old + i], result[new + i] = _compared(one, other)
    return result


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _blocks(change: FileChange, old: list[str], new: list[str]) -> Iterator[Block]:
    """Yield what differs: the lines that the edits touch, compared among themselves."""
    for region in _regions(change, len(old), len(new)):
        before, after = (
            old[region.old.start : region.old.end],
            new[region.new.start : region.new.end],
        )
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag != "equal":
                i, j = region.old.start, region.new.start
                yield Block(Span(i + i1, i + i2), Span(j + j1, j + j2))


def _merged(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with those joined that follow one another without a line between, as in git."""
    last: Block | None = None
    for block in blocks:
        if last and last.old.end == block.old.start and last.new.end == block.new.start:
            last = Block(Span(last.old.start, block.old.end), Span(last.new.start, block.new.end))
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _regions(change: FileChange, old_count: int, new_count: int) -> list[Block]:
    old_starts, new_starts = line_starts(change.before or ""), line_starts(change.after or "")
    regions: list[Block] = []
    growth = 0
    for edit in change.edits:
        first = edit.span.start + growth
        old = _touched(old_starts, edit.span.start, edit.span.end, old_count)
        new = _touched(new_starts, first, first + len(edit.text), new_count)
        growth += len(edit.text) - (edit.span.end - edit.span.start)
        if regions and (old.start < regions[-1].old.end or new.start < regions[-1].new.end):
            last = regions.pop()
            old, new = Span(last.old.start, old.end), Span(last.new.start, new.end)
        regions.append(Block(old, new))
    return regions


def _touched(starts: tuple[int, ...], start: int, end: int, count: int) -> Span:
    first = bisect_right(starts, start) - 1
    return Span(min(first, count), min(bisect_right(starts, end), count))


def _hunk(blocks: list[Block], old: list[str], new: list[str]) -> Hunk:
    lead = min(_CONTEXT, blocks[0].old.start)
    tail = min(_CONTEXT, len(old) - blocks[-1].old.end)
    lines: list[DiffLine] = []
    position = blocks[0].old.start - lead
    for block in blocks:
        lines += [DiffLine(" ", line) for line in old[position : block.old.start]]
        lines += [DiffLine("-", line) for line in old[block.old.start : block.old.end]]
        lines += [DiffLine("+", line) for line in new[block.new.start : block.new.end]]
        position = block.old.end
    lines += [DiffLine(" ", line) for line in old[position : position + tail]]
    return Hunk(
        Span(blocks[0].old.start - lead, blocks[-1].old.end + tail),
        Span(blocks[0].new.start - lead, blocks[-1].new.end + tail),
        tuple(lines),
    )


def _compared(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the spans of the words that differ; none if more differs than not."""
    one, other = (re.findall(r"\w+|\s+|.", line) for line in (old, new))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < 0.5:
        return (), ()
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return (
        tuple(_joined(one, i1, i2) for _, i1, i2, _, _ in codes if i1 < i2),
        tuple(_joined(other, j1, j2) for _, _, _, j1, j2 in codes if j1 < j2),
    )


def _joined(words: list[str], first: int, end: int) -> Span:
    start = len("".join(words[:first]))
    return Span(start, start + len("".join(words[first:end])))


def _range(lines: Span) -> str:
    count = lines.end - lines.start
    start = lines.start + 1 if count else lines.start
    return str(start) if count == 1 else f"{start},{count}"
