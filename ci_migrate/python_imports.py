"""Add an import to a Python file where a sorter of imports would put it.

Source: ruff's isort rules by default. Standard library, other packages and the project's own each
form a section; in a section `import a` comes before `from a import b`, by module; the names of one
`from` are constants, then classes, then others.
"""

import ast
import sys
from typing import NamedTuple, TypeAlias, TypeGuard

from ci_migrate.errors import Place, Refused
from ci_migrate.python_comments import comments_of
from ci_migrate.python_intents import ModuleChange, NewStatement
from ci_migrate.python_layout import Format, width_of
from ci_migrate.python_names import bindings
from ci_migrate.python_source import Definition, PythonFile, comments_in, first_line
from ci_migrate.text import Edit, Span, line_end, newline_of
from ci_migrate.tree import Tree

Import: TypeAlias = ast.Import | ast.ImportFrom


class ImportStatement(NamedTuple):
    """One import of one thing; `code` is its source."""

    code: str

    @classmethod
    def parse(cls, text: str) -> "ImportStatement":
        """Read `import a.b`, `import a as b` or `from a import b`; raises ValueError otherwise."""
        try:
            body = ast.parse(text.strip()).body
        except (SyntaxError, ValueError) as error:
            raise ValueError("is not an import") from error
        match body:
            case [ast.Import(names=[_]) | ast.ImportFrom(names=[_], level=0)]:
                return cls(ast.unparse(body[0]))
        raise ValueError("is not an import of one thing")

    @property
    def node(self) -> Import:
        """Return the statement's syntax tree."""
        (statement,) = ast.parse(self.code).body
        assert isinstance(statement, ast.Import | ast.ImportFrom)  # noqa: S101 (for the types)
        return statement


def add_import(
    file: PythonFile, statement: ImportStatement, tree: Tree, format: Format
) -> ModuleChange | None:
    """Return the change that adds an import; None if the file has it.

    Raises Refused if names are to be added to a statement with comments in it, or the name is that
    of something else in the file.
    """
    new = statement.node
    present = [s for s in file.tree.body if isinstance(s, Import)]
    if any(gives(old, new) for old in present):
        return None
    _check_free(file, new)
    for old in present:
        if isinstance(new, ast.ImportFrom) and _can_be_extended(old, new):
            return _extended(file, old, new, format)
    return _inserted(file, new, tree)


def _can_be_extended(old: Import, new: ast.ImportFrom) -> TypeGuard[ast.ImportFrom]:
    return isinstance(old, ast.ImportFrom) and _source(old) == _source(new) and not _is_star(old)


def _is_star(statement: ast.ImportFrom) -> bool:
    return statement.names[0].name == "*"


def _source(statement: Import) -> tuple[str | None, int] | None:
    """Return the module and level that a `from` imports from; None for a plain import."""
    if isinstance(statement, ast.ImportFrom):
        return statement.module, statement.level
    return None


def bound_name(statement: Import) -> str:
    """Return the name that an import of one thing binds."""
    (alias,) = statement.names
    if isinstance(statement, ast.Import) and alias.asname is None:
        return alias.name.partition(".")[0]
    return alias.asname or alias.name


def _check_free(file: PythonFile, new: Import) -> None:
    """Refuse an import that would take the place of something else with its name, or lose to it."""
    name = bound_name(new)
    for statement in bindings(file.tree.body, name):
        if not isinstance(statement, Import) or not _is_same_package(statement, new):
            place = Place(file.path, statement.lineno, statement.col_offset + 1)
            what = f"'{name}' is defined here, so '{ast.unparse(new)}' has no place"
            raise Refused(what, place=place, hint="import it by another name, with 'as'")


def _is_same_package(old: Import, new: Import) -> bool:
    """Say whether two imports bind the same thing to a name that they share."""
    packages = isinstance(old, ast.Import) and isinstance(new, ast.Import)
    renamed = [alias for alias in (*old.names, *new.names) if alias.asname == bound_name(new)]
    return gives(old, new) or (packages and not renamed)


def check_alone(file: PythonFile, statement: ast.stmt) -> None:
    """Refuse a statement of the module that shares a line with another one."""
    first, last = first_line(statement), statement.end_lineno
    others = (other for other in file.tree.body if other is not statement)
    if any(first_line(other) == last or other.end_lineno == first for other in others):
        what = "this statement shares its line with another"
        place = Place(file.path, statement.lineno, statement.col_offset + 1)
        raise Refused(what, place=place, hint="give each a line of its own")


def gives(old: Import, new: Import) -> bool:
    """Say whether a statement imports what another one does, by the same name."""
    (wanted,) = new.names
    same = [
        alias for alias in old.names if (alias.name, alias.asname) == (wanted.name, wanted.asname)
    ]
    return _source(old) == _source(new) and bool(same)


