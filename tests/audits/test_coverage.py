"""What a change no longer runs, and what it only moves."""

import pytest

from ci_migrate.audits import coverage
from ci_migrate.ran import chosen_by
from tests.audits.surveys import FILE, lines, repository, survey
from tests.memory import run
from tests.shared import SHARED, needs_shared, tree

BIG, SMALL = "tests/evals/configs/Big.yaml", "tests/evals/configs/Small.yaml"
PATHS = ("tests/a/test_x.py", "tests/a/test_y.py", "tests/b.py", "tests/run.sh", BIG, SMALL)


def _jobs(*jobs: tuple[str, str]) -> dict[str, str]:
    """Return a repository with jobs, each a queue and its commands, named a, b, …"""
    texts = []
    for key, (device, commands) in zip("abc", jobs, strict=False):
        items = "".join(f"  - {command}\n" for command in commands.split("; "))
        texts.append(f"- label: {key}\n  key: {key}\n  device: {device}\n  commands:\n{items}")
    return repository("".join(texts), *PATHS)


def _lists(one: str, two: str, first: str = "h100") -> dict[str, str]:
    command = "pytest evals/test_e.py --config-list-file=configs/{}.txt"
    jobs = _jobs((first, command.format("one")), ("h100", command.format("two")))
    return {
        **jobs,
        "tests/evals/configs/one.txt": one,
        "tests/evals/configs/two.txt": two,
    }


LOST = [
    pytest.param(_jobs(("h100", "pytest a; pytest b.py")), _jobs(("h100", "pytest a")), [f"{FILE}:4:3 warning 'a' ran tests/b.py on H100, and no job does now"], id="a command less"),
    pytest.param(_jobs(("h100", "pytest a"), ("h100", "pytest b.py")), _jobs(("h100", "pytest a")), [f"{FILE} warning 'b' ran tests/b.py on H100, and no job does now"], id="a job less"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "pytest a/test_x.py")), [f"{FILE}:4:3 warning 'a' ran tests/a/test_y.py on H100, and no job does now"], id="a file of a folder"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "pytest a --ignore=a/test_x.py")), [f"{FILE}:4:3 warning 'a' ran tests/a/test_x.py on H100, and no job does now"], id="left out"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "pytest a -k fast")), [f"{FILE}:4:3 warning 'a' ran tests/a/test_x.py and 1 other on H100, and now only what fits 'fast'"], id="only some"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("a100", "pytest a")), [f"{FILE}:4:3 note 'a' ran tests/a/test_x.py and 1 other on H100, and it runs on A100 only"], id="on another platform"),
    pytest.param(_jobs(("h100", "bash run.sh; make lint -j 4")), _jobs(("h100", "echo")), [f"{FILE}:4:3 warning 'a' ran tests/run.sh and 1 other on H100, and no job does now"], id="other programs"),
    pytest.param(_lists("Big.yaml\n", "Small.yaml\n"), _lists("Big.yaml\n", ""), [f"{FILE}:9:3 warning 'b' ran {SMALL} on H100, and no job does now"], id="a line"),
    pytest.param(_lists("Big.yaml\n", "Small.yaml\n"), _lists("Big.yaml\nSmall.yaml\n", "Small.yaml\n"), [f"tests/evals/configs/two.txt warning {SMALL} runs twice on H100: it is in tests/evals/configs/one.txt and tests/evals/configs/two.txt"], id="a line twice"),
    pytest.param(_lists("Big.yaml\n", "Small.yaml\n", "a100"), _lists("", "Small.yaml\nBig.yaml\n", "a100"), [f"{FILE}:4:3 note 'a' ran {BIG} on A100, and it runs on H100 only"], id="a line to another platform"),
]  # fmt: skip
KEPT = [
    pytest.param(_jobs(("h100", "pytest a; pytest b.py")), _jobs(("h100", "pytest a"), ("h100", "pytest -v b.py")), id="in another job"),
    pytest.param(_jobs(("b200", "pytest a")), _jobs(("b200-k8s", "pytest a")), id="on another queue of the platform"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py b.py")), _jobs(("h100", "pytest .")), id="in a folder above"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "cd ..; pytest tests/a")), id="from another folder"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "pytest a -k fast"), ("h100", 'pytest a -k "not fast"')), id="in parts"),
    pytest.param(_jobs(("h100", "pytest a -k fast")), _jobs(("h100", "pytest a -k quick")), id="another choice"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "pytest a --ignore=c")), id="more left out than there is"),
    pytest.param(_jobs(("h100", "pytest a")), _jobs(("h100", "pytest a/test_x.py; pytest a/test_y.py")), id="file by file"),
    pytest.param(_jobs(("h100", "pytest no.py")), _jobs(("h100", "pytest b.py")), id="what was never there"),
    pytest.param(_jobs(("h100", "python examples/a.py")), _jobs(("h100", "python more/a.py")), id="a file that moved"),
    pytest.param(_jobs(("h100", "export A=1; pip install x; pytest a")), _jobs(("h100", "pytest a")), id="what only prepares"),
    pytest.param(_lists("Big.yaml\n", "Small.yaml\n"), _lists("", "Small.yaml\nBig.yaml\n"), id="a line to another list"),
    pytest.param(_lists("Big.yaml\n", "Big.yaml\n"), _lists("Big.yaml\n", "Big.yaml\n"), id="a line that was twice"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), LOST)
def test_finds(before: dict[str, str], after: dict[str, str], expected: list[str]) -> None:
    assert lines("coverage", after, before) == expected


