"""What a change means for a Python file's syntax tree, and for its comments."""

from typing import NamedTuple, TypeAlias

from ci_migrate.text import Edit, Span


class NewDecorator(NamedTuple):
    """The test `name` has one more decorator, `code`, as number `position` from above."""

    name: str
    position: int
    code: str


class RemovedDecorator(NamedTuple):
    """The test `name` has no longer its decorator number `position`."""

    name: str
    position: int


class NewExpression(NamedTuple):
    """In the decorators of the test `name`, the expression at `span` is now `code`."""

    name: str
    span: Span
    code: str


class GoneComments(NamedTuple):
    """The comments that stand in `span` are gone with what they are about."""

    span: Span


PythonIntent: TypeAlias = NewDecorator | RemovedDecorator | NewExpression | GoneComments


class PythonChange(NamedTuple):
    """Edits of a test file and what they mean for the syntax tree of a test."""

    edits: tuple[Edit, ...]
    intents: tuple[PythonIntent, ...]


class NewStatement(NamedTuple):
    """The module has the statement `code` before its number `position`, or in its place."""

    position: int
    replaces: bool
    code: str


class RemovedStatement(NamedTuple):
    """The module has no longer its statement number `position`, nor the comments on its lines."""

    position: int


class RemovedName(NamedTuple):
    """The import that is the module's statement number `position` lacks its name `number`, from 0.

    `comments` says whether the name stood on a line of its own, whose comment is gone too.
    """

    position: int
    number: int
    comments: bool


ModuleIntent: TypeAlias = NewStatement | RemovedStatement | RemovedName


class ModuleChange(NamedTuple):
    """An edit of a Python file and what it means for the statements of the module."""

    edit: Edit
    intent: ModuleIntent
