"""Hostile and odd input: one clear line or a correct result, in bounded time and memory."""

import os
import re
import resource
import time
from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.changeset import Changeset
from ci_migrate.engine import migrate
from ci_migrate.errors import BadFile, BadUsage, Refused
from ci_migrate.files import Folder
from ci_migrate.recipe import parse_recipe
from tests.memory import Memory, recipe
from tests.test_cli import cli

PATH = ".buildkite/area.yaml"
MOVE = "  - set-queue: {jobs: {queue: old}, to: new}\n"
JOB = "steps:\n- device: old\n"

# Each is a file, and what must come of it: the file with the queue moved (None), or words that are
# said of it while it stays as it is.
TEXTS: dict[str, tuple[str, str | None]] = {
    "an alias bomb": (
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
        + JOB,
        None,
    ),
    "a bomb of merges": (
        "a0: &a0 {k0: v}\n"
        + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 20))
        + "steps:\n- {<<: *a19, device: old}\n",
        None,
    ),
    "a bomb of groups": (
        "a0: &a0 {steps: [{label: x}]}\n"
        + "".join(f"a{n}: &a{n} {{steps: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))
        + "steps:\n- *a39\n- device: old\n",
        None,
    ),
    "nested ten thousand deep": (
        "x: " + "[" * 10_000 + "]" * 10_000 + "\n" + JOB,
        "maximum nesting depth",
    ),
    "nested ten thousand deep, in blocks": (
        "".join(" " * n + "a:\n" for n in range(3000)) + " " * 3000 + "b: old\n",
        "nested too deeply",
    ),
    "a NUL": (JOB + '- label: "a\0b"\n', "not valid YAML"),
    "a lone carriage return": ("x: 1\r" + JOB, None),
    "carriage returns alone": (JOB.replace("\n", "\r"), None),
    "tabs between": ("steps:\n- device:\told\t# c\n", None),
    "a tab behind a dash": ("steps:\n-\tdevice: old\n", "cannot start any token"),
    "tabs as indentation": ("steps:\n-\tdevice: old\n\tlabel: x\n", "not valid YAML"),
    "mixed line ends": ("x: 1\r\nsteps:\n- device: old\r\n  n: 1\n", None),
    "a repeated key": ("steps:\n- device: old\n  n: 1\n  n: 2\n", None),
    "a repeated queue": ("steps:\n- device: first\n  device: old\n", None),
    "a reused anchor": ("x: &a 1\ny: &a 2\nz: *a\n" + JOB, None),
    "an undefined anchor": ("x: *nowhere\n" + JOB, None),
    "an anchor in itself": ("x: &a [*a]\n" + JOB, None),
    "an unknown tag": ("x: !!python/object:os.system [rm]\n" + JOB, None),
    "a directive": ("%YAML 1.2\n---\n" + JOB, None),
    "a tag directive": ("%TAG !e! tag:example.org,2000:\n---\nx: !e!y 1\n" + JOB, None),
    "an unknown directive": ("%FOO bar\n---\n" + JOB, "unknown directive name"),
    "fifty documents": ("---\n".join(["x: 1\n"] * 49 + [JOB]), None),
    "the queue in fifty documents": ("---\n".join([JOB] * 50), None),
    "nothing but a comment": ("# old\n", ""),
    "an empty file": ("", ""),
    "a byte order mark": ("\ufeff" + JOB, None),
    "a line separator in a text": ("x: a\u2028b\n" + JOB, "could not find expected ':'"),
    "a line separator in quotes": ("x: 'a\u2028 b'\n" + JOB, None),
    "next-line characters": ("x: a\x85" + JOB, None),
    "an emoji": ("# \U0001f9ea old\n" + JOB, None),
    "escape sequences": (JOB + '- label: "\\x1b[31m"\n', None),
    "a complex key": ("? [a, b]\n: c\n" + JOB, None),
    "no final line end": (JOB[:-1], None),
}


def move(files: dict[str, str]) -> Changeset:
    return migrate(recipe(MOVE), Memory(files), second_reader=False)


@pytest.mark.parametrize(("text", "said"), TEXTS.values(), ids=TEXTS)
def test_odd_texts(text: str, said: str | None) -> None:
    started = time.monotonic()
    changeset = move({PATH: text})
    assert time.monotonic() - started < 10
    assert changeset.failures == ()
    warnings = [f.message for done in changeset.done for f in done.findings]
    if said is None:
        (change,) = changeset.files
        assert change.after == re.sub("(device:\\s*)old", r"\1new", text)
        assert warnings == []
    else:
        assert changeset.files == ()
        assert not said or said in "; ".join(warnings)


