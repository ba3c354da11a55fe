"""Draft a recipe from a tree before and after a change, and say what it does not explain."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from ci_migrate.binding import bind
from ci_migrate.document import Mapping, parse
from ci_migrate.engine import migrate
from ci_migrate.errors import BadFile, BadUsage, CiMigrateError, Place
from ci_migrate.finding import Finding
from ci_migrate.globs import matcher
from ci_migrate.infer.compare import Side, Unknown, differences
from ci_migrate.infer.data import Draft
from ci_migrate.infer.fields import Choice, Made, drafts_at, drafts_of
from ci_migrate.infer.lists import list_drafts, text_drafts
from ci_migrate.infer.matching import match
from ci_migrate.infer.recipe_text import recipe_text
from ci_migrate.infer.whole_jobs import WholeJobs
from ci_migrate.job import Dialect, Job
from ci_migrate.recipe import load_dialect, parse_recipe
from ci_migrate.tree import Tree, decode, read_text


class Inference(NamedTuple):
    """A drafted recipe, its operations' names, and the places that it does not explain."""

    text: str
    operations: tuple[str, ...]
    unexplained: tuple[Finding, ...]


def infer(
    before: Tree, after: Tree, changed: tuple[str, ...], *, dialects: tuple[str, ...], name: str
) -> Inference:
    """Draft a recipe that makes of the tree `before` what stands in the tree `after`.

    `changed` are the paths of the files that differ. An operation is taken only if it brings the
    files nearer to what they became.
    """
    state = _State(before, after, changed, dialects)
    known = load_dialect(*dialects)
    for choice in _choices(before, after, changed, known):
        state.take(choice)
    kept = tuple(state.taken)
    title = f"Change {len(changed)} files" if len(changed) != 1 else f"Change {changed[0]}"
    text = recipe_text(name, title, dialects, kept)
    return Inference(text, tuple(draft.name for draft in kept), tuple(state.unexplained()))


def _choices(
    before: Tree, after: Tree, changed: tuple[str, ...], dialect: Dialect
) -> Iterator[Choice]:
    yaml = tuple(path for path in changed if path.endswith((".yaml", ".yml")))
    lists = tuple(path for path in changed if path.endswith((".txt", ".list")))
    others = tuple(path for path in changed if path not in (*yaml, *lists))
    areas = tuple(path for path in yaml if matcher(dialect.GLOBS).fullmatch(path))
    all_old = _jobs(before, tuple(before.paths(dialect.GLOBS)), dialect)
    old = tuple(job for job in all_old if job.document.path in areas)
    new = _jobs(after, areas, dialect)
    matching = match(old, new)
    whole = WholeJobs(matching, old, new, (before, after), dialect)
    yield from whole.drafts_of_splits()
    made = [
        Made(pair.before, step)
        for pair in matching.pairs
        if not whole.is_split(pair.before)
        for step in differences(
            Side(pair.before.document, pair.before.node),
            Side(pair.after.document, pair.after.node),
        )
        if not isinstance(step, Unknown)
    ]
    renames = [one for one in made if one.step.path in (one.job.names.key, one.job.names.label)]
    yield from drafts_of([one for one in made if one not in renames], all_old)
    yield from whole.drafts()
    yield from drafts_of(renames, all_old)
    starts = {job.part.parent.span.start for job in old if job.part}
    for path in yaml:
        yield from _places(path, before, after, starts)
    yield from list_drafts(lists, before, after)
    python = tuple(path for path in others if path.endswith(".py"))
    if python:
        from ci_migrate.infer.tests import test_drafts  # libcst takes long to import

        yield from test_drafts(python, before, after)
    yield from text_drafts((*others, *yaml), before, after)


def _jobs(tree: Tree, paths: tuple[str, ...], dialect: Dialect) -> tuple[Job, ...]:
    found: list[Job] = []
    for path in paths:
        content = tree.read(path)
        if content is not None:
            try:
                found += dialect.jobs(parse(path, decode(path, content)), tree)
            except CiMigrateError:
                continue
    return tuple(found)


