"""Draft the operations that add, copy, split, move and delete whole jobs."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Scalar, Sequence, resolved
from ci_migrate.extent import extent_of
from ci_migrate.infer.compare import LostField, NewField, NewValue, Side, Step, differences
from ci_migrate.infer.data import Data, Draft, Verbatim, data_of, exactly
from ci_migrate.infer.fields import Choice
from ci_migrate.infer.matching import Matching, alike
from ci_migrate.infer.selection import names
from ci_migrate.job import Dialect, Job, ListUse
from ci_migrate.job_fields import find_field
from ci_migrate.line_list import parse_lines
from ci_migrate.style import Value
from ci_migrate.text import Span
from ci_migrate.tree import Tree, read_text
from ci_migrate.yaml_uncomment import commented_parts


class WholeJobs:
    """Drafts what came of the jobs that are gone, new or elsewhere."""

    def __init__(
        self,
        matching: Matching,
        before: tuple[Job, ...],
        after: tuple[Job, ...],
        trees: tuple[Tree, Tree],
        dialect: Dialect,
    ) -> None:
        self.matching = matching
        self.before = before
        self.after = after
        self.old_tree, self.new_tree = trees
        self.dialect = dialect

        self.splits = list(self._splits())

    def drafts_of_splits(self) -> Iterator[Choice]:
        """Yield drafts for jobs that were shared out to several."""
        yield from (split.choice for split in self.splits)

    def is_split(self, job: Job) -> bool:
        """Say whether a job, as it was before, was shared out."""
        return any(_place(split.before) == _place(job) for split in self.splits)

    def drafts(self) -> Iterator[Choice]:
        """Yield drafts: new jobs from above to below, moves, and what is gone."""
        made = [_place(job) for split in self.splits for job in split.parts]
        for job in self.matching.new:
            if job.part and _place(job) not in made:
                yield self._new(job)
        yield from self._moves()
        for job in self.matching.gone:
            if job.part and not self.is_split(job):
                yield self._gone(job)

    def _gone(self, job: Job) -> Choice:
        jobs = names((job,), self.before)
        kept = [j for j in self.after if j.document.path == job.document.path]
        alternatives = [(Draft("delete-job", {"jobs": jobs}),)]
        if kept and self._in_comment(job, kept[0]):
            alternatives.insert(0, (Draft("comment-out-job", {"jobs": jobs}),))
        return Choice(tuple(alternatives))

    def _in_comment(self, job: Job, beside: Job) -> bool:
        document = beside.document
        found = commented_parts(document, Span(0, len(document.text)))
        for part in found:
            value = part.part.value
            fields = getattr(value, "entries", ())
            texts = [e.value.value for e in fields if isinstance(e.value, Scalar)]
            if job.key in texts or job.label in texts:
                return True
        return False

    def _new(self, job: Job) -> Choice:
        alternatives: list[tuple[Draft, ...]] = []
        original = self._above(job)
        if original is not None and alike(original, job):
            steps = list(differences(_side(original), _side(job)))
            alternatives += self._split_list(original, job, steps)
            if (copied := self._copied(original, job, steps)) is not None:
                alternatives.append((copied,))
        alternatives.append((self._added(job, original),))
        return Choice(tuple(alternatives))

    def _above(self, job: Job) -> Job | None:
        """Return the job above a new one that is not new itself."""
        inside = [j for j in self.after if _list(j) == _list(job)]
        above = [j for j in inside if j.own_part.position < job.own_part.position]
        return next((j for j in reversed(above) if j not in self.matching.new), None)

    def _copied(self, original: Job, job: Job, steps: list[Step]) -> Draft | None:
        set_: dict[str, Data] = {}
        add: list[Data] = []
        remove: list[Data] = []
        for step in steps:
            top = step.path.split(".")[0]
            match step:
                case NewValue(path=path, new=new) if "." not in path:
                    set_[path] = new
                case NewField(path=path, value=value, after=after) if "." not in path and after:
                    add.append({"field": path, "value": value, "after": after})
                case LostField(path=path):
                    remove.append(path)
                case _ if (field := find_field(job.node, top)) is not None:
                    set_[top] = data_of(job.document, field.value)
                case _:
                    return None
        if not set_:
            return None
        options: dict[str, Data] = {"job": original.name, "set": set_}
        options |= {"add": add} if add else {}
        options |= {"remove": remove} if remove else {}
        return Draft("copy-job", options)

    def _split_list(self, original: Job, job: Job, steps: list[Step]) -> list[tuple[Draft, ...]]:
        """Return a split-job if the new job reads another list with entries of the old one's."""
        one = self.dialect.lists(original, self.new_tree)
        other = self.dialect.lists(job, self.new_tree)
        if len(one) != 1 or len(other) != 1 or one[0].path == other[0].path:
            return []
        if original.key is None or job.key is None or job.label is None:
            return []
        added = [s for s in steps if isinstance(s, NewField)]
        if any("." in s.path or not s.after for s in added):
            return []
        add: list[Data] = [{"field": s.path, "value": s.value, "after": s.after} for s in added]
        into: dict[str, Data] = {"key": job.key, "label": Value(job.label)}
        options: dict[str, Data] = {"job": original.key, "into": into}
        options |= {"add": add} if add else {}
        source, target = (posixpath.basename(use.path) for use in (one[0], other[0]))
        drafts: list[tuple[Draft, ...]] = []
        for lines in self._moved(one[0], other[0]):
            list_: dict[str, Data] = {"from": source, "to": target, "lines": lines}
            drafts.append((Draft("split-job", {**options, "list": list_}),))
        return drafts

    def _moved(self, source: ListUse, target: ListUse) -> Iterator[dict[str, Data]]:
        """Yield selectors of the entries that went from one list to the other."""
        was, now = (self._entries(tree, source.path) for tree in (self.old_tree, self.new_tree))
        had, has = (self._entries(tree, target.path) for tree in (self.old_tree, self.new_tree))
        moved = [entry for entry in was if entry not in now and entry in has and entry not in had]
        if moved:
            yield {"gpus": ">1"}
            yield {"entry": [exactly(entry) for entry in moved]}

    def _entries(self, tree: Tree, path: str) -> list[str]:
        return [line.entry for line in parse_lines(path, read_text(tree, path) or "").lines]

    def _added(self, job: Job, above: Job | None) -> Draft:
        place: dict[str, Data]
        if above is not None:
            last = self._last_new_below(above, job)
            place = {"after": (last or above).name}
        else:
            below = [j for j in self.after if _list(j) == _list(job) and j != job]
            place = {"before": below[0].name} if below else {"file": job.document.path}
        return Draft("add-job", {**place, "job": Verbatim(_lines(job))})

    def _last_new_below(self, above: Job, job: Job) -> Job | None:
        between = [
            j
            for j in self.matching.new
            if j.document.path == job.document.path
            and j.part
            and above.own_part.position < j.part.position < job.own_part.position
        ]
        return between[-1] if between else None

    def _moves(self) -> Iterator[Choice]:
        for before, after in self.matching.pairs:
            jobs = names((before,), self.before)
            if before.document.path != after.document.path:
                path = after.document.path
                place: dict[str, Data] = {"to": path}
                if read_text(self.old_tree, path) is None:
                    place["head"] = _head(after)
                yield Choice(((Draft("move-job", {"jobs": jobs, **place}),),))
        yield from self._reordered()

    def _reordered(self) -> Iterator[Choice]:
        """Yield moves of jobs that stand below another job of their list than before."""
        pairs = [p for p in self.matching.pairs if p.before.document.path == p.after.document.path]
        for path in sorted({pair.before.document.path for pair in pairs}):
            here = [pair for pair in pairs if pair.before.document.path == path]
            by_place = sorted(here, key=lambda pair: pair.after.node.span.start)
            order = [here.index(pair) for pair in by_place]
            stay = _longest_run(order)
            for number, index in enumerate(order):
                if index in stay:
                    continue
                jobs = names((here[index].before,), self.before)
                if number:
                    place: dict[str, Data] = {"after": here[order[number - 1]].after.name}
                else:
                    place = {"before": here[order[1]].after.name}
                yield Choice(((Draft("move-job", {"jobs": jobs, **place}),),))

    def _splits(self) -> Iterator["_Split"]:
        """Yield jobs whose commands were shared out."""
        stayed = {_place(pair.before): pair.after for pair in self.matching.pairs}
        for job in self.before:
            commands = _commands(job)
            parts = [j for j in self.matching.new if self._is_part(j, job, commands)]
            own = stayed.get(_place(job))
            if own is not None and set(_commands(own)) < set(commands):
                parts = sorted([*parts, own], key=lambda j: j.node.span.start)
            together = {command for part in parts for command in _commands(part)}
            if len(parts) < 2 or together != set(commands) or len(commands) < 2:
                continue
            yield _Split(Choice(((self._split(job, parts),),)), job, parts)

    def _is_part(self, part: Job, job: Job, commands: list[str]) -> bool:
        own = _commands(part)
        return part.document.path == job.document.path and bool(own) and set(own) < set(commands)

    def _split(self, job: Job, parts: list[Job]) -> Draft:
        counts = [sum(c in _commands(part) for part in parts) for c in _commands(job)]
        shared = [c for c, n in zip(_commands(job), counts, strict=True) if n == len(parts)]
        into: list[Data] = []
        for part in parts:
            steps = [s for s in differences(_side(job), _side(part)) if s.path != "commands"]
            copied = self._copied(job, part, steps)
            options = dict(copied.options) if copied else {"set": {}}
            options.pop("job", None)
            own = [exactly(c) for c in _commands(part) if c not in shared]
            into.append({**options, "commands": list(own)})
        told: dict[str, Data] = {"job": job.name}
        told |= {"shared": [exactly(c) for c in shared]} if shared else {}
        return Draft("split-commands", {**told, "into": into})


