"""The commands that tell what a change does: to the machines, and to the pipeline that is made."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ci_migrate.cli_options import Params, Root, TextOrJson, fail, values_of

renderer = typer.Typer()
_MADE = "How the pipeline is made"


Since = Annotated[str, typer.Option(metavar="REV", help="Tell what differs since this revision.")]
Before = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The same, since this other folder.")
]


@renderer.command()
def impact(
    root: Root = Path(),
    since: Since = "",
    before: Before = None,
    format: Annotated[TextOrJson, typer.Option(help="How to report.")] = TextOrJson.TEXT,
) -> None:
    """Say what a change that is made already does to the machines, as `apply` says of a recipe."""
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.report import impact as report
    from ci_migrate.since import impact_since

    try:
        found = impact_since(root, folder=before, revision=since)
    except CiMigrateError as error:
        fail(error)
    render = {"text": report.as_text, "json": report.as_json}[format.value]
    typer.echo(render(found), nl=False)


@renderer.command()
def render_diff(
    recipe: Annotated[
        str, typer.Argument(metavar="[RECIPE]", help="Name or path of a recipe.")
    ] = "",
    root: Root = Path(),
    param: Params = None,
    since: Since = "",
    before: Before = None,
    generator: Annotated[
        str,
        typer.Option(
            metavar="COMMAND",
            help="Command that makes the pipeline of the folder that it runs in, or vllm or "
            "buildkite.",
            rich_help_panel=_MADE,
        ),
    ] = ...,  # type: ignore[assignment]
    generator_root: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Checkout of vLLM's generator.", rich_help_panel=_MADE),
    ] = None,
    result: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="File that the command makes, if not standard output.",
            rich_help_panel=_MADE,
        ),
    ] = "",
    env: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=VALUE]",
            help="Variable that the command sees; repeatable.",
            rich_help_panel=_MADE,
        ),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            help="Longest time for one run of it.",
            rich_help_panel=_MADE,
        ),
    ] = 60.0,
    format: Annotated[TextOrJson, typer.Option(help="How to report.")] = TextOrJson.TEXT,
) -> None:
    """Run your pipeline generator before and after a change; exit 1 for what is unexplained.

    The generator is run on copies of the tree, in a folder of its own. A recipe can't name one.
    """
    from ci_migrate.errors import BadUsage, CiMigrateError
    from ci_migrate.render import Rendering, render_recipe, render_since
    from ci_migrate.report import rendered as report

    try:
        if sum(map(bool, (recipe, since, before))) != 1:
            hint = "give one of them"
            raise BadUsage("a recipe, --since and --before exclude one another", hint=hint)
        if param and not recipe:
            raise BadUsage("--param goes with a recipe", hint="name one")
        rendering = Rendering(generator, generator_root, result, time_limit, _variables(env or []))
        if recipe:
            values = values_of(param or [])
            diff = render_recipe(recipe, rendering, root=root, values=values)
        else:
            diff = render_since(rendering, root=root, folder=before, revision=since)
    except CiMigrateError as error:
        fail(error)
    render = {"text": report.as_text, "json": report.as_json}[format.value]
    typer.echo(render(diff), nl=False)
    raise typer.Exit(diff.exit_code)


def _variables(given: list[str]) -> tuple[tuple[str, str], ...]:
    """Return variables with their values, those of the environment where none is given."""
    from ci_migrate.errors import BadUsage

    found = []
    for one in given:
        name, equals, value = one.partition("=")
        if not equals and name not in os.environ:
            raise BadUsage(f"there is no variable '{name}'", hint="write --env NAME=VALUE")
        found.append((name, value if equals else os.environ[name]))
    return tuple(found)
