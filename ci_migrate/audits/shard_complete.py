"""Find tests that no shard runs, or that several run, where jobs share tests out.

Severity: error if tests never run or the command stops; warning if a shard is run twice, or if one
alone is run by any job; note for tests that each of several parallel jobs runs whole.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.document import Scalar, Sequence, resolved
from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job, Origin
from ci_migrate.job_fields import field_text, has_field, node_at
from ci_migrate.shards import TOTALS, VARIABLES, Shard, Variables, commands_in, shards
from ci_migrate.survey import Survey
from ci_migrate.text import shortened, whole_number


class _Part(NamedTuple):
    """A shard by its number, of so many, and where it is run."""

    job: Job
    command: Origin
    shard: Shard
    number: int
    total: int


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what is wrong within jobs, and then within jobs that share tests by hand."""
    for job in now.touched:
        yield from _whole(now, job)
        for command in _commands(now, job):
            for shard in shards(command.text):
                yield from _in_job(now, job, command, shard)
    if groups := _by_hand(now):
        others = _by_hand(now.also(TOTALS))  # which may stand in files that are left out
        for same in groups:
            yield from _among(others[same])


def _commands(survey: Survey, job: Job) -> tuple[Origin, ...]:
    """Return the commands of a job, and those that its mirrors run in their stead."""
    every = (command for one in survey.mirrored((job,)) for command in one.commands)
    return tuple({command.identity: command for command in every}.values())


def _in_job(survey: Survey, job: Job, command: Origin, shard: Shard) -> Iterator[Finding]:
    variables = VARIABLES.get(survey.dialect_of(job.document))
    if variables is None:
        return
    named = {_variable(shard.number): shard.number, _variable(shard.total): shard.total}
    used = [name for name in (variables.number, variables.total) if name in named]
    if used and not variables.always and not has_field(job, "<parallelism>"):
        message = f"{used[0]} is empty here: '{job.name}' has no {job.names.parallelism}"
        yield _finding(job, command, shard, message)
    elif used and not variables.always and any(_is_early(named[name]) for name in used):
        message = (
            f"{used[0]} is filled in when the pipeline is uploaded, not when '{job.name}' runs"
        )
        yield _finding(job, command, shard, f"{message}; write $${used[0]}", "warning")
    elif _variable(shard.number) == variables.number and variables.first != shard.first:
        message = f"{variables.number} counts from {variables.first}, and shards from {shard.first}"
        yield _finding(job, command, shard, f"{message}: '{job.name}' leaves one out")
    elif (jobs := _number(field_text(job, "<parallelism>"))) is not None and jobs > 1:
        yield from _of_many(job, command, shard, jobs, variables)


def _of_many(
    job: Job, command: Origin, shard: Shard, jobs: int, variables: Variables
) -> Iterator[Finding]:
    """Yield what does not fit the number of parallel jobs."""
    count, index = _number(shard.total), _number(shard.number)
    if index is not None:
        message = f"each of the {jobs} jobs of '{job.name}' runs shard {index}"
        yield _finding(job, command, shard, message)
    elif count is not None and count != jobs and _variable(shard.number) == variables.number:
        message = f"'{job.name}' runs in {jobs} jobs, and shares its tests out among {count}: "
        message += "some never run" if jobs < count else "there are jobs without any"
        yield _finding(job, command, shard, message)


def _whole(survey: Survey, job: Job) -> Iterator[Finding]:
    """Yield the tests that each of several parallel jobs runs whole."""
    jobs = _number(field_text(job, "<parallelism>")) or 1
    variables = VARIABLES.get(survey.dialect_of(job.document))
    if jobs < 2 or variables is None:
        return
    parts = [(one, part) for one in _commands(survey, job) for part in commands_in(one.text)]
    others = [(one, part) for one, part in parts if not [*shards(part)]]
    if any(variables.number in part for _, part in others):  # for what may be used anywhere
        return
    for command, part in others:
        words = [word for word in part.split() if "=" not in word]
        if words[:1] == ["pytest"]:
            message = f"each of the {jobs} jobs of '{job.name}' runs all of '{shortened(part)}'"
            yield _finding(job, command, Shard("", "", 0, part), message, "note")


_Same = tuple[tuple[str, ...] | str, str | None, str, int]  # what the shards of one test share


def _by_hand(survey: Survey) -> dict[_Same, list[_Part]]:
    """Return the shards of jobs that give themselves a number, or that a matrix gives one."""
    groups: dict[_Same, list[_Part]] = {}
    for job in survey.jobs:
        where = survey.pipeline_of(job.document.path) or job.document.path
        for command in _commands(survey, job) if not has_field(job, "<parallelism>") else ():
            for shard in shards(command.text):
                total = _one(_numbers(job, shard.total))
                for number in _numbers(job, shard.number) if total is not None else ():
                    same = (where, job.queue_name, shard.command, total or 0)
                    part = _Part(job, command, shard, number, total or 0)
                    groups.setdefault(same, []).append(part)
    return groups


def _among(group: list[_Part]) -> Iterator[Finding]:
    first, count = group[0].shard.first, group[0].total
    seen: dict[int, _Part] = {}
    for part in group:
        earlier = seen.setdefault(part.number, part)
        if earlier is not part:
            message = f"shard {part.number} of {count} is run by '{earlier.job.name}' as well"
            yield _finding(part.job, part.command, part.shard, message, "warning")
    missing = sorted(set(range(first, first + count)) - set(seen))
    if missing:
        said = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        message = f"no job runs shard {said} of {count}, which '{group[0].job.name}' is one of"
        severity: Severity = "error" if len(seen) > 1 else "warning"
        yield _finding(group[-1].job, group[-1].command, group[-1].shard, message, severity)


def _numbers(job: Job, text: str) -> tuple[int, ...]:
    """Return the numbers that a text stands for: itself, or the values of a GitHub matrix."""
    if (number := _number(text)) is not None:
        return (number,)
    matrix = _MATRIX.fullmatch(text)
    others = (node_at(job.node, f"strategy.matrix.{name}") for name in ("include", "exclude"))
    if matrix is None or any(others):
        return ()
    values = node_at(job.node, f"strategy.matrix.{matrix[1]}")
    items = [resolved(item) for item in values.items] if isinstance(values, Sequence) else []
    found = [_number(item.value) if isinstance(item, Scalar) else None for item in items]
    return () if None in found else tuple(number for number in found if number is not None)


_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")


def _one(numbers: tuple[int, ...]) -> int | None:
    return numbers[0] if len(numbers) == 1 else None


def _number(text: str | None) -> int | None:
    return whole_number(text, digits=4)


def _variable(text: str) -> str:
    """Return the name of the variable that a text is, if it is one."""
    match = re.fullmatch(r"(?:\\|\$)?\$(?:\{(\w+)\}|(\w+))", text)
    return (match[1] or match[2]) if match else ""


def _is_early(text: str) -> bool:
    """Say whether Buildkite fills a variable in when it takes up the pipeline."""
    return not text.startswith(("$$", "\\$"))


def _finding(
    job: Job, command: Origin, shard: Shard, message: str, severity: Severity = "error"
) -> Finding:
    place = command.document.place(command.node)
    subject = f"{job.document.path}: {job.name}: {shard.command} {shard.number}/{shard.total}"
    return Finding(place, message, severity, subject=subject)
