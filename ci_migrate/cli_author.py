"""The commands for those who write recipes: list, show, jobs, test and schema."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_migrate.cli_options import RecipeName, Root, fail, say

if TYPE_CHECKING:
    from ci_migrate.finding import Finding

author = typer.Typer()

Dialects = Annotated[
    list[str] | None,
    typer.Option("--dialect", help="CI system to look for; repeatable, all of them without."),
]


class JobFormat(str, Enum):
    """How `jobs` lists."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@author.command(name="list")
def list_(
    root: Root = Path(),
    dialects: Annotated[
        bool, typer.Option("--dialects", help="List the CI systems, and what of them is here.")
    ] = False,
    audits: Annotated[bool, typer.Option("--audits", help="List the audits.")] = False,
) -> None:
    """List the recipes of the tree and the built-in ones."""
    from ci_migrate.catalog import load, recipes
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.files import Folder
    from ci_migrate.report.visible import one_line

    code = 0
    try:
        Folder.open(root)
    except CiMigrateError as error:
        fail(error)
    if dialects:
        _list_dialects(root)
        return
    if audits:
        _list_audits()
        return
    found = recipes(root)
    width = max((len(recipe.name) for recipe in found), default=0)
    for recipe in found:
        try:
            title = load(str(recipe.path), root).title
        except CiMigrateError as error:
            say(error, "")
            code = error.exit_code
            continue
        origin = "" if recipe.built_in else f"  ({recipe.path})"
        typer.echo(one_line(f"{recipe.name:<{width}}  {title}{origin}"))
    raise typer.Exit(code)


def _list_audits() -> None:
    from inspect import getdoc

    from ci_migrate.audit import audit_names, load_audit

    width = max(map(len, audit_names()))
    for name in audit_names():
        finds = (getdoc(load_audit(name)) or "").partition(".")[0].removeprefix("Find ")
        typer.echo(f"{name:<{width}}  {' '.join(finds.split())}")


def _list_dialects(root: Path) -> None:
    from ci_migrate.files import Folder
    from ci_migrate.job_list import count_dialects

    found = count_dialects(Folder.open(root))
    width = max(len(row.name) for row in found.rows)
    typer.echo(f"{'dialect':<{width}}  files   jobs  where")
    for row in found.rows:
        typer.echo(f"{row.name:<{width}}  {row.files:>5}  {row.jobs:>5}  {', '.join(row.globs)}")
    for problem in found.errors:
        say(problem, "")
    _say_files("not understood", found.unknown, "that are of no CI system", _ASK_JOBS)
    _say_files("not looked at", found.elsewhere, _ELSEWHERE, _ASK_DIALECTS)
    raise typer.Exit(max((problem.exit_code for problem in found.errors), default=0))


@author.command()
def show(recipe: RecipeName, root: Root = Path()) -> None:
    """Show what a recipe does: its parameters, its operations, and the diff of its first case."""
    from ci_migrate.cases import change_of, first_case
    from ci_migrate.catalog import load
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.report.recipe import render

    try:
        found = load(recipe, root)
        case = first_case(recipe, root)
        typer.echo(render(found, change_of(case, root) if case else None), nl=False)
    except CiMigrateError as error:
        fail(error)


@author.command()
def jobs(
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATTERN",
            help="Only jobs whose queue, key, label, command, file or field fits; repeatable.",
        ),
    ] = None,
    root: Root = Path(),
    dialect: Dialects = None,
    format: Annotated[JobFormat, typer.Option(help="How to list.")] = JobFormat.TABLE,
) -> None:
    """List the jobs of the tree, to try a selector before it is used."""
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.files import Folder
    from ci_migrate.job_list import list_jobs
    from ci_migrate.recipe import load_dialect
    from ci_migrate.report import jobs as report
    from ci_migrate.report import on_terminal

    try:
        found = list_jobs(Folder.open(root), load_dialect(*dialect or ()), tuple(where or ()))
    except CiMigrateError as error:
        fail(error)
    if format is JobFormat.CSV:
        text = report.as_csv(found.rows, exact=not on_terminal())
    else:
        text = {"table": report.table, "json": report.as_json}[format.value](found.rows)
    typer.echo(text.encode(errors="backslashreplace"), nl=False)
    for problem in found.errors:
        say(problem, "")
    if not where:
        _say_without(found.without)
        _say_files("not looked at", found.elsewhere, _ELSEWHERE, _ASK_DIALECTS)
    raise typer.Exit(max((problem.exit_code for problem in found.errors), default=0))


