"""Which jobs choose a test of a file, as far as the words of their calls of pytest tell."""

import posixpath
import re
from functools import lru_cache
from typing import NamedTuple

from ci_migrate.job import Workspace
from ci_migrate.keywords import all_of, any_of, keyword_holds
from ci_migrate.pytest_runs import Named, Run, run_of
from ci_migrate.shell_calls import Call


class Target(NamedTuple):
    """Cases of a test: the path of its file, its name, and what stands in the ids of the cases.

    All of them have `ids`, and only some of them `more`, which is None if that is not known.
    """

    path: str
    name: str
    ids: tuple[str, ...]
    more: tuple[str, ...] | None
    others: frozenset[str]  # names of the other tests in the file


def chooses(call: Call, workspace: Workspace, target: Target) -> bool | None:
    """Say whether a call runs the cases of a test; None if it may, or runs some of them."""
    words = call.words
    if call.program == "find" and "-exec" in words:  # on what it finds below its first argument
        start = words.index("-exec") + 1
        found = (words[1] if word == "{}" else word for word in words[start:] if word != ";")
        call = call._replace(words=tuple(found))
    names = [word.rpartition("/")[2] for word in call.words]
    if "pytest" not in names or "install" in names:
        return False
    if call.inner and call.folder != workspace.folder:  # it starts at the root, or where we are
        here = call._replace(folder=workspace.folder, inner=False)
        there = call._replace(inner=False)
        return any_of(chooses(one, workspace, target) for one in (here, there))
    run = run_of(call, workspace)
    if run is None:
        return None
    if any(True for _ in run.of("script")):
        return False
    return all_of((_named(run, target), _by_options(run, target)))


def may_run(content: bytes, path: str) -> bool:
    """Say quickly whether text can hold a command that runs tests of the file at `path`."""
    if b"pytest" not in content:
        return False
    return _named_in(path).search(content) is not None or _BARE.search(content) is not None


@lru_cache(maxsize=16)
def _named_in(path: str) -> re.Pattern[bytes]:
    """Return what finds a part of a path, which a command may name."""
    parts = path.split("/")
    texts = {
        "/".join(parts[first:last])
        for first in range(len(parts))
        for last in range(first + 1, len(parts) + 1)
    }
    words = b"|".join(re.escape(text.encode()) for text in sorted(texts | {".", ".."}))
    return re.compile(rb"(?<![\w/.-])(?:/[\w.-]+/|\./)?(?:" + words + rb")/?(?![\w/.-])")


_BARE = re.compile(rb"pytest\b(?:[ \t]+-[^\s\"']*)*[ \t]*[\"']?[ \t]*(?:$|[;&|])", re.MULTILINE)


def _named(run: Run, target: Target) -> bool | None:
    """Say whether pytest is told a path, or the id of a test, that leads to the test."""
    named = tuple(run.of("test"))
    if named:
        return any_of(_leads_to(one, target) for one in named)
    return _inside(run.call.folder, target)


def _leads_to(named: Named, target: Target) -> bool | None:
    inside = _inside(named.path, target)
    test = named.written.partition("::")[2]
    if not inside or not test:
        return inside
    name, bracket, _ = test.partition("[")
    if name != target.name and not target.name.startswith(f"{name}::"):
        return False
    return None if bracket else True


def _inside(path: str | None, target: Target) -> bool | None:
    if path is None:
        return None
    return path in ("", target.path) or target.path.startswith(f"{path}/")


def _by_options(run: Run, target: Target) -> bool | None:
    """Say whether the options of a call leave the test."""
    answers: list[bool | None] = [_fits(run.keyword, target)] if run.keyword else [True]
    if run.marks or any(_leads_to(one, target) is not False for one in run.of("deselect")):
        answers.append(None)
    for one in run.of("ignore"):
        left_out = _leads_to(one, target)
        answers.append(None if left_out is None else not left_out)
    return all_of(answers)


def _fits(expression: str, target: Target) -> bool | None:
    """Say whether the cases of a test fit a `-k` expression; None for some of them."""
    return keyword_holds(expression, lambda word: _has(word, target))


def _has(word: str, target: Target) -> bool | None:
    names = (posixpath.basename(target.path), *target.name.split("::"), *target.ids)
    if any(word in name.lower() for name in names):
        return True
    if target.more is not None:
        return None if any(word in id.lower() for id in target.more) else False
    # What is the name of other tests is hardly part of an id as well.
    return False if any(word in name.lower() for name in target.others) else None