def test_an_odd_file_does_not_keep_the_others_from_moving() -> None:
    files = {f".buildkite/{n}.yaml": text for n, (text, _) in enumerate(TEXTS.values())}
    changeset = move(files)
    assert len(changeset.files) == sum(said is None for _, said in TEXTS.values())


@pytest.mark.parametrize("size", [10, 100])
def test_a_large_scalar(size: int, tmp_path: Path) -> None:
    """100 MB in one scalar: moved, in less than 3 GB."""
    (tmp_path / ".buildkite").mkdir()
    path = tmp_path / PATH
    path.write_text("x: " + "y" * (size * 1_000_000) + "\n" + JOB)
    (tmp_path / "move.yaml").write_text(
        f"name: move\ntitle: M\ndialect: vllm-test-areas\noperations:\n{MOVE}"
    )
    started = time.monotonic()
    run = cli("apply", "move.yaml", "--output", "report.txt", "--time-limit", "120", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert path.read_bytes()[-len(JOB) :] == JOB.replace("old", "new").encode()
    assert time.monotonic() - started < 120
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 3_000_000


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / ".buildkite").mkdir()
    (tmp_path / PATH).write_bytes(b"x: \xff\n" + JOB.encode())
    (tmp_path / ".buildkite" / "good.yaml").write_text(JOB)
    changeset = migrate(recipe(MOVE), Folder.open(tmp_path))
    assert [change.path for change in changeset.files] == [".buildkite/good.yaml"]
    (finding,) = changeset.done[0].findings
    assert str(finding.place) == f"{PATH}:1"
    assert "not UTF-8 (byte 0xff)" in finding.message


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / ".buildkite").mkdir(parents=True)
    (root / PATH).write_text(JOB)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "area.yaml").write_text(JOB)
    return root


def moved(root: Path) -> list[str]:
    changeset = migrate(recipe(MOVE), Folder.open(root))
    assert changeset.failures == ()
    return [change.path for change in changeset.files]


def test_loops_of_links(tree: Path) -> None:
    (tree / ".buildkite" / "loop").symlink_to(".")
    (tree / ".buildkite" / "up").symlink_to("..")
    (tree / ".buildkite" / "self.yaml").symlink_to("self.yaml")
    assert moved(tree) == [PATH]


def test_a_link_out_of_the_root(tree: Path) -> None:
    (tree / ".buildkite" / "out.yaml").symlink_to(tree.parent / "outside" / "area.yaml")
    (tree / ".buildkite" / "far").symlink_to(tree.parent / "outside")
    assert moved(tree) == [PATH]


@pytest.mark.parametrize(
    "path", ["../outside/area.yaml", "/etc/hostname", ".buildkite/../../outside/x"]
)
def test_paths_that_lead_out_of_the_root(tree: Path, path: str) -> None:
    operations = [
        f"add-lines: {{file: {path}, lines: [x]}}",
        f"create-list: {{file: {path}, lines: [x]}}",
        f"skip-test: {{file: {path}, test: t, if: 'True', reason: r}}",
        f"move-job: {{jobs: {{queue: old}}, to: {path}, head: 'steps:'}}",
        f"add-job: {{file: {path}, job: {{label: x}}}}",
    ]
    for operation in operations:
        changeset = migrate(recipe(f"  - {operation}\n"), Folder.open(tree))
        (failure,) = changeset.failures
        assert "the path leads out of the root" in str(failure.error), operation
    found = Folder.open(tree).paths((path, "../**", "**/../**"))
    assert list(found) == []


def test_what_is_no_file_where_one_should_be(tree: Path) -> None:
    os.mkfifo(tree / ".buildkite" / "pipe.yaml")
    os.mkfifo(tree / "list.txt")
    (tree / ".buildkite" / "folder.yaml").mkdir()
    assert moved(tree) == [PATH]
    changeset = migrate(recipe("  - add-lines: {file: list.txt, lines: [x]}\n"), Folder.open(tree))
    assert "list.txt: not a file" in str(changeset.failures[0].error)


PATTERNS = {
    "nested repeats": ("edit-item", "find: '/(a+)+$/', replace: x"),
    "alternatives": ("edit-text", "find: '/(a|aa)+$/', replace: x"),
    "of a selector": ("set-field", "field: label, to: x"),
}


