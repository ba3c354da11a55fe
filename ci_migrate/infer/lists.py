"""Draft what was changed in list files and in other plain text."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from ci_migrate.infer.data import Data, Draft, exactly
from ci_migrate.infer.fields import Choice
from ci_migrate.line_list import parse_lines
from ci_migrate.tree import Tree, read_text


def list_drafts(paths: tuple[str, ...], before: Tree, after: Tree) -> Iterator[Choice]:
    """Yield drafts for list files: entries moved, added and removed, files made and renamed."""
    old = {path: _entries(before, path) for path in paths}
    new = {path: _entries(after, path) for path in paths}
    for one, other in _renamed(paths, before, after):
        yield Choice(((Draft("rename-list", {"from": one, "to": other}),),))
    lost = {p: [e for e in old[p] or () if e not in (new[p] or ())] for p in paths}
    found = {p: [e for e in new[p] or () if e not in (old[p] or ())] for p in paths}
    for source in paths:
        for target in paths:
            moved = [entry for entry in lost[source] if entry in found[target]]
            if not moved or source == target or new[source] is None:
                continue
            options: dict[str, Data] = {"from": source, "to": target}
            by_gpus: dict[str, Data] = {**options, "lines": {"gpus": ">1"}}
            by_name: dict[str, Data] = {**options, "lines": {"entry": [*map(exactly, moved)]}}
            yield Choice(((Draft("move-lines", by_gpus),), (Draft("move-lines", by_name),)))
    for path in paths:
        elsewhere = {e for p in paths if p != path for e in (*found[p], *lost[p])}
        gone: list[Data] = [exactly(entry) for entry in lost[path] if entry not in elsewhere]
        come: list[Data] = [entry for entry in found[path] if entry not in elsewhere]
        if gone and new[path] is not None:
            lines: dict[str, Data] = {"entry": gone}
            yield Choice(((Draft("remove-lines", {"file": path, "lines": lines}),),))
        if old[path] is None and new[path]:
            all_: list[Data] = [*(read_text(after, path) or "").removesuffix("\n").split("\n")]
            yield Choice(((Draft("create-list", {"file": path, "lines": all_}),),))
        elif come:
            yield Choice(((Draft("add-lines", {"file": path, "lines": come}),),))
        if sorted(old[path] or ()) == sorted(new[path] or ()) and old[path] != new[path]:
            sort: dict[str, Data] = {"file": path}
            loosely = {**sort, "ignore-case": True}
            yield Choice(((Draft("sort-lines", sort),), (Draft("sort-lines", loosely),)))


def text_drafts(paths: tuple[str, ...], before: Tree, after: Tree) -> Iterator[Choice]:
    """Yield a draft for each text that was put in the place of another, in all files at once."""
    places: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        old, new = read_text(before, path), read_text(after, path)
        if old is None or new is None:
            continue
        for find, replace in _replaced(old.split("\n"), new.split("\n")):
            places.setdefault((find, replace), []).append(path)
    for (find, replace), found in places.items():
        files: list[Data] = [*sorted(set(found))]
        options: dict[str, Data] = {
            "files": files[0] if len(files) == 1 else files,
            "find": exactly(find),
            "replace": replace,
        }
        whole: dict[str, Data] = {**options, "whole-words": True}
        yield Choice(((Draft("edit-text", options),), (Draft("edit-text", whole),)))


def _entries(tree: Tree, path: str) -> list[str] | None:
    text = read_text(tree, path)
    return None if text is None else [line.entry for line in parse_lines(path, text).lines]


def _renamed(paths: tuple[str, ...], before: Tree, after: Tree) -> Iterator[tuple[str, str]]:
    gone = [p for p in paths if read_text(after, p) is None]
    come = [p for p in paths if read_text(before, p) is None]
    for one in gone:
        for other in come:
            same_folder = one.rpartition("/")[0] == other.rpartition("/")[0]
            if same_folder and read_text(before, one) == read_text(after, other):
                yield one, other


def _replaced(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "replace" or i2 - i1 != j2 - j1:
            continue
        for one, other in zip(old[i1:i2], new[j1:j2], strict=True):
            yield from _words(one, other)


def _words(old: str, new: str) -> Iterator[tuple[str, str]]:
    one, other = (re.findall(r"[\w-]+|[^\w-]", line) for line in (old, new))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "replace":
            yield "".join(one[i1:i2]), "".join(other[j1:j2])
