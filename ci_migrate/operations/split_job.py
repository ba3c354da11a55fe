"""Split a job in two: a copy of it takes over the entries of its list that the job can't run."""

import posixpath
from dataclasses import dataclass

from ci_migrate.changeset import Outcome, Rewrite
from ci_migrate.entries import entry
from ci_migrate.errors import Refused
from ci_migrate.finding import Finding
from ci_migrate.job import Dialect, Job, ListUse
from ci_migrate.job_copies import AddedField, add_to_copy
from ci_migrate.line_list import Line, LineList
from ci_migrate.line_moves import LineSelector, move_lines, read_list
from ci_migrate.option_types import FileName
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.selector import find_job, jobs_named, jobs_with
from ci_migrate.style import Value
from ci_migrate.text import counted
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, set_scalar
from ci_migrate.yaml_copies import Original, copy_below
from ci_migrate.yaml_proof import YamlClaim
from ci_migrate.yaml_text import edit_scalar


@dataclass(frozen=True, slots=True)
class NewJob:
    """What the new job is called."""

    key: Value = option("key of the new job")
    label: Value = option("label of the new job")


@dataclass(frozen=True, slots=True)
class MovedLines:
    """A list that the job reads, and the list that takes over some of its entries."""

    from_: str = option("name of the list, as the job's command writes it or its last part")
    to: FileName = option("name of the new list, in the same folder")
    lines: LineSelector = option("entries that move")


@dataclass(frozen=True, slots=True)
class SplitJob:
    """Copy a job below itself and move the entries of its list that the copy is for.

    Which entries move is read from their configs. The copy keeps everything that the recipe does
    not change. Done before, it is done again only for entries that have come to the list since.

    The copy stands as many blank lines away as jobs of the file mostly do. Refused: a job, list or
    config that does not exist, a list that another job reads too, a label in use, an entry that
    needs more GPUs than the new job gets, a job that holds an anchor.

    Example:
        - split-job:
            job: lm-eval-small
            into: {key: lm-eval-large, label: "LM Eval, large"}
            add: [{field: num_devices, value: 2, after: [optional, device]}]
            list: {from: models.txt, to: models-large.txt, lines: {gpus: ">1"}}
    """

    job: str = option("key of the job to split")
    into: NewJob = option("key and label of the new job")
    list_: MovedLines = option("list whose entries are divided")
    add: tuple[AddedField, ...] = option("fields that only the new job has", default=())

    def __post_init__(self) -> None:
        """Check that no field is added twice; raises ValueError if one is."""
        names = [added.field.text for added in self.add]
        if len(set(names)) < len(names):
            raise ValueError("a field is added twice; keep one of them")
        if self.into.key.text == self.job:
            raise ValueError("the new job has the key of the old one; give it another")
        if posixpath.basename(self.list_.from_) == self.list_.to.text:
            raise ValueError("the new list has the name of the old one; give it another")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the job can't be split as asked."""
        job = find_job(tree, dialect, self.job)
        use = _list_use(job, self.list_.from_, dialect, tree)
        source = read_list(tree, use.path)
        target = posixpath.join(posixpath.dirname(use.path), self.list_.to.text)
        gpus = {x: dialect.gpus_needed(x.entry, source.place(x), tree) for x in source.lines}
        moving = self.list_.lines.choose(source, gpus.__getitem__)
        existing = self._existing(target, tree, dialect)
        if len(moving) == len(source.lines) and moving:
            what = f"no entry of {self.list_.from_} would stay on '{job.name}'"
            hint = "narrow 'lines', or give the job itself more GPUs"
            raise Refused(what, place=source.place(moving[0]), hint=hint)
        if moving:
            _check_sole_reader(job, existing, use, tree, dialect)
            self._check_room(existing or job, source, moving, gpus)
        elif not existing:
            what = f"no entry of {self.list_.from_} fits {self.list_.lines}"
            hint = "there is nothing to split off; take the operation out of the recipe"
            raise Refused(what, place=job.document.place(use.command.node), hint=hint)
        rewrites = [] if existing else [self._new_job(job, use, tree, dialect)]
        if moving:
            rewrites += move_lines(tree, source, target, moving)
        kept = tuple(line for line in source.lines if line not in moving)
        return Outcome(
            self._summary(job, moving, existing=existing is not None),
            tuple(rewrites),
            _too_large(job, source, kept, gpus, dialect),
        )

    def _existing(self, target: str, tree: Tree, dialect: Dialect) -> Job | None:
        """Return the new job if it was made before; raises Refused if it does not fit."""
        found = jobs_named(tree, dialect, "key", self.into.key.text)
        if not found:
            return None
        job = found[0]
        if len(found) > 1 or target not in [use.path for use in dialect.lists(job, tree)]:
            what = f"job '{job.name}' exists and does not read {target}"
            if len(found) > 1:
                what = f"{counted(found, 'job')} have the key '{job.name}'"
            hint = "choose another key for the new job, or mend this one"
            raise Refused(what, place=job.document.place(job.node), hint=hint)
        return job

    def _summary(self, job: Job, moving: tuple[Line, ...], *, existing: bool) -> str:
        if existing and not moving:
            return f"'{job.name}' is split already"
        count = counted(moving, "entry")
        made = "" if existing else f"new job '{self.into.key.text}'; "
        return f"{made}{count} from {self.list_.from_} to {self.list_.to.text}"

    def _check_room(
        self,
        job: Job,
        source: LineList,
        moving: tuple[Line, ...],
        gpus: dict[Line, int],
    ) -> None:
        """Refuse a new job that gets fewer GPUs than an entry it is made for."""
        given = job.gpus
        if job.key != self.into.key.text:
            added = [f.value.title for f in self.add if f.field.text == job.names.gpus]
            if added and not added[0].isdecimal():
                what = f"{job.names.gpus} of the new job is '{added[0]}', and no number"
                raise Refused(what, place=source.place(moving[0]), hint="mend 'add'")
            given = int(added[0]) if added else given
        for line in moving:
            if given is not None and gpus[line] > given:
                what = f"'{line.entry}' needs {gpus[line]} GPUs, and the new job gets {given}"
                hint = f"give the new job more {job.names.gpus}, in 'add'"
                raise Refused(what, place=source.place(line), hint=hint)

    def _new_job(self, job: Job, use: ListUse, tree: Tree, dialect: Dialect) -> Rewrite:
        names = job.names
        same = jobs_named(tree, dialect, "label", self.into.label.text)
        if same:
            what = f"a job has the label '{self.into.label.text}' already"
            place = same[0].document.place(same[0].node)
            raise Refused(what, place=place, hint="choose another label for the new job")
        target = use.written[: -len(posixpath.basename(use.written))] + self.list_.to.text
        change = (
            _set(job, names.label, self.into.label)
            + _set(job, names.key, self.into.key)
            + _read_instead(job, use, target)
        )
        for added in self.add:
            change += add_to_copy(job, added)
        copied = copy_below(Original(job.document, job.own_part), change)
        claim = YamlClaim(job.document, copied.intents)
        return Rewrite(job.document.path, job.document.text, copied.edits, claim)


