"""Which tests a command of a CI job runs with pytest, as far as its words tell.

Source: pytest's command line, and its `-k` expressions (docs.pytest.org, "Using -m and -k").
"""

import ast
import posixpath
import re
import shlex
from collections.abc import Iterable
from typing import NamedTuple

_FLAGS = re.compile(r"-[vsxqld]+|--(forked|lf|ff|sw|exitfirst|verbose|quiet|collect-only|co)")
_LEAVE_OUT = ("--ignore", "--deselect", "--ignore-glob")
_BREAK = re.compile(r"\n|&&|\|\||;|\|")
_TOKEN = re.compile(r"[()]|[^\s()]+")


class Target(NamedTuple):
    """Cases of a test: the path of its file, its name, and what stands in the ids of the cases.

    All of them have `ids`, and only some of them `more`, which is None if that is not known.
    """

    path: str
    name: str
    ids: tuple[str, ...]
    more: tuple[str, ...] | None
    others: frozenset[str]  # names of the other tests in the file


def runs(command: str, target: Target) -> bool | None:
    """Say whether a command runs the cases of a test; None if it may, or runs some of them.

    A path counts from the root of the tree or from a folder right below it, or from that which the
    command has gone to before.
    """
    found: list[bool | None] = [False]
    folder = ""
    for part in _BREAK.split(command):
        words = _words(part)
        if words[:1] == ["cd"] and len(words) > 1:
            folder = posixpath.join(folder, words[1])
        for index, word in enumerate(words):
            if posixpath.basename(word) in ("pytest", "py.test"):
                rest = words[index + 1 :]
                if words[0] == "find":  # which runs it on what it finds below its first argument
                    rest = [words[1] if one == "{}" else one for one in rest]
                found.append(_chosen(rest, folder, target))
                break
    return _any(found)


def may_run(content: bytes, path: str) -> bool:
    """Say quickly whether a file can hold a command that runs tests of the file at `path`."""
    if b"pytest" not in content:
        return False
    parts = path.split("/")
    texts = {
        "/".join(parts[first:last])
        for first in range(len(parts))
        for last in range(first + 1, len(parts) + 1)
    }
    words = b"|".join(re.escape(text.encode()) for text in sorted(texts, key=len, reverse=True))
    named = re.search(rb"(?<![\w/.-])(?:/[\w.-]+/|\./)?(?:" + words + rb")/?(?![\w/.-])", content)
    return named is not None or _BARE.search(content) is not None


_BARE = re.compile(rb"pytest\b(?:[ \t]+-[^\s\"']*)*[ \t]*[\"']?[ \t]*(?:$|[;&|])", re.MULTILINE)


def _words(part: str) -> list[str]:
    """Return the words of a part of a command; a quote may go on in the next part."""
    for text in (part, part.replace("'", " "), part.replace("'", " ").replace('"', " ")):
        try:
            return shlex.split(text)
        except ValueError:
            continue
    return part.split()


def _chosen(words: list[str], folder: str, target: Target) -> bool | None:
    """Say whether pytest's own words choose the test."""
    paths: list[str] = []
    chosen: bool | None = True
    option = ""
    for word in words:
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            option = "" if equals or _FLAGS.fullmatch(word) else word
            if not equals:
                continue
        elif option:
            name, value, option = option, word, ""
        else:
            paths.append(word)
            continue
        if name == "-k":
            chosen = _all((chosen, _fits(value, target)))
        elif name == "-m":
            chosen = _all((chosen, None))
        elif name in _LEAVE_OUT and _leads_to(value, folder, target) is not False:
            chosen = _all((chosen, False if name == "--ignore" else None))
    if paths:
        chosen = _all((chosen, _any(_leads_to(path, folder, target) for path in paths)))
    return chosen


def _leads_to(word: str, folder: str, target: Target) -> bool | None:
    """Say whether a path, or the id of a test, is that of the test or of a folder with it in."""
    path, _, test = word.partition("::")
    if any(sign in path for sign in "$*?[{`"):
        return None
    path = posixpath.normpath(posixpath.join(folder, path))
    top = target.path.partition("/")[0]
    # An absolute path begins with the folder of the repository in a container.
    absolute = path.startswith("/")
    places = (
        {path.split("/", 2)[2]} if absolute and path.count("/") > 1 else {path, f"{top}/{path}"}
    )
    inside = any(
        place == "." or target.path == place or target.path.startswith(f"{place}/")
        for place in places
    )
    if not inside or not test:
        return inside
    name, bracket, _ = test.partition("[")
    if name != target.name and not target.name.startswith(f"{name}::"):
        return False
    return None if bracket else True


def _fits(expression: str, target: Target) -> bool | None:
    """Say whether the cases of a test fit a `-k` expression; None for some of them."""
    names: list[str] = []
    code = []
    for token in _TOKEN.findall(expression):
        if token in ("and", "or", "not", "(", ")"):
            code.append(token)
        else:
            code.append(f"n{len(names)}")
            names.append(token)
    try:
        tree = ast.parse(" ".join(code), mode="eval").body
    except SyntaxError:
        return None
    known = {f"n{index}": _has(name.lower(), target) for index, name in enumerate(names)}
    return _value(tree, known)


def _has(word: str, target: Target) -> bool | None:
    names = (posixpath.basename(target.path), *target.name.split("::"), *target.ids)
    if any(word in name.lower() for name in names):
        return True
    if target.more is not None:
        return None if any(word in id.lower() for id in target.more) else False
    # What is the name of other tests is hardly part of an id as well.
    return False if any(word in name.lower() for name in target.others) else None


def _value(node: ast.expr, known: dict[str, bool | None]) -> bool | None:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _all(_value(value, known) for value in values)
        case ast.BoolOp(values=values):
            return _any(_value(value, known) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = _value(operand, known)
            return None if value is None else not value
        case ast.Name(id=name):
            return known.get(name)
    return None


def _all(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found else True


def _any(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return True if True in found else None if None in found else False
