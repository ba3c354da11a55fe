"""Take every repository of a campaign from state to state, and record each as it happens."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ci_migrate.binding import bind
from ci_migrate.bulk.cache import Cache
from ci_migrate.bulk.campaign import Campaign
from ci_migrate.bulk.clones import Clone, identity
from ci_migrate.bulk.executors import Executor
from ci_migrate.bulk.forge import Later
from ci_migrate.bulk.journal import Entry, Journal
from ci_migrate.bulk.publishers import Change, load_publisher
from ci_migrate.bulk.remote import Remote, redacted, slug
from ci_migrate.bulk.sources import load_source
from ci_migrate.bulk.states import ENDS, State, Step, Watch, is_short_of
from ci_migrate.bulk.waves import Clock, in_waves
from ci_migrate.bulk.work import RecipeText, Result, Task, Values, taken, work
from ci_migrate.catalog import is_path, load, load_used
from ci_migrate.errors import BadUsage, CiMigrateError, Place, nearest
from ci_migrate.recipe import Recipe

_BEGUN = ("cloned", "changed")


class Plan(NamedTuple):
    """What a campaign comes to: a task for each repository, by its name; and its words."""

    campaign: Campaign
    tasks: Mapping[str, Task]
    title: str
    body: str


def plan(campaign: Campaign) -> Plan:
    """Find the repositories and read the recipes; raises CiMigrateError where that fails."""
    goal = load_publisher(campaign.to).GOAL
    author = "" if goal == "written" else identity(campaign.author)
    values: dict[Remote, Values] = {}
    for kind, given in campaign.sources:
        for found in load_source(kind).find(given, campaign.folder):
            own = _values(campaign, found.name)
            if own is not None:
                values.setdefault(found, own)
    recipes = [_recipe(n, campaign.folder, set(values.values())) for n in campaign.recipes]
    _check_parameters([recipe for recipe, _ in recipes], campaign)
    texts = tuple(text for _, text in recipes)
    tasks = {found.name: _task(campaign, found, texts, values[found], author) for found in values}
    title = campaign.title or recipes[0][0].title
    return Plan(campaign, tasks, title, campaign.body or _body([one for one, _ in recipes]))


def run(
    plan: Plan,
    journal: Journal,
    executor: Executor,
    *,
    retry: bool = False,
    watch: Watch = lambda name, steps: None,
    clock: Clock | None = None,
) -> None:
    """Work out and publish what is not there yet, in a `journal.running()`.

    Repositories that failed are left alone unless the recipe changed, or with `retry`.
    """
    tasks = list(to_look_at(plan, journal, retry=retry))
    cache = _cache(plan)
    if executor.own_disk:
        tasks = [task._replace(clones=str(cache.folder)) for task in tasks]
    busy: set[str] = set()
    for result in executor.results(_noted(tasks, busy)):
        busy.discard(result.name)
        _record(journal, result, watch)
        if executor.own_disk:
            done = journal.entries[result.name].state in ENDS
            cache.used(result.name, result.size, done=done, busy=busy)
    publish(plan, journal, watch=watch, clock=clock)


def publish(
    plan: Plan,
    journal: Journal,
    *,
    watch: Watch = lambda name, steps: None,
    clock: Clock | None = None,
) -> None:
    """Publish what is proved and not where it is to go, wave by wave, in a `journal.running()`."""
    waves = plan.campaign.waves
    if not load_publisher(plan.campaign.to).REMOTE:
        waves = waves._replace(size=0, per_minute=0, stop=0)

    cache = _cache(plan)

    def send(name: str) -> bool:
        return _publish(plan, journal, name, watch)

    for name in in_waves(to_publish(plan, journal), send, waves, clock):
        size = Clone(cache.folder / slug(name), plan.tasks[name].remote).size()
        cache.used(name, size, done=True)


def to_look_at(plan: Plan, journal: Journal, *, retry: bool) -> Iterator[Task]:
    """Yield the tasks that are to be looked at, with the base known where that may be enough."""
    for name, task in plan.tasks.items():
        entry = journal.entries.get(name)
        if (
            entry is None
            or entry.data.get("key") != task.key
            or entry.state in _BEGUN
            or (entry.state in ("refused", "failed") and retry)
        ):
            yield task
        elif task.author and entry.state in ("proved", "written"):
            yield task  # which was only looked at, and is to be committed now
        elif entry.state != "failed" and entry.run != journal.run:
            yield task._replace(known=entry.data["base"])


def to_publish(plan: Plan, journal: Journal) -> list[str]:
    """Return the names of repositories whose change is proved and not where it is to go."""
    goal = load_publisher(plan.campaign.to).GOAL
    return [
        name
        for name, entry in journal.entries.items()
        if name in plan.tasks and is_short_of(entry.state, goal)
    ]


def _cache(plan: Plan) -> Cache:
    return Cache(plan.campaign.state / "clones", plan.campaign.keep, plan.campaign.disk)


def _noted(tasks: list[Task], busy: set[str]) -> Iterator[Task]:
    for task in tasks:
        busy.add(task.remote.name)
        yield task


def _record(journal: Journal, result: Result, watch: Watch) -> None:
    journal.record(result.name, result.steps)
    watch(result.name, result.steps)


def _publish(plan: Plan, journal: Journal, name: str, watch: Watch) -> bool:
    """Publish one change, and say whether that went well; raises Later to be asked later."""
    task = plan.tasks[name]._replace(clones=str(plan.campaign.state / "clones"))
    publisher = load_publisher(plan.campaign.to)
    try:
        if task.author and not _is_committed(task, journal.entries[name]):
            _record(journal, work(task), watch)
        entry = journal.entries[name]
        if entry.state in ENDS:
            return entry.state == "unchanged"
        clone = Clone(_folder(task), task.remote, task.seconds)
        change = Change(
            name,
            clone,
            entry.data["patch"],
            entry.data.get("commit", ""),
            task.branch,
            task.base,
            entry.heads,
            plan.title,
            plan.body,
            plan.campaign.draft,
            plan.campaign.state,
        )
        for step in publisher.publish(change):
            _record(journal, Result(name, (step,)), watch)
    except Later:
        raise
    except CiMigrateError as error:
        state: State = "refused" if error.exit_code == 3 else "failed"
        told = {"error": redacted(str(error)), "what": error.what}
        _record(journal, Result(name, (Step(state, told),)), watch)
        return False
    return True


def _is_committed(task: Task, entry: Entry) -> bool:
    commit = entry.data.get("commit", "")
    return bool(commit) and Clone(_folder(task), task.remote).has(task.branch, commit)


def _folder(task: Task) -> Path:
    return Path(task.clones) / slug(task.remote.name)


def _task(
    campaign: Campaign,
    found: Remote,
    texts: tuple[RecipeText, ...],
    values: Values,
    author: str,
) -> Task:
    told = (texts, values, campaign.branch, campaign.base, campaign.title, campaign.allow)
    return Task(
        remote=found,
        recipes=texts,
        values=values,
        key=sha256(repr(told).encode()).hexdigest(),
        base=campaign.base,
        branch=campaign.branch,
        title=campaign.title,
        author=author,
        allow=campaign.allow,
        seconds=campaign.timeout,
    )


def _values(campaign: Campaign, name: str) -> Values | None:
    """Return the values for a repository, later ones over earlier; None if it is left out."""
    values = dict(campaign.parameters)
    for other in campaign.overrides:
        if any(fnmatchcase(name, glob) for glob in other.repositories):
            if other.skip:
                return None
            values |= dict(other.parameters)
    return tuple(sorted(values.items()))


def _recipe(name: str, folder: Path, given: set[Values]) -> tuple[Recipe, RecipeText]:
    """Read a recipe, and those that it uses with any of the given values; check the values."""
    found = load(str(folder / name) if is_path(name) else name, folder)
    used: dict[str, tuple[str, str]] = {}

    def loading(asked: str) -> Recipe:
        recipe = load_used(asked, folder, found)
        used[asked] = (recipe.path, recipe.text)
        return recipe

    for values in given:
        bind(found, taken(found, values), loading)
    sent = tuple((asked, *told) for asked, told in sorted(used.items()))
    return found, RecipeText(name, found.path, found.text, sent)


def _check_parameters(recipes: list[Recipe], campaign: Campaign) -> None:
    known = {name for recipe in recipes for name, _ in recipe.parameters}
    given = {name for name, _ in campaign.parameters}
    given |= {name for other in campaign.overrides for name, _ in other.parameters}
    for name in sorted(given - known):
        what = f"no recipe of the campaign has a parameter '{name}'"
        raise BadUsage(what, place=Place(campaign.path), hint=nearest(name, known))


def _body(recipes: list[Recipe]) -> str:
    lines = [f"- `{one.name}`: {one.title}" for one in recipes]
    links = [f"- {link}" for one in recipes for link in one.links]
    how = "Check it with `ci-migrate verify`: the commits say which recipe made them."
    return "\n".join([*lines, *links, "", how])
