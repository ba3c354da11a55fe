"""The commands for those who review a change."""

from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_migrate.cli_options import Jobs, Params, Root, TextOrJson, fail, say, values_of

if TYPE_CHECKING:
    from ci_migrate.run import Run

review = typer.Typer()


class CheckFormat(str, Enum):
    """How `check` reports."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"


@review.command()
def check(
    recipes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RECIPE]…", help="Recipes to check, instead of those in .ci-migrate.toml."
        ),
    ] = None,
    root: Root = Path(),
    format: Annotated[CheckFormat, typer.Option(help="How to report.")] = CheckFormat.TEXT,
) -> None:
    """Check that recipes have nothing left to change; exit 1 if one has."""
    from ci_migrate.check import Wanted, read_wanted
    from ci_migrate.check import check as run_all
    from ci_migrate.errors import CiMigrateError

    try:
        named = tuple(Wanted(name, {}, (), ()) for name in recipes or ())
        runs = run_all(named or read_wanted(root), root)
    except CiMigrateError as error:
        fail(error)
    for run in runs:
        for failure in run.changeset.failures:
            say(failure.error, f"{run.named}: {failure.name}: ")
    typer.echo(_told(runs, root, format), nl=False)
    raise typer.Exit(max(run.exit_code for run in runs))


@review.command()
def verify(
    change: Annotated[
        str,
        typer.Argument(
            metavar="CHANGE",
            help="A patch file, - for standard input, a commit, or a range: A..B or A...B.",
            show_default=False,
        ),
    ],
    root: Root = Path(),
    recipe: Annotated[
        str | None,
        typer.Option(help="Recipe that made it, if not the one that the change names."),
    ] = None,
    param: Params = None,
    job: Jobs = None,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="The recipe was undone, with --recipe.")
    ] = False,
    base: Annotated[
        str, typer.Option(help="Revision that a patch is made of, if not the one that it names.")
    ] = "",
    leave_out: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Files that are not compared; repeatable."),
    ] = None,
    format: Annotated[TextOrJson, typer.Option(help="How to report.")] = TextOrJson.TEXT,
) -> None:
    """Make a change again by the recipe that it names; exit 1 if it is not the same to the byte."""
    from ci_migrate.errors import BadUsage, CiMigrateError
    from ci_migrate.record import Record
    from ci_migrate.report import verdict as report
    from ci_migrate.verify import verify as made_again

    try:
        if recipe is None and (param or job or reverse):
            hint = "add --recipe NAME"
            raise BadUsage("--param, --job and --reverse go with a recipe", hint=hint)
        values = tuple(values_of(param or []).items())
        record = Record(recipe, values, tuple(job or ()), reverse) if recipe else None
        verdict = made_again(
            change, root=root, record=record, base=base, leave_out=tuple(leave_out or ())
        )
    except CiMigrateError as error:
        fail(error)
    for failure in verdict.run.changeset.failures:
        say(failure.error, f"{failure.name}: ")
    render = {"text": report.as_text, "json": report.as_json}[format.value]
    typer.echo(render(verdict), nl=False)
    raise typer.Exit(verdict.exit_code)


def _told(runs: "tuple[Run, ...]", root: Path, format: CheckFormat) -> str:
    from ci_migrate.report import left

    if format in (CheckFormat.GITHUB, CheckFormat.SARIF):
        from ci_migrate.git import below_top
        from ci_migrate.report.placed import run_below

        folder = below_top(str(root))
        runs = tuple(run_below(run, folder) for run in runs)
    if format in (CheckFormat.TEXT, CheckFormat.JSON):
        return {"text": left.as_text, "json": left.as_json}[format.value](runs)
    told: str = import_module(f"ci_migrate.report.{format.value}").together(runs)
    return told
