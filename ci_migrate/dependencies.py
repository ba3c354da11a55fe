"""The list of files that a job names, of which a changed one makes it run."""

import posixpath
from bisect import bisect_left
from typing import NamedTuple

from ci_migrate.job import Job, Origin
from ci_migrate.lookup import follow, origins_at
from ci_migrate.profile import Rule
from ci_migrate.survey import Survey


class Entry(NamedTuple):
    """An entry of the list: where it is written, and how it fits the path of a file."""

    origin: Origin
    rule: Rule

    @property
    def text(self) -> str:
        """Return what it says, without the sign that leaves files out."""
        return self.origin.text.removeprefix("!")

    @property
    def leaves_out(self) -> bool:
        """Say whether files that fit are left out."""
        return self.origin.text.startswith("!")

    def fits(self, path: str) -> bool:
        """Say whether it fits a file, or all files of a folder."""
        text, plain = self.text, posixpath.normpath(self.text)
        if self.rule == "part":
            return text in path
        if self.rule == "start":
            return path.startswith(text) or path == plain
        return path == plain or path.startswith(f"{plain}/")

    def fits_a_file(self, survey: Survey) -> bool:
        """Say whether it fits a file of a tree."""
        if survey.exists(self.text) or self.rule == "path":
            return survey.exists(self.text)
        if self.rule == "part":
            return any(self.text in path for path in survey.files)
        first = bisect_left(survey.in_order, self.text)
        return any(map(self.fits, survey.in_order[first : first + 1]))


def dependencies(survey: Survey, job: Job) -> tuple[Entry, ...]:
    """Return the entries of a job's list; none if no profile says how they fit."""
    profile = survey.profile_of(job.document)
    rule = profile.rule_in(job.document.path) if profile else None
    if rule is None or not job.names.files:
        return ()
    written = origins_at(job.document, follow(job.node), job.names.files)
    return tuple(Entry(one, rule) for one in written)
