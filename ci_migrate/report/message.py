"""A run as the message of a commit, which tells how it was made and how to verify that."""

from collections.abc import Iterator

from ci_migrate.record import trailers
from ci_migrate.report.diff import totals
from ci_migrate.report.visible import visible
from ci_migrate.run import Run
from ci_migrate.text import counted


def render(run: Run) -> str:
    """Return the message: title, what was done, how to verify it, and the trailers."""
    return "".join(f"{line}\n" for line in _lines(run)) + trailers(run)


def _lines(run: Run) -> Iterator[str]:
    recipe = run.recipe.recipe
    yield _line(f"Undo: {recipe.title}" if run.recipe.back else recipe.title)
    yield ""
    files = run.changeset.files
    added, removed = totals(files)
    values = ", ".join(f"{name} {value}" for name, value in run.recipe.values)
    given = f" ({values})" if values else ""
    yield _line(f"Made by ci-migrate with the recipe {recipe.name}{given}:")
    yield f"{counted(files, 'file')}, {added} lines added, {removed} removed."
    yield ""
    for done in run.changeset.done:
        yield _line(f"- {done.name}: {done.summary}")
    yield ""
    if run.changeset.proof:
        yield f"Proof: {run.changeset.proof}."
    yield "To verify: ci-migrate verify COMMIT"
    if recipe.links:
        yield ""
    for link in recipe.links:
        yield _line(f"See {link}")
    yield ""


def _line(text: str) -> str:
    return visible(text).replace("\n", " ")