def _list_use(job: Job, name: str, dialect: Dialect, tree: Tree) -> ListUse:
    uses = dialect.lists(job, tree)
    found = [x for x in uses if name in (x.written, x.path, posixpath.basename(x.path))]
    if len(found) == 1:
        return found[0]
    place = job.document.place(job.node)
    if found:
        what = f"job '{job.name}' reads '{name}' in {len(found)} places"
        raise Refused(what, place=place, hint="split it by hand")
    known = ", ".join(use.written for use in uses) or "none"
    what = f"job '{job.name}' reads no list '{name}'"
    raise Refused(what, place=place, hint=f"it reads: {known}")


def _check_sole_reader(
    job: Job, new: Job | None, use: ListUse, tree: Tree, dialect: Dialect
) -> None:
    """Check that no other job reads the list, for it would run fewer entries than before."""
    for other in jobs_with(tree, dialect, (posixpath.basename(use.path),)):
        same = other.document.place(other.node) == job.document.place(job.node)
        if same or (new and other.key == new.key):
            continue
        if use.path in [x.path for x in dialect.lists(other, tree)]:
            what = f"job '{other.name}' reads {use.path} too, and would lose what moves"
            hint = "give it a list of its own first"
            raise Refused(what, place=other.document.place(other.node), hint=hint)


def _read_instead(job: Job, use: ListUse, target: str) -> YamlChange:
    """Let the command read another list."""
    change = None
    if use.command.text.count(use.written) == 1:
        written = Pattern.exactly(use.written)
        flow = use.command.flow
        change = edit_scalar(job.document, use.command.node, written, target, flow=flow)
    if change is None:
        what = f"'{use.written}' does not stand once in this command"
        raise Refused(
            what, place=job.document.place(use.command.node), hint="split the job by hand"
        )
    return change


def _set(job: Job, field: str, value: Value) -> YamlChange:
    found = entry(job.node, field)
    if found is None:
        what = f"job '{job.name}' has no {field} for its copy to change"
        raise Refused(what, place=job.document.place(job.node), hint=f"give it a {field}")
    return set_scalar(job.document, found.value, value, flow=job.node.flow)


def _too_large(
    job: Job, source: LineList, kept: tuple[Line, ...], gpus: dict[Line, int], dialect: Dialect
) -> tuple[Finding, ...]:
    """Find the entries that stay although the job gives them too few GPUs."""
    given = job.gpus
    if given is None:
        return ()
    where = f"and stays on '{job.name}', which has {given}"
    return tuple(
        Finding(source.place(line), f"'{line.entry}' needs {gpus[line]} GPUs {where}")
        for line in kept
        if gpus[line] > given
    )
