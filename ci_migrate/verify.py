"""Make a change again from the recipe that it names, and say where it is not what comes out."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from ci_migrate.binding import in_part, narrowed
from ci_migrate.catalog import is_path, load_bound
from ci_migrate.choice import in_files
from ci_migrate.engine import migrate, undo
from ci_migrate.errors import BadUsage
from ci_migrate.files import Folder
from ci_migrate.git import Revision, changed_since, has_commit
from ci_migrate.globs import matcher
from ci_migrate.proposal import FileState, Proposal, from_git, from_patch
from ci_migrate.record import Record, read
from ci_migrate.run import Run

_MODE = "100644"  # of a new file

Kind = Literal["differs", "not made by the recipe", "missing in the change", "has another mode"]


class Difference(NamedTuple):
    """A file that is not what the recipe makes: its bytes `made` and `found`, None for no file."""

    path: str
    kind: Kind
    made: bytes | None
    found: bytes | None


class Verdict(NamedTuple):
    """What came of making a change again: the run on the `base`, and what the change has otherwise.

    `compared` counts the files; `left_out` names those that were not to be compared.
    """

    run: Run
    base: str
    compared: int
    differences: tuple[Difference, ...]
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Return 0 if the change is what the recipe makes, 1 if not, 3 or 4 if it makes none."""
        return self.run.exit_code or int(bool(self.differences))


def verify(
    change: str,
    *,
    root: Path,
    record: Record | None = None,
    base: str = "",
    leave_out: tuple[str, ...] = (),
) -> Verdict:
    """Make a change again and compare; it is a patch's path, `-`, a commit or a range of them.

    The recipe, and what was given with it, is that of `record`, or else what the change itself
    says. A patch is made of the revision `base`, or else the one that it names, or else of the
    files as they are. Files that fit a glob of `leave_out` are not compared.

    Raises BadUsage for a change that names no recipe, Refused for a patch that does not fit.
    """
    folder = Folder.open(root)
    proposal = _proposal(change, root)
    told = record or read(proposal.words)
    if told is None:
        what = f"'{change}' does not say which recipe made it"
        raise BadUsage(what, hint="name the recipe with --recipe")
    before: Revision | Folder
    if proposal.base:
        before, named = Revision(str(root), proposal.base), proposal.base
    elif base or (told.base and has_commit(folder.root, told.base)):
        before, named = Revision(str(root), base or told.base), base or told.base
    else:
        before, named = folder, "the files as they are"
    revision = named if isinstance(before, Revision) else ""
    run = _made(told, before, revision, root, trusted=record is not None)
    found = proposal.after(before)
    fits = matcher(leave_out).fullmatch if leave_out else lambda _: None
    made = run.changeset.contents
    paths = sorted(made.keys() | found.keys())
    compared = [path for path in paths if not fits(path)]
    differences = _differences(compared, made, found, before)
    warnings = tuple(_warnings(told, run, found))
    left_out = tuple(path for path in paths if fits(path))
    return Verdict(run, named, len(compared), tuple(differences), left_out, warnings)


def _proposal(change: str, root: Path) -> Proposal:
    if change == "-" or Path(change).is_file():
        return from_patch(change)
    return from_git(change, root)


def _made(
    record: Record, before: Revision | Folder, base: str, root: Path, *, trusted: bool
) -> Run:
    """Run the recipe of a record on what was before; a path from elsewhere stays in the root."""
    name = record.recipe
    if is_path(name) and not trusted:
        name = Folder.open(root).inside(name)
    recipe = load_bound(name, root, dict(record.values))
    recipe = narrowed(recipe, record.jobs) if record.jobs else recipe
    choose = None
    if record.globs or record.since:
        changed = changed_since(str(root), record.since, base) if record.since else None
        recipe = recipe if record.reverse else in_part(recipe)
        choose = in_files(record.globs, changed)
    changeset = (undo if record.reverse else migrate)(recipe, before, choose=choose)
    return Run(recipe._replace(back=record.reverse), "dry-run", changeset, record.recipe)


def _differences(
    paths: list[str],
    made: Mapping[str, bytes | None],
    found: Mapping[str, FileState | None],
    before: Revision | Folder,
) -> Iterator[Difference]:
    for path in paths:
        old = before.read(path)
        want = made.get(path, old)
        state = found.get(path)
        got = old if path not in found else state.content if state else None
        if got != want:
            kind: Kind = "differs"
            if path not in made:
                kind = "not made by the recipe"
            elif path not in found:
                kind = "missing in the change"
            yield Difference(path, kind, want, got)
        elif state and state.mode != (_MODE if old is None else before.mode(path)):
            yield Difference(path, "has another mode", want, got)


def _warnings(record: Record, run: Run, found: Mapping[str, FileState | None]) -> Iterator[str]:
    recipe = run.recipe
    if record.sha256 and record.sha256 != recipe.digest:
        yield "the recipe is not the one that the change names: its SHA-256 is another"
    if recipe.recipe.path in found:
        yield f"the change has its own recipe in it, {recipe.recipe.path}: read it as well"