@pytest.mark.parametrize(("name", "options"), PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_that_backtracks_for_ever(name: str, options: str) -> None:
    where = "files: '**'" if name == "edit-text" else "jobs: {queue: old}"
    if name == "set-field":
        where = "jobs: {command: '/(a+)+$/'}"
    text = f"steps:\n- device: old\n  label: l\n  commands:\n  - {'a' * 5000}b\n"
    started = time.monotonic()
    operations = f"  - {name}: {{{where}, {options}}}\n"
    changeset = migrate(recipe(operations), Memory({PATH: text}), limit=0.5)
    assert time.monotonic() - started < 5
    (failure,) = changeset.failures
    assert str(failure.error).startswith("this took longer than 0.5 s; make its patterns simpler")
    assert (changeset.files, failure.error.exit_code) == ((), 3)


def test_a_file_that_changes_while_it_is_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is what the change is made of; if the file is another by then, none is written."""
    from ci_migrate.transaction import write

    changeset = migrate(recipe(MOVE), Folder.open(tree))
    (tree / PATH).write_text(JOB + "# more\n")
    with pytest.raises(Refused, match="the file has changed since it was read"):
        write(Folder.open(tree), changeset.files)
    assert (tree / PATH).read_text() == JOB + "# more\n"


def test_a_file_that_goes_while_it_is_read(tree: Path) -> None:
    folder = Folder.open(tree)
    assert list(folder.paths((".buildkite/**",))) == [PATH]
    (tree / PATH).unlink()
    assert folder.read(PATH) is None


def test_a_recipe_of_ten_megabytes() -> None:
    names = ", ".join(f"job-{n:07}" for n in range(750_000))
    text = f"name: big\ntitle: B\noperations:\n  - set-queue: {{jobs: {{key: [{names}]}}, to: x}}\n"
    assert len(text) > 9_000_000
    started = time.monotonic()
    bound = bind(parse_recipe("big.yaml", text), {})
    changeset = migrate(bound, Memory({PATH: JOB}))
    assert "no job has the key 'job-0000000'" in str(changeset.failures[0].error)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("path", ["../../outside/own.yaml", "/etc/passwd", "../link/own.yaml"])
def test_a_recipe_uses_no_file_out_of_the_root(tree: Path, path: str) -> None:
    """Else a stranger's recipe could show, in its errors, what a file elsewhere holds."""
    (tree.parent / "outside" / "own.yaml").write_text("TOKEN=secret\n")
    (tree / "link").symlink_to(tree.parent / "outside")
    (tree / "recipes").mkdir()
    text = f"name: r\ntitle: T\noperations:\n  - use: {{recipe: {path}}}\n"
    (tree / "recipes" / "r.yaml").write_text(text)
    for command in (["apply", "r"], ["apply", "r", "--dry-run", "--format", "json"]):
        run = cli(*command, cwd=tree)
        assert run.returncode == 2
        assert "leads out of the root, and of the folder of the recipe" in run.stderr
        assert "secret" not in run.stderr + run.stdout


def test_a_file_that_is_no_recipe_is_not_shown_whole(tree: Path) -> None:
    (tree / "no.yaml").write_text("x" * 100 + "secret\n")
    run = cli("apply", "./no.yaml", cwd=tree)
    assert (run.returncode, "secret" in run.stderr, run.stderr.count("\n")) == (2, False, 1)


RECIPES = {
    "an alias": "name: r\ntitle: &t T\noperations: [*t]\n",
    "a tag": "name: r\ntitle: T\noperations: [!!python/object/apply:os.system [id]]\n",
    "deep": "name: r\ntitle: T\noperations: " + "[" * 5000 + "]" * 5000 + "\n",
    "not a mapping": "- a\n",
    "nothing": "",
    "binary": "\0\1",
    "two documents": "name: r\n---\nname: r\n",
}


@pytest.mark.parametrize("text", RECIPES.values(), ids=RECIPES)
def test_recipes_that_are_none(text: str) -> None:
    with pytest.raises((BadUsage, BadFile)) as raised:
        bind(parse_recipe("r.yaml", text), {})
    assert "\n" not in str(raised.value)


def test_no_text_of_a_recipe_is_run(tmp_path: Path) -> None:
    """A recipe is data: a Python file beside it is never looked at."""
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "r.yaml").write_text(f"name: r\ntitle: T\noperations:\n{MOVE}")
    (tmp_path / "recipes" / "r.py").write_text("open('ran', 'w')\n")
    (tmp_path / "sitecustomize.py").write_text("open('ran', 'w')\n")
    assert cli("apply", "r", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "ran").exists()


def test_every_error_is_one_line_on_the_command_line(tree: Path) -> None:
    (tree / "recipes").mkdir()
    for key in ("a\\nb", "a\\tb", "\\x1b[31mred"):
        text = f'name: r\ntitle: T\noperations:\n  - set-queue: {{jobs: {{key: "{key}"}}, to: x}}\n'
        (tree / "recipes" / "r.yaml").write_text(text)
        run = cli("apply", "r", cwd=tree)
        assert run.returncode == 3
        assert run.stderr.count("\n") == 2
        assert "\x1b" not in run.stderr
