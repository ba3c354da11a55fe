"""The example of every dialect, which a new recipe starts from."""

import pytest

from ci_migrate.document import parse
from ci_migrate.globs import matcher
from ci_migrate.recipe import dialect_names, load_dialect
from tests.memory import Memory, changed


@pytest.mark.parametrize("name", dialect_names())
def test_the_example_has_one_job_on_its_queue(name: str) -> None:
    dialect = load_dialect(name)
    path, text = dialect.EXAMPLE.path, dialect.EXAMPLE.text.format(queue="old")
    assert name == dialect.NAME
    assert matcher(dialect.GLOBS).fullmatch(path)
    assert dialect.understands(parse(path, text))
    (job,) = dialect.jobs(parse(path, text), Memory({path: text}))
    assert job.queue_name == "old"
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0}\n"
    assert changed(operation, {path: text}, name) == {path: text.replace("old", "new")}
