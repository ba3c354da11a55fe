"""What is told of a folder inside a repository, with paths from the top of that, as hosts count."""

from copy import copy
from posixpath import normpath

from ci_migrate.changeset import Changeset, Failure
from ci_migrate.errors import Place
from ci_migrate.finding import Audited, Finding
from ci_migrate.run import Run


def run_below(run: Run, folder: str) -> Run:
    """Return a run whose places have the folder before them, as in `sub/folder/`; "" is the top."""
    if not folder:
        return run
    recipe, changeset = run.recipe.recipe.path, run.changeset
    return run._replace(
        changeset=Changeset(
            tuple(change._replace(path=folder + change.path) for change in changeset.files),
            tuple(
                done._replace(findings=_findings(done.findings, folder)) for done in changeset.done
            ),
            tuple(_failure(failure, folder, recipe) for failure in changeset.failures),
            changeset.proof,
            audited_below(changeset.audited, folder),
        )
    )


def audited_below(audited: Audited, folder: str) -> Audited:
    """Return what audits found, with the folder before each place."""
    return audited._replace(findings=_findings(audited.findings, folder))


def _findings(findings: tuple[Finding, ...], folder: str) -> tuple[Finding, ...]:
    return tuple(one._replace(place=_place(one.place, folder)) for one in findings)


def _failure(failure: Failure, folder: str, recipe: str) -> Failure:
    """Return a failure with its place in the tree; one in the recipe's file stays."""
    if failure.error.place is None or failure.error.place.path == recipe:
        return failure
    error = copy(failure.error)
    error.place = _place(failure.error.place, folder)
    return failure._replace(error=error)


def _place(place: Place, folder: str) -> Place:
    return place._replace(path=normpath(folder + place.path))
