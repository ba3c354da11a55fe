"""What a pipeline generator has made, as jobs with values that can be compared one by one."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple, TypeAlias

import yaml

from ci_migrate.errors import BadFile, Place

Path: TypeAlias = tuple[str, ...]
Leaf: TypeAlias = str | int | float | bool | tuple[Any, ...] | None

_MOST = 1_000_000  # values, which aliases of aliases could make of a small file
_IDENTITIES = ("key", "id", "identifier", "label", "name", "block", "input", "trigger")
_PARTS = ("script", "runs-on", "steps", "command", "commands", "run", "trigger", "extends", "uses")


class Rendered(NamedTuple):
    """A job that was made, or with no name what stands outside of all jobs: its values by path.

    A list of plain values is one value. `names` are those that tell which job it is.
    """

    name: str
    names: tuple[str, ...]
    leaves: dict[Path, Leaf]


class ValueChange(NamedTuple):
    """A value of a job before and after, as text; None where there is none."""

    path: Path
    before: str | None
    after: str | None


class JobDiff(NamedTuple):
    """A job that is not the same on both sides; None where there is no such job."""

    before: Rendered | None
    after: Rendered | None
    changes: tuple[ValueChange, ...]

    @property
    def name(self) -> str:
        """Return what the job is called now, or was."""
        job = self.after or self.before
        return job.name if job else ""


def read_rendered(text: str, what: str) -> tuple[Rendered, ...]:
    """Return the jobs in a text, which is YAML or JSON; raises BadFile if it is neither."""
    try:
        documents = list(yaml.load_all(text, _Loader))
        if sum(_size(document, {}) for document in documents) > _MOST:
            raise ValueError("more values than can be compared")
        jobs = [job for document in documents for job in _jobs(document, ())]
        outside = [leaf for document in documents for leaf in _outside(document, ())]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        why = " ".join(str(error).split()[:30])
        place = Place(what)
        raise BadFile(
            f"this can't be compared: {why}", place=place, hint="see what it says"
        ) from error
    return (*_numbered(jobs), Rendered("", (), dict(outside)))


def differences(before: Iterable[Rendered], after: Iterable[Rendered]) -> Iterator[JobDiff]:
    """Yield the jobs that differ: those of the side after in their order, then those gone.

    Jobs are the same by their name, or else by another that they alone share.
    """
    old = {job.name: job for job in before}
    new = {job.name: job for job in after}
    same = {name: old.pop(name) for name in new if name in old}
    for name, job in new.items():
        if name not in same and (other := _only(old.values(), job)):
            same[name] = old.pop(other.name)
    for name, job in new.items():
        changes = tuple(_changes(same[name].leaves if name in same else {}, job.leaves))
        if changes:
            yield JobDiff(same.get(name), job, changes)
    for job in old.values():
        yield JobDiff(job, None, tuple(_changes(job.leaves, {})))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Read plain values; what an unknown tag stands before is read as if it had none."""


def _untagged(loader: Any, suffix: str, node: Any) -> Any:
    kind = {yaml.ScalarNode: "scalar", yaml.SequenceNode: "sequence"}.get(type(node), "mapping")
    deep = {} if kind == "scalar" else {"deep": True}
    return getattr(loader, f"construct_{kind}")(node, **deep)


_Loader.add_multi_constructor("", _untagged)


def _size(value: object, known: dict[int, int]) -> int:
    """Return how many values there are, each as often as aliases repeat it."""
    if not isinstance(value, list | dict):
        return 1
    if id(value) not in known:
        parts = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(value)]


def _jobs(value: object, where: Path) -> Iterator[Rendered]:
    """Yield the jobs below a value: items of lists with a name, and entries with fields of jobs."""
    if isinstance(value, list):
        waits = 0
        for item in value:
            waits += item == "wait" or (isinstance(item, dict) and "wait" in item)
            names = _names(item)
            if isinstance(item, dict) and isinstance(item.get("steps"), list) and _nested(item):
                yield from _jobs(item["steps"], (*where, *names[:1]))
            elif names:
                yield _job(names[0], names, item, where, waits)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if isinstance(entry, dict) and any(part in entry for part in _PARTS):
                yield _job(str(key), (str(key), *_names(entry)), entry, where, 0)
            elif isinstance(entry, list | dict):
                yield from _jobs(entry, where if key == "steps" else (*where, str(key)))


