"""Look at both sides of a change before it is written; a new error of an audit stops it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ci_migrate.audit import run_audits
from ci_migrate.changeset import Changeset, Failure
from ci_migrate.errors import Refused
from ci_migrate.finding import Finding
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect
from ci_migrate.profiles import profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.survey import Survey
from ci_migrate.touched import untouched
from ci_migrate.tree import Tree, files_with
from ci_migrate.trees import Laid


class Sides(NamedTuple):
    """The jobs before and after a change, as far as it goes."""

    before: Survey
    after: Survey


def sides_of(changeset: Changeset, tree: Tree, dialects: Iterable[Dialect]) -> Sides | None:
    """Return the sides of a change by these dialects, and by those that profiles are about.

    Only jobs that may change are looked at, and those that read a list that changes; None where
    there are none. Raises BadUsage if a profile of the tree is wrong.
    """
    if not changeset.files:
        return None
    profiles = profiles_for(tree)
    names = {name for dialect in dialects for name in dialect.NAME.split(", ")}
    dialect = load_dialect(*sorted(names.union(profile.dialect for profile in profiles)))
    after = Laid(tree, changeset.contents)
    only = frozenset((*_concerned(tree, dialect.GLOBS, changeset), *after.files))
    if not any(map(matcher((*dialect.GLOBS, "**/*.py")).fullmatch, only)):
        return None
    changed = frozenset(after.files)
    same = untouched(changeset.files, tree, after, dialect)
    return Sides(
        Survey(tree, dialect, profiles, only, untouched=same[0], differing=changed),
        Survey(after, dialect, profiles, only, untouched=same[1], differing=changed),
    )


def audited(
    changeset: Changeset, sides: Sides, *, allowed: tuple[str, ...], today: date
) -> Changeset:
    """Return a changeset with what audits find of it that was not there before.

    A new error is a failure, and nothing may be written, unless its audit is `allowed`.
    """
    found = run_audits(sides.after, sides.before, today=today)
    stopping = [f for f in found.findings if f.severity == "error" and f.audit not in allowed]
    if stopping:
        failures = tuple(map(_failure, stopping))
        others = tuple(finding for finding in found.findings if finding not in stopping)
        found = found._replace(findings=others)
        return changeset._replace(files=(), failures=failures, proof=None, audited=found)
    return changeset._replace(audited=found)


def _failure(finding: Finding) -> Failure:
    hint = f"mend it, or add --allow {finding.audit}"
    error = Refused(finding.message, place=finding.place, hint=hint)
    return Failure(finding.audit, finding.place, error)


def _concerned(tree: Tree, globs: tuple[str, ...], changeset: Changeset) -> Iterable[str]:
    """Return the files of jobs that name a changed file of another kind, such as a list."""
    fits = matcher(globs).fullmatch
    names = {change.path.rpartition("/")[2] for change in changeset.files if not fits(change.path)}
    return [path for path, _ in files_with(tree, globs, tuple(sorted(names)))] if names else []
