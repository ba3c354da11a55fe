"""What the jobs of a tree run, by the platform that they run on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from ci_migrate.document import Document
from ci_migrate.globs import matcher
from ci_migrate.job import Job, Workspace
from ci_migrate.keywords import keyword_holds
from ci_migrate.pytest_runs import run_of
from ci_migrate.remembered import once
from ci_migrate.shell_calls import Call, calls_of
from ci_migrate.survey import Survey
from ci_migrate.text import Span

TESTS = ("**/test_*.py", "**/*_test.py")


class Ran(NamedTuple):
    """Something that a job runs on a platform: a `test`, a `script`, a `line` or a `command`.

    It is named by its path, or by its first words; of tests, by `keyword` and `marks` some are
    chosen, and some paths are `ignored`.
    """

    kind: str
    name: str
    platform: str
    test: str = ""  # in the file, as pytest has it
    keyword: str = ""
    marks: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def at(self) -> str:
        """Return where it runs, for a message."""
        return f" on {self.platform}" if self.platform else ""

    @property
    def chooses(self) -> bool:
        """Say whether only a part of the tests is chosen."""
        return bool(self.keyword or self.marks)

    def fits(self, name: str) -> bool:
        """Say whether a test, or a case of one, may be chosen by its name."""
        return chosen_by(self.keyword, f"{self.name} {name}")

    def includes(self, other: "Ran", path: str) -> bool:
        """Say whether all that `other` runs of a file or folder is run by this one."""
        left_out = [one for one in self.ignored if _below(path, one)]
        return (
            (not self.test or self.test == other.test)
            and all(any(_below(one, old) for old in other.ignored) for one in left_out)
            and (not self.chooses or self[4:6] == other[4:6])
        )


def chosen_by(keyword: str, name: str) -> bool:
    """Say whether pytest's `-k` chooses a name; what can't be understood chooses all."""
    return keyword_holds(keyword, lambda word: word in name.lower()) is not False


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def platform_of(survey: Survey, job: Job) -> str:
    """Return the kind of machine of a job: a profile's platform, or the queue; "" without one."""
    found = survey.queue_of(job)
    if found is not None:
        return found[1].platform or found[0]
    profile = survey.profile_of(job.document)
    return (job.queue_name or "") if profile and profile.queues else ""


def ran_by(survey: Survey, job: Job) -> Iterator[Ran]:
    """Yield what a job runs, once for each of its names."""
    known, key = _ran_in(job.document), (job.identity[1], job.name)
    if key not in known:
        workspace = job.workspace or _SOMEWHERE
        calls = survey.calls(job) if job.workspace else calls_of(job.commands, workspace)
        found = (ran for call in calls for ran in _ran_by_call(call, workspace))
        known[key] = tuple(dict.fromkeys(found))
    platform = platform_of(survey, job)
    return (ran._replace(platform=platform) for ran in known[key])


@once
def _ran_in(document: Document) -> dict[tuple[Span, str], tuple[Ran, ...]]:
    """Return what the jobs of a document run, as far as it is known, on no platform."""
    return {}


def lines_of(survey: Survey, job: Job) -> Iterator[tuple[str, Ran]]:
    """Yield each line of the lists that a job reads, as the path that it names, with its list."""
    for use in survey.lists(job):
        source = survey.list_at(use.path)
        for line in source.lines:
            yield use.path, Ran("line", source.beside(line), platform_of(survey, job))


_SOMEWHERE = Workspace("", "/somewhere")  # paths are only compared


def _ran_by_call(call: Call, workspace: Workspace) -> Iterator[Ran]:
    run = run_of(call, workspace)
    if run is None:
        if call.program not in _PREPARES and call.words[0].isascii():
            subject = next((word for word in call.words[1:] if not word.startswith("-")), "")
            yield Ran("command", f"{call.program} {subject}".strip(), "")
        return
    ignored = tuple(sorted(one.path for one in run.of("ignore") if one.path))
    for named in run.named:
        if named.path is None:
            continue
        if named.role == "script":
            yield Ran("script", named.path, "")
        elif named.role == "test":
            test = named.written.partition("::")[2]
            yield Ran("test", named.path, "", test, run.keyword, run.marks, ignored)


# Programs that only prepare what is run, or tell of it.
_PREPARES = frozenset((
    "apt-get", "apt", "aws", "cat", "chmod", "cp", "curl", "df", "docker", "echo", "exit",
    "export", "false", "fi", "done", "esac", "git", "grep", "head", "kill", "ls", "mkdir", "mv",
    "nvidia-smi", "printf", "ps", "pwd", "rm", "rocm-smi", "sed", "set", "sleep", "source", ".",
    "sort", "sudo", "tail", "tar", "tee", "test", "[", "[[", "touch", "trap", "true", "uname",
    "unset", "wait", "wget", "which", "xargs", "}", "for", "case", "local", "return", "break",
    "continue", "eval", "type", "uv", "pip", "pip3", "buildkite-agent", "conda", "env", "jq",
))  # fmt: skip


class Runs:
    """What jobs of a survey, and their mirrors, run, with the names of the jobs."""

    def __init__(self, survey: Survey, jobs: tuple[Job, ...]) -> None:
        self.survey = survey
        self.jobs: dict[Ran, list[Job]] = defaultdict(list)
        self.lists: dict[Ran, set[str]] = defaultdict(set)  # that have a line
        for job in survey.mirrored(jobs):
            for ran in ran_by(survey, job):
                self.jobs[ran].append(job)
            for path, ran in lines_of(survey, job):
                self.jobs[ran].append(job)
                self.lists[ran].add(path)

    @cached_property
    def by_name(self) -> dict[tuple[str, str], list[Ran]]:
        """What is run, by kind and name."""
        found: dict[tuple[str, str], list[Ran]] = defaultdict(list)
        for ran in self.jobs:
            found[ran.kind, ran.name].append(ran)
        return found

    def including(self, ran: Ran, path: str) -> Iterator[Ran]:
        """Yield what runs a file of tests, or a folder above it."""
        while True:
            yield from self.by_name.get((ran.kind, path), ())
            if not path or ran.kind != "test":
                return
            path = path.rpartition("/")[0]

    @cached_property
    def _tests(self) -> tuple[str, ...]:
        return tuple(filter(matcher(TESTS).fullmatch, self.survey.in_order))

    def files_of(self, ran: Ran) -> Iterable[str]:
        """Return the test files in a folder that is run; for anything else its name."""
        if ran.kind != "test" or ran.name.endswith(".py"):
            return (ran.name,)
        files = [
            path
            for path in self._tests
            if _below(path, ran.name) and not any(_below(path, one) for one in ran.ignored)
        ]
        return files or (ran.name,)
