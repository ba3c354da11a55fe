"""Drawn files of jobs × every operation on YAML and lists: proved and right, or refused."""

import json
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from hypothesis import strategies as st

from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage, Refused
from ci_migrate.proof import Unproved
from ci_migrate.second_reader import disagreement
from ci_migrate.text import splice
from tests.fuzz.profile import check_drawn
from tests.fuzz.yaml_files import JobFile, built, job_files
from tests.fuzz.yaml_operations import LIST, OPERATIONS, OTHER, PATH, Drawer, Drawn
from tests.memory import Memory, recipe
from tests.readers import libyaml

LINES = st.lists(st.sampled_from(["a", "b", "b2", "# c", "", "  d", "é 🧪", "B"]), max_size=6)
ENDS = st.sampled_from(["\n", "\n", "\r\n"])
KEPT = ("sort-lines", "move-lines", "partition-lines")  # these lose and add no line


@st.composite
def cases(draw: st.DrawFn, name: str) -> tuple[dict[str, str], JobFile, Drawn]:
    """Draw a tree, the jobs in it, and the options of an operation."""
    file, end = draw(job_files()), draw(ENDS)
    files = {
        PATH: file.text,
        LIST: end.join(draw(LINES)),
        OTHER: "x" + end,
        "docs/a.md": f"See {LIST}, b200 é\n",
    }
    return files, file, OPERATIONS[name](Drawer(draw))


def check(name: str, files: Mapping[str, str], file: JobFile, drawn: Drawn) -> str:
    """Check what an operation makes of a tree; return in a word what came of it."""
    text = json.dumps({name: drawn.options}, ensure_ascii=False).replace("$", "\\\\$")
    try:
        bound = recipe(f"  - {text}\n")
    except BadUsage:
        return "no recipe"
    changeset = migrate(bound, Memory(files))
    for failure in changeset.failures:
        assert isinstance(failure.error, Refused | BadUsage), failure
        assert not isinstance(failure.error, Unproved), failure
    if changeset.failures:
        assert changeset.files == ()
        return "refused"
    after = dict(files)
    for change in changeset.files:
        if change.before is not None and change.after is not None:
            assert splice(change.before, change.edits) == change.after
        after[change.path] = change.after or ""
        if change.path == PATH:
            assert disagreement(change.path, after[PATH]) == ""
    if drawn.effect:
        (root,) = built(libyaml(after[PATH]))
        assert [*map(_sorted, root["steps"])] == [*map(_sorted, drawn.effect(file.jobs))]
    if name in KEPT:
        assert _lines(after) == _lines(files)
    return "proved" if changeset.files else "nothing to do"


def _sorted(job: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return a job without the order of its fields, which operations tell by other names."""
    return sorted(job.items())


def _lines(files: Mapping[str, str]) -> Counter[str]:
    lines = (
        line.strip()
        for path, text in files.items()
        if path[-4:] == ".txt"
        for line in text.split("\n")
    )
    return Counter(filter(None, lines))


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(name: str, figure: Callable[[str, int], None]) -> None:
    check_drawn(
        name,
        cases(name),
        check,
        lambda word, count: figure(f"fuzzing, YAML and lists: {word}", count),
    )
