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


TEMPLATES = (
    "{{ q }}",
    "{% if q %}a{% endif %}",
    "{q}",
    "{q[0]:>3}",
    "${{ q }}",
    "<< q >>",
    "%(q)s",
    "$(q)",
    "${q}",
)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", dialect_names())
def test_a_template_is_no_queue_unless_it_is_written_out(name: str, template: str) -> None:
    example = load_dialect(name).EXAMPLE
    files = {example.path: example.text.format(queue=f"'{template}'")}
    operation = "  - set-queue: {jobs: {queue: 'QUEUE'}, to: new}\n"
    assert changed(operation.replace("QUEUE", "*"), files, name) == files
    exact = operation.replace("QUEUE", template.replace("$", "\\$"))
    after = example.text.format(queue="'new'")
    assert changed(exact, files, name) == {example.path: after}
