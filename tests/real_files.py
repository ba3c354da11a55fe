"""The repositories of real files, in each form that a file may have, and changes of all of one."""

from collections.abc import Mapping

from ci_migrate.document import parse
from ci_migrate.engine import migrate
from ci_migrate.errors import CiMigrateError, Refused
from ci_migrate.job import Dialect, Job
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, recipe
from tests.shared import SHARED, tree

Files = Mapping[str, str]

FORMS = {
    "as it is": lambda text: text,
    "windows": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text.removeprefix("\ufeff"),
}


def repository(name: str, form: str) -> tuple[Dialect, dict[str, str]]:
    """Return the dialect and the files of `dialect/repository`, all in one form."""
    files = tree(SHARED / "corpus" / name)
    changed = {path: FORMS[form](text) for path, text in files.items()}
    return load_dialect(name.partition("/")[0]), changed


def jobs_of(dialect: Dialect, files: Files) -> list[Job]:
    """Return the jobs of all files."""
    memory = Memory(files)
    paths = memory.paths(dialect.GLOBS)
    return [job for path in paths for job in dialect.jobs(parse(path, files[path]), memory)]


def applied(
    operations: list[str], dialect: Dialect, files: Files
) -> tuple[dict[str, str], dict[int, CiMigrateError]]:
    """Return the files after those operations that are possible, and, by number, why others are not."""
    failed: dict[int, CiMigrateError] = {}
    while True:
        numbers = [number for number in range(len(operations)) if number not in failed]
        lines = "".join(f"  - {operations[number]}\n" for number in numbers)
        if not lines:
            return dict(files), failed
        bound = recipe(lines, dialect=dialect.NAME)
        changeset = migrate(bound, Memory(files), twice=False)
        if not changeset.failures:
            after = {change.path: change.after or "" for change in changeset.files}
            return {**files, **after}, failed
        places = [one.place for one in bound.operations]
        for failure in changeset.failures:
            assert isinstance(failure.error, Refused), str(failure.error)
            failed[numbers[places.index(failure.place)]] = failure.error
