"""Replace text in plain files, line by line, wherever no finer structure is known."""

import ast
from collections.abc import Callable
from typing import NamedTuple

from ci_migrate.changeset import Rewrite
from ci_migrate.document import parse
from ci_migrate.errors import BadFile, Place, Refused
from ci_migrate.pattern import Pattern
from ci_migrate.text import BYTE_ORDER_MARK, Edit, Span, line_and_column, line_end, line_starts


class TextClaim(NamedTuple):
    """The new text has just these lines."""

    lines: tuple[str, ...]

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        same = tuple(after.split("\n")) == self.lines
        return "" if same else "the lines are not those that were meant"


class SameText(NamedTuple):
    """The new file has just the text of another one."""

    text: str

    def fault(self, after: str) -> str:
        """Return why the claim does not hold for the text `after`; nothing if it holds."""
        return "" if after == self.text else "the text is not that of the other file"


def replace_text(
    path: str, text: str, find: Pattern, replace: str, chosen: Callable[[int, str], bool]
) -> Rewrite | None:
    r"""Replace what `find` fits in the lines that are chosen, by number from 0 and text.

    None if it fits nowhere. In `replace`, `\1` stands for a group of a regular expression. Raises
    Refused for a YAML or Python file that could be read, and could not be any more.
    """
    template = find.template(replace)
    edits: list[Edit] = []
    lines = text.split("\n")
    for number, start in enumerate(line_starts(text)):
        start += number == 0 and text.startswith(BYTE_ORDER_MARK)
        line = text[start : line_end(text, start)]
        if not chosen(number, line):
            continue
        for match in find.compiled.finditer(line):
            new = match.expand(template)
            if new != match[0]:
                edits.append(Edit(Span(start + match.start(), start + match.end()), new))
        rest = lines[number][len(lines[number].rstrip("\r")) :]
        mark = BYTE_ORDER_MARK if number == 0 and text.startswith(BYTE_ORDER_MARK) else ""
        lines[number] = mark + find.compiled.sub(template, line) + rest
    if not edits:
        return None
    after = "\n".join(lines)
    if _is_read(path, text) and not _is_read(path, after):
        what = "the file could not be read any more with this text replaced"
        place = Place(path, *line_and_column(text, edits[0].span.start))
        raise Refused(what, place=place, hint="narrow what is replaced")
    rewrite = Rewrite(path, text, tuple(edits), TextClaim(tuple(after.split("\n"))))
    return rewrite._replace(parts=(rewrite,))


def _is_read(path: str, text: str) -> bool:
    try:
        if path.endswith((".yaml", ".yml")):
            parse(path, text)
        elif path.endswith(".py"):
            ast.parse(text.removeprefix(BYTE_ORDER_MARK))
    except (BadFile, SyntaxError, ValueError):
        return False
    return True
