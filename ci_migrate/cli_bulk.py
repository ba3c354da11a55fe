"""The commands for a campaign: one recipe, many repositories."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_migrate.cli_options import Params, TextOrJson, fail, values_of

if TYPE_CHECKING:
    from ci_migrate.bulk.campaign import Campaign
    from ci_migrate.bulk.drive import Plan
    from ci_migrate.bulk.journal import Entry, Journal

bulk = typer.Typer(name="bulk", help="Run a recipe in many repositories.", no_args_is_help=True)


class ExecutorName(str, Enum):
    """Where the work is done."""

    LOCAL = "local"
    DASK = "dask"


Target = Annotated[
    str,
    typer.Argument(
        metavar="CAMPAIGN", help="File of a campaign, or a recipe run before.", show_default=False
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Processes on this machine.")]
Where = Annotated[ExecutorName, typer.Option("--executor", help="Where the work is done.")]
Scheduler = Annotated[str, typer.Option(metavar="ADDRESS", help="Dask's, such as tcp://host:8786.")]
Told = Annotated[TextOrJson, typer.Option("--format", help="How to tell; JSON is a line an event.")]
To = Annotated[str | None, typer.Option(help="Where changes go, if not where the campaign says.")]
AllowRefused = Annotated[
    bool, typer.Option("--allow-refused", help="Exit 0 where repositories were refused.")
]
AllowFailed = Annotated[
    bool, typer.Option("--allow-failed", help="Exit as if the failed were not there.")
]


@bulk.command()
def run(
    target: Annotated[
        str,
        typer.Argument(
            metavar="CAMPAIGN|RECIPE",
            help="File of a campaign (.toml); or a recipe, with --repos.",
            show_default=False,
        ),
    ],
    repos: Annotated[
        Path | None, typer.Option(help="File that lists repositories, for a recipe.")
    ] = None,
    param: Params = None,
    to: To = None,
    jobs: Jobs = 1,
    executor: Where = ExecutorName.LOCAL,
    scheduler: Scheduler = "",
    format: Told = TextOrJson.TEXT,
    allow_refused: AllowRefused = False,
    allow_failed: AllowFailed = False,
) -> None:
    """Work out the change in every repository and publish it; goes on where it was killed."""
    from ci_migrate.errors import BadUsage, CiMigrateError

    try:
        if param and repos is None:
            raise BadUsage("--param goes with --repos", hint="write parameters in the campaign")
        campaign = _started(target, repos, values_of(param or [])) if repos else _found(target)
        allowed = _allowed(refused=allow_refused, failed=allow_failed)
        _run(campaign, to, jobs, executor, scheduler, format, allowed, retry=False)
    except CiMigrateError as error:
        fail(error)


@bulk.command()
def retry(
    target: Target,
    to: To = None,
    jobs: Jobs = 1,
    executor: Where = ExecutorName.LOCAL,
    scheduler: Scheduler = "",
    format: Told = TextOrJson.TEXT,
    allow_refused: AllowRefused = False,
    allow_failed: AllowFailed = False,
) -> None:
    """Look once more at repositories that failed or were refused, and go on."""
    from ci_migrate.errors import CiMigrateError

    try:
        allowed = _allowed(refused=allow_refused, failed=allow_failed)
        _run(_found(target), to, jobs, executor, scheduler, format, allowed, retry=True)
    except CiMigrateError as error:
        fail(error)


@bulk.command()
def publish(
    target: Target,
    to: To = None,
    format: Told = TextOrJson.TEXT,
    allow_refused: AllowRefused = False,
    allow_failed: AllowFailed = False,
) -> None:
    """Publish what is proved already: --to patches, branches, push, github or gitlab."""
    from ci_migrate.bulk.drive import publish as send
    from ci_migrate.bulk.drive import to_publish
    from ci_migrate.bulk.waves import Clock
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.report.bulk_progress import pause, watching

    try:
        with _opened(_found(target), to) as (plan, journal):
            with journal.running():
                going = len(to_publish(plan, journal))
                with watching(format.value, len(plan.tasks), going) as watch:
                    send(plan, journal, watch=watch, clock=Clock(sleep=pause))
            allowed = _allowed(refused=allow_refused, failed=allow_failed)
            _end(plan, journal, format, allowed)
    except CiMigrateError as error:
        fail(error)


@bulk.command()
def status(target: Target, format: Told = TextOrJson.TEXT) -> None:
    """Tell how far a campaign is, also while it runs; nothing is looked at anew."""
    from ci_migrate.errors import CiMigrateError

    try:
        with _journal(_found(target)) as journal:
            _tell(journal.entries, format)
    except CiMigrateError as error:
        fail(error)


@bulk.command()
def report(
    target: Target,
    output: Annotated[
        Path | None, typer.Option(help="File to write, if not report.html beside the journal.")
    ] = None,
) -> None:
    """Write the page of a campaign: every repository, its state, its diff."""
    from ci_migrate.errors import CiMigrateError
    from ci_migrate.files import failed
    from ci_migrate.report.bulk import page

    try:
        campaign = _found(target)
        path = output or campaign.state / "report.html"
        with _journal(campaign) as journal:
            text = page(campaign.title or Path(campaign.path).stem, journal.entries)
        try:
            path.write_bytes(text.encode(errors="backslashreplace"))
        except OSError as error:
            raise failed("write", str(path), error) from error
    except CiMigrateError as error:
        fail(error)
    typer.echo(str(path))


def _run(
    campaign: "Campaign",
    to: str | None,
    jobs: int,
    executor: ExecutorName,
    scheduler: str,
    format: TextOrJson,
    allowed: frozenset[str],
    *,
    retry: bool,
) -> None:
    from ci_migrate.bulk.drive import run as drive
    from ci_migrate.bulk.drive import to_look_at, to_publish
    from ci_migrate.bulk.executors import load_executor
    from ci_migrate.bulk.waves import Clock
    from ci_migrate.report.bulk_progress import pause, watching

    with _opened(campaign, to) as (plan, journal):
        workers = load_executor(executor.value, jobs=jobs, scheduler=scheduler)
        try:
            with journal.running():
                names = {task.remote.name for task in to_look_at(plan, journal, retry=retry)}
                going = len(names.union(to_publish(plan, journal)))
                with watching(format.value, len(plan.tasks), going) as watch:
                    clock = Clock(sleep=pause)
                    drive(plan, journal, workers, retry=retry, watch=watch, clock=clock)
        finally:
            workers.close()
        _end(plan, journal, format, allowed)


@contextmanager
def _opened(campaign: "Campaign", to: str | None) -> "Iterator[tuple[Plan, Journal]]":
    from ci_migrate.bulk.drive import plan
    from ci_migrate.bulk.publishers import publisher_names
    from ci_migrate.errors import BadUsage, nearest

    if to is not None and to not in publisher_names():
        raise BadUsage(f"unknown publisher '{to}'", hint=nearest(to, publisher_names()))
    planned = plan(campaign._replace(to=to or campaign.to))
    with _journal(campaign) as journal:
        yield planned, journal


@contextmanager
def _journal(campaign: "Campaign") -> "Iterator[Journal]":
    from ci_migrate.bulk.journal import Journal

    journal = Journal(campaign.state)
    try:
        yield journal
    finally:
        journal.close()


def _found(target: str) -> "Campaign":
    """Return the campaign of a file, or the one that was made for a recipe."""
    from ci_migrate.bulk.campaign import read_campaign
    from ci_migrate.errors import BadUsage

    path = Path(target)
    if path.suffix == ".toml":
        return read_campaign(path)
    made = _made(target)
    if not made.exists():
        hint = "name a campaign's file, or add --repos FILE to 'bulk run'"
        raise BadUsage(f"there is no campaign of '{target}' here", hint=hint)
    return read_campaign(made)


def _started(recipe: str, repos: Path, values: dict[str, str]) -> "Campaign":
    """Write a campaign for a recipe and a list of repositories, and return it."""
    import json

    from ci_migrate.bulk.campaign import read_campaign
    from ci_migrate.catalog import load

    made = _made(recipe)
    named = str(Path(load(recipe, Path()).path).resolve())
    made.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"recipes = [{json.dumps(named)}]", "[parameters]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    lines += ["[sources]", f"list = {json.dumps(str(repos.resolve()))}"]
    made.write_text("".join(f"{line}\n" for line in lines))
    return read_campaign(made)


def _made(recipe: str) -> Path:
    return Path(f"{Path(recipe).stem}.bulk") / "campaign.toml"


def _end(plan: "Plan", journal: "Journal", format: TextOrJson, allowed: frozenset[str]) -> None:
    """Tell what came of the repositories of a campaign, and end with its exit code."""
    from ci_migrate.bulk.drive import to_publish
    from ci_migrate.text import counted

    entries = {name: entry for name, entry in journal.entries.items() if name in plan.tasks}
    _tell(entries, format)
    if waiting := to_publish(plan, journal):
        what = f"{counted(waiting, 'change')} did not go out; the next run sends the rest"
        typer.echo(what, err=True)
    states = {entry.state for entry in entries.values()} - allowed
    raise typer.Exit(4 if "failed" in states else 3 if "refused" in states else 0)


def _allowed(*, refused: bool, failed: bool) -> frozenset[str]:
    """Return the states that do not count in the exit code."""
    return frozenset(name for name, given in (("refused", refused), ("failed", failed)) if given)


def _tell(entries: "dict[str, Entry]", format: TextOrJson) -> None:
    import json

    from ci_migrate.report.bulk_text import summary

    if format is TextOrJson.TEXT:
        typer.echo(summary(entries), nl=False)
        return
    from collections import Counter

    typer.echo(json.dumps({"states": Counter(entry.state for entry in entries.values())}))