class _Split(NamedTuple):
    choice: Choice
    before: Job
    parts: list[Job]


def _side(job: Job) -> Side:
    return Side(job.document, job.node)


def _place(job: Job) -> tuple[str, int]:
    return job.document.path, job.node.span.start


def _list(job: Job) -> tuple[str, Span | None]:
    return job.document.path, job.part.parent.span if job.part else None


def _commands(job: Job) -> list[str]:
    field = find_field(job.node, "commands")
    found = resolved(field.value) if field else None
    items = found.items if isinstance(found, Sequence) else ()
    return [item.value for item in items if isinstance(item, Scalar)]


def _lines(job: Job) -> str:
    """Return a job's lines as they stand, moved to the left, without its dash."""
    extent = extent_of(job.document, job.own_part)
    start = job.node.span.start
    text = Span(start, extent.whole.end).of(job.document.text).replace("\r\n", "\n")
    column = start - (job.document.text.rfind("\n", 0, start) + 1)
    first, *others = text.split("\n")
    return "\n".join(
        [first, *(line[min(column, len(line) - len(line.lstrip(" "))) :] for line in others)]
    )


def _head(job: Job) -> str:
    text = job.document.text
    return text[: text.rfind("\n", 0, job.node.span.start) + 1]


def _longest_run(order: list[int]) -> set[int]:
    """Return the numbers of a longest rising part of a list."""
    best: list[list[int]] = [[]]
    for number in order:
        before: list[int] = max((r for r in best if not r or r[-1] < number), key=len)
        best.append([*before, number])
    longest: list[int] = max(best, key=len)
    return set(longest)
