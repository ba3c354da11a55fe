"""Run a job in several shards, or in one again."""

import re
from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.content import Content
from ci_migrate.errors import Refused
from ci_migrate.job import Dialect, Job, Origin
from ci_migrate.job_changes import change_jobs
from ci_migrate.job_fields import find, path_of
from ci_migrate.new_field import add_below
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing, check_told, swapped
from ci_migrate.selector import JobSelector, find_jobs
from ci_migrate.several import member_of
from ci_migrate.style import Value
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange, set_scalar
from ci_migrate.yaml_parts import remove_parts
from ci_migrate.yaml_text import edit_scalar

_BUILDKITE = ("buildkite", "vllm-test-areas")  # where agents know `%N` and what the flags name
_FLAGS = (
    "--shard-id=$$BUILDKITE_PARALLEL_JOB",
    "--num-shards=$$BUILDKITE_PARALLEL_JOB_COUNT",
)


@dataclass(frozen=True, slots=True)
class ShardJob:
    """Let `shards` machines share a job: `parallelism`, `%N` in its label, flags for its command.

    With one shard, all three are taken away again. Jobs that have so many are left alone.

    The flags are vLLM's if none are given, and only Buildkite knows them and `%N`. Refused: a
    command that is not the only one to fit, or that has the flags in part.

    Example:
        - shard-job: {jobs: {key: kernels}, shards: 3, command: pytest, after: commands}
        - shard-job: {jobs: {key: kernels}, shards: 1, command: pytest}
    """

    jobs: JobSelector = option("jobs to share out")
    shards: int = option("number of shards")
    command: Pattern = option("the one command that takes the flags, by a part of it")
    flags: tuple[str, ...] = option("flags that tell the command its shard", default=_FLAGS)
    after: tuple[str, ...] = option(
        "fields for `parallelism` to stand below, in order of liking, or last", default=("last",)
    )
    label: bool = option("false to leave the label without %N", default=True)
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check the number; raises ValueError for none."""
        if self.shards < 1:
            raise ValueError("a job has one shard at least")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where the command is not clear."""
        chosen = find_jobs(tree, dialect, self.jobs)
        changes = change_jobs(chosen, lambda job: self._change(job, dialect), expect=self.expect)
        return Outcome(f"{changes} in {self.shards} shards", changes.rewrites)

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        check_told(self.jobs, self.expect)
        if self.shards == 1:
            raise Refused("how many shards there were is not said", hint="undo it by hand")
        return swapped(self, shards=1)

    def _change(self, job: Job, dialect: Dialect) -> YamlChange | None:
        change = self._parallelism(job)
        name = member_of(dialect, job.document).NAME
        if name not in _BUILDKITE and self.flags == _FLAGS:
            what = f"which flags tell a command of {name} its shard is not known"
            raise Refused(what, place=job.document.place(job.node), hint="write them as 'flags'")
        change += self._flags(job)
        change += self._label(job) if name in _BUILDKITE else YamlChange()
        return change if change.edits else None

    def _parallelism(self, job: Job) -> YamlChange:
        name = path_of(job, "<parallelism>")
        field = find(job, name)
        value = Value(str(self.shards))
        if field is not None:
            if self.shards == 1:
                return remove_parts(job.document, field.mapping, (field.position,))
            if getattr(field.value, "value", None) == value.text:
                return YamlChange()
            return set_scalar(job.document, field.value, value, flow=field.mapping.flow)
        if self.shards == 1:
            return YamlChange()
        return add_below(job, name, Content(value), after=self.after)

    def _label(self, job: Job) -> YamlChange:
        field = find(job, "<label>") if self.label and job.label is not None else None
        if job.label is None or field is None:
            return YamlChange()
        bare = re.sub(r" ?%N", "", job.label)
        new = bare if self.shards == 1 else job.label if "%N" in job.label else f"{bare} %N"
        if new == job.label:
            return YamlChange()
        return set_scalar(job.document, field.value, Value(new), flow=job.node.flow)

    def _flags(self, job: Job) -> YamlChange:
        fitting = [command for command in job.commands if self.command.found_in(command.text)]
        if len(fitting) != 1:
            what = f"{len(fitting) or 'no'} commands of job '{job.name}' fit '{self.command.text}'"
            raise Refused(what, place=job.document.place(job.node), hint="name just one")
        (command,) = fitting
        has = [flag for flag in self.flags if flag in command.text]
        text = "".join(f" {flag}" for flag in self.flags)
        if self.shards == 1:
            if not has:
                return YamlChange()
            found = Pattern.exactly(text)
            made = edit_scalar(job.document, command.node, found, "", flow=command.flow)
        elif has:
            made = YamlChange() if len(has) == len(self.flags) else None
        else:
            end = self._end(command)
            made = edit_scalar(job.document, command.node, end, rf"\1{text}", flow=command.flow)
        if made is None:
            what = "this command has the flags only in part, or apart from one another"
            raise Refused(what, place=job.document.place(command.node), hint="mend it by hand")
        return made

    def _end(self, command: Origin) -> Pattern:
        """Return what fits the last word of the line of a command that takes the flags."""
        lines = [line for line in command.text.splitlines() if self.command.found_in(line)]
        line = lines[0].rstrip() if len(lines) == 1 else ""
        if not line or line.endswith("\\"):
            what = f"'{self.command.text}' is not in one whole line of this command"
            place = command.document.place(command.node)
            raise Refused(what, place=place, hint="shard it by hand")
        last = line.split()[-1]
        before = line.removesuffix(last)
        start = rf"(?<={re.escape(before)})" if before else r"(?:^|(?<=\n))"
        return Pattern.parse(rf"/{start}({re.escape(last)})(?=[ \t]*(?:\n|\Z))/")
