"""Split a job into several that share out its commands."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content
from ci_migrate.document import Node, Sequence, resolved
from ci_migrate.errors import Refused
from ci_migrate.item_place import fits_item
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import rewrites_of
from ci_migrate.job_copies import AddedField, copy_change, new_names, told_name
from ci_migrate.job_fields import find
from ci_migrate.job_references import from_outside, is_within, own_names, waits
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.selector import files_of_names, find_named, is_named
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_copies import Original, replace_by_copies
from ci_migrate.yaml_parts import remove_parts


@dataclass(frozen=True, slots=True)
class JobPart:
    """One of the jobs that come of a split; without `commands` it takes what no other does."""

    set_: dict[str, Content] = option("fields that this job has otherwise")
    commands: tuple[Pattern, ...] = option("commands that this job runs", default=())
    add: tuple[AddedField, ...] = option("fields that only this job has", default=())
    remove: tuple[str, ...] = option("fields that this job does not have", default=())


@dataclass(frozen=True, slots=True)
class SplitCommands:
    """Put several jobs in the place of one, each with a part of its commands.

    Every command goes to just one of them, those in `shared` to all; comments travel with the
    commands below them. All else is copied, unless `set`, `add` or `remove` says otherwise.

    Refused: a command that goes to no part or to two, a name that another job has, and to leave a name
    away without which the CI system would take nothing.

    Example:
        - split-commands:
            job: Core tests
            shared: ["export *"]
            into:
              - set: {label: Core tests (sampling), timeout_in_minutes: 30}
                commands: ["pytest tests/sampling*", "pytest tests/logits*"]
              - set: {label: Core tests (scheduling)}
    """

    job: str = option("key or label of the job to split")
    into: tuple[JobPart, ...] = option("jobs that come of it, in their order")
    shared: tuple[Pattern, ...] = option("commands that every one of them runs", default=())
    list_: str = option("name of the list to share out", default="<commands>")
    file: tuple[str, ...] = option("file that the job stands in, as a glob", default=())

    def __post_init__(self) -> None:
        """Check that there is something to share out to; raises ValueError if not."""
        if len(self.into) < 2:
            raise ValueError("a split makes two jobs or more; see copy-job and set-field")
        if sum(not part.commands for part in self.into) > 1:
            raise ValueError("only one part can take the rest; name 'commands' in the others")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a command goes to no job, or to two."""
        names = [told_name(part.set_) or self.job for part in self.into]  # one may keep it
        where = files_of_names(tree, dialect, self.job, self.file)
        if all(is_named(tree, dialect, name, where) for name in names) and (
            self.job in names or not is_named(tree, dialect, self.job, where)
        ):
            return Outcome(f"'{self.job}' is split already")
        job = find_named(tree, dialect, self.job, self.file)
        _check_new(tree, dialect, job, names)
        for found in () if job.key in names else from_outside(tree, dialect, (job,)):
            if found.within:
                raise waits(found, "which would have no part of that name")
        field = find(job, self.list_)
        commands = resolved(field.value) if field else None
        if not isinstance(commands, Sequence):
            what = f"job '{job.name}' has no list {self.list_}"
            raise Refused(what, place=job.document.place(job.node), hint="name a list of the job")
        parts = self._shared_out(job, commands)
        changes = tuple(
            _change(job, dialect, part, commands, kept)
            for part, kept in zip(self.into, parts, strict=True)
        )
        change = replace_by_copies(Original(job.document, job.own_part), changes)
        summary = f"'{self.job}' split into {', '.join(names)}"
        return Outcome(summary, rewrites_of([(job.document, change)]))

    def _shared_out(self, job: Job, commands: Sequence) -> list[set[int]]:
        """Return the positions of the commands of each part; each stands in one, or is shared."""
        parts: list[set[int]] = [set() for _ in self.into]
        rest = next((n for n, part in enumerate(self.into) if not part.commands), None)
        for position, command in enumerate(commands.items):
            takers = [n for n, p in enumerate(self.into) if _fits(p.commands, job, command)]
            if _fits(self.shared, job, command):
                takers = list(range(len(parts)))
            elif not takers and rest is not None:
                takers = [rest]
            elif len(takers) != 1:
                where = "no part" if not takers else f"{len(takers)} parts"
                what = f"this command goes to {where} of '{job.name}'"
                place = job.document.place(command)
                raise Refused(what, place=place, hint="mend 'commands', or name it in 'shared'")
            for number in takers:
                parts[number].add(position)
        return parts


def _fits(patterns: tuple[Pattern, ...], job: Job, item: Node) -> bool:
    """Say whether an item of a list fits, or a command that it runs."""
    spans = [(job.document.path, item.span)]
    texts = [c.text for c in job.commands if is_within(c.document, c.node, spans)]
    return any(p.fits(text) for p in patterns for text in texts) or any(
        fits_item(pattern, item) for pattern in patterns
    )


def _check_new(tree: Tree, dialect: Dialect, job: Job, names: list[str]) -> None:
    for name in names:
        taken = is_named(tree, dialect, name, (job.document.path,))
        if names.count(name) > 1 or (taken and name not in (job.key, job.label)):
            what = f"there would be two jobs '{name}'"
            place = job.document.place(job.node)
            raise Refused(what, place=place, hint="give each part a name of its own, in 'set'")


def _change(
    job: Job, dialect: Dialect, part: JobPart, commands: Sequence, kept: set[int]
) -> YamlChange:
    change = copy_change(job, set_=part.set_, add=part.add, remove=part.remove)
    key = new_names(job, part.set_).get("key")
    change += own_names(job, dialect, key, (*part.set_, *part.remove))
    gone = tuple(n for n in range(len(commands.items)) if n not in kept)
    return change + remove_parts(job.document, commands, gone) if gone else change
