"""Find what some job ran before a change and none runs after it, platform by platform.

That is a test, a script, a line of a list, and another command; what moves from job to job, or from
list to list, is not lost. Severity: warning, and note for what still runs on another platform.

Of test files that a job runs: tests and cases that are gone, and those that are skipped now on its
platform, are notes. A line that two lists bring to one platform, where one did, is a warning.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ci_migrate.capability import holds_on
from ci_migrate.errors import CiMigrateError, Place
from ci_migrate.finding import Finding, Severity
from ci_migrate.globs import matcher
from ci_migrate.job import Job
from ci_migrate.ran import TESTS, Ran, Runs
from ci_migrate.skip_marks import SkippedTest, skips_in
from ci_migrate.survey import Survey
from ci_migrate.text import counted


class _Fate(NamedTuple):
    """What became of something on a platform: none, a part, or where it runs elsewhere."""

    severity: Severity
    what: str


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield what is lost, by the job that ran it; nothing without a side before."""
    if before is None:
        return
    old, new = Runs(before, before.touched), Runs(now, now.touched)
    every = _Sides(old, new, before, now)
    yield from _lost(every)
    yield from _twice(every)
    changed = sorted(filter(_TESTS.fullmatch, now.changed or ()))
    for path in changed:
        yield from _of_tests(every, path)


_TESTS = matcher(TESTS)
_LOOKED_UP = 20  # things lost, for which a large tree is searched in about a second


class _Sides:
    """What runs on both sides: in the files that are looked at, and, where asked, in all."""

    def __init__(self, old: Runs, new: Runs, before: Survey, now: Survey) -> None:
        self.old, self.new = old, new
        self.before, self.now = before, now

    @cached_property
    def everywhere(self) -> tuple[Runs, ...]:
        """What runs in all files, before and now."""
        if self.now.only is None:
            return self.old, self.new
        words = self._words()
        sides = (side.also(words) for side in (self.before, self.now))
        return tuple(Runs(side, side.jobs) for side in sides)

    @cached_property
    def lost(self) -> list[Ran]:
        """What the jobs that may differ ran, and run no more."""
        return [one for one in self.old.jobs if one not in self.new.jobs]

    def _words(self) -> set[str]:
        """Return words of which a job that runs what is lost has one: the parts of its path.

        The top folder, which all jobs may name, is none: what runs all of it is not looked for.
        """
        names = {name for one in self.lost for name in self.old.files_of(one)}
        names |= {path for path in self.now.changed or () if _TESTS.fullmatch(path)}
        return {word for name in names for word in (name, *name.split("/")[1:]) if word}


def _lost(sides: _Sides) -> Iterator[Finding]:
    told: dict[tuple[str, str, _Fate], list[str]] = defaultdict(list)
    jobs: dict[str, Job] = {}
    lost = sides.lost
    if sides.now.only is not None and len(lost) > _LOOKED_UP:
        yield _not_looked_up(sides, lost)
        return
    for ran in lost:
        for name in sides.old.files_of(ran):
            fate = _fate(sides, ran, name)
            if fate is not None:
                job = sides.old.jobs[ran][0]
                jobs.setdefault(job.name, job)
                told[job.name, ran.at, fate].append(f"{name}::{ran.test}" if ran.test else name)
    for (name, at, fate), names in told.items():
        others = f" and {counted(names[1:], 'other')}" if names[1:] else ""
        message = f"'{name}' ran {names[0]}{others}{at}, and {fate.what}"
        subject = f"{name}{at}: {', '.join(names)}"
        yield Finding(_place(sides, jobs[name]), message, fate.severity, subject=subject)


def _not_looked_up(sides: _Sides, lost: list[Ran]) -> Finding:
    job = sides.old.jobs[lost[0]][0]
    message = (
        f"{len(lost)} commands and lines ran before that no changed job runs now, as {lost[0].name}"
        f"{lost[0].at}; ci-migrate audit --since REV looks whether others do"
    )
    return Finding(_place(sides, job), message, "note", subject="not looked up")


def _fate(sides: _Sides, ran: Ran, name: str) -> _Fate | None:
    """Return what became of something; None if it runs as before, or that can't be told."""
    after = sides.everywhere[1]
    found = [one for one in after.including(ran, name) if one.includes(ran, name)]
    if any(one.platform == ran.platform for one in found):
        return None
    parts = {
        (one.keyword, one.marks)
        for one in after.including(ran, name)
        if one.platform == ran.platform and one._replace(keyword="", marks="").includes(ran, name)
    }
    if len(parts) > 1 or (parts and ran.chooses) or _moved(sides, ran, name):
        return None  # which may be all of it together
    if found:
        where = ", ".join(sorted({one.platform or "another queue" for one in found}))
        return _Fate("note", f"it runs on {where} only")
    if parts:
        keyword, marks = parts.pop()
        chosen = " and ".join(f"'{one}'" for one in (keyword, marks) if one)
        return _Fate("warning", f"now only what fits {chosen}")
    if sides.now.is_repository and ran.kind != "command" and not sides.now.exists(name):
        there = ran.kind != "test" and sides.before.exists(name)
        return _Fate("note", "it is gone") if there else None  # of tests it is told by file
    return _Fate("warning", "no job does now")