def _nested(item: dict[Any, Any]) -> bool:
    return "group" in item or any(_names(step) for step in item["steps"])


def _job(name: str, names: tuple[str, ...], item: object, where: Path, waits: int) -> Rendered:
    leaves = dict(_leaves(item, ()))
    if where:
        leaves["(group)",] = " / ".join(where)
    if waits:
        leaves["(waits before)",] = waits
    return Rendered(name, names, leaves)


def _names(item: object) -> tuple[str, ...]:
    if not isinstance(item, dict):
        return ()
    fields = ("group", *_IDENTITIES) if "steps" in item else _IDENTITIES
    found = [item[field] for field in fields if isinstance(item.get(field), str)]
    return tuple(dict.fromkeys(found))


def _outside(value: object, where: Path) -> Iterator[tuple[Path, Leaf]]:
    """Yield the values that are in no job."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if not any(True for _ in _jobs({key: entry}, ())):
                yield from _leaves(entry, (*where, str(key)))
    elif not any(True for _ in _jobs(value, ())):
        yield from _leaves(value, where)


def _leaves(value: object, where: Path) -> Iterator[tuple[Path, Leaf]]:
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _leaves(entry, (*where, str(key)))
    elif isinstance(value, list) and any(isinstance(item, list | dict) for item in value):
        counts: Counter[str] = Counter()
        for item in value:
            name = next(iter(_names(item)), "")
            counts[name] += 1
            number = f"[{counts[name] - 1}]" if not name or counts[name] > 1 else ""
            yield from _leaves(item, (*where, f"{name}{number}"))
    elif isinstance(value, list):
        yield where, tuple(value)
    elif isinstance(value, dict):
        yield where, "{}"
    else:
        yield where, value if isinstance(value, str | int | float | bool | None) else str(value)


def _numbered(jobs: Iterable[Rendered]) -> Iterator[Rendered]:
    counts: Counter[str] = Counter()
    for job in jobs:
        counts[job.name] += 1
        number = counts[job.name]
        yield job if number == 1 else job._replace(name=f"{job.name} #{number}")


def _only(jobs: Iterable[Rendered], job: Rendered) -> Rendered | None:
    found = [other for other in jobs if job.name and set(other.names) & set(job.names)]
    return found[0] if len(found) == 1 else None


def _changes(before: dict[Path, Leaf], after: dict[Path, Leaf]) -> Iterator[ValueChange]:
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path), after.get(path)
        if isinstance(old, tuple) and isinstance(new, tuple):
            yield from _items(path, [*map(told, old)], [*map(told, new)])
            continue
        was, is_ = (told(side[path]) if path in side else None for side in (before, after))
        if was != is_:
            yield ValueChange(path, was, is_)


def _items(path: Path, before: list[str], after: list[str]) -> Iterator[ValueChange]:
    """Yield the items of a list that differ, by their number in the list that has them."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        for offset in range(max(i2 - i1, j2 - j1)):
            old = before[i1 + offset] if i1 + offset < i2 else None
            new = after[j1 + offset] if j1 + offset < j2 else None
            number = i1 + offset if new is None else j1 + offset
            yield ValueChange((*path, f"[{number}]"), old, new)


def told(leaf: Leaf) -> str:
    """Return a value as text, a text that reads as another value in quotes."""
    if isinstance(leaf, tuple):
        return f"[{', '.join(map(told, leaf))}]"
    if not isinstance(leaf, str):
        return json.dumps(leaf)
    return json.dumps(leaf) if _reads_otherwise(leaf) else leaf


def _reads_otherwise(text: str) -> bool:
    return text in ("", "true", "false", "null", "NaN") or _is_number(text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
