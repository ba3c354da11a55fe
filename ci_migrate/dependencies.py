"""The list of files that a job names, of which a changed one makes it run."""

import posixpath
from collections.abc import Iterable
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
        return self.fits_any((path,))

    def fits_any(self, paths: Iterable[str]) -> bool:
        """Say whether it fits one of some files."""
        text, plain = self.text, posixpath.normpath(self.text)
        if self.rule == "part":
            return any(text in path for path in paths)
        if self.rule == "start":
            return any(path.startswith(text) or path == plain for path in paths)
        return any(path == plain or path.startswith(f"{plain}/") for path in paths)


def dependencies(survey: Survey, job: Job) -> tuple[Entry, ...]:
    """Return the entries of a job's list; none if no profile says how they fit."""
    profile = survey.profile_of(job.document)
    rule = profile.rule_in(job.document.path) if profile else None
    if rule is None or not job.names.files:
        return ()
    written = origins_at(job.document, follow(job.node), job.names.files)
    return tuple(Entry(one, rule) for one in written)