def _moved(sides: _Sides, ran: Ran, name: str) -> bool:
    """Say whether parts of a folder are run instead, or a file of the same name that was not."""
    old, new = (side.by_name for side in sides.everywhere)
    fresh = [other for kind, other in new if kind == ran.kind and (kind, other) not in old]
    last = name.rpartition("/")[2]
    return any(o.startswith(f"{name}/") or o.rpartition("/")[2] == last for o in fresh)


def _place(sides: _Sides, job: Job) -> Place:
    """Return where a job that was before stands now, or its file."""
    same = (one for one in sides.now.all_jobs if (one.scope, one.name) == (job.scope, job.name))
    found = next(same, None)
    return found.document.place(found.node) if found else Place(job.document.path)


def _twice(sides: _Sides) -> Iterator[Finding]:
    for ran, lists in sides.new.lists.items():
        if len(lists) > max(1, len(sides.old.lists.get(ran, ()))):
            message = f"{ran.name} runs twice{ran.at}: it is in {' and '.join(sorted(lists))}"
            yield Finding(Place(max(lists)), message, subject=f"{ran.name}{ran.at} twice")


def _of_tests(sides: _Sides, path: str) -> Iterator[Finding]:
    runs = list(sides.everywhere[1].including(Ran("test", path, ""), path))
    old, new = (side.text(path) for side in (sides.before, sides.now))
    if not runs or old is None:
        return
    if new is None:
        last = path.rpartition("/")[2]
        if not any(one.endswith(f"/{last}") for one in sides.now.changed or () if one != path):
            yield Finding(Place(path), f"{path} is gone, which was run", "note", subject=path)
        return
    yield from _skipped(sides, runs, path, old, new)
    yield from _gone(runs, path, old, new)


def _skipped(sides: _Sides, runs: list[Ran], path: str, old: str, new: str) -> Iterator[Finding]:
    known = {skipped.identity for skipped in skips_in(path, old)}
    for skipped in skips_in(path, new):
        if skipped.identity in known:
            continue
        chosen = {run.platform for run in runs if run.fits(f"{path} {skipped.name}")}
        for platform in sorted(chosen):
            if _skips_on(sides.now, skipped, platform):
                at = f" on {platform}" if platform else ""
                message = f"'{skipped.name}' ran{at}, and is skipped there now"
                subject = f"{path}: {skipped.name}{at}: {skipped.skip.condition}"
                yield Finding(skipped.place, message, "note", subject=subject)


def _skips_on(survey: Survey, skipped: SkippedTest, platform: str) -> bool:
    """Say whether a skip surely holds on a platform."""
    condition = skipped.skip.condition
    return any(holds_on(condition, platform, profile) for profile in survey.profiles)


def _gone(runs: list[Ran], path: str, old: str, new: str) -> Iterator[Finding]:
    """Yield the tests, and the cases of those that stay, that a file has no more."""
    try:
        before, after = _cases(path, old), _cases(path, new)
    except CiMigrateError:
        return
    for name, cases in before.items():
        if not any(run.fits(f"{path} {name}") for run in runs):
            continue
        if name not in after:
            message = f"{path} has no '{name}' any more, which was run"
            yield Finding(Place(path), message, "note", subject=f"{path}: {name}")
        elif gone := [case for case in cases if case not in after[name]]:
            first = f"{name}[{gone[0]}]"
            others = f" and {counted(gone[1:], 'other')}" if gone[1:] else ""
            message = f"{path} has no '{first}'{others} any more, which was run"
            yield Finding(Place(path), message, "note", subject=f"{path}: {name}: {gone}")


def _cases(path: str, text: str) -> dict[str, list[str]]:
    """Return the tests of a file, with the ids of their cases as far as they are known."""
    from ci_migrate.pytest_cases import cases_of
    from ci_migrate.python_source import find_test, parse_python, test_names

    file = parse_python(path, text)
    names = [name for name in test_names(file) if name.rpartition("::")[2].startswith("test")]
    return {
        name: [c.id for cases in cases_of(find_test(file, name)) for c in cases if c.id is not None]
        for name in names
    }
