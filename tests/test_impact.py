"""What a change does to the machines, worked out from both of its sides."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ci_migrate.apply import apply_recipe
from ci_migrate.changeset import Changeset, FileChange
from ci_migrate.impact import Impact, JobImpact, Load, QueueImpact, Size, impact_of
from ci_migrate.job_lines import LineImpact
from ci_migrate.profiles import OWN, profiles_for
from ci_migrate.recipe import load_dialect
from ci_migrate.silenced import RunBy
from ci_migrate.survey import Survey
from tests.memory import Memory
from tests.shared import SHARED, needs_shared

FILE = ".buildkite/test_areas/evals.yaml"
LIST = "tests/evals/configs/models.txt"
EXAMPLE = Path(__file__).parent.parent / "examples" / "vllm"


def impact(before: Mapping[str, str], after: Mapping[str, str]) -> Impact | None:
    """Return the impact of all that differs between two trees."""
    changes = [
        FileChange(path, before.get(path), after.get(path), (), (0,))
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]
    dialect = load_dialect()
    sides = [Survey(tree, dialect, profiles_for(tree)) for tree in map(Memory, (before, after))]
    return impact_of(Changeset(tuple(changes), (), ()), sides[0], sides[1])


def job(key: str, *fields: str, command: str = "pytest evals/test_all.py") -> str:
    lines = "".join(f"  {field}\n" for field in fields)
    return f"- label: {key.upper()}\n  key: {key}\n{lines}  source_file_dependencies: [csrc/]\n  commands:\n  - {command}\n"


def area(*jobs: str) -> dict[str, str]:
    return {FILE: f"group: Evals\ndepends_on: [image]\nsteps:\n{''.join(jobs)}"}


def sizes(found: Impact | None) -> dict[str, tuple[Any, Any]]:
    assert found is not None
    return {one.name: (_size(one.before), _size(one.after)) for one in found.jobs}


def _size(size: Size | None) -> tuple[str, int | None, int | None] | None:
    return size and (size.queue, size.gpus, size.minutes)


OLD = job("a", "device: b200", "timeout_in_minutes: 30")
OTHER = job("b", "device: b200-k8s", "timeout_in_minutes: 60", "num_devices: 2")

CHANGES = [
    pytest.param(area(OLD, OTHER), area(OLD.replace("b200", "b200-k8s"), OTHER), {"a": (("b200", 2, 30), ("b200-k8s", 1, 30))}, id="another queue"),
    pytest.param(area(OLD), area(OLD, OTHER), {"b": (None, ("b200-k8s", 2, 60))}, id="a new job"),
    pytest.param(area(OLD, OTHER), area(OLD), {"b": (("b200-k8s", 2, 60), None)}, id="a job that is gone"),
    pytest.param(area(OLD), area(OLD.replace("30", "45")), {"a": (("b200", 2, 30), ("b200", 2, 45))}, id="another timeout"),
    pytest.param(area(OTHER), area(OTHER.replace("devices: 2", "devices: 4")), {"b": (("b200-k8s", 2, 60), ("b200-k8s", 4, 60))}, id="more GPUs"),
    pytest.param(area(OTHER), area(OTHER.replace("  num_devices: 2", "  num_devices: 2\n  num_nodes: 2\n  parallelism: 3")), {"b": (("b200-k8s", 2, 60), ("b200-k8s", 12, 60))}, id="machines and shards"),
    pytest.param(area(OTHER), area(OTHER.replace("  num_devices: 2", "  num_devices: 2\n  parallelism: $N")), {"b": (("b200-k8s", 2, 60), ("b200-k8s", None, 60))}, id="shards that are not known"),
    pytest.param(area(job("a", "device: h200")), area(job("a", "device: h200", "num_devices: 4")), {"a": (("h200", None, None), ("h200", 4, None))}, id="GPUs asked for on a queue that is not known"),
    pytest.param(area(OLD), area(OLD.replace("device: b200", "device: b300")), {"a": (("b200", 2, 30), ("l4", 1, 30))}, id="a queue that falls through"),
    pytest.param(area(OLD), {".buildkite/test_areas/other.yaml": area(OLD.replace("30", "31"))[FILE]}, {"a": (("b200", 2, 30), ("b200", 2, 31))}, id="another file"),
]  # fmt: skip

NOTHING = [
    pytest.param(area(OLD), area(OLD), id="the same"),
    pytest.param(area(OLD), area(OLD, "# a comment\n"), id="a comment"),
    pytest.param(area(OLD), area(OLD.replace("test_all", "test_most")), id="another command"),
    pytest.param(area(OLD, OTHER), area(OTHER, OLD), id="another order"),
    pytest.param(area(OLD), {".buildkite/test_areas/other.yaml": area(OLD)[FILE]}, id="another file"),
    pytest.param({"README.md": "a"}, {"README.md": "b"}, id="no jobs"),
    pytest.param({FILE: "steps: [\n"}, {FILE: "steps: [a\n"}, id="no YAML"),
    pytest.param({"a.py": "def f(:\n"}, {"a.py": "def g(:\n"}, id="no Python"),
    pytest.param({"a.py": "def test_a(): pass\n"}, {"a.py": "def test_a(): ...\n"}, id="a test that is skipped nowhere"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), CHANGES)
def test_jobs_that_change(
    before: dict[str, str], after: dict[str, str], told: dict[str, Any]
) -> None:
    assert sizes(impact(before, after)) == told


@pytest.mark.parametrize(("before", "after"), NOTHING)
def test_nothing_is_told_where_nothing_changes(
    before: dict[str, str], after: dict[str, str]
) -> None:
    assert impact(before, after) is None


def test_queues_are_counted_over_the_files_that_change() -> None:
    elsewhere = {".buildkite/test_areas/same.yaml": area(job("c", "device: b200"))[FILE]}
    found = impact(
        {**area(OLD, OTHER), **elsewhere},
        {**area(OLD.replace("b200", "b200-k8s"), OTHER), **elsewhere},
    )
    assert found is not None
    assert found.files == 1
    assert found.queues == (
        QueueImpact("b200", Load(1, 60), Load(0, 0)),
        QueueImpact("b200-k8s", Load(1, 120), Load(2, 150)),
    )


def test_what_is_not_known_is_counted_apart() -> None:
    found = impact(area(OLD), area(OLD, job("b", "device: b200")))
    assert found is not None
    assert found.queues == (QueueImpact("b200", Load(1, 60), Load(2, 60, 1)),)


def test_an_alias_may_have_changed_elsewhere() -> None:
    before = {FILE: "x: &minutes 30\n" + area(OLD.replace("30", "*minutes"))[FILE]}
    after = {FILE: before[FILE].replace("30", "40", 1)}
    assert sizes(impact(before, after)) == {"a": (("b200", 2, 30), ("b200", 2, 40))}


def test_what_a_mirror_makes_of_a_job_is_another() -> None:
    mirror = "mirror: {amd: {device: mi325_1, num_devices: 1}}"
    found = impact(area(OLD), area(OLD, job("b", "device: h200", mirror)))
    assert sizes(found) == {
        "b": (None, ("h200", None, None)),
        "b (amd)": (None, ("mi325_1", 1, 180)),
    }


def test_jobs_of_a_system_without_a_profile_are_counted() -> None:
    path = ".github/workflows/ci.yml"
    text = "on: push\njobs:\n  a:\n    runs-on: old\n    steps: [{run: make}]\n"
    found = impact({path: text}, {path: text.replace("old", "new")})
    assert found is not None
    assert found.queues == (
        QueueImpact("old", Load(1, 0, 1), Load()),
        QueueImpact("new", Load(), Load(1, 0, 1)),
    )


def test_a_known_duration_stands_before_the_timeout() -> None:
    own = {OWN: "dialect: vllm-test-areas\nqueues: {b200: {gpus: 2}}\ndurations: {a: 12}\n"}
    found = impact({**own, **area(OTHER)}, {**own, **area(OLD)})
    assert found is not None
    (a,) = (one for one in found.jobs if one.name == "a")
    assert a.after is not None
    assert (a.after.minutes, a.after.measured, a.after.gpu_minutes) == (12, True, 24)


def _origins(found: Impact | None) -> list[tuple[str, bool, str]]:
    assert found is not None
    return [(one.name, one.before is not None, one.came_of) for one in found.jobs]


def test_a_job_of_another_name_is_renamed_if_it_runs_the_same() -> None:
    renamed = OLD.replace("key: a", "key: c")
    assert _origins(impact(area(OLD, OTHER), area(renamed, OTHER))) == [("c", True, "a")]


def test_two_jobs_with_the_commands_of_one_came_of_it() -> None:
    both = job("a", "device: b200", command="pytest one\n  - pytest two")
    parts = [job(key, "device: b200", command=f"pytest {word}") for key, word in (("x", "one"), ("y", "two"))]  # fmt: skip
    found = impact(area(both), area(*parts))
    assert _origins(found) == [("x", False, "a"), ("y", False, "a"), ("a", True, "")]


def test_a_copy_came_of_nothing() -> None:
    copy = OLD.replace("key: a", "key: c")
    assert _origins(impact(area(OLD), area(OLD, copy))) == [("c", False, "")]


def test_lines_move_with_the_gpus_that_they_need() -> None:
    reads = "pytest evals/test_all.py --config-list-file=configs/{}.txt"
    configs = {
        "tests/evals/configs/Big.yaml": "server_args: -tp 2\n",
        "tests/evals/configs/Small.yaml": "server_args: ''\n",
    }
    one = job("a", "device: b200", command=reads.format("models"))
    two = job("b", "device: b200", command=reads.format("large"))
    before = {**configs, **area(one), LIST: "Small.yaml\nBig.yaml\nGone.yaml\n"}
    after = {**configs, **area(one, two), LIST: "Small.yaml\n"}
    after[LIST.replace("models", "large")] = "Big.yaml\n"
    found = impact(before, after)
    assert found is not None
    assert found.lines == (
        LineImpact("Big.yaml", 2, ("a",), ("b",)),
        LineImpact("Gone.yaml", None, ("a",), ()),
    )
    assert _origins(found) == [("b", False, "a")]
    renamed = {**before, **area(one.replace("key: a", "key: c"))}
    assert impact(before, renamed) == Impact(1, (), (_renamed(impact(before, renamed)),), (), ())


def _renamed(found: Impact | None) -> JobImpact:
    assert found is not None
    (only,) = found.jobs
    assert (only.name, only.came_of) == ("c", "a")
    return only


TEST = """\
import pytest


