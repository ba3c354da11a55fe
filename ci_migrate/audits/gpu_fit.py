"""Find what needs more GPUs than its job gets on its queue, or than the job asks for.

Severity: error if the job does not see enough GPUs; warning if it does only because its queue
shows it all GPUs of the host, or if `torchrun` starts more processes on one machine than it has
GPUs, which a test without GPUs may.

The need is that of each entry in the lists that a command reads, or of the command's own options:
tensor times pipeline times data parallel size. A test whose marks ask for more GPUs than any job
gives it that runs its file is skipped everywhere: warning. The fix asks for as many GPUs as the job
needs, where it asks for none.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.errors import CiMigrateError, Place
from ci_migrate.finding import Finding, Severity
from ci_migrate.gpu_marks import Marked, marked_in
from ci_migrate.gpu_needs import gpus_for, may_ask
from ci_migrate.job import Job, ListUse, Origin
from ci_migrate.job_fields import can_have, has_field
from ci_migrate.mending import choosing
from ci_migrate.ran import Ran, Runs, ran_by
from ci_migrate.survey import Survey, asked, nodes, seen_by
from ci_migrate.text import counted, first_line


class _Need(NamedTuple):
    """How many GPUs something needs, what it is, and where it is written."""

    gpus: int
    what: str
    place: Place
    sure: bool = True


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what does not fit, job by job."""
    yield from _of_marks(now)
    for job in now.touched:
        found = now.queue_of(job)
        on_one = seen_by(job, found[1]) if found else None
        if found is None or on_one is None:
            continue
        name, queue = found
        given = on_one * nodes(job)
        wanted = (asked(job) or 1) * nodes(job) if queue.sees == "host" else given
        needs = tuple(_needs(now, job))
        fix = _fix(now, job, max((need.gpus for need in needs if need.sure), default=1))
        for need in needs:
            if need.gpus > (min(given, wanted) if need.sure else given):
                told = _finding(job, need, given, wanted, name)
                yield told._replace(fix=fix if need.sure else "")


def _fix(survey: Survey, job: Job, gpus: int) -> str:
    """Return what asks for GPUs, where a job with a queue of its own asks for none."""
    jobs = choosing(survey, job)
    able = can_have(job, "<gpus>") and has_field(job, "<queue>") and nodes(job) == 1
    if not jobs or not able or has_field(job, "<gpus>"):
        return ""
    return f"add-field: {{jobs: {jobs}, field: <gpus>, value: {gpus}, after: <queue>}}"


def _finding(job: Job, need: _Need, given: int, wanted: int, queue: str) -> Finding:
    needs = f"needs {need.gpus} GPUs" if need.sure else f"starts {need.gpus} processes"
    enough = need.gpus <= given
    tells = f"asks for {wanted}: it relies on the {given} of a {queue} host"
    tells = tells if enough else f"gets {counted(range(given), 'GPU')} on {queue}"
    severity: Severity = "error" if need.sure and not enough else "warning"
    message = f"{need.what} {needs}, and '{job.name}' {tells}"
    return Finding(need.place, message, severity, subject=f"{job.name}: {need.what}")


def _needs(survey: Survey, job: Job) -> Iterator[_Need]:
    uses = survey.lists(job)
    for command in job.commands:
        if (processes := _processes(command.text)) > 1:
            yield _needed(processes, command, sure=False)
        try:
            own = gpus_for(command.text) if may_ask(command.text) else 1
        except ValueError:  # a size that the shell works out, or no shell words
            continue
        if own > 1:
            yield _needed(own, command)
            continue
        for use in uses:
            if use.command.identity == command.identity:
                yield from _needs_of_list(survey, use)


def _needed(gpus: int, command: Origin, *, sure: bool = True) -> _Need:
    place = command.document.place(command.node)
    return _Need(gpus, f"'{first_line(command.text)}'", place, sure)


def _needs_of_list(survey: Survey, use: ListUse) -> Iterator[_Need]:
    source = survey.list_at(use.path)
    for line in source.lines:
        place = source.place(line)
        try:
            gpus = survey.dialect.gpus_needed(line.entry, place, survey.tree)
        except CiMigrateError:  # what can't be read is no proof that it does not fit
            continue
        yield _Need(gpus, line.entry, place)


def _of_marks(survey: Survey) -> Iterator[Finding]:
    """Yield the tests in files that jobs name, if no job that runs the file has enough GPUs."""
    marks = {name: of for profile in survey.profiles for name, of in profile.gpu_marks.items()}
    looked_at = survey.touched if marks else ()
    found = {one for job in looked_at for one in _too_large(survey, job, marks)}
    if not found:
        return
    all_ = survey.also(word for path, _ in found for word in (path, *path.split("/")[1:]))
    runs = Runs(all_, all_.jobs)
    for path, test in sorted(found):
        by = runs.including(Ran("test", path, ""), path)
        jobs = [job for one in by for job in runs.jobs[one]]
        most = max((_given(survey, job) or test.gpus for job in jobs), default=test.gpus)
        if most < test.gpus:
            gets = f"no job that runs it gets more than {counted(range(most), 'GPU')}"
            message = f"'{test.name}' needs {test.gpus} GPUs, and {gets}"
            subject = f"{path}: {test.name}: {test.gpus}"
            yield Finding(Place(path, test.line), message, subject=subject)


def _too_large(survey: Survey, job: Job, marks: dict[str, str]) -> Iterator[tuple[str, Marked]]:
    """Yield the tests that need more GPUs than a job gives them which surely runs them."""
    given = _given(survey, job)
    for ran in ran_by(survey, job) if given is not None else ():
        if ran.kind != "test" or ran.chooses or not ran.name.endswith(".py"):
            continue
        for test in marked_in(survey.text(ran.name) or "", marks):
            if ran.test.partition("[")[0] in ("", test.name) and test.gpus > (given or 0):
                yield ran.name, test


def _given(survey: Survey, job: Job) -> int | None:
    """Return the GPUs that a job sees on one machine; None if that is not known."""
    found = survey.queue_of(job)
    return seen_by(job, found[1]) if found else None


_PROCESSES = re.compile(r"\btorchrun\b[^\n;&|]*?--nproc[-_]per[-_]node[= ](\d{1,4})\b")


def _processes(command: str) -> int:
    """Return how many processes torchrun starts on one machine, each on a GPU of its own."""
    found = _PROCESSES.findall(command) if "torchrun" in command else ()
    return max(map(int, found), default=1)