@pytest.mark.parametrize(("before", "after"), KEPT)
def test_is_quiet(before: dict[str, str], after: dict[str, str]) -> None:
    assert lines("coverage", after, before) == []


def test_it_says_nothing_without_a_side_before() -> None:
    assert lines("coverage", _jobs(("h100", "pytest a"))) == []


def test_a_file_that_is_gone_is_no_warning() -> None:
    before = _jobs(("h100", "pytest a"))
    after = {path: text for path, text in before.items() if path != "tests/a/test_x.py"}
    assert lines("coverage", after, before) == [
        "tests/a/test_x.py note tests/a/test_x.py is gone, which was run"
    ]
    moved = {**after, "tests/c/test_x.py": "x = 1\n"}
    assert lines("coverage", moved, before) == []


WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: {}\n    steps: [{{run: {}}}]\n"


def test_without_a_profile_of_queues_any_job_will_do() -> None:
    path = ".github/workflows/a.yml"
    before = {path: WORKFLOW.format("big", "pytest tests/a.py")}
    assert lines("coverage", {path: WORKFLOW.format("small", "pytest tests/a.py")}, before) == []
    assert lines("coverage", {path: WORKFLOW.format("big", "echo")}, before) == [
        f"{path}:4:5 warning 'a' ran tests/a.py, and no job does now"
    ]


def _tests(code: str) -> dict[str, str]:
    jobs = _jobs(("b200", "pytest a -k 'test_a or test_b'"), ("a100", "pytest a"))
    return {
        **jobs,
        "tests/a/test_x.py": "import pytest\nfrom vllm import current_platform\n" + code,
    }


SKIP = '@pytest.mark.skipif(current_platform.is_device_capability_family(100), reason="x")\n'
CODE = '@pytest.mark.parametrize("x", ["p", "q"])\ndef test_a(x): pass\ndef test_c(): pass\n'
CHANGED = [
    pytest.param(CODE, SKIP + CODE, ["3:2 note 'test_a' ran on B200, and is skipped there now"], id="skipped on one platform"),
    pytest.param(CODE, f"@pytest.mark.skip\n{CODE}", ["3:2 note 'test_a' ran on A100, and is skipped there now", "3:2 note 'test_a' ran on B200, and is skipped there now"], id="skipped everywhere"),
    pytest.param(CODE, CODE.replace("def test_c", SKIP + "def test_c"), [], id="skipped where it was not chosen"),
    pytest.param(SKIP + CODE, SKIP + CODE + "\n", [], id="skipped before"),
    pytest.param(CODE, CODE.replace('"p", ', ""), [" note tests/a/test_x.py has no 'test_a[p]' any more, which was run"], id="a case less"),
    pytest.param(CODE, CODE.replace("test_c", "test_d"), [" note tests/a/test_x.py has no 'test_c' any more, which was run"], id="a test less"),
    pytest.param(CODE, "def (", [], id="no Python"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), CHANGED)
def test_tests_that_changed(before: str, after: str, expected: list[str]) -> None:
    found = lines("coverage", _tests(after), _tests(before))
    assert found == [f"tests/a/test_x.py{':' if e[0].isdigit() else ''}{e}" for e in expected]


@pytest.mark.parametrize(
    ("keyword", "chosen"),
    [
        ("", True),
        ("eagle", True),
        ("EAGLE", True),
        ("not eagle", False),
        ("draft or correctness", True),
        ("eagle and (draft or light)", True),
        ("eagle and draft", False),
        ("eagle[x and", True),
    ],
)
def test_words_choose_names(keyword: str, chosen: bool) -> None:
    assert chosen_by(keyword, "tests/a.py test_eagle_correctness_light") == chosen


def test_what_another_file_still_runs_is_not_lost_when_one_is_looked_at() -> None:
    other = ".buildkite/test_areas/other.yaml"
    files = _jobs(("h100", "pytest a"), ("h100", "pytest b.py"))
    files[other] = files[FILE].replace("key: ", "key: other-").replace("label: ", "label: other ")
    operation = "  - delete-job: {jobs: {key: b}}\n"
    (change,) = run(operation, files).files
    after = {**files, FILE: change.after or ""}
    sides = [survey(one) for one in (after, files)]
    for side in sides:
        side.only = frozenset((FILE,))
    assert list(coverage.findings(*sides)) == []


def test_where_much_is_lost_the_rest_of_the_tree_is_not_searched() -> None:
    files = _jobs(("h100", "; ".join(f"pytest t{number}.py" for number in range(21))))
    (change,) = run("  - set-queue: {jobs: {queue: h100}, to: a100}\n", files).files
    sides = [survey(one) for one in ({**files, FILE: change.after or ""}, files)]
    (finding,) = coverage.findings(*sides)
    assert "ran tests/t0.py and 20 others on H100" in finding.message
    for side in sides:
        side.only = frozenset((FILE,))
    (finding,) = coverage.findings(*sides)
    assert finding.message.startswith("21 commands and lines ran before that no changed job runs")


@needs_shared
def test_the_real_change_loses_nothing_of_its_lists() -> None:
    before, after = (tree(SHARED / "vllm" / side) for side in ("before", "after"))
    assert len([path for path in before if before[path] != after.get(path)]) == 3
    assert lines("coverage", after, before) == []


@needs_shared
def test_a_real_move_of_jobs_to_another_platform_is_told_job_by_job() -> None:
    replay = SHARED / "replays" / "6e889b582"
    before = tree(replay / "before")
    after = {**before, **tree(replay / "after")}
    found = lines("coverage", after, before)
    assert len(found) == 24
    assert all(" note " in line and " on L4, and it runs on " in line for line in found)
