"""Draft the operations that make the same step in several jobs, or at the top of a file."""

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple, Protocol

from ci_migrate.document import Scalar, Sequence, resolved
from ci_migrate.infer.compare import (
    LostField,
    LostItem,
    NewField,
    NewItem,
    NewItems,
    NewName,
    NewText,
    NewValue,
    Step,
    Unknown,
)
from ci_migrate.infer.data import Data, Draft, exactly
from ci_migrate.infer.selection import selector
from ci_migrate.job import Fields, Job
from ci_migrate.job_fields import find_field, text_of
from ci_migrate.style import Value

_Affected = Callable[[Job], bool]


class Made(NamedTuple):
    """A step that a job, as it was before, has made."""

    job: Job
    step: Step


class Choice(NamedTuple):
    """Drafts of which the one is taken that brings the files nearest to what they became."""

    alternatives: tuple[tuple[Draft, ...], ...]


def drafts_of(made: list[Made], jobs: tuple[Job, ...]) -> Iterator[Choice]:
    """Yield drafts for the steps that jobs have made, steps of one kind together."""
    groups: dict[object, list[Made]] = {}
    for one in made:
        groups.setdefault(_kind(one.step), []).append(one)
    for group in groups.values():
        target = _Jobs(tuple(one.job for one in group), jobs, group[0].job.names)
        steps = [one.step for one in group]
        if drafts := tuple((draft,) for draft in _drafts(steps, target)):
            yield Choice(drafts)


def drafts_at(path: str, steps: list[Step]) -> Iterator[Choice]:
    """Yield drafts for the steps that the top of a file has made, told by its path."""
    for step in steps:
        if drafts := tuple((draft,) for draft in _drafts([step], _Top(path))):
            yield Choice(drafts)


def _kind(step: Step) -> object:
    """Return what steps must have in common to be made by one operation."""
    match step:
        case NewField():
            return repr(step._replace(after=""))
        case NewItem(before=str()):
            return repr(step._replace(behind=None, last=False))
    return repr(step)


class _Target(Protocol):
    """What a step is made to, and how an operation says so."""

    def draft(
        self, name: str, options: dict[str, Data], affected: _Affected, base: dict[str, Data]
    ) -> Draft:
        """Return an operation; `affected` says which jobs it would change if `base` chose them."""

    def special(self, step: Step) -> Iterator[Draft]:
        """Yield drafts that know what a field means."""

    def anchors(self, steps: list[NewField]) -> list[Data]:
        """Return the fields that the new ones stand below, in order of liking."""


class _Top(NamedTuple):
    """The top of a file."""

    path: str

    def draft(
        self, name: str, options: dict[str, Data], affected: _Affected, base: dict[str, Data]
    ) -> Draft:
        return Draft(name, {"at": {"file": self.path}, **options})

    def special(self, step: Step) -> Iterator[Draft]:
        return iter(())

    def anchors(self, steps: list[NewField]) -> list[Data]:
        return [steps[0].after or "first"]


class _Jobs(NamedTuple):
    """Some of all jobs."""

    chosen: tuple[Job, ...]
    jobs: tuple[Job, ...]
    fields: Fields

    def draft(
        self, name: str, options: dict[str, Data], affected: _Affected, base: dict[str, Data]
    ) -> Draft:
        count: dict[str, Data] = {"expect": len(self.chosen)} if len(self.chosen) > 1 else {}
        chosen = selector(self.chosen, self.jobs, affected, base)
        return Draft(name, {"jobs": chosen, **options, **count})

    def special(self, step: Step) -> Iterator[Draft]:
        match step:
            case NewValue(path=path, old=str(old), new=Value(text=new)):
                if path in (self.fields.key, self.fields.label):
                    of: dict[str, Data] = {"of": "label"} if path == self.fields.label else {}
                    yield Draft("rename-job", {**of, "from": exactly(old), "to": new})
                elif path == self.fields.queue:
                    yield self._set_queue(old, new)

    def anchors(self, steps: list[NewField]) -> list[Data]:
        found = {step.after or "first" for step in steps}
        before: dict[str, set[str]] = {name: set() for name in sorted(found)}
        for job, step in zip(self.chosen, steps, strict=True):
            own = step.after or "first"
            parent = step.path.rpartition(".")[0]
            for other in found - {own}:
                there = find_field(job.node, f"{parent}.{other}" if parent else other)
                if there is not None or other == "first":
                    before[other].add(own)
        try:
            return [*TopologicalSorter(before).static_order()]
        except CycleError:
            return [*before]

    def _set_queue(self, old: str, new: str) -> Draft:
        on_it = [job for job in self.jobs if job.queue_name == old]
        base: dict[str, Data] = {"queue": exactly(old)}
        jobs = selector(self.chosen, self.jobs, lambda j: j.queue_name == old, base)
        left = len(on_it) - len(self.chosen)
        return Draft("set-queue", {"jobs": jobs, "to": new, "leaves": left})