{}@pytest.mark.parametrize("x", [1, {}2{}])
def test_a(x): ...
"""
PLAIN = TEST.format("", "", "")
SKIPPED = TEST.format('@pytest.mark.skipif(COND, reason="r")\n', "", "")
CASE = TEST.format("", "pytest.param(", ', marks=pytest.mark.skipif(COND, reason="r"))')
COND = "current_platform.is_device_capability_family(100)"
PATH = "tests/evals/test_all.py"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (PLAIN, SKIPPED, ("test_a", None, 2, False)),
        (SKIPPED, PLAIN, ("test_a", None, 2, True)),
        (PLAIN, CASE, ("test_a", "2", 1, False)),
    ],
    ids=["a test", "a test that runs again", "a case"],
)
def test_skipped_cases_and_who_still_runs_them(before: str, after: str, told: object) -> None:
    jobs = area(
        OLD,
        job("h", "device: h100"),
        job("n", "device: h100", command="pytest evals -k 'not test_a'"),
        job("m", "device: h100", command="pytest evals -m slow"),
        job("u", "device: b200", command="pytest -v other"),
    )
    files = [{**jobs, PATH: text.replace("COND", COND)} for text in (before, after)]
    found = impact(files[0], files[1])
    assert found is not None
    (one,) = found.skips
    assert (one.test, one.case, one.cases, one.again) == told
    assert one.condition == COND
    assert one.there == (RunBy("a", "b200"),)
    assert one.still == (RunBy("h", "h100"),)
    assert one.perhaps == (RunBy("m", "h100"),)


def test_a_condition_that_no_profile_knows_holds_perhaps() -> None:
    files = [{**area(OLD), PATH: text.replace("COND", "COLD")} for text in (PLAIN, SKIPPED)]
    found = impact(files[0], files[1])
    assert found is not None
    (one,) = found.skips
    assert (one.there, one.still, one.perhaps) == ((), (), (RunBy("a", "b200"),))


def test_a_skip_without_a_condition_holds_everywhere() -> None:
    skipped = PLAIN.replace("@pytest", '@pytest.mark.skip(reason="r")\n@pytest', 1)
    found = impact({**area(OLD), PATH: PLAIN}, {**area(OLD), PATH: skipped})
    assert found is not None
    (one,) = found.skips
    assert (one.condition, one.there) == (None, (RunBy("a", "b200"),))


def _applied(root: Path) -> Impact:
    run = apply_recipe(
        "b200-to-k8s", root=root, values={}, mode="dry-run", allow_dirty=True, proof="quick"
    )
    assert run.impact is not None
    return run.impact


def test_the_main_job() -> None:
    found = _applied(EXAMPLE)
    assert found.queues == (
        QueueImpact("b200", Load(3, 360), Load()),
        QueueImpact("b200-k8s", Load(1, 180), Load(5, 600)),
    )
    assert [line.gpus for line in found.lines] == [2, 2, 2]
    assert [(one.case, one.still) for one in found.skips] == [
        (None, (RunBy("spec-decode-eagle", "h200_18gb"),)),
        ("deepseek", ()),
    ]


@needs_shared
def test_a_rename_that_was_made() -> None:
    old, new = (SHARED / "replays" / "f65376125" / side for side in ("before", "after"))
    paths = [path.relative_to(new).as_posix() for path in new.rglob("*.yaml")]
    before, after = ({path: (side / path).read_text() for path in paths} for side in (old, new))
    found = impact(before, after)
    assert found is not None
    moved = [
        one
        for one in found.jobs
        if one.before and one.after and (one.before.queue, one.after.queue) == ("b200", "b200-k8s")
    ]
    assert len(moved) == 15
    assert {one.after.gpus for one in moved if one.after} == {1, 2}