def _say_without(without: "tuple[Finding, ...]") -> None:
    from ci_migrate.report.visible import one_line

    for finding in without[:_SHOWN]:
        typer.echo(one_line(f"{finding.place}: {finding.message}"), err=True)
    if len(without) > _SHOWN:
        typer.echo(f"… and {len(without) - _SHOWN} files more without jobs", err=True)


def _say_files(fault: str, paths: tuple[str, ...], which: str, hint: str) -> None:
    from ci_migrate.report.visible import one_line
    from ci_migrate.text import counted

    if paths:
        what = f"{fault}: {counted(paths, 'YAML file')} {which}, as {paths[0]}; {hint}"
        typer.echo(one_line(what), err=True)


_SHOWN = 20  # files without jobs
_ELSEWHERE = "where no CI system has its files"
_ASK_JOBS = "'ci-migrate jobs' tells of each"
_ASK_DIALECTS = "'ci-migrate list --dialects' says where they have them, seen from --root"


@author.command()
def test(
    recipes: Annotated[
        list[str] | None, typer.Argument(metavar="[RECIPE]…", help="Only cases of these recipes.")
    ] = None,
    root: Root = Path(),
    update: Annotated[
        bool, typer.Option("--update", help="Let what comes out be what must come out.")
    ] = False,
) -> None:
    """Run the cases in tests/recipes/RECIPE/CASE/{before,after}; exit 1 if one fails."""
    from ci_migrate.cases import find_cases, run_case
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.report.visible import one_line, visible

    failed = 0
    try:
        cases = find_cases(root, tuple(recipes or ()))
        for case in cases:
            fault = run_case(case, root, update=update)
            failed += bool(fault)
            typer.echo(one_line(f"{'FAIL' if fault else 'ok  '}  {case.recipe}/{case.name}"))
            typer.echo(visible(fault), nl=False)
    except CiMigrateError as error:
        fail(error)
    typer.echo(f"{len(cases) - failed} of {len(cases)} cases pass")
    raise typer.Exit(1 if failed or not cases else 0)


@author.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new recipe.", show_default=False)],
    root: Root = Path(),
    dialect: Annotated[str, typer.Option(help="CI system that it is for.")] = "vllm-test-areas",
) -> None:
    """Write a new recipe and its first case, to be made your own."""
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.report.visible import one_line
    from ci_migrate.starter import write_starter

    try:
        written = write_starter(name, root, dialect)
    except CiMigrateError as error:
        fail(error)
    for path in written:
        typer.echo(one_line(f"wrote {path}"))
    typer.echo(f"now: edit them, and run 'ci-migrate test {name}'")


@author.command()
def infer(
    before: Annotated[str, typer.Argument(help="Folder, or git revision, before a change.")],
    after: Annotated[str, typer.Argument(help="Folder, or git revision, after it.")],
    root: Root = Path(),
    dialect: Dialects = None,
    name: Annotated[str, typer.Option(help="Name of the recipe.")] = "draft",
    output: Annotated[
        Path | None, typer.Option("--output", help="Write the recipe to this file.")
    ] = None,
) -> None:
    """Draft a recipe from a change made by hand; exit 1 if some of it is not explained."""
    from ci_migrate.compared import compare
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.infer.draft import infer as draft
    from ci_migrate.report import on_terminal
    from ci_migrate.report.visible import one_line, visible

    try:
        old, new, changed = compare(before, after, root)
        drafted = draft(old, new, changed, dialects=tuple(dialect or ()), name=name)
    except CiMigrateError as error:
        fail(error)
    if output is None:
        text = visible(drafted.text) if on_terminal() else drafted.text
        typer.echo(text.encode(errors="backslashreplace"), nl=False)
    else:
        output.write_text(drafted.text)
    for finding in drafted.unexplained:
        typer.echo(one_line(f"{finding.place}: not explained: {finding.message}"), err=True)
    raise typer.Exit(1 if drafted.unexplained else 0)


@author.command()
def schema() -> None:
    """Print the JSON Schema of recipes, for editors."""
    import json

    from ci_migrate.schema import schema as describe

    typer.echo(json.dumps(describe(), indent=2, ensure_ascii=False))
