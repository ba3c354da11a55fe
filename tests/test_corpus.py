"""All real files: which jobs are found in them, and that changes there and back leave every byte."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ci_migrate.changeset import FileChange
from ci_migrate.document import Mapping, Scalar, Sequence, parse, parts
from ci_migrate.entries import entry
from ci_migrate.files import Folder
from ci_migrate.job import Job
from ci_migrate.job_list import count_dialects, list_jobs
from ci_migrate.recipe import load_dialect
from ci_migrate.text import Edit, splice
from ci_migrate.transaction import write
from ci_migrate.tree import read_text
from tests.memory import Memory
from tests.real_files import FORMS, applied, jobs_of, repository
from tests.shared import SHARED, corpus, needs_shared, read, tree

pytestmark = needs_shared


class Found(NamedTuple):
    """What is found in a repository, and how many changes are (restored, refused)."""

    files: int  # of its dialect
    jobs: int
    queues: tuple[int, int]  # by their names
    templates: tuple[int, int]  # queues that are written as templates


# fmt: off
FOUND = {
    "azure-pipelines/dotnet__arcade": Found(80, 57, (5, 0), (5, 0)),
    "bazelci/bazelbuild__rules_python": Found(1, 70, (5, 0), (0, 0)),
    "github-actions/flashinfer-ai__flashinfer": Found(17, 37, (9, 0), (1, 0)),
    "github-actions/intel__torch-xpu-ops": Found(29, 80, (13, 0), (1, 0)),
    "github-actions/pytorch__ao": Found(19, 28, (13, 0), (0, 0)),
    "github-actions/vllm-project__vllm-ascend": Found(50, 165, (13, 0), (6, 0)),
    "gitlab-ci/DataDog__dd-trace-py": Found(18, 96, (9, 0), (2, 0)),
    "gitlab-ci/kubernetes-sigs__kubespray": Found(7, 16, (2, 0), (0, 0)),
    "prow/kubernetes__test-infra": Found(117, 819, (7, 0), (0, 0)),
}
# fmt: on
each = pytest.mark.parametrize("name", FOUND)
each_form = pytest.mark.parametrize("form", FORMS)


@each
def test_jobs_are_found(name: str) -> None:
    dialect, files = repository(name, "as it is")
    count = count_dialects(Memory(files))
    found = {row.name: (row.files, row.jobs) for row in count.rows if row.files}
    assert found == {dialect.NAME: (FOUND[name].files, FOUND[name].jobs)}
    assert count.errors == ()
    assert sum(row.files for row in count.rows) + len(count.unknown + count.elsewhere) == len(files)


@each_form
@each
def test_reading_and_writing_changes_no_byte(
    name: str, form: str, tmp_path: Path, figure: Callable[[str, int], None]
) -> None:
    """Write every file anew, each text in it replaced by what is written there."""
    _, files = repository(name, form)
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    folder = Folder.open(tmp_path)
    changes = []
    for path in folder.paths(("**",)):
        text = read_text(folder, path) or ""
        edits = tuple(Edit(node.span, node.span.of(text)) for node in _texts(path, text))
        changes.append(FileChange(path, text, splice(text, edits), edits, (0,)))
    assert len(changes) == len(files)
    write(folder, tuple(changes))
    assert {path: (tmp_path / path).read_bytes() for path in files} == {
        path: text.encode() for path, text in files.items()
    }
    figure("real CI files: written anew, the same", len(files))


@each_form
@each
def test_queues_there_and_back(name: str, form: str, figure: Callable[[str, int], None]) -> None:
    """Give each queue a new name, see that all its jobs are on it and no others, and go back."""
    dialect, files = repository(name, form)
    jobs = jobs_of(dialect, files)
    named = sorted({o.text for job in jobs for o in job.queues if not o.opaque})
    new = {queue: f"new-{number}" for number, queue in enumerate(named)}
    after, failed = applied([_move(*pair) for pair in new.items()], dialect, files)
    moved = {q: to for number, (q, to) in enumerate(new.items()) if number not in failed}
    assert _queues(jobs_of(dialect, after)) == [
        [moved.get(queue, queue) for queue in queues] for queues in _queues(jobs)
    ]
    back = applied([_move(to, queue) for queue, to in moved.items()], dialect, after)
    assert back == (files, {})
    assert (len(moved), len(failed)) == FOUND[name].queues
    figure("real CI files: queues moved there and back", len(moved))
    figure("real CI files: queues refused", len(failed))


@each_form
@each
def test_templates_there_and_back(name: str, form: str) -> None:
    dialect, files = repository(name, form)
    origins = [o for job in jobs_of(dialect, files) for o in job.queues]
    templates = sorted({o.text for o in origins if o.opaque})
    new = {template: f"new-{number}" for number, template in enumerate(templates)}
    after, failed = applied([_move(*pair) for pair in new.items()], dialect, files)
    moved = {q: to for number, (q, to) in enumerate(new.items()) if number not in failed}
    assert (after != files) == bool(moved)
    back = applied([_move(to, template) for template, to in moved.items()], dialect, after)
    assert back == (files, {})
    assert (len(moved), len(failed)) == FOUND[name].templates


ENDS = {"as it is": ("first", "last"), "windows": ("last",), "byte order mark": ("first",)}
LEFT = {  # the jobs at whose end a block of lines ends the file, without a newline
    "github-actions/intel__torch-xpu-ops": {"issue_operator.yml": "auto-milestone"},
    "github-actions/vllm-project__vllm-ascend": {
        "_nightly_image_build.yaml": "merge-image",
        "issue_wait_feedback_command.yml": "wait-feedback",
        "schedule_doc_translate.yaml": "translate",
    },
}


@each_form
@each
def test_a_field_comes_and_goes(name: str, form: str) -> None:
    """Put a field at an end of every job, or at both, and take it away."""
    dialect, files = repository(name, form)
    left = LEFT.get(name, {}) if "last" in ENDS[form] else {}
    after, failed = applied([_add(end, left) for end in ENDS[form]], dialect, files)
    assert not failed
    names = [f"zz-{end}" for end in ENDS[form]]
    having = [job for job in jobs_of(dialect, after) if all(entry(job.node, n) for n in names)]
    assert len(having) == FOUND[name].jobs - len(left)
    gone = [f"remove-field: {{jobs: {{fields: {{{n}: new}}}}, field: {n}}}" for n in names]
    assert applied(gone, dialect, after) == (files, {})


@pytest.mark.parametrize("name", LEFT)
def test_a_field_is_refused(name: str) -> None:
    dialect, files = repository(name, "as it is")
    operations = [
        f"add-field: {{jobs: {{key: {key}, file: '**/{file}', without: zz}}, field: zz, value: new}}"
        for file, key in LEFT[name].items()
    ]
    after, failed = applied(operations, dialect, files)
    assert after == files
    what = "a line put below this block of lines would change its value"
    assert [error.what for error in failed.values()] == [what] * len(operations)


def _texts(path: str, text: str) -> Iterator[Scalar]:
    nodes = list(parse(path, text).roots)
    while nodes:
        node = nodes.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Mapping | Sequence):
            nodes += [child for part in parts(node) for child in (part.key, part.value) if child]


def _move(old: str, new: str) -> str:
    """Return the operation; a dollar sign has a backslash, or it could begin a parameter."""
    old, new = (json.dumps(text.replace("$", "\\$")) for text in (old, new))
    return f"set-queue: {{jobs: {{queue: {old}}}, to: {new}}}"


def _queues(jobs: list[Job]) -> list[list[str]]:
    return [[origin.text for origin in job.queues] for job in jobs]


def _add(end: str, left: dict[str, str]) -> str:
    but = [{"key": key, "file": f"**/{file}"} for file, key in left.items()]
    jobs = json.dumps({"without": f"zz-{end}", **({"except": but} if but else {})})
    return f"add-field: {{jobs: {jobs}, field: zz-{end}, value: new, after: {end}}}"


@each
def test_what_cannot_be_read_is_told_and_stops_nothing(name: str) -> None:
    """Cut every file in two: what a second parser takes of the halves is listed, the rest is told."""
    dialect, files = repository(name, "as it is")
    halves = {path: text[: len(text) // 2] for path, text in files.items()}
    known = Memory(halves).paths(dialect.GLOBS)
    unreadable = {path for path in known if not _is_yaml(halves[path])}
    found = list_jobs(Memory(halves), dialect, ())
    assert sorted(e.place.path for e in found.errors if e.place) == sorted(unreadable)
    assert all(error.place and error.place.line and error.what for error in found.errors)
    whole = {path: text for path, text in halves.items() if path not in unreadable}
    assert found.rows == list_jobs(Memory(whole), dialect, ()).rows


def test_the_whole_corpus_at_once() -> None:
    """Every file is read, beside the official suite's, and those that are no YAML are told."""
    files = tree(SHARED / "corpus")
    assert len(files) == len(corpus()) == 378
    alone = list_jobs(Memory(files), load_dialect(), ())
    assert (len(alone.rows), alone.errors) == (994, ())
    suite = sorted((SHARED / "yaml-test-suite").rglob("in.yaml"))
    odd = {f".github/workflows/{number}.yml": read(path) for number, path in enumerate(suite)}
    both = list_jobs(Memory({**files, **odd}), load_dialect(), ())
    assert both.rows == alone.rows
    assert len(both.errors) == 130
    assert all(
        error.place and error.place.line and error.place.path in odd for error in both.errors
    )


def _is_yaml(text: str) -> bool:
    try:
        return bool(list(YAML(typ="safe", pure=True).parse(text)))
    except YAMLError:
        return False