def _places(path: str, before: Tree, after: Tree, jobs: set[int]) -> Iterator[Choice]:
    """Yield drafts for the fields at the top of a file, where no job stands."""
    sides = [_root(tree, path) for tree in (before, after)]
    if sides[0] is None or sides[1] is None:
        return
    old = sides[0].node
    entries = old.entries if isinstance(old, Mapping) else ()
    skip = tuple(getattr(key, "value", "") for key, value in entries if value.span.start in jobs)
    yield from drafts_at(path, list(differences(sides[0], sides[1], skip=skip)))


def _root(tree: Tree, path: str) -> Side | None:
    text = read_text(tree, path)
    try:
        document = parse(path, text or "")
    except CiMigrateError:
        return None
    root = document.roots[0] if len(document.roots) == 1 else None
    return Side(document, root) if isinstance(root, Mapping) else None


class _Now(NamedTuple):
    """A tree with files that were changed since."""

    tree: Tree
    files: dict[str, bytes | None]

    def paths(self, globs: tuple[str, ...]) -> list[str]:
        fits = matcher(globs).fullmatch
        found = set(self.tree.paths(globs)) | {path for path in self.files if fits(path)}
        return sorted(path for path in found if self.files.get(path, b"") is not None)

    def read(self, path: str) -> bytes | None:
        return self.files[path] if path in self.files else self.tree.read(path)

    def note(self, error: BadFile) -> None:
        self.tree.note(error)


class _State:
    """The tree as the drafts that were taken have made it, on its way to what it became."""

    def __init__(
        self, before: Tree, after: Tree, changed: tuple[str, ...], dialects: tuple[str, ...]
    ) -> None:
        self.now = _Now(before, {})
        self.after = after
        self.changed = changed
        self.dialects = dialects
        self.taken: list[Draft] = []

    def take(self, choice: Choice) -> None:
        """Take the alternative that brings the tree nearest; none if none does."""
        best: tuple[int, tuple[Draft, ...], dict[str, bytes | None]] = (0, (), {})
        for drafts in choice.alternatives:
            made = self._run(drafts)
            if made is None:
                continue
            gain = sum(self._gain(path, content) for path, content in made.items())
            if gain > best[0]:
                best = (gain, drafts, made)
        self.taken += best[1]
        self.now.files.update(best[2])

    def unexplained(self) -> Iterator[Finding]:
        """Yield where the tree is not what it became."""
        for path in sorted({*self.changed, *self.now.files}):
            old, new = self.now.read(path), self.after.read(path)
            if old == new:
                continue
            if old is None or new is None:
                what = "the file is new" if old is None else "the file is gone"
                yield Finding(Place(path), what)
                continue
            one, other = _lines(old), _lines(new)
            codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
            for tag, i1, i2, j1, j2 in codes:
                if tag != "equal":
                    shown = (one[i1:i2] or other[j1:j2])[0].strip()
                    what = f"{i2 - i1} lines became {j2 - j1}: {shown[:80]}"
                    yield Finding(Place(path, i1 + 1), what)

    def _run(self, drafts: tuple[Draft, ...]) -> dict[str, bytes | None] | None:
        text = recipe_text("draft", "A draft", self.dialects, drafts)
        try:
            bound = bind(parse_recipe("draft.yaml", text), {})
        except BadUsage:  # what no recipe can say
            return None
        changeset = migrate(bound, self.now, twice=False)
        return None if changeset.failures else changeset.contents

    def _gain(self, path: str, content: bytes | None) -> int:
        """Return how many lines fewer differ from what the file became."""
        goal = self.after.read(path)
        return _distance(self.now.read(path), goal) - _distance(content, goal)


def _distance(one: bytes | None, other: bytes | None) -> int:
    if one == other:
        return 0
    first, second = _lines(one or b""), _lines(other or b"")
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return len(first) + len(second) - 2 * same + (one is None or other is None)


def _lines(content: bytes) -> list[str]:
    return content.decode(errors="surrogateescape").splitlines(keepends=True)
