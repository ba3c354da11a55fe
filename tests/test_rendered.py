"""What a generator has made, read as jobs and compared."""

import pytest

from ci_migrate.errors import BadFile
from ci_migrate.rendered import differences, read_rendered


def read(text: str) -> dict[str, dict[str, object]]:
    """Return the values of jobs by their path, joined by dots."""
    return {
        job.name: {".".join(path): leaf for path, leaf in job.leaves.items()}
        for job in read_rendered(text, "out")
        if job.leaves
    }


def changes(before: str, after: str) -> list[str]:
    sides = (read_rendered(text, "out") for text in (before, after))
    return [
        f"{diff.name}: {'.'.join(one.path)}: {one.before} -> {one.after}"
        for diff in differences(*sides)
        for one in diff.changes
    ]


JOBS = [
    pytest.param("steps:\n- {label: A, key: a, command: x}\n", {"a": {"label": "A", "key": "a", "command": "x"}}, id="a list of steps"),
    pytest.param('{"steps": [{"label": "A", "command": "x"}]}', {"A": {"label": "A", "command": "x"}}, id="JSON"),
    pytest.param("- {label: A}\n- wait\n- {label: B}\n", {"A": {"label": "A"}, "B": {"label": "B", "(waits before)": 1}}, id="a wait between"),
    pytest.param("steps:\n- group: G\n  steps:\n  - {label: A}\n", {"A": {"label": "A", "(group)": "G"}}, id="a group"),
    pytest.param("steps:\n- {label: A}\n- {label: A}\n", {"A": {"label": "A"}, "A #2": {"label": "A"}}, id="the same name twice"),
    pytest.param("env: {X: 1}\nsteps:\n- {label: A}\n", {"": {"env.X": 1}, "A": {"label": "A"}}, id="outside of jobs"),
    pytest.param("stages: [a]\nt:\n  script: [x, y]\n", {"": {"stages": ("a",)}, "t": {"script": ("x", "y")}}, id="jobs that are entries"),
    pytest.param("jobs:\n  b:\n    runs-on: u\n    steps: [{name: S, run: x}]\n", {"b": {"runs-on": "u", "steps.S.name": "S", "steps.S.run": "x", "(group)": "jobs"}}, id="a workflow"),
    pytest.param("- label: A\n  plugins: [{d#1: {x: [1, 2]}}, {d#2: ~}]\n  env: {}\n  with: []\n", {"A": {"label": "A", "plugins.[0].d#1.x": (1, 2), "plugins.[1].d#2": None, "env": "{}", "with": ()}}, id="what stands in a job"),
    pytest.param("- label: A\n  x: &a [1]\n  y: *a\n", {"A": {"label": "A", "x": (1,), "y": (1,)}}, id="an alias"),
    pytest.param("- label: A\n  x: !ref [a, b]\n  y: !vault z\n", {"A": {"label": "A", "x": ("a", "b"), "y": "z"}}, id="tags"),
    pytest.param("- label: A\n  on: 2026-01-01\n", {"A": {"label": "A", "True": "2026-01-01"}}, id="a date"),
    pytest.param("", {}, id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "jobs"), JOBS)
def test_jobs(text: str, jobs: dict[str, dict[str, object]]) -> None:
    assert read(text) == jobs


CHANGES = [
    pytest.param("- {label: A, x: 1}\n", "- {label: A, x: 2}\n", ["A: x: 1 -> 2"], id="a value"),
    pytest.param("- {label: A, x: 1}\n", "- {label: A, x: '1'}\n", ['A: x: 1 -> "1"'], id="a number and a text"),
    pytest.param("- {label: A, x: true}\n", "- {label: A, x: 1}\n", ["A: x: true -> 1"], id="true is not one"),
    pytest.param("- {label: A, x: ''}\n", "- {label: A, x: ~}\n", ['A: x: "" -> null'], id="nothing and no text"),
    pytest.param("- {label: A, x: [a, b, c]}\n", "- {label: A, x: [a, n, b, c]}\n", ["A: x.[1]: None -> n"], id="an item that is inserted"),
    pytest.param("- {label: A, x: [a, b, c]}\n", "- {label: A, x: [a, c]}\n", ["A: x.[1]: b -> None"], id="an item that is gone"),
    pytest.param("- {label: A, x: [a]}\n", "- {label: A, x: a}\n", ["A: x: [a] -> a"], id="a list and its item"),
    pytest.param("- {label: A}\n", "- {label: A, x: {y: 1}}\n", ["A: x.y: None -> 1"], id="a value that is new"),
    pytest.param("- {label: A}\n", "- {label: A}\n- {label: B}\n", ["B: label: None -> B"], id="a job that is new"),
    pytest.param("- {label: A}\n- {label: B}\n", "- {label: A}\n", ["B: label: B -> None"], id="a job that is gone"),
    pytest.param("- {label: A, key: a}\n", "- {label: A, key: b}\n", ["b: key: a -> b"], id="another key"),
    pytest.param("- {label: A}\n- wait\n- {label: B}\n", "- {label: A}\n- {label: B}\n", ["B: (waits before): 1 -> None"], id="a wait that is gone"),
    pytest.param("a: 1\n", "a: 2\n", [": a: 1 -> 2"], id="outside of jobs"),
    pytest.param("- {group: G, steps: [{label: A}]}\n", "- {group: H, steps: [{label: A}]}\n", ["A: (group): G -> H"], id="another group"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), CHANGES)
def test_changes(before: str, after: str, told: list[str]) -> None:
    assert changes(before, after) == told


SAME = [
    pytest.param("- {label: A}\n- {label: B}\n", "- {label: B}\n- {label: A}\n", id="another order of jobs"),
    pytest.param("- {label: A, x: 1}\n", "- x: 1\n  label: 'A'\n", id="another layout"),
    pytest.param("- {label: A, x: {}}\n", '[{"label": "A", "x": {}}]\n', id="JSON and YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SAME)
def test_the_same(before: str, after: str) -> None:
    assert changes(before, after) == []


@pytest.mark.parametrize(
    "text", ["a: [", "{" * 5000, "a: !!python/object:os.system x\n- b", "\x00"]
)
def test_what_can_not_be_read(text: str) -> None:
    with pytest.raises(BadFile, match=r"out: this can't be compared: "):
        read_rendered(text, "out")


def test_nothing_of_python_is_made() -> None:
    assert read("- label: A\n  x: !!python/object/apply:os.getcwd []\n") == {
        "A": {"label": "A", "x": ()}
    }


def test_aliases_of_aliases_end() -> None:
    lines = ["a0: &a0 [x, {y: z}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(BadFile, match="more values than can be compared"):
        read_rendered("\n".join(["- label: A", *(f"  {line}" for line in lines)]), "out")
