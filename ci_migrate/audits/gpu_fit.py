"""Find what needs more GPUs than its job gets on its queue, or than the job asks for.

Severity: error if the job does not see enough GPUs; warning if it does only because its queue
shows it all GPUs of the host, or if `torchrun` starts more processes on one machine than it has
GPUs, which a test without GPUs may.

The need is that of each entry in the lists that a command reads, or of the command's own options:
tensor times pipeline times data parallel size.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.errors import CiMigrateError, Place
from ci_migrate.finding import Finding, Severity
from ci_migrate.gpu_needs import gpus_for, may_ask
from ci_migrate.job import Job, ListUse, Origin
from ci_migrate.line_list import parse_lines
from ci_migrate.survey import Survey, asked, nodes, seen_by
from ci_migrate.text import counted
from ci_migrate.tree import read_text


class _Need(NamedTuple):
    """How many GPUs something needs, what it is, and where it is written."""

    gpus: int
    what: str
    place: Place
    sure: bool = True


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what does not fit, job by job."""
    for job in now.touched:
        if (found := now.queue_of(job)) is None:
            continue
        name, queue = found
        on_one = seen_by(job, queue)
        if on_one is None:
            continue
        given = on_one * nodes(job)
        wanted = (asked(job) or 1) * nodes(job) if queue.sees == "host" else given
        for need in _needs(now, job):
            if need.gpus > (min(given, wanted) if need.sure else given):
                yield _finding(job, need, given, wanted, name)


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
    return _Need(gpus, f"'{_start(command)}'", place, sure)


def _needs_of_list(survey: Survey, use: ListUse) -> Iterator[_Need]:
    try:
        source = parse_lines(use.path, read_text(survey.tree, use.path) or "")
    except CiMigrateError:
        return
    for line in source.lines:
        place = source.place(line)
        try:
            gpus = survey.dialect.gpus_needed(line.entry, place, survey.tree)
        except CiMigrateError:  # what can't be read is no proof that it does not fit
            continue
        yield _Need(gpus, line.entry, place)


_PROCESSES = re.compile(r"\btorchrun\b[^\n;&|]*?--nproc[-_]per[-_]node[= ](\d{1,4})\b")


def _processes(command: str) -> int:
    """Return how many processes torchrun starts on one machine, each on a GPU of its own."""
    found = _PROCESSES.findall(command) if "torchrun" in command else ()
    return max(map(int, found), default=1)


def _start(command: Origin) -> str:
    line = command.text.strip().split("\n")[0]
    return line if len(line) <= 60 else line[:59] + "…"