def _inserted(file: PythonFile, new: Import, tree: Tree) -> ModuleChange:
    code = ast.unparse(new)
    newline = newline_of(file.text)
    leading = _leading(file)
    rank = _rank(new, tree)
    before = [statement for statement in leading if _rank(statement, tree) < rank]
    behind = [statement for statement in leading if _rank(statement, tree) > rank]
    heads_section = bool(behind) and _rank(behind[0], tree)[0] == rank[0]
    if before and (_rank(before[-1], tree)[0] == rank[0] or not heads_section):
        same = _rank(before[-1], tree)[0] == rank[0]
        at = _line_end(file, before[-1])
        text = (newline if same else newline * 2) + code
        return _change(file, at, text, before[-1], 1, code)
    if behind:
        at = _above(file, behind[0])
        commented = at < file.starts[behind[0].lineno - 1]
        below = newline * (1 if heads_section and not commented else 2)
        return _change(file, at, code + below, behind[0], 0, code)
    return _as_first(file, code)


def _as_first(file: PythonFile, code: str) -> ModuleChange:
    """Add an import to a file that has none, below what stands at its top."""
    newline = newline_of(file.text)
    documented = ast.get_docstring(file.tree, clean=False) is not None
    others = file.tree.body[documented:]
    if not others:
        ended = not file.text or file.text.endswith(("\n", "\r"))
        lead = newline * ((not ended) + bool(file.text.strip(" \t\r\n\ufeff")))
        end = Span(len(file.text), len(file.text))
        return ModuleChange(Edit(end, lead + code + newline), NewStatement(documented, False, code))
    at = _above(file, others[0])
    below = newline * (3 if isinstance(others[0], Definition) else 2)
    close = documented and file.tree.body[0].end_lineno == file.line_of(at) - 1
    return _change(file, at, newline * close + code + below, others[0], 0, code)


def _above(file: PythonFile, statement: ast.stmt) -> int:
    """Return where to put something above a statement and the comments right above it.

    Comments that begin the file are about the file.
    """
    alone = {comment.line for comment in comments_of(file) if comment.alone}
    line = first = first_line(statement)
    while first - 1 in alone:
        first -= 1
    return file.starts[(first if first > 1 else line) - 1]


def _change(
    file: PythonFile, at: int, text: str, beside: ast.stmt, offset: int, code: str
) -> ModuleChange:
    check_alone(file, beside)
    position = file.tree.body.index(beside) + offset
    return ModuleChange(Edit(Span(at, at), text), NewStatement(position, False, code))


def _leading(file: PythonFile) -> list[Import]:
    """Return the imports at the top, down to the first other statement but the docstring."""
    result: list[Import] = []
    for statement in file.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            result.append(statement)
        elif result or not isinstance(statement, ast.Expr):
            break
    return result


def _rank(statement: Import, tree: Tree) -> tuple[int, int, str]:
    """Return what imports are sorted by: section, kind, module."""
    source = _source(statement)
    module, level = source if source else (statement.names[0].name, 0)
    top = (module or "").partition(".")[0]
    if level:
        section = 4
    elif top == "__future__":
        section = 0
    elif top in sys.stdlib_module_names:
        section = 1
    else:
        section = 3 if _is_own(top, tree) else 2
    return section, int(source is not None), (module or "").lower()


def _is_own(package: str, tree: Tree) -> bool:
    """Say whether a package stands in the tree, at the top or below `src`."""
    paths = (f"{package}/__init__.py", f"{package}.py", f"src/{package}/__init__.py")
    return any(tree.read(path) is not None for path in paths)


def _extended(
    file: PythonFile, old: ast.ImportFrom, new: ast.ImportFrom, format: Format
) -> ModuleChange:
    """Add a name to a `from` that is there, laid out as it was."""
    span = Span(file.starts[old.lineno - 1] + old.col_offset, _line_end(file, old, comment=False))
    written = span.of(file.text)
    if comments_in(written):
        what = "comments stand in the import that a name is to be added to"
        raise Refused(what, place=file.place(span), hint="add the import by hand")
    names = sorted([*old.names, *new.names], key=_name_rank)
    texts = [f"{a.name} as {a.asname}" if a.asname else a.name for a in names]
    head = f"from {old.module} import "
    code = head + ", ".join(texts)
    open_ = "\n" in written and written.rstrip(")\r\n ").endswith(",")
    if not open_ and width_of(code) <= format.width:
        text = code
    else:
        lines = "".join(f"{' ' * format.indent}{name},\n" for name in texts)
        text = f"{head}(\n{lines})".replace("\n", newline_of(file.text))
    position = file.tree.body.index(old)
    return ModuleChange(Edit(span, text), NewStatement(position, True, code))


def _name_rank(alias: ast.alias) -> tuple[int, str, str]:
    name = alias.name
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name


def _line_end(file: PythonFile, statement: ast.stmt, *, comment: bool = True) -> int:
    """Return the end of a statement, or of its line with the comment behind it."""
    end = file.offset(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    if not comment:
        return end
    return line_end(file.text, end)
