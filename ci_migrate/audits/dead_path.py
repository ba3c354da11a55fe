"""Find paths that name nothing: in commands, in lists that they read, and in dependencies.

Severity: error for what a command runs or installs, a working folder, a list, and a line of a list
that names no file; warning for what tests leave out, and for a dependency.

Only in a tree that seems to be a whole repository. Not looked at: what the shell works out, and
what may come from an earlier command of the job, or runs in another place.
"""

import re
from collections.abc import Iterator

from ci_migrate.dependencies import Entry, dependencies
from ci_migrate.document import Node
from ci_migrate.errors import Place
from ci_migrate.finding import Finding, Severity
from ci_migrate.job import Job
from ci_migrate.mending import choosing, quoted
from ci_migrate.pytest_runs import Named, run_of
from ci_migrate.survey import Survey
from ci_migrate.text import shortened


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the paths that name nothing, job by job; what several jobs share, once."""
    seen: set[Place] = set()
    for job in now.mirrored(now.touched):
        tells = job.workspace is not None or dependencies(now, job)
        if not tells or not now.is_repository:
            continue
        found = (*_in_commands(now, job), *_in_lists(now, job), *_in_files(now, job))
        yield from (finding for finding in found if finding.place not in seen)
        seen |= {finding.place for finding in found}


def _in_commands(survey: Survey, job: Job) -> Iterator[Finding]:
    if job.workspace is None:
        return
    folder, written = job.workspace.folder, job.workspace.written
    if written and not folder.startswith("..") and not survey.exists(folder):
        yield _finding(job, written, f"the working folder '{folder}'", "error")
        return
    for call in survey.calls(job):
        run = None if call.inner else run_of(call, job.workspace)
        for named in run.named if run else ():
            if (dead := _dead(survey, named)) is not None:
                yield _finding(job, call.command.node, dead, _severity(named))
        if call.program not in _MAKE_NO_FILES:
            return


# After any other program, what is missing may have been made by it.
_MAKE_NO_FILES = frozenset((
    "apt-get", "echo", "export", "grep", "nvidia-smi", "pip", "pip3", "pytest", "python", "python3",
    "rocm-smi", "set", "torchrun", "uv",
))  # fmt: skip


def _severity(named: Named) -> Severity:
    return "warning" if named.role in ("ignore", "deselect") else "error"


def _dead(survey: Survey, named: Named) -> str | None:
    """Return what is not there, or None: the path, or the test in the file."""
    if named.path is None:
        return None
    paths = [named.path]
    if named.role == "deselect":  # its paths begin at the root, wherever pytest runs
        paths.append(named.written.partition("::")[0])
    there = [path for path in paths if survey.exists(path)]
    if not there:
        sign = "" if named.role in ("test", "script", "install") else f" of --{named.role}"
        return f"'{shortened(named.written)}'{sign}"
    test = _TEST.search(named.written)
    text = survey.text(there[0]) if test and there[0].endswith(".py") else None
    if test is None or text is None or _UNSEEN.search(text):
        return None
    return None if re.search(rf"\b{test[1]}\b", text) else f"'{test[1]}' in {there[0]}"


_TEST = re.compile(r"::(\w+)")  # the class, for what it holds may come from one above it
_UNSEEN = re.compile(r"\bimport \*|\bglobals\(\)|\bsetattr\(")  # names that the text does not show


def _in_lists(survey: Survey, job: Job) -> Iterator[Finding]:
    for use in survey.lists(job):
        if use.path.startswith("..") or "$" in use.written:
            continue
        if not survey.exists(use.path):
            yield _finding(job, use.command.node, f"the list {use.path}", "error")
            continue
        source = survey.list_at(use.path)
        for line in source.lines:
            if not survey.exists(source.beside(line)):
                message = f"{line.entry} names no file, and '{job.name}' does not run it"
                subject = f"{use.path}: {line.entry}"
                yield Finding(source.place(line), message, "error", subject=subject)


def _in_files(survey: Survey, job: Job) -> Iterator[Finding]:
    for entry in dependencies(survey, job):
        if entry.fits_a_file(survey):
            continue
        what = f"the dependency '{entry.text}'"
        fix = _fix(survey, job, entry)
        yield _finding(job, entry.origin.node, what, "warning")._replace(fix=fix)


def _fix(survey: Survey, job: Job, entry: Entry) -> str:
    """Return an operation that names the file meant: where only its ending was left out."""
    jobs = choosing(survey, job)
    if not jobs or not survey.exists(f"{entry.text}.py"):
        return ""
    sign = "!" if entry.leaves_out else ""
    old, new = quoted(entry.origin.text), quoted(f"{sign}{entry.text}.py")
    return f"replace-item: {{jobs: {jobs}, list: {job.names.files}, item: {old}, by: [{new}]}}"


def _finding(job: Job, node: Node, what: str, severity: Severity) -> Finding:
    message = f"'{job.name}' names {what}, which is not there"
    return Finding(job.document.place(node), message, severity, subject=what)  # a copy is not new
