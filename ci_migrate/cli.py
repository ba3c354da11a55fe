"""The command line: options in, exit code out."""

import gc
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ci_migrate import __version__
from ci_migrate.cli_apply import (
    Branch,
    Commit,
    Interactive,
    Only,
    Since,
    check_options,
    check_ready,
    commit_run,
)
from ci_migrate.cli_audit import auditor
from ci_migrate.cli_author import author
from ci_migrate.cli_bulk import bulk
from ci_migrate.cli_options import Jobs, Params, RecipeName, Root, fail, say, values_of
from ci_migrate.cli_render import renderer
from ci_migrate.cli_review import review

if TYPE_CHECKING:
    from ci_migrate.run import Run

# Nothing heavier than typer is imported up here: help, version and completion must be quick.

_EXIT_CODES = """Exit codes:
0  done, or nothing to do
1  changes are pending, under --check; a case failed, in test; an error, in audit
2  wrong usage, or a wrong recipe
3  refused: a job or a test not found, an ambiguous match, an unmet
   expectation, a file with uncommitted changes, a new error of an audit
4  a file could not be read or written"""

app = typer.Typer(
    name="ci-migrate",
    help="Change CI configuration by recipes that touch nothing but what they say.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(str, Enum):
    """How `apply` reports."""

    TEXT = "text"
    PATCH = "patch"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    BUILDKITE = "buildkite"
    HTML = "html"


class ProofKind(str, Enum):
    """How much is done to show that a change is what was meant."""

    QUICK = "quick"
    FULL = "full"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ci-migrate {__version__}")
        raise typer.Exit


Reverse = Annotated[
    bool, typer.Option("--reverse", help="Undo the recipe, where its words tell how.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show and write nothing.")]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 if anything would change.")
]
ReportFormat = Annotated[
    Format, typer.Option("--format", help="How to report.", rich_help_panel="Report")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", help="Report to this file, not to the terminal.", rich_help_panel="Report"
    ),
]
_CARE = "Care"
AllowDirty = Annotated[
    bool,
    typer.Option(
        "--allow-dirty",
        help="Change files with uncommitted changes too.",
        rich_help_panel=_CARE,
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Write even if this audit finds a new error; repeatable."),
]
Proof = Annotated[
    ProofKind,
    typer.Option(
        "--proof",
        help="Full: also read new YAML with a second parser.",
        rich_help_panel=_CARE,
    ),
]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        help="Longest time for one operation.",
        rich_help_panel=_CARE,
    ),
]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="Use no color.", rich_help_panel="Report")
]


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass


@app.command(epilog=_EXIT_CODES)
def apply(
    recipe: RecipeName,
    root: Root = Path(),
    param: Params = None,
    job: Jobs = None,
    reverse: Reverse = False,
    dry_run: DryRun = False,
    check: Check = False,
    interactive: Interactive = False,
    only: Only = None,
    since: Since = "",
    commit: Commit = False,
    branch: Branch = "",
    format: ReportFormat = Format.TEXT,
    output: Output = None,
    allow_dirty: AllowDirty = False,
    allow: Allow = None,
    proof: Proof = ProofKind.QUICK,
    time_limit: TimeLimit = 60.0,
    no_color: NoColor = False,
) -> None:
    """Apply a recipe: write what it changes, after showing that it changes nothing else."""
    from ci_migrate.apply import apply_recipe
    from ci_migrate.audit import audits_of
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.report import check_output

    given = {
        "--dry-run": dry_run,
        "--check": check,
        "--commit": commit,
        "--branch": bool(branch),
        "--interactive": interactive,
        "--reverse": reverse,
        "--allow-dirty": allow_dirty,
    }
    try:
        check_options(given)
        check_output(output)
        if commit:
            check_ready(root, branch)
        run = apply_recipe(
            recipe,
            root=root,
            values=values_of(param or []),
            jobs=tuple(job or ()),
            reverse=reverse,
            mode="dry-run" if dry_run else "check" if check else "apply",
            allow_dirty=allow_dirty,
            allowed=audits_of(allow or []),
            proof=proof.value,
            time_limit=time_limit,
            with_base=commit or format in (Format.PATCH, Format.JSON),
            only=tuple(only or ()),
            since=since,
            interactive=interactive,
        )
        if commit and run.outcome == "applied":
            commit_run(run, root, branch)
        _report(run, root, format, output, color=not no_color)
    except CiMigrateError as error:
        fail(error)
    raise typer.Exit(run.exit_code)


@app.command()
def undo(root: Root = Path()) -> None:
    """Put back the files of the last run, unless one of them was changed since."""
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.files import Folder
    from ci_migrate.report.visible import one_line
    from ci_migrate.transaction import undo as put_back

    try:
        paths = put_back(Folder.open(root))
    except CiMigrateError as error:
        fail(error)
    for path in paths:
        typer.echo(one_line(f"put back {path}"))


@app.command()
def recover(root: Root = Path()) -> None:
    """Finish, or take back, a run that was killed while it wrote."""
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.files import Folder
    from ci_migrate.transaction import settle

    try:
        settled = settle(Folder.open(root), writing=True)
    except CiMigrateError as error:
        fail(error)
    typer.echo("the run that was killed is ended" if settled else "there is nothing to recover")


app.add_typer(author)
app.add_typer(auditor)
app.add_typer(review)
app.add_typer(renderer)
app.add_typer(bulk)


def main() -> None:
    """Run the command line."""
    # A run makes many objects and hardly any garbage in cycles: looking for it takes a tenth of
    # the time, most of it while libcst is imported.
    gc.set_threshold(100_000, 50, 100)
    try:
        code = app(prog_name="ci-migrate", standalone_mode=False)
    except typer.Abort:
        code = 130  # interrupted, as shells say it
    except _UsageError as error:
        where = error.ctx.command_path if error.ctx else "ci-migrate"
        what = " ".join(error.format_message().split()).rstrip(".")
        from ci_migrate.report.visible import visible

        if what:  # without any words the help is shown instead
            typer.echo(visible(f"{where}: {what}; see {where} --help"), err=True)
        code = 2
    sys.exit(code)


# typer brings its own click or uses the one installed, and does not export this class.
_UsageError: Any = typer.BadParameter.__base__


def _report(run: "Run", root: Path, format: Format, output: Path | None, *, color: bool) -> None:
    from ci_migrate.report import deliver

    if run.changeset.failures:
        _say_failures(run)
    if format in (Format.GITHUB, Format.SARIF):
        from ci_migrate.git import below_top
        from ci_migrate.report.placed import run_below

        run = run_below(run, below_top(str(root)))
    deliver(run, format.value, output, color=color)


def _say_failures(run: "Run") -> None:
    from ci_migrate.report.unproved import report_of
    from ci_migrate.report.visible import one_line

    for failure in run.changeset.failures:
        say(failure.error, f"{failure.name}: ")
    for failure in run.changeset.failures:
        typer.echo(report_of(failure), err=True, nl=False)
    typer.echo(one_line(run.conclusion), err=True)
