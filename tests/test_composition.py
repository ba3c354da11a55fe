"""Parameters of all kinds, recipes that use others, conditions, and recipes for some jobs."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ci_migrate.binding import BoundRecipe, bind, narrowed
from ci_migrate.changeset import Changeset
from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage
from ci_migrate.recipe import Recipe, parse_recipe
from tests.memory import Memory
from tests.test_cli import cli

PATH = ".buildkite/area.yaml"
HEAD = "name: {}\ntitle: A\ndialect: vllm-test-areas\n"


def recipe(text: str, name: str = "main") -> Recipe:
    return parse_recipe(f"recipes/{name}.yaml", HEAD.format(name) + text)


def run(bound: BoundRecipe, files: Mapping[str, str]) -> tuple[Changeset, dict[str, str]]:
    changeset = migrate(bound, Memory(files))
    assert [str(failure.error) for failure in changeset.failures] == []
    after = {**files, **{c.path: c.after for c in changeset.files if c.after is not None}}
    return changeset, after


def steps(*queues: str) -> dict[str, str]:
    jobs = (
        f"- key: {key}\n  device: {queue}\n" for key, queue in zip("abcd", queues, strict=False)
    )
    return {PATH: "steps:\n" + "".join(jobs)}


KINDS = {
    "a number": ("{type: number}", "12", ""),
    "a decimal": ("{type: number}", "-1.5", ""),
    "no number": ("{type: number}", "12h", "parameter 'p' of recipe 'main' is a number, not '12h'"),
    "true": ("{type: boolean}", "true", ""),
    "not true": ("{type: boolean}", "yes", "is true or false, not 'yes'"),
    "a choice": ("{choices: [x, y]}", "x", ""),
    "no choice": ("{choices: [x, y]}", "z", "is one of x, y, not 'z'"),
    "a list": ("{type: list}", "a, c", ""),
    "a list of choices": ("{type: list, choices: [a, c]}", "a,b", "is one of a, c, not 'b'"),
    "a list with nothing in it": ("{type: list}", "a,,c", "is empty"),
    "none": ("{help: a number}", None, "needs a value for 'p'; add --param p=VALUE (a number)"),
}


@pytest.mark.parametrize(("declared", "given", "error"), KINDS.values(), ids=KINDS)
def test_kinds_of_parameters(declared: str, given: str | None, error: str) -> None:
    stated = recipe(
        f"parameters: {{p: {declared}}}\noperations: [set-queue: {{jobs: {{key: $p}}, to: x}}]\n"
    )
    values = {} if given is None else {"p": given}
    if error:
        with pytest.raises(BadUsage) as raised:
            bind(stated, values)
        assert error in str(raised.value)
    else:
        bind(stated, values)


WRONG = [
    ("{type: words}", "text or number or boolean or list or pattern is needed here, not 'words'"),
    ("{default: [a, b]}", "the default is a list; add 'type: list'"),
    ("{default: x, type: number}", "is a number, not 'x'"),
    ("{default: c, choices: [a, b]}", "is one of a, b, not 'c'"),
]


@pytest.mark.parametrize(("declared", "error"), WRONG)
def test_parameters_wrongly_declared(declared: str, error: str) -> None:
    with pytest.raises(BadUsage, match=r"recipes/main.yaml:4:\d+: ") as raised:
        recipe(
            f"parameters: {{p: {declared}}}\noperations: [set-queue: {{jobs: {{key: a}}, to: x}}]\n"
        )
    assert error in str(raised.value)


LISTED = "operations: [set-queue: {jobs: {key: $keys}, to: x}]\n"


def test_a_list_stands_for_its_items() -> None:
    stated = recipe("parameters: {keys: {type: list, default: [a, c]}}\n" + LISTED)
    assert run(bind(stated, {}), steps("q", "q", "q"))[1] == steps("x", "q", "x")
    assert run(bind(stated, {"keys": "b"}), steps("q", "q", "q"))[1] == steps("q", "x", "q")


def test_a_list_inside_a_text_is_wrong() -> None:
    stated = recipe("parameters: {keys: {type: list}}\n" + LISTED.replace("$keys", "x-$keys"))
    with pytest.raises(BadUsage, match="is a list, and stands inside a text"):
        bind(stated, {"keys": "a,b"})


COMMANDS = ("a.b 1", "axb 2", "a.bb 3")
QUOTED = {
    "quoted in a pattern": ("text", "a.b", "/^$p /", "z ", ("z 1", "axb 2", "a.bb 3")),
    "a group of its own": ("text", "a.b", "/^(${p})b/", r"\1z", ("a.b 1", "axb 2", "a.bz 3")),
    "brackets too": ("text", "[a", "/$p|xb/", "z", ("a.b 1", "az 2", "a.bb 3")),
    "a pattern": ("pattern", "a.b|x", "/^(?:$p) /", "z ", ("z 1", "z 2", "a.bb 3")),
    "alone, as the caller writes it": ("text", "/^a.b /", "$p", "z ", ("z 1", "z 2", "a.bb 3")),
    "in plain text": ("text", "a.b", "$p 1", "z 1", ("z 1", "axb 2", "a.bb 3")),
    "in what replaces one": ("text", r"\1\n", r"/^axb/", r"z$p", ("a.b 1", r"z\1\n 2", "a.bb 3")),
    "in what replaces a text": ("text", r"\1", "axb", r"z$p\1", ("a.b 1", r"z\1\1 2", "a.bb 3")),
}


@pytest.mark.parametrize(("kind", "value", "find", "replace", "after"), QUOTED.values(), ids=QUOTED)
def test_a_value_in_a_pattern(
    kind: str, value: str, find: str, replace: str, after: tuple[str, ...]
) -> None:
    stated = recipe(
        f"parameters: {{p: {{type: {kind}}}}}\n"
        f"operations: [edit-item: {{jobs: {{key: k}}, find: '{find}', replace: '{replace}'}}]\n"
    )
    assert run(bind(stated, {"p": value}), commands(*COMMANDS))[1] == commands(*after)


def commands(*commands: str) -> dict[str, str]:
    return {PATH: "steps:\n- key: k\n  commands:\n" + "".join(f"  - {c}\n" for c in commands)}


def test_a_value_in_what_a_field_becomes() -> None:
    stated = recipe(
        "parameters: {p: {}}\noperations:\n"
        r"  - set-field: {jobs: {key: a}, field: device, from: /(q)/, to: [\1, '$p\1']}" + "\n"
    )
    after = run(bind(stated, {"p": r"\1."}), steps("q"))[1][PATH]
    assert after == "steps:\n- key: a\n  device:\n  - q\n  - \\1.q\n"


GROUPS = (
    r"edit-item: {jobs: {key: a}, find: /(b)/, replace: '\2'}",
    r"edit-item: {jobs: {key: a}, find: /(b)/, replace: '\q'}",
    r"edit-item: {jobs: {key: a}, find: /(b)/, replace: '\g<c>'}",
    r"edit-text: {files: a, find: /(b)/, replace: '\2', whole-words: true}",
    r"edit-comment: {jobs: {key: a}, find: /(b)/, replace: '\2'}",
    r"set-field: {jobs: {key: a}, field: b, from: /(b)/, to: {c: ['\2']}}",
    r"rename-job: {from: /(b)/, to: '\2'}",
)


@pytest.mark.parametrize("operation", GROUPS)
def test_a_group_that_there_is_not(operation: str) -> None:
    with pytest.raises(BadUsage, match=r"main.yaml:5:\d+: '.*' can't replace what '/\(b\)/' fits"):
        bind(recipe(f"operations:\n  - {operation}\n"), {})


MOVE = "parameters: {from: {}, to: {default: x}}\noperations: [set-queue: {jobs: {queue: $from}, to: $to}]\n"
RECIPES = {
    "move": recipe(MOVE, "move"),
    "both": recipe(
        "operations:\n"
        "  - use: {recipe: move, parameters: {from: p}}\n"
        "  - use: {recipe: move, parameters: {from: q, to: $old}}\n".replace("$old", "y"),
        "both",
    ),
    "loop": recipe("operations: [use: {recipe: loop}]\n", "loop"),
    "recipes/near": recipe("operations: [use: {recipe: move, parameters: {from: p}}]\n", "near"),
}


def load(name: str) -> Recipe:
    if name not in RECIPES:
        raise BadUsage(f"no recipe '{name}'")
    return RECIPES[name]


def test_a_recipe_uses_others() -> None:
    changeset, after = run(bind(RECIPES["both"], {}, load), steps("p", "q", "r"))
    assert after == steps("x", "y", "r")
    assert [done.name for done in changeset.done] == ["set-queue", "set-queue"]


def test_a_path_is_taken_from_the_folder_of_the_recipe() -> None:
    stated = recipe("operations: [use: {recipe: ./near}]\n")
    assert run(bind(stated, {}, load), steps("p"))[1] == steps("x")


USES = {
    "itself": ("loop", "recipes/loop.yaml:4:14: recipe 'loop' uses itself"),
    "unknown": ("gone", "recipes/main.yaml:4:14: no recipe 'gone'"),
    "a value is missing": (
        "move",
        "recipes/main.yaml:4:14: recipe 'move' needs a value for 'from'",
    ),
}


@pytest.mark.parametrize(("name", "error"), USES.values(), ids=USES)
def test_uses_that_are_wrong(name: str, error: str) -> None:
    with pytest.raises(BadUsage) as raised:
        bind(recipe(f"operations: [use: {{recipe: {name}}}]\n"), {}, load)
    assert str(raised.value).startswith(error)


CONDITIONS = {
    "a file": ("{exists: '.buildkite/*.yaml'}", ""),
    "no such file": ("{exists: [a.txt]}", "there is no a.txt"),
    "not there": ("{missing: a.txt}", ""),
    "there": ("{missing: '**/area.yaml'}", "there is .buildkite/area.yaml"),
    "a job": ("{jobs: {key: a}}", ""),
    "no such job": ("{jobs: {key: z}}", "there is no job key z"),
    "no job": ("{no-jobs: {queue: z}}", ""),
    "a job that is there": ("{no-jobs: {queue: q}}", "there is a job queue q"),
    "a value": ("{given: {mode: [slow, fast]}}", ""),
    "another value": ("{given: {mode: slow}}", "mode is 'fast'"),
    "all of them": ("{jobs: {key: a}, missing: '**'}", "there is .buildkite/area.yaml"),
}


@pytest.mark.parametrize(("when", "why"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(when: str, why: str) -> None:
    stated = recipe(
        "parameters: {mode: {default: fast}}\noperations:\n"
        f"  - set-queue: {{jobs: {{queue: q}}, to: x}}\n    when: {when}\n"
    )
    changeset, after = run(bind(stated, {}), steps("q"))
    assert after == steps("q" if why else "x")
    assert (changeset.done[0].summary == f"skipped: {why}") == bool(why)


def test_a_condition_sees_what_was_done_before_and_holds_for_all_that_is_used() -> None:
    stated = recipe(
        "operations:\n"
        "  - set-queue: {jobs: {key: a}, to: x}\n"
        "  - use: {recipe: move, parameters: {from: r}}\n"
        "    when: {jobs: {queue: x}}\n"
        "  - use: {recipe: move, parameters: {from: s}}\n"
        "    when: {jobs: {queue: q}}\n"
    )
    assert run(bind(stated, {}, load), steps("q", "r", "s"))[1] == steps("x", "x", "s")


@pytest.mark.parametrize("when", ["{}", "[a]", "{exist: a}"])
def test_conditions_that_are_wrong(when: str) -> None:
    stated = recipe(f"operations: [{{set-queue: {{jobs: {{key: a}}, to: x}}, when: {when}}}]\n")
    with pytest.raises(BadUsage, match=r"recipes/main.yaml:4:\d+: "):
        bind(stated, {})


WAVE = """\
operations:
  - set-queue: {jobs: {queue: q}, to: x, leaves: 0, expect: 3}
  - set-field: {jobs: {key: [a, b]}, field: device, to: y, expect: 2}
  - set-field: {jobs: {key: c}, field: device, to: z}
  - copy-job: {job: b, set: {key: e}}
  - add-lines: {file: list.txt, lines: [new]}
