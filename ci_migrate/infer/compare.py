"""What differs between a mapping before a change and after it, step by step."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from ci_migrate.document import Document, Mapping, Node, Scalar, Sequence
from ci_migrate.infer.data import Data, data_of
from ci_migrate.meaning import meaning_of_node


class Side(NamedTuple):
    """A node with the document that it stands in."""

    document: Document
    node: Node


class NewValue(NamedTuple):
    """The field at `path` has another value; `old` is its text if it was a single one."""

    path: str
    old: str | None
    new: Data


class NewField(NamedTuple):
    """The field at `path` is there now, below its neighbour `after`; "" if it is the first."""

    path: str
    value: Data
    after: str


class LostField(NamedTuple):
    """The field at `path` is gone."""

    path: str


class NewName(NamedTuple):
    """The field at `path` has another name."""

    path: str
    name: str


class NewItem(NamedTuple):
    """The list at `path` has an item more; its neighbours before and behind, if they are texts."""

    path: str
    item: Data
    before: str | None
    behind: str | None
    last: bool


class LostItem(NamedTuple):
    """The list at `path` has an item less; in a comment it stands with a `note` behind it."""

    path: str
    item: str
    note: str | None


class NewText(NamedTuple):
    """An item of the list at `path` has another text."""

    path: str
    old: str
    new: str


class NewItems(NamedTuple):
    """An item of the list at `path` was replaced by others."""

    path: str
    old: str
    new: list[Data]


class Unknown(NamedTuple):
    """Something at `path` differs in a way that no operation makes."""

    path: str
    what: str


Step: TypeAlias = (
    NewValue | NewField | LostField | NewName | NewItem | LostItem | NewText | NewItems | Unknown
)


def differences(
    old: Side, new: Side, *, path: str = "", skip: tuple[str, ...] = ()
) -> Iterator[Step]:
    """Yield the steps from one mapping to another; the fields in `skip` are not looked at."""
    before, after = _fields(old.node), _fields(new.node)
    renamed = dict(_renamed(before, after))
    names = {renamed.get(name, name) for name in before}
    for name, value in before.items():
        now = renamed.get(name, name)
        where = f"{path}.{name}" if path else name
        if now in skip:
            continue
        if now not in after:
            yield LostField(where)
            continue
        if now != name:
            yield NewName(where, now)
        new_path = f"{path}.{now}" if path else now
        yield from _values(Side(old.document, value), Side(new.document, after[now]), new_path)
    above = ""
    for name, value in after.items():
        if name not in names and name not in skip:
            where = f"{path}.{name}" if path else name
            yield NewField(where, data_of(new.document, value), above)
        above = name
    kept = [renamed.get(name, name) for name in before if renamed.get(name, name) in after]
    if kept != [name for name in after if name in names]:
        yield Unknown(path, "fields stand in another order")


def same(one: Node, other: Node) -> bool:
    """Say whether two nodes mean the same."""
    return meaning_of_node(one) == meaning_of_node(other)


def _fields(node: Node) -> dict[str, Node]:
    entries = node.entries if isinstance(node, Mapping) else ()
    return {key.value: value for key, value in entries if isinstance(key, Scalar)}


def _renamed(before: dict[str, Node], after: dict[str, Node]) -> Iterator[tuple[str, str]]:
    """Yield fields that have another name and the same value, at the same place."""
    lost = [name for name in before if name not in after]
    found = [name for name in after if name not in before]
    for one, other in zip(lost, found, strict=False):
        place = list(before).index(one) == list(after).index(other)
        if place and same(before[one], after[other]):
            yield one, other


def _values(old: Side, new: Side, path: str) -> Iterator[Step]:
    if same(old.node, new.node):
        return
    match old.node, new.node:
        case Mapping(), Mapping():
            yield from differences(old, new, path=path)
        case Sequence(), Sequence():
            yield from _items(old, new, path)
        case _:
            text = old.node.value if isinstance(old.node, Scalar) else None
            yield NewValue(path, text, data_of(new.document, new.node))


def _items(old: Side, new: Side, path: str) -> Iterator[Step]:
    before = old.node.items if isinstance(old.node, Sequence) else ()
    after = new.node.items if isinstance(new.node, Sequence) else ()
    meanings = [meaning_of_node(x) for x in before], [meaning_of_node(x) for x in after]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *meanings, autojunk=False).get_opcodes():
        gone, come = before[i1:i2], after[j1:j2]
        if tag == "equal":
            continue
        if len(gone) == 1 < len(come) and (text := _text(gone[0])) is not None:
            yield NewItems(path, text, [data_of(new.document, node) for node in come])
            continue
        for number, (one, other) in enumerate(zip_longest(gone, come)):
            yield from _item(new, path, one, other, j1 + number)


def _item(
    new: Side, path: str, one: Node | None, other: Node | None, position: int
) -> Iterator[Step]:
    was = _text(one) if one is not None else None
    now = _text(other) if other is not None else None
    if was is not None and now is not None:
        yield NewText(path, was, now)
        return
    if one is not None:
        yield _lost(new, path, was)
    if other is not None:
        items = new.node.items if isinstance(new.node, Sequence) else ()
        before = _text(items[position - 1]) if position else None
        last = position + 1 == len(items)
        behind = None if last else _text(items[position + 1])
        yield NewItem(path, data_of(new.document, other), before, behind, last)


def _lost(new: Side, path: str, item: str | None) -> Step:
    if item is None:
        return Unknown(path, "an item with parts")
    comment = re.compile(rf"^\s*# ?- {re.escape(item)}(?: ([^\n]*?))?\r?$", re.M)
    found = comment.search(new.document.text)
    return LostItem(path, item, (found[1] or "") if found else None)


def _text(node: Node) -> str | None:
    return node.value if isinstance(node, Scalar) else None
