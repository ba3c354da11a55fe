"""The command that audits a tree."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ci_migrate.cli_options import Root, fail, say

if TYPE_CHECKING:
    from ci_migrate.finding import Audited

auditor = typer.Typer()
_SIDES, _CURE = "Another side", "Cure"


class AuditFormat(str, Enum):
    """How `audit` reports."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    RECIPE = "recipe"


@auditor.command()
def audit(
    root: Root = Path(),
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Only this audit; repeatable."),
    ] = None,
    paths: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="List of paths that there are besides the tree's own."),
    ] = None,
    format: Annotated[
        AuditFormat,
        typer.Option(help="How to report; a recipe does what can be fixed."),
    ] = AuditFormat.TEXT,
    since: Annotated[
        str,
        typer.Option(
            metavar="REV",
            help="Only what is new since this revision, and its changes.",
            rich_help_panel=_SIDES,
        ),
    ] = "",
    before: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The same, since this other folder.", rich_help_panel=_SIDES
        ),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline",
            help="Leave all that is found now alone from now on.",
            rich_help_panel=_SIDES,
        ),
    ] = False,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Do what can be fixed, and prove it.", rich_help_panel=_CURE),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="With --fix: show and write nothing.", rich_help_panel=_CURE
        ),
    ] = False,
    allow_dirty: Annotated[
        bool,
        typer.Option(
            "--allow-dirty",
            help="With --fix: change files with uncommitted changes too.",
            rich_help_panel=_CURE,
        ),
    ] = False,
) -> None:
    """Find what is wrong with jobs, and what a change does to the machines; exit 1 for an error."""
    from importlib import import_module

    from ci_migrate.baseline import BASELINE
    from ci_migrate.baseline import write_baseline as write
    from ci_migrate.errors import BadUsage, CiMigrateError
    from ci_migrate.fixes import recipe_of
    from ci_migrate.report.findings import conclusion

    try:
        if since and before:
            raise BadUsage("--since and --before exclude each other", hint="give one of them")
        if fix and write_baseline:
            raise BadUsage("--fix and --write-baseline exclude each other", hint="fix first")
        audited = _audited(root, since, before, paths, tuple(only or ()), all_=write_baseline)
        if write_baseline:
            write(root, audited.findings)
            typer.echo(f"{conclusion(audited)}; written to {BASELINE}")
            raise typer.Exit
        if fix:
            _fix(recipe_of(audited.findings), root, dry_run=dry_run, allow_dirty=allow_dirty)
    except CiMigrateError as error:
        fail(error)
    if format is AuditFormat.RECIPE:
        typer.echo(recipe_of(audited.findings) or "# nothing to fix\n", nl=False)
        raise typer.Exit
    if format in (AuditFormat.GITHUB, AuditFormat.SARIF):
        from ci_migrate.git import below_top
        from ci_migrate.report.placed import audited_below

        audited = audited_below(audited, below_top(str(root)))
    typer.echo(import_module(f"ci_migrate.report.audits.{format.value}").render(audited), nl=False)
    raise typer.Exit(audited.exit_code)


def _audited(
    root: Path,
    since: str,
    before: Path | None,
    paths: Path | None,
    only: tuple[str, ...],
    *,
    all_: bool,
) -> "Audited":
    """Return what audits find; `all_` is also what the baseline holds."""
    from datetime import date

    from ci_migrate.audit import audit_names, run_audits
    from ci_migrate.baseline import without_baseline
    from ci_migrate.files import Folder
    from ci_migrate.profiles import profiles_for
    from ci_migrate.recipe import load_dialect
    from ci_migrate.since import side_before
    from ci_migrate.survey import Survey
    from ci_migrate.trees import ReadOnce

    tree = ReadOnce(Folder.open(root))
    profiles, dialect = profiles_for(tree), load_dialect()
    listed = frozenset(_lines(paths)) if paths else frozenset[str]()
    now, earlier = Survey(tree, dialect, profiles, listed=listed), None
    if since or before:
        old, now.differing = side_before(tree, root, folder=before, revision=since)
        earlier = Survey(old, dialect, profiles, listed=listed)
    audited = run_audits(now, earlier, only=only, today=date.today())
    return audited if all_ else without_baseline(audited, tree, only or audit_names())


def _fix(text: str, root: Path, *, dry_run: bool, allow_dirty: bool) -> NoReturn:
    from ci_migrate.apply import apply_fixes
    from ci_migrate.report import deliver

    if not text:
        typer.echo("nothing to fix")
        raise typer.Exit
    run, errors = apply_fixes(
        text, root=root, mode="dry-run" if dry_run else "apply", allow_dirty=allow_dirty
    )
    for error in errors:
        say(error, "not fixed: ")
    for failure in run.changeset.failures:
        say(failure.error, f"{failure.name}: ")
    deliver(run, "text", None, color=True)
    raise typer.Exit(run.exit_code)


def _lines(path: Path) -> list[str]:
    from ci_migrate.errors import BadFile, Place
    from ci_migrate.tree import decode

    try:
        return decode(str(path), path.read_bytes()).splitlines()
    except OSError as error:
        what = f"can't read: {error.strerror}"
        raise BadFile(what, place=Place(str(path)), hint="check the path") from error