"""


def test_a_recipe_for_some_jobs() -> None:
    bound = narrowed(bind(recipe(WAVE), {}), ("a", "d"))
    files = {**steps("q", "q", "q", "r"), "list.txt": "old\n"}
    changeset, after = run(bound, files)
    assert after == {**steps("y", "q", "q", "r"), "list.txt": "old\n"}
    assert [done.summary for done in changeset.done] == [
        "1 job from q to x",
        "device of 1 job set to y",
        "skipped: its jobs are not among those named",
        "skipped: its job is not among those named",
        "skipped: it is not about the jobs named",
    ]


def test_the_command_line_takes_jobs(tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "wave.yaml").write_text(HEAD.format("wave") + WAVE)
    (tmp_path / ".buildkite").mkdir()
    path = tmp_path / PATH
    path.write_text(steps("q", "q", "q")[PATH])
    done = cli("apply", "wave", "--job", "c", cwd=tmp_path)
    assert (done.returncode, path.read_text()) == (0, steps("q", "q", "z")[PATH])
    assert "  only c\n" in done.stdout
    wrong = cli("apply", "wave", "--job", "cc", cwd=tmp_path)
    assert wrong.returncode == 3
    assert wrong.stderr.startswith(f"{PATH}:6:3: no job has the key or label 'cc'")
