"""Find where a queue is still named that a change took the last job from.

That is in comments, jobs that are commented out, documents and scripts. Severity: note. Only with a
side before, and only a name that is hardly another word: with a digit, a dash or an underscore. Of
a change that is being made, only the files of jobs are looked at.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from ci_migrate.errors import Place
from ci_migrate.finding import Finding
from ci_migrate.survey import Survey
from ci_migrate.text import line_and_column
from ci_migrate.tree import files_with

_TELLING = ("**/*.md", "**/*.rst", "**/*.sh")
_HISTORY = re.compile(r"change|history|news|release", re.IGNORECASE)


def findings(now: Survey, before: Survey | None) -> Iterator[Finding]:
    """Yield the files that name such a queue; nothing without a side before."""
    if before is None:
        return
    for queue in sorted(_queues(before) - _queues(now)):
        if re.search(r"[\d_-]", queue) and not _is_used(now, queue):
            yield from _named(now, queue)


def _queues(survey: Survey) -> set[str]:
    return {one.text for job in survey.all_jobs for one in job.queues if one.is_known}


def _is_used(now: Survey, queue: str) -> bool:
    """Say whether a job is on a queue that stands in none of the files that are looked at."""
    if now.only is None:
        return False
    paths = (path for path, _ in files_with(now.tree, now.dialect.GLOBS, (queue,)))
    return queue in _queues(replace(now, only=frozenset(paths)))


def _named(now: Survey, queue: str) -> Iterator[Finding]:
    folders = {job.document.path.partition("/")[0] for job in now.jobs}
    globs = now.dialect.GLOBS
    if now.only is None:
        globs = (*globs, *_TELLING, *(f"{folder}/**" for folder in sorted(folders)))
    word = re.compile(rf"(?<![\w./-]){re.escape(queue)}(?![\w/-]|\.\w)")
    for path, text in files_with(now.tree, globs, (queue,)):
        found = [match.start() for match in word.finditer(text)]
        if found and not _HISTORY.match(posixpath.basename(path)):
            times = f"{len(found)} times" if len(found) > 1 else "still"
            message = f"'{queue}' is named here {times}, and the last job has left it"
            place = Place(path, *line_and_column(text, found[0]))
            yield Finding(place, message, "note", subject=f"{path}: {queue}")
