"""What stands between brackets: the parts' source, and whether they stand one a line."""

import re

import libcst as cst

from ci_migrate.python_source import code_of


def argument_code(argument: cst.Arg) -> str:
    """Return the source of an argument without the comma behind it."""
    name = f"{argument.keyword.value}=" if argument.keyword else argument.star
    return name + code_of(argument.value)


def element_code(element: cst.BaseElement) -> str:
    """Return the source of an element without the comma behind it."""
    return ("*" if isinstance(element, cst.StarredElement) else "") + code_of(element.value)


def is_open(node: cst.Call | cst.BaseExpression) -> bool:
    """Say whether brackets hold one part a line: by a comma behind the last one, or a comment."""
    parts = node.args if isinstance(node, cst.Call) else getattr(node, "elements", ())
    code = code_of(node)
    if "\n" not in code or not parts:
        return False
    return isinstance(parts[-1].comma, cst.Comma) or "#" in code


REST_OF_LINE = re.compile(r"(?P<comma>[ \t]*,)?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")


def begins_line(text: str, offset: int) -> bool:
    """Say whether nothing but blanks stands before a character on its line."""
    lead = text[max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1 : offset]
    return not lead.strip(" \t\ufeff")