def _drafts(steps: list[Step], target: _Target) -> Iterator[Draft]:
    yield from target.special(steps[0])
    match steps[0]:
        case NewValue() as step:
            yield _new_value(step, target)
        case NewField() as step:
            anchors = target.anchors([one for one in steps if isinstance(one, NewField)])
            yield _new_field(step, anchors, target)
        case LostField(path=path):
            yield target.draft("remove-field", {"field": path}, _has(path), {})
            if "." in path:
                prune: dict[str, Data] = {"field": path, "prune": True}
                yield target.draft("remove-field", prune, _has(path), {})
        case NewName(path=path, name=name):
            yield target.draft("rename-field", {"field": path, "to": name}, _has(path), {})
        case NewItem() as step:
            yield from _new_item(step, target)
        case LostItem() as step:
            yield from _lost_item(step, target)
        case NewText() as step:
            yield from _new_text(step, target)
        case NewItems(path=path, old=old, new=new):
            yield _replaced(path, old, new, target)
        case Unknown():
            pass


def _new_value(step: NewValue, target: _Target) -> Draft:
    path, old = step.path, step.old
    options: dict[str, Data] = {"field": path, "to": step.new}
    if old is None:
        return target.draft("set-field", options, _has(path), {})
    base: dict[str, Data] = {"fields": {path: exactly(old)}}
    return target.draft("set-field", options, lambda j: text_of(j.node, path) == old, base)


def _new_field(step: NewField, anchors: list[Data], target: _Target) -> Draft:
    has, parent = _has(step.path), step.path.rpartition(".")[0]

    def affected(job: Job) -> bool:
        return not has(job) and (not parent or _has(parent)(job))

    options: dict[str, Data] = {"field": step.path, "value": step.value, "after": _one(anchors)}
    return target.draft("add-field", options, affected, {})


def _new_item(step: NewItem, target: _Target) -> Iterator[Draft]:
    options: dict[str, Data] = {"list": step.path, "item": step.item}
    for word, anchor in (("after", step.before), ("before", step.behind)):
        if anchor is not None:
            place: dict[str, Data] = {word: exactly(anchor)}
            holds = _holds(step.path, anchor)
            yield target.draft("insert-item", {**options, **place}, holds, {})
    end: dict[str, Data] = {"place": "last" if step.last else "first"}
    yield target.draft("insert-item", {**options, **end}, _has(step.path), {})


def _lost_item(step: LostItem, target: _Target) -> Iterator[Draft]:
    item = exactly(step.item)
    base: dict[str, Data] = {"command": item} if step.path == "commands" else {}
    options: dict[str, Data] = {"list": step.path, "item": item}
    holds = _holds(step.path, step.item)
    if step.note is not None:
        note: dict[str, Data] = {"note": step.note} if step.note else {}
        yield target.draft("comment-out-item", {**options, **note}, holds, base)
    yield target.draft("remove-item", options, holds, base)


def _new_text(step: NewText, target: _Target) -> Iterator[Draft]:
    options = _list(step.path)
    for find, replace in _edits(step.old, step.new):
        edit: dict[str, Data] = {**options, "find": exactly(find), "replace": replace}
        yield target.draft("edit-item", edit, _contains(step.path, find), {})
    yield _replaced(step.path, step.old, [Value(step.new)], target)


def _replaced(path: str, old: str, new: list[Data], target: _Target) -> Draft:
    options: dict[str, Data] = {**_list(path), "item": exactly(old), "by": _one(new)}
    return target.draft("replace-item", options, _holds(path, old), {})


def _list(path: str) -> dict[str, Data]:
    return {} if path == "commands" else {"list": path}


def _one(values: list[Data]) -> Data:
    return values[0] if len(values) == 1 else values


def _has(path: str) -> _Affected:
    return lambda job: find_field(job.node, path) is not None


def _holds(path: str, item: str) -> _Affected:
    return lambda job: item in _texts(job, path)


def _contains(path: str, text: str) -> _Affected:
    return lambda job: any(text in item for item in _texts(job, path))


def _texts(job: Job, path: str) -> list[str]:
    field = find_field(job.node, path)
    found = resolved(field.value) if field else None
    items = found.items if isinstance(found, Sequence) else ()
    return [item.value for item in items if isinstance(item, Scalar)]


def _edits(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield texts to find and to put, the shortest first, that make one text of the other."""
    for pattern in (r"\w+|\W", r"\S+|\s+"):
        one, other = re.findall(pattern, old), re.findall(pattern, new)
        codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        changed = [code for code in codes if code[0] != "equal"]
        if not changed:
            continue
        pairs = {("".join(one[i1:i2]), "".join(other[j1:j2])) for _, i1, i2, j1, j2 in changed}
        find, replace = pairs.pop()
        if not pairs and find.strip() and find not in new and old.replace(find, replace) == new:
            yield find, replace
        i1, i2 = changed[0][1], changed[-1][2]
        j1, j2 = changed[0][3], changed[-1][4]
        if i1 == i2 and i1:  # something comes in: what it stands behind is found
            i1, j1 = i1 - 1, j1 - 1
        find, replace = "".join(one[i1:i2]), "".join(other[j1:j2])
        if find.strip() and find not in new and old.replace(find, replace) == new:
            yield find, replace
