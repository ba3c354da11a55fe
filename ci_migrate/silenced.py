"""Cases of tests that a change skips or runs again, and the jobs that run them all the same."""

import ast
from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from ci_migrate.capability import holds_on
from ci_migrate.changeset import FileChange
from ci_migrate.chosen_tests import Target, chooses, may_run
from ci_migrate.errors import CiMigrateError
from ci_migrate.job import Job
from ci_migrate.keywords import any_of
from ci_migrate.pytest_cases import cases_of
from ci_migrate.pytest_marks import skips_of_case, skips_of_test
from ci_migrate.python_source import (
    PythonFile,
    Test,
    code_of,
    definitions_in,
    expression,
    find_test,
    parse_python,
)
from ci_migrate.survey import Survey


class RunBy(NamedTuple):
    """A job that runs cases, and its queue."""

    job: str
    queue: str


class Silenced(NamedTuple):
    """Cases that are skipped now, or run again, where a condition holds; without one everywhere.

    `case` is the id of the only one; without it, they are all `cases` of the test, as far as their
    number is known. The jobs that choose them are those on queues where the condition holds
    (`there`), those that run them `still`, and those of which that is not known (`perhaps`).
    """

    path: str
    test: str
    case: str | None
    cases: int | None
    condition: str | None
    again: bool = False
    there: tuple[RunBy, ...] = ()
    still: tuple[RunBy, ...] = ()
    perhaps: tuple[RunBy, ...] = ()

    @property
    def jobs(self) -> tuple[tuple[str, tuple[RunBy, ...]], ...]:
        """Return the jobs by what they do with the cases."""
        return ("there", self.there), ("still", self.still), ("perhaps", self.perhaps)


def silenced(change: FileChange, survey: Survey) -> Iterator[Silenced]:
    """Yield what a change of a Python file skips or runs again; `survey` is of the new tree."""
    if change.before is None or change.after is None:
        return
    try:
        old, new = (parse_python(change.path, text) for text in (change.before, change.after))
        found = [*_found(old, new)]
    except CiMigrateError:  # not Python, or not written as tests are
        return
    if found:
        globs = survey.dialect.GLOBS
        tree = survey.tree
        only = (path for path in tree.paths(globs) if may_run(tree.read(path) or b"", change.path))
        whole = Survey(tree, survey.dialect, survey.profiles, frozenset(only))
        yield from (_with_jobs(one, target, whole) for one, target in found)


def _found(old: PythonFile, new: PythonFile) -> Iterator[tuple[Silenced, Target]]:
    """Yield what is skipped in one file only, without the jobs; only tests of both are compared."""
    had, has = (
        {name: [*map(ast.dump, node.decorator_list)] for name, node in definitions_in(file)}
        for file in (old, new)
    )
    others = frozenset(has)
    for name in has:
        if had.get(name, has[name]) == has[name]:
            continue
        test = find_test(new, name)
        before, after = _skips(find_test(old, name)), _skips(test)
        for key in sorted(before.keys() ^ after.keys()):
            skip = after.get(key) or before[key]
            yield _silenced(test, skip, others - {name}, again=key in before)


class _Skipped(NamedTuple):
    """A skip of a test, or of the case with an id, number `group` of its `parametrize` marks."""

    condition: str | None
    group: int | None = None
    id: str | None = None


def _skips(test: Test) -> dict[str, _Skipped]:
    """Return the skips of a test and of its cases by what tells them apart."""
    found: dict[str, _Skipped] = {}
    for skip in skips_of_test(test):
        found[_shape(skip.condition)] = _Skipped(skip.condition)
    for group, cases in enumerate(cases_of(test)):
        for case in cases:
            key = f"{','.join(case.arguments)} {case.id or case.position}"
            for skip in skips_of_case(case):
                found[f"{key} {_shape(skip.condition)}"] = _Skipped(skip.condition, group, case.id)
    return found


def _shape(condition: str | None) -> str:
    return "" if condition is None else ast.dump(expression(condition))


def _silenced(
    test: Test, skip: _Skipped, others: frozenset[str], *, again: bool
) -> tuple[Silenced, Target]:
    groups = cases_of(test)
    written = sum("mark.parametrize" in code_of(mark) for mark in test.decorators) == len(groups)
    rest = [group for number, group in enumerate(groups) if number != skip.group]
    one = Silenced(
        path=test.file.path,
        test=test.name,
        case=skip.id,
        cases=prod(map(len, rest)) if written else None,
        condition=skip.condition,
        again=again,
    )
    more = [case.id for group in rest for case in group]
    known = tuple(id for id in more if id is not None)
    ids = (skip.id,) if skip.id is not None else ()
    sure = written and len(known) == len(more) and (skip.group is None or bool(ids))
    return one, Target(test.file.path, test.name, ids, known if sure else None, others)


def _with_jobs(one: Silenced, target: Target, survey: Survey) -> Silenced:
    there: list[RunBy] = []
    still: list[RunBy] = []
    perhaps: list[RunBy] = []
    for job in survey.all_jobs:
        chosen = _chosen(job, survey, target)
        if chosen is False:
            continue
        found = survey.queue_of(job)
        run_by = RunBy(job.name, found[0] if found else job.queue_name or "")
        holds = _holds(one.condition, job, survey)
        if chosen is None or holds is None:
            perhaps.append(run_by)
        else:
            (there if holds else still).append(run_by)
    return one._replace(there=tuple(there), still=tuple(still), perhaps=tuple(perhaps))


def _chosen(job: Job, survey: Survey, target: Target) -> bool | None:
    commands = "\n".join(command.text for command in job.commands)
    if not may_run(commands.encode(), target.path):
        return False
    if job.workspace is None:
        return None
    return any_of(chooses(call, job.workspace, target) for call in survey.calls(job))


def _holds(condition: str | None, job: Job, survey: Survey) -> bool | None:
    """Say whether a condition holds on the queue of a job; None if no profile tells."""
    if condition is None:
        return True
    found, profile = survey.queue_of(job), survey.profile_of(job.document)
    if found is None or profile is None:
        return None
    return holds_on(condition, found[1].platform, profile)
