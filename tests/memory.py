"""A tree in memory, and recipes run on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci_migrate.binding import BoundRecipe, bind
from ci_migrate.changeset import Changeset
from ci_migrate.document import parse
from ci_migrate.engine import migrate
from ci_migrate.errors import BadFile
from ci_migrate.globs import matcher
from ci_migrate.recipe import parse_recipe
from ci_migrate.second_reader import disagreement


@dataclass
class Memory:
    """Files by path, as text with its line ends."""

    files: Mapping[str, str]

    def paths(self, globs: tuple[str, ...]) -> Iterable[str]:
        return sorted(path for path in self.files if matcher(globs).fullmatch(path))

    def read(self, path: str) -> bytes | None:
        return self.files[path].encode() if path in self.files else None

    def note(self, error: BadFile) -> None:
        pass


def recipe(
    operations: str, head: str = "", dialect: str = "vllm-test-areas", **values: str
) -> BoundRecipe:
    """Return a recipe with these operations, written as YAML list items; no dialect means all."""
    head = f"name: test\ntitle: A test\n{head}operations:\n"
    head = f"dialect: {dialect}\n{head}" if dialect else head
    return bind(parse_recipe("test.yaml", head + operations), values)


def run(operations: str, files: Mapping[str, str], dialect: str = "vllm-test-areas") -> Changeset:
    """Run operations on files in memory."""
    return migrate(recipe(operations, dialect=dialect), Memory(files))


def changed(
    operations: str, files: Mapping[str, str], dialect: str = "vllm-test-areas"
) -> dict[str, str]:
    """Return the files after the operations; checks that nothing fails and a second run changes nothing.

    New YAML is read by both parsers, and by the tool again.
    """
    changeset = run(operations, files, dialect)
    assert [str(failure.error) for failure in changeset.failures] == []
    after = dict(files)
    for change in changeset.files:
        assert change.before == files.get(change.path)
        if change.after is None:
            del after[change.path]
            continue
        after[change.path] = change.after
        if change.path.endswith((".yaml", ".yml")):
            parse(change.path, change.after)
            assert disagreement(change.path, change.after) == ""
    again = run(operations, after, dialect)
    assert [str(failure.error) for failure in again.failures] == []
    assert again.files == ()
    return after


def refusal(operations: str, files: Mapping[str, str], dialect: str = "vllm-test-areas") -> str:
    """Return the one error that the operations end in; checks that no file changes."""
    changeset = run(operations, files, dialect)
    assert changeset.files == ()
    (failure,) = changeset.failures
    return str(failure.error)
