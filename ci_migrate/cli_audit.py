"""The command that audits a tree."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ci_migrate.cli_options import Root, TextOrJson, fail

auditor = typer.Typer()


@auditor.command()
def audit(
    root: Root = Path(),
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Only this audit; repeatable."),
    ] = None,
    since: Annotated[
        str,
        typer.Option(metavar="REV", help="Only what is new since this revision, and its changes."),
    ] = "",
    before: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The same, since this other folder."),
    ] = None,
    paths: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="List of paths that there are besides the tree's own."),
    ] = None,
    format: Annotated[TextOrJson, typer.Option(help="How to report.")] = TextOrJson.TEXT,
) -> None:
    """Find what a change does to the machines; exit 1 if something is an error."""
    from ci_migrate.audit import run_audits
    from ci_migrate.errors import BadUsage, CiMigrateError
    from ci_migrate.files import Folder
    from ci_migrate.git import Revision
    from ci_migrate.profiles import profiles_for
    from ci_migrate.recipe import load_dialect
    from ci_migrate.report.findings import as_json, as_text
    from ci_migrate.survey import Survey

    try:
        if since and before:
            raise BadUsage("--since and --before exclude each other", hint="give one of them")
        tree = Folder.open(root)
        profiles, dialect = profiles_for(tree), load_dialect()
        old = Revision(str(root), since) if since else Folder.open(before) if before else None
        listed = frozenset(_lines(paths)) if paths else frozenset[str]()
        earlier = Survey(old, dialect, profiles, listed=listed) if old else None
        now = Survey(tree, dialect, profiles, listed=listed)
        audited = run_audits(now, earlier, only=tuple(only or ()), today=date.today())
    except CiMigrateError as error:
        fail(error)
    render = {"text": as_text, "json": as_json}[format.value]
    typer.echo(render(audited), nl=False)
    raise typer.Exit(audited.exit_code)


def _lines(path: Path) -> list[str]:
    from ci_migrate.errors import BadFile, Place
    from ci_migrate.tree import decode

    try:
        return decode(str(path), path.read_bytes()).splitlines()
    except OSError as error:
        what = f"can't read: {error.strerror}"
        raise BadFile(what, place=Place(str(path)), hint="check the path") from error
