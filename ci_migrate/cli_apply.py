"""What `apply` can be told to do only some of, and to make a commit of."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ci_migrate.run import Run

SOME = "Some of it"
COMMIT = "As a commit"
Interactive = Annotated[
    bool,
    typer.Option(
        "--interactive",
        "-i",
        help="Ask piece by piece what to change, as git add -p.",
        rich_help_panel=SOME,
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB", help="Only files that fit this; repeatable.", rich_help_panel=SOME
    ),
]
Since = Annotated[
    str,
    typer.Option(
        metavar="REV", help="Only files that changed since this revision.", rich_help_panel=SOME
    ),
]
Commit = Annotated[
    bool,
    typer.Option(
        "--commit",
        help="Commit the changed files; the message says how to verify it.",
        rich_help_panel=COMMIT,
    ),
]
Branch = Annotated[
    str,
    typer.Option(metavar="NAME", help="New branch for the commit.", rich_help_panel=COMMIT),
]
# What does not go together, and why it would not.
_EXCLUDED = (
    ("--dry-run", "--check", "give one of them"),
    ("--dry-run", "--commit", "a dry run has nothing to commit"),
    ("--check", "--commit", "a check has nothing to commit"),
    ("--check", "--interactive", "a check asks nothing"),
    ("--interactive", "--reverse", "an undoing is whole"),
    ("--interactive", "--commit", "a commit names what made it, and a choice by hand has no name"),
    ("--allow-dirty", "--commit", "the commit would have changes in it that are not the recipe's"),
)


def check_options(given: dict[str, bool]) -> None:
    """Check that the options that are given go together; raises BadUsage if not."""
    from ci_migrate.errors import BadUsage

    for one, other, why in _EXCLUDED:
        if given[one] and given[other]:
            raise BadUsage(f"{one} and {other} exclude each other", hint=why)
    if given["--branch"] and not given["--commit"]:
        raise BadUsage("--branch goes with --commit", hint="add it")


def check_ready(root: Path, branch: str) -> None:
    """Check that a commit can be made; raises BadUsage or Refused if not."""
    from ci_migrate.files import Folder
    from ci_migrate.git_commit import check_ready as check

    check(Folder.open(root).root, branch)


def commit_run(run: "Run", root: Path, branch: str) -> None:
    """Commit what a run has written, on a new branch if one is named."""
    from ci_migrate.files import Folder
    from ci_migrate.git_commit import commit
    from ci_migrate.report.message import render

    paths = [change.path for change in run.changeset.files]
    made = commit(Folder.open(root).root, paths, render(run), branch)
    typer.echo(f"committed as {made}{f' on {branch}' if branch else ''}", err=True)
