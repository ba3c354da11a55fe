"""Take an import out of a Python file, and leave blank lines as a sorter of imports leaves them."""

import ast
import re

from ci_migrate.errors import Place, Refused
from ci_migrate.python_comments import comments_of, comments_within
from ci_migrate.python_imports import Import, ImportStatement, bound_name, check_alone, gives
from ci_migrate.python_intents import ModuleChange, RemovedName, RemovedStatement
from ci_migrate.python_own_lines import own_lines
from ci_migrate.python_source import PythonFile
from ci_migrate.python_uses import first_use
from ci_migrate.text import Edit, Span


def remove_import(
    file: PythonFile, statement: ImportStatement, *, unused_only: bool
) -> ModuleChange | None:
    """Return the change that removes an import; None if the file does not have it.

    One that is in use is left alone with `unused_only`, else it is refused. Raises Refused too
    where comments would be lost or come to stand above something else.
    """
    wanted = statement.node
    imports = [s for s in ast.walk(file.tree) if isinstance(s, Import) and gives(s, wanted)]
    found = [statement for statement in imports for _ in _numbers(statement, wanted)]
    if not found:
        return None
    if (reason := _reason_to_stay(file, found, wanted)) is not None:
        if unused_only:
            return None
        raise reason
    if len(found[0].names) == 1:
        return _without_statement(file, found[0])
    return _without_name(file, found[0], wanted)


def _reason_to_stay(file: PythonFile, found: list[Import], wanted: Import) -> Refused | None:
    """Return why an import can't be done without, as an error."""
    code, name, place = ast.unparse(wanted), bound_name(wanted), _place(file, found[-1])
    if len(found) > 1 or found[0] not in file.tree.body:
        where = f"in {len(found)} places" if len(found) > 1 else "within another statement"
        return Refused(f"'{code}' stands {where}", place=place, hint="remove it by hand")
    if name == "*" or getattr(wanted, "module", "") == "__future__":
        what = f"what '{code}' does for the file can't be told"
        return Refused(what, place=place, hint="remove it by hand")
    if (use := first_use(file, name)) is not None:
        hint = "change that first, or set 'unused-only'"
        return Refused(f"'{name}' is used here, so '{code}' stays", place=use, hint=hint)
    if wanted.names[0].asname == name == wanted.names[0].name or _is_kept(file, found[0], wanted):
        what = f"'{code}' is meant for other files, as it is written"
        return Refused(what, place=place, hint="remove it by hand, or set 'unused-only'")
    return None


def _is_kept(file: PythonFile, old: Import, wanted: Import) -> bool:
    """Say whether a comment tells the linter that the import is meant to be unused."""
    lines = {old.lineno, old.end_lineno, *(old.names[n].lineno for n in _numbers(old, wanted))}
    return any(c.line in lines and _FOR_OTHERS.search(c.text) for c in comments_of(file))


def _numbers(old: Import, wanted: Import) -> list[int]:
    """Return which of the names of an import are the wanted one, from 0."""
    (alias,) = wanted.names
    names = [(a.name, a.asname) for a in old.names]
    return [n for n, name in enumerate(names) if name == (alias.name, alias.asname)]


_FOR_OTHERS = re.compile(r"noqa:[\w,\s]*F401")


def _without_statement(file: PythonFile, old: Import) -> ModuleChange:
    check_alone(file, old)
    _check_above(file, old.lineno)
    edit = Edit(_with_blank_lines(file, old.lineno, old.end_lineno or old.lineno), "")
    return ModuleChange(edit, RemovedStatement(file.tree.body.index(old)))


def _with_blank_lines(file: PythonFile, first: int, last: int) -> Span:
    """Return the lines of a statement, with the blank ones above it if it stands between two.

    At the top of the file, those below it go.
    """
    above, below = first - 1, last + 1
    while above > 0 and _is_blank(file, above):
        above -= 1
    while below <= len(file.starts) and _is_blank(file, below):
        below += 1
    if above == 0:
        return Span(file.starts[0], file.lines(first, below - 1).end)
    if below > last + 1 or below > len(file.starts):
        return file.lines(above + 1, last)
    return file.lines(first, last)


def _is_blank(file: PythonFile, line: int) -> bool:
    return not file.lines(line, line).of(file.text).strip()


def _check_above(file: PythonFile, line: int) -> None:
    """Refuse a comment right above a line, as it would come to stand above something else.

    What stands at the top of the file is about the file.
    """
    alone = {comment.line: comment for comment in comments_of(file) if comment.alone}
    first = line
    while first - 1 in alone:
        first -= 1
    if 1 < first < line:
        place = file.place(Span(alone[first].offset, alone[first].offset))
        raise Refused(
            "a comment stands right above the import", place=place, hint="move it away first"
        )


def _without_name(file: PythonFile, old: Import, wanted: Import) -> ModuleChange:
    (index,), position = _numbers(old, wanted), file.tree.body.index(old)
    spans = [_span(file, alias) for alias in old.names]
    in_brackets = file.text[: _span(file, old).end].endswith(")")
    lines = own_lines(file, spans[index]) if in_brackets else None
    if lines is not None:
        _check_above(file, old.names[index].lineno)
        return ModuleChange(Edit(lines, ""), RemovedName(position, index, True))
    if index + 1 < len(spans):
        going = Span(spans[index].start, spans[index + 1].start)
    else:
        going = Span(spans[index - 1].end, spans[index].end)
    if comments := comments_within(file, going):
        what = "a comment stands in what would be taken out"
        place = file.place(Span(comments[0].offset, comments[0].offset))
        raise Refused(what, place=place, hint="move it away first")
    return ModuleChange(Edit(going, ""), RemovedName(position, index, False))


def _span(file: PythonFile, node: ast.alias | ast.stmt) -> Span:
    start = file.offset(node.lineno, node.col_offset)
    return Span(start, file.offset(node.end_lineno or node.lineno, node.end_col_offset or 0))


def _place(file: PythonFile, node: ast.stmt) -> Place:
    return Place(file.path, node.lineno, node.col_offset + 1)
