"""What commands start, in which folder, and what pytest and others run of it."""

import time

import pytest

from ci_migrate.document import Scalar, parse
from ci_migrate.job import Origin, Workspace
from ci_migrate.pytest_runs import Run, run_of
from ci_migrate.shell_calls import Call, below_root, calls_of
from ci_migrate.text import Span

HERE = Workspace("tests", "/repo")


def _calls(*texts: str, workspace: Workspace = HERE) -> tuple[Call, ...]:
    origins = []
    for text in texts:
        document = parse("a.yaml", "x\n")
        node = Scalar(Span(0, 1), text, "", None, None)
        origins.append(Origin(document, node, Span(0, len(text))))
    return calls_of(tuple(origins), workspace)


CALLS = [
    pytest.param(["pytest a b"], ["tests: pytest a b"], id="words"),
    pytest.param(["A=1 B='x y' pytest a"], ["tests: pytest a"], id="variables before it"),
    pytest.param(["env A=1 time pytest a"], ["tests: pytest a"], id="programs that start it"),
    pytest.param(["cd .. && pytest tests/a"], [": pytest tests/a"], id="another folder"),
    pytest.param(["cd ..", "pytest tests/a"], [": pytest tests/a"], id="the folder stays"),
    pytest.param(["(cd .. && a); b"], [": a", "tests: b"], id="not behind a bracket"),
    pytest.param(["cd /repo/docs; make"], ["docs: make"], id="from the root"),
    pytest.param(["cd $HERE", "make"], ["None: make"], id="a folder that the shell works out"),
    pytest.param(["cd /tmp", "make"], ["None: make"], id="a folder elsewhere"),
    pytest.param(["cd -", "make"], ["None: make"], id="a folder from before"),
    pytest.param(["a | b || c & d; e\nf"], [f"tests: {x}" for x in "abcdef"], id="every end"),
    pytest.param(["a 'b c' \"d \\\"e\\\"\" f\\ g h'i'"], ['tests: a b c d "e" f g hi'], id="quotes"),
    pytest.param(["a > log 2>&1 b 3>x c"], ["tests: a b c"], id="redirected"),
    pytest.param(["a # b && c\nd#e"], ["tests: a", "tests: d#e"], id="comments"),
    pytest.param(["a \\\n  b"], ["tests: a b"], id="over two lines"),
    pytest.param(["if x; then y; fi"], ["tests: x", "tests: y", "tests: fi"], id="a condition"),
    pytest.param(["a 'it"], ["tests: a", "tests: it"], id="a quote without an end"),
    pytest.param(["bash -c 'cd sub && x'"], ["tests: bash -c cd sub && x", "sub: (x)"], id="a shell in a shell"),
    pytest.param(["pytest -m 'not slow'"], ["tests: pytest -m not slow"], id="words for no shell"),
    pytest.param(["x $(y z)"], ["tests: x $", "tests: y z"], id="in the place of a word"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "found"), CALLS)
def test_calls(texts: list[str], found: list[str]) -> None:
    told = []
    for call in _calls(*texts):
        words = " ".join(call.words)
        told.append(f"{call.folder}: ({words})" if call.inner else f"{call.folder}: {words}")
    assert told == found


HOSTILE = [
    "'" * 99_999,
    '"' + '\\"' * 50_000,
    "(" * 99_999,
    "a\\\n" * 50_000,
    "bash -c 'bash -c \"" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: str(text[:9]))
def test_a_hostile_command_takes_little_time(text: str) -> None:
    before = time.process_time()
    assert _calls(text) is not None
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a/b.py", "tests/a/b.py"),
        ("./a//b.py", "tests/a/b.py"),
        ("..", ""),
        ("../x", "x"),
        ("/repo/x", "x"),
        ("/repository/x", None),
        ("../../x", None),
        ("~/x", None),
        ("$A/x", None),
        ("a*.py", None),
    ],
)
def test_below_root(path: str, found: str | None) -> None:
    assert below_root(path, "tests", HERE) == found


def _run(text: str) -> Run | None:
    return run_of(_calls(text)[0], HERE)


RUNS = [
    ("pytest -v -s a/test_x.py b", ["test a/test_x.py", "test b"]),
    ("python3.11 -m pytest a", ["test a"]),
    ("timeout 10 uv run pytest a", ["test a"]),
    ("coverage run -m pytest a", ["test a"]),
    ("pytest a.py::test_b[c/d]", ["test a.py::test_b[c/d]"]),
    ("pytest --ignore=a --ignore b --deselect c::d .", ["ignore a", "ignore b", "deselect c::d", "test ."]),
    ("pytest -n 4 -p no:x -k 'a b' --model Big/Model --lf t", ["test t"]),
    ("pytest --tp-size=2 --forked t", ["test t"]),
    ("torchrun --nproc-per-node 2 --nnodes=1 a.py --big", ["script a.py"]),
    ("python a.py b.py", ["script a.py"]),
    ("bash -x a.sh b", ["script a.sh"]),
    ("./a.sh", ["script ./a.sh"]),
    ("pip install -r a.txt -e ./b c", ["install a.txt", "install ./b"]),
    ("uv pip install --system -r a.txt", ["install a.txt"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named"), RUNS)
def test_what_a_call_names(text: str, named: list[str]) -> None:
    run = _run(text)
    assert run is not None
    assert [f"{one.role} {one.written}" for one in run.named] == named


@pytest.mark.parametrize(
    "text", ["python -c 'x'", "python -m build", "bash -lc 'x y'", "make a.py", "uv run"]
)
def test_what_runs_no_file(text: str) -> None:  # fmt: skip
    assert _run(text) is None


def test_by_what_pytest_chooses() -> None:
    run = _run("pytest -k 'a or b' -m slow x.py")
    assert run is not None
    assert (run.keyword, run.marks, run.named[0].path) == ("a or b", "slow", "tests/x.py")
    assert _run("pytest -kx x.py")._replace(named=(), call=run.call) == Run(run.call, (), "x")  # type: ignore[union-attr]
