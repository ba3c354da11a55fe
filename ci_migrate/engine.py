"""Work out everything that a recipe would do to a tree, and prove it; nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ci_migrate.binding import BoundOperation, BoundRecipe, reversed_recipe
from ci_migrate.changeset import (
    Changeset,
    Done,
    Failure,
    FileChange,
    Outcome,
    Proof,
    Rewrite,
)
from ci_migrate.choice import Chooser, both
from ci_migrate.deadline import deadline
from ci_migrate.errors import BadFile, CiMigrateError, Place, Refused
from ci_migrate.finding import Finding
from ci_migrate.proof import Unproved, prove
from ci_migrate.properties import unmet
from ci_migrate.recipe import load_dialect
from ci_migrate.text import compose, line_and_column, splice
from ci_migrate.tree import Tree
from ci_migrate.trees import Laid, read_once
from ci_migrate.yaml_proof import YamlClaim

TIME_LIMIT = 60.0  # seconds for one operation


def migrate(
    recipe: BoundRecipe,
    tree: Tree,
    *,
    second_reader: bool = False,
    twice: bool = True,
    limit: float = TIME_LIMIT,
    choose: Chooser | None = None,
) -> Changeset:
    """Return what the recipe does to the tree; `second_reader` reads new YAML with another parser.

    Each operation sees what those before it have made. One that fails makes no change and the
    others are still tried, so that a person sees all that is wrong at once; then no file changes.
    Unless `twice` is off, a recipe that would change its own result once more has failed, and so
    has one whose stated properties do not hold. An
    operation that takes longer than `limit` seconds is refused. `choose` narrows what each does.
    """
    overlay = _Overlay(read_once(tree))
    done, failures = _run(recipe, overlay, second_reader=second_reader, limit=limit, choose=choose)
    files = () if failures else overlay.file_changes()
    if files and twice:
        failures, warnings = _second_run(recipe, overlay, limit, choose)
        done = [one._replace(findings=(*one.findings, *warnings.get(one.name, ()))) for one in done]
    if files and not failures and recipe.recipe.holds:
        dialect = load_dialect(*recipe.recipe.dialects)
        failures = list(unmet(recipe.recipe.holds, files, overlay.tree, overlay, dialect))
    if not files or failures:
        return Changeset((), tuple(done), tuple(failures))
    spans = sum(len(change.edits) for change in files)
    proof = Proof(len(files), spans, 2 if second_reader else 1) if twice else None
    return Changeset(files, tuple(done), (), proof)


def _run(
    recipe: BoundRecipe,
    overlay: "_Overlay",
    *,
    second_reader: bool,
    limit: float,
    choose: Chooser | None = None,
    told: bool = True,
) -> tuple[list[Done], list[Failure]]:
    """Lay the changes of all operations over the tree; what they doubt may be `told`."""
    done: list[Done] = []
    failures: list[Failure] = []
    for index, bound in enumerate(recipe.operations):
        try:
            if why := _skipped(bound, overlay):
                done.append(_done(bound, Outcome(f"skipped: {why}")))
                continue
            with deadline(limit):
                outcome = bound.operation.apply(tree=overlay, dialect=bound.dialect)
                doubted = outcome.doubted() if told else ()
            if choose:
                outcome = choose(index, outcome)
            findings = (*outcome.findings, *doubted, *overlay.noted())
            outcome = outcome._replace(findings=findings)
            results = [(rewrite, _result(rewrite)) for rewrite in outcome.rewrites]
            if second_reader:
                _read_again(results)
        except CiMigrateError as error:
            failures.append(Failure(bound.name, bound.place, error))
            continue
        for rewrite, after in results:
            overlay.change(rewrite, after, index)
        done.append(_done(bound, outcome))
    return done, failures


def _second_run(
    recipe: BoundRecipe, overlay: "_Overlay", limit: float, choose: Chooser | None
) -> tuple[list[Failure], dict[str, list[Finding]]]:
    """Return what a second run would change once more, and, by operation, what it would refuse."""
    again = _Overlay(overlay)
    _, refused = _run(recipe, again, second_reader=False, limit=limit, choose=choose, told=False)
    warnings: dict[str, list[Finding]] = {}
    for failure in refused:
        message = f"a second run would be refused: {failure.error.what}"
        finding = Finding(failure.error.place or failure.place, message)
        warnings.setdefault(failure.name, []).append(finding)
    failures = []
    for change in again.file_changes():
        bound = recipe.operations[change.operations[0]]
        offset = change.edits[0].span.start if change.edits else 0
        place = Place(change.path, *line_and_column(change.before or "", offset))
        what = "a second run would change this again"
        error = Refused(what, place=place, hint="narrow what it looks for")
        failures.append(Failure(bound.name, bound.place, error))
    return failures, warnings


def migrate_picked(
    recipe: BoundRecipe,
    tree: Tree,
    *,
    pick: Chooser,
    second_reader: bool = False,
    limit: float = TIME_LIMIT,
    choose: Chooser | None = None,
) -> Changeset:
    """Return what is picked of that which the recipe does, piece by piece.

    What later operations do is worked out on what was picked before; one that is refused then is
    left out. Refused is what the recipe, run on it later, would not make into its whole result.
    """
    tree = read_once(tree)
    whole = migrate(recipe, tree, second_reader=second_reader, limit=limit, choose=choose)
    if whole.failures or not whole.files:
        return whole
    overlay = _Overlay(tree)
    picked = both(choose, pick)
    done, failures = _run(recipe, overlay, second_reader=second_reader, limit=limit, choose=picked)
    done += [_left_out(failure) for failure in failures]
    files = overlay.file_changes()
    made = {change.path: change.after for change in whole.files}
    if not files or {change.path: change.after for change in files} == made:
        return Changeset(files, tuple(done), (), whole.proof if files else None)
    if unlike := _unlike(recipe, overlay, whole, limit, choose):
        return Changeset((), tuple(done), unlike)
    spans = sum(len(change.edits) for change in files)
    again = "a second run does the rest"
    return Changeset(files, tuple(done), (), Proof(len(files), spans, 1 + second_reader, again))


def _left_out(failure: Failure) -> Done:
    return Done(failure.name, f"left out: {failure.error.what}", (), 0, ())


def _unlike(
    recipe: BoundRecipe, part: "_Overlay", whole: Changeset, limit: float, choose: Chooser | None
) -> tuple[Failure, ...]:
    """Return why the recipe, run on a part of it, does not make the whole; nothing if it does."""
    later = _Overlay(part)
    _, failures = _run(recipe, later, second_reader=False, limit=limit, choose=choose)
    if failures:
        return tuple(failures)
    for change in whole.files:
        if later.read(change.path) != change.content:
            bound = recipe.operations[change.operations[0]]
            what = "the rest, done later, would not make this file what it is if all is done now"
            error = Refused(what, place=Place(change.path), hint="pick more of it, or less")
            return (Failure(bound.name, bound.place, error),)
    return ()


def undo(
    recipe: BoundRecipe,
    tree: Tree,
    *,
    second_reader: bool = False,
    limit: float = TIME_LIMIT,
    choose: Chooser | None = None,
) -> Changeset:
    """Return what undoes the recipe, from its own words.

    The recipe itself, run on what comes out, must make the very files that there are; it is
    refused otherwise.
    """
    back, failures = reversed_recipe(recipe)
    if failures:
        return Changeset((), (), failures)
    tree = read_once(tree)
    changeset = migrate(back, tree, second_reader=second_reader, limit=limit, choose=choose)
    if changeset.failures or not changeset.files:
        return changeset
    before = _Overlay(tree)
    for change in changeset.files:
        before.lay(change)
    again = migrate(recipe, before, limit=limit, choose=choose)
    made = {change.path: change.after for change in again.files}
    for change in changeset.files:
        if made.get(change.path) != change.before:
            what = "undone and done again, this file would not be what it is"
            raise Refused(what, place=Place(change.path), hint="undo it by hand")
    for path in made.keys() - {change.path for change in changeset.files}:
        what = "the recipe was done only in part: this file would change if it were done again"
        raise Refused(what, place=Place(path), hint="apply it whole, or undo it by hand")
    return changeset


def _skipped(bound: BoundOperation, tree: Tree) -> str:
    """Return why an operation does not run; nothing if it does."""
    unmet = (c.when.unmet(tree, bound.dialect, c.values) for c in bound.conditions)
    return bound.skipped or next(filter(None, unmet), "")


def _result(rewrite: Rewrite) -> str:
    after = splice(rewrite.before, rewrite.edits)
    prove(rewrite.path, rewrite.before, rewrite.edits, after, rewrite.claim)
    return after


def _read_again(results: list[tuple[Rewrite, str]]) -> None:
    from ci_migrate.second_reader import disagreement  # takes as long to import as a small run

    for rewrite, after in results:
        if isinstance(rewrite.claim, YamlClaim) and (fault := disagreement(rewrite.path, after)):
            raise Unproved(fault, rewrite.path, rewrite.before, rewrite.edits)


def _done(bound: BoundOperation, outcome: Outcome) -> Done:
    edited = [rewrite for rewrite in outcome.rewrites if rewrite.edits]
    return Done(
        name=bound.name,
        summary=outcome.summary,
        files=tuple(dict.fromkeys(rewrite.path for rewrite in edited)),
        edits=sum(len(rewrite.edits) for rewrite in edited),
        findings=outcome.findings,
    )


@dataclass(slots=True)
class _Overlay:
    """A tree with the changes made so far laid over it."""

    tree: Tree
    changes: dict[str, FileChange] = field(default_factory=dict)
    laid: Laid = field(init=False)
    notes: list[BadFile] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.laid = Laid(self.tree)

    def note(self, error: BadFile) -> None:
        self.notes.append(error)

    def noted(self) -> tuple[Finding, ...]:
        """Return what was noted since the last time, each once."""
        found = []
        for error in self.notes:
            if str(error) not in self.told:
                self.told.add(str(error))
                place = error.place or Place("")
                found.append(Finding(place, f"{error.what}; the file is left as it is"))
        self.notes.clear()
        return tuple(found)

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        return self.laid.paths(globs)

    def search(self, globs: tuple[str, ...], words: tuple[str, ...]) -> Iterable[str]:
        return self.laid.search(globs, words)

    def read(self, path: str) -> bytes | None:
        """Return a file as it is by now."""
        return self.laid.read(path)

    def change(self, rewrite: Rewrite, after: str, operation: int) -> None:
        earlier = self.changes.get(rewrite.path)
        before = None if rewrite.new else rewrite.before
        written = None if rewrite.gone else after
        operations: tuple[int, ...]
        edits, operations = rewrite.edits, (operation,)
        if earlier is not None:
            before = earlier.before
            edits = compose(before or "", earlier.edits, rewrite.edits)
            operations = tuple(dict.fromkeys((*earlier.operations, operation)))
        self.lay(FileChange(rewrite.path, before, written, edits, operations))

    def lay(self, change: FileChange) -> None:
        self.changes[change.path] = change
        self.laid.files[change.path] = change.content

    def file_changes(self) -> tuple[FileChange, ...]:
        changed = (change for change in self.changes.values() if change.before != change.after)
        return tuple(sorted(changed, key=lambda change: change.path))
