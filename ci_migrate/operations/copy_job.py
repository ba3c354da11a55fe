"""Put a changed copy of a job below it."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job
from ci_migrate.job_changes import rewrites_of
from ci_migrate.job_copies import AddedField, copy_change, new_names, told_name
from ci_migrate.job_references import own_names
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing
from ci_migrate.selector import JobSelector, find_named, is_named
from ci_migrate.tree import Tree
from ci_migrate.yaml_copies import Original, copy_below


@dataclass(frozen=True, slots=True)
class CopyJob:
    """Copy a job below itself, with another name and what else the copy has otherwise.

    The copy keeps every byte that is not named. Where a job has the new name, it is done;
    `file` tells jobs of the same name apart.

    Refused: a name that another job has, a job that holds an anchor.

    Example:
        - copy-job: {job: small-b200, set: {key: small-h200, label: Small (H200), device: h200}, remove: mirror}
    """

    job: str = option("key or label of the job to copy")
    file: tuple[str, ...] = option("file that the job stands in, as a glob", default=())
    set_: dict[str, Content] = option("fields that the copy has otherwise", default_factory=dict)
    add: tuple[AddedField, ...] = option("fields that only the copy has", default=())
    remove: tuple[str, ...] = option("fields that the copy does not have", default=())

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the copy would have the job's own name."""
        told = told_name(self.set_)
        gone = not is_named(tree, dialect, self.job, self.file)
        if gone and told and is_named(tree, dialect, told, self.file):
            return Outcome(f"a job '{told}' is there already")
        job = find_named(tree, dialect, self.job, self.file)
        new = new_names(job, self.set_)
        where = (job.scope,) if job.scope else self.file
        if new and all(is_named(tree, dialect, name, where) for name in new.values()):
            return Outcome(f"a job '{next(iter(new.values()))}' is there already")
        _check_names(tree, dialect, job, new)
        change = copy_change(job, set_=self.set_, add=self.add, remove=self.remove)
        change += own_names(job, dialect, new.get("key"), (*self.set_, *self.remove))
        copied = copy_below(Original(job.document, job.own_part), change)
        made = next(iter(new.values()))
        return Outcome(f"new job '{made}'", rewrites_of([(job.document, copied)]))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        told = told_name(self.set_)
        if told is None:
            raise Refused("the copy has no name of its own", hint="undo it by hand")
        name = (Pattern.exactly(told),)
        either = (JobSelector(key=name), JobSelector(label=name))
        return Undoing("delete-job", {"jobs": JobSelector(file=self.file, any=either)})


def _check_names(tree: Tree, dialect: Dialect, job: Job, new: dict[str, str]) -> None:
    """Check that the copy shares neither name of the job, nor that of another."""
    place = job.document.place(job.node)
    for name, own in (("key", job.key), ("label", job.label)):
        if own is not None and name not in new:
            what = f"the copy would have the {name} of job '{job.name}'"
            raise Refused(what, place=place, hint=f"give it another {name}, in 'set'")
        if name in new and is_named(tree, dialect, new[name], (job.document.path,)):
            what = f"a job has the {name} '{new[name]}' already"
            raise Refused(what, place=place, hint=f"choose another {name} for the copy")
    if not new:
        raise Refused(f"job '{job.name}' has no name", place=place, hint="give it a label first")
