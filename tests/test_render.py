"""A generator of our own, run on both sides of a change, and what explains its changes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ci_migrate.cli import app
from ci_migrate.errors import BadFile, BadUsage, CiMigrateError, Refused
from ci_migrate.files import Folder
from ci_migrate.generators import Call
from ci_migrate.render import RenderDiff, Rendering, render_recipe, render_since
from ci_migrate.report.rendered import as_text
from ci_migrate.sandbox import outputs
from tests.memory import Memory

# Makes of each step one with an agent, a plugin for its queue and, for optional ones, a block.
GENERATOR = """\
import os, sys, yaml

made = []
for name in sorted(os.listdir(".buildkite/test_areas")):
    with open(f".buildkite/test_areas/{name}") as file:
        area = yaml.safe_load(file)
    steps = []
    for step in area["steps"]:
        queue = step.get("device", "l4")
        new = {"label": step["label"], "key": step["key"], "agents": {"queue": queue}}
        new["commands"] = ["cd tests", *step["commands"]]
        new["depends_on"] = step.get("depends_on", area.get("depends_on"))
        if "timeout_in_minutes" in step:
            new["timeout_in_minutes"] = step["timeout_in_minutes"]
        kind = "kubernetes" if queue.endswith("-k8s") else "docker"
        new["plugins"] = [{kind: {"gpus": step.get("num_devices", 1), "mounts": ["a", "b"]}}]
        if step.get("optional"):
            steps.append({"block": "Run " + step["label"], "key": "block-" + step["key"]})
        steps.append(new)
    made.append({"group": area["group"], "steps": steps})
yaml.safe_dump({"steps": made}, sys.stdout)
"""
AREA = ".buildkite/test_areas/a.yaml"
STEPS = """\
group: A
depends_on: [image]
steps:
- label: One
  key: one
  device: b200
  timeout_in_minutes: 30
  commands: [pytest one]
- label: Two
  key: two
  commands:
  - pytest two
  - pytest more
"""
HEAD = "name: r\ntitle: R\ndialect: vllm-test-areas\noperations:\n"
MOVE = "  - set-queue: {jobs: {queue: b200}, to: b200-k8s}\n"
SLOWER = "  - set-timeout: {jobs: {key: one}, minutes: 60}\n"
COPY = "  - copy-job: {job: two, set: {key: three, label: Three}}\n"
DROP = "  - remove-item: {jobs: {key: two}, list: commands, item: pytest more}\n"
RENAME = "  - rename-job: {from: two, to: second}\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    lay(root, {AREA: STEPS})
    (tmp_path / "generate.py").write_text(GENERATOR)
    return root


def lay(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def rendering(tree: Path) -> Rendering:
    return Rendering(f"{sys.executable} {tree.parent / 'generate.py'}")


def render(tree: Path, operations: str, how: Rendering | None = None) -> RenderDiff:
    recipe = tree.parent / "r.yaml"
    recipe.write_text(HEAD + operations)
    return render_recipe(str(recipe), how or rendering(tree), root=tree, values={})


def lines(diff: RenderDiff) -> list[str]:
    return as_text(diff).splitlines()


EXPLAINED = [
    pytest.param(MOVE, ["one", "  agents.queue: b200 → b200-k8s  [set-queue: device]", "  plugins.[0].docker: 2 values gone  [set-queue: device]", "  plugins.[0].kubernetes: 2 values new  [set-queue: device]", "1 of 2 rendered jobs differ, in 5 values; 0 unexplained changes"], id="a queue"),
    pytest.param(SLOWER, ["one", "  timeout_in_minutes: 30 → 60  [set-timeout: timeout_in_minutes]", "1 of 2 rendered jobs differ, in 1 value; 0 unexplained changes"], id="a timeout"),
    pytest.param(SLOWER + MOVE, ["one", "  agents.queue: b200 → b200-k8s  [set-queue: device]", "  plugins.[0].docker: 2 values gone  [set-queue: device]", "  timeout_in_minutes: 30 → 60  [set-timeout: timeout_in_minutes]", "  plugins.[0].kubernetes: 2 values new  [set-queue: device]", "1 of 2 rendered jobs differ, in 6 values; 0 unexplained changes"], id="two operations on one job"),
    pytest.param(COPY, ["three: new, 8 values  [copy-job]", "1 of 3 rendered jobs differ, in 8 values; 0 unexplained changes"], id="a new job"),
    pytest.param("  - delete-job: {jobs: {key: two}}\n", ["two: gone, 8 values  [delete-job]", "1 of 2 rendered jobs differ, in 8 values; 0 unexplained changes"], id="a job that is gone"),
    pytest.param(DROP, ["two", "  commands.[2]: pytest more → nothing  [remove-item: commands]", "1 of 2 rendered jobs differ, in 1 value; 0 unexplained changes"], id="a command"),
    pytest.param(RENAME, ["second", "  key: two → second  [rename-job: key]", "1 of 2 rendered jobs differ, in 1 value; 0 unexplained changes"], id="another name"),
    pytest.param("  - insert-item: {at: {file: .buildkite/test_areas/*}, list: depends_on, item: other, place: last}\n", ["one", "  depends_on.[1]: nothing → other  [insert-item: depends_on]", "two", "  depends_on.[1]: nothing → other  [insert-item: depends_on]", "2 of 2 rendered jobs differ, in 2 values; 0 unexplained changes"], id="a field of the file"),
    pytest.param("  - add-comment: {jobs: {key: one}, field: device, text: here}\n", ["none of 2 rendered jobs differs; 0 unexplained changes"], id="a comment"),
]  # fmt: skip


@pytest.mark.parametrize(("operations", "told"), EXPLAINED)
def test_each_value_is_explained_by_an_operation(
    tree: Path, operations: str, told: list[str]
) -> None:
    before = (tree / AREA).read_bytes()
    assert lines(render(tree, operations)) == told
    assert (tree / AREA).read_bytes() == before


def test_what_the_job_does_not_say_is_unexplained(tree: Path) -> None:
    """A generator that gives all jobs of a file what one of them says."""
    odd = GENERATOR.replace(
        'step.get("num_devices", 1)', 'max(s.get("num_devices", 1) for s in area["steps"])'
    )
    (tree.parent / "generate.py").write_text(odd)
    add = "  - add-field: {jobs: {key: one}, field: num_devices, value: 2, after: key}\n"
    diff = render(tree, add)
    assert lines(diff) == [
        "one",
        "  plugins.[0].docker.gpus: 1 → 2  [add-field: num_devices]",
        "two",
        "  plugins.[0].docker.gpus: 1 → 2  [unexplained]",
        "2 of 2 rendered jobs differ, in 2 values; 1 unexplained change",
    ]
    assert diff.exit_code == 1


def test_another_field_explains_nothing(tree: Path) -> None:
    """A generator that changes the queue with the timeout, which it hands on."""
    odd = GENERATOR.replace(
        "        kind =",
        '        new["agents"]["size"] = step.get("timeout_in_minutes")\n        kind =',
    )
    (tree.parent / "generate.py").write_text(odd.replace("size", "queue"))
    diff = render(tree, SLOWER)
    # The new number stands in the value, so that it is from there after all.
    assert diff.unexplained == 0
    (tree.parent / "generate.py").write_text(
        odd.replace(
            'step.get("timeout_in_minutes")',
            '"big" if step.get("timeout_in_minutes", 0) > 50 else "small"',
        )
    )
    assert "  agents.size: small → big  [unexplained]" in lines(render(tree, SLOWER))


def test_a_change_since_a_folder_and_a_revision(tree: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    lay(old, {AREA: STEPS.replace("b200", "h100")})
    told = [
        "one",
        f"  agents.queue: h100 → b200  [{AREA}:4:3: device]",
        "1 of 2 rendered jobs differ, in 1 value; 0 unexplained changes",
    ]
    assert lines(render_since(rendering(tree), root=tree, folder=old, revision="")) == told
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@localhost"]
    (tree / AREA).write_text(STEPS.replace("b200", "h100"))
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "x"]):
        subprocess.run([*git, *words], cwd=tree, check=True)
    (tree / AREA).write_text(STEPS)
    assert lines(render_since(rendering(tree), root=tree, folder=None, revision="HEAD")) == told


def test_vllms_generator_is_known(tree: Path, tmp_path: Path) -> None:
    """A stand-in for it, which is called as it is called and asks what it asks."""
    text = GENERATOR.replace("yaml.safe_dump({", "import subprocess\nyaml.safe_dump({")
    text = text.replace(
        "sys.stdout)",
        'open(sys.argv[sys.argv.index("--output_file_path") + 1], "w"))\n'
        'base = os.environ["MERGE_BASE_COMMIT"]\n'
        'changed = subprocess.check_output(["git", "diff", "--name-only", base])\n'
        'assert changed == b"" and os.environ["RUN_ALL"] == "1"\n'
        'subprocess.run(["docker", "login"], check=True)\n'
        'assert os.path.exists(sys.argv[sys.argv.index("--pipeline_config_path") + 1])',
    )
    main = tmp_path / "infra" / "buildkite" / "pipeline_generator" / "main.py"
    main.parent.mkdir(parents=True)
    main.write_text(text)
    lay(tree, {".buildkite/ci_config.yaml": "name: x\n", AREA: STEPS + "  optional: true\n"})
    how = Rendering("vllm", tmp_path / "infra")
    found = lines(render(tree, RENAME, how))
    assert found == [
        "block-second",
        "  key: block-two → block-second  [rename-job: key]",
        "second",
        "  key: two → second  [rename-job: key]",
        "2 of 3 rendered jobs differ, in 2 values; 0 unexplained changes",
    ]
    with pytest.raises(BadUsage, match=r"'vllm' needs a checkout of vllm-project/ci-infra"):
        render(tree, RENAME, Rendering("vllm"))


def test_a_plain_pipeline_is_read_as_it_is(tree: Path) -> None:
    path = ".buildkite/pipeline.yml"
    lay(tree, {path: "env: {A: 1}\nsteps:\n- {label: X, command: x, agents: {queue: old}}\n"})
    recipe = tree.parent / "r.yaml"
    recipe.write_text(
        "name: r\ntitle: R\ndialect: buildkite\noperations:\n"
        "  - set-queue: {jobs: {queue: old}, to: new}\n"
        "  - set-field: {at: {file: .buildkite/pipeline.yml, path: env}, field: A, to: 2}\n"
    )
    diff = render_recipe(str(recipe), Rendering("buildkite"), root=tree, values={})
    assert lines(diff) == [
        "X",
        "  agents.queue: old → new  [set-queue: agents]",
        "outside of jobs",
        "  env.A: 1 → 2  [set-field: env]",
        "1 of 1 rendered jobs differ, in 2 values; 0 unexplained changes",
    ]


def test_the_command(tree: Path) -> None:
    recipe = tree.parent / "r.yaml"
    recipe.write_text(HEAD + MOVE)
    words = [
        "render-diff",
        str(recipe),
        "--root",
        str(tree),
        "--generator",
        rendering(tree).generator,
    ]
    run = CliRunner().invoke(app, [*words, "--format", "json"])
    assert run.exit_code == 0
    found = json.loads(run.stdout)
    assert (found["rendered"], found["unexplained"]) == ({"before": 2, "after": 2}, 0)
    assert found["jobs"][0]["status"] == "modified"
    assert found["jobs"][0]["values"][0] == {
        "path": ["agents", "queue"],
        "before": "b200",
        "after": "b200-k8s",
        "explained": [{"operation": "set-queue", "field": "device", "path": AREA, "line": 4}],
    }


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "a recipe, --since and --before exclude one another"),
        (["r", "--since", "HEAD"], "a recipe, --since and --before exclude one another"),
        (["--since", "HEAD", "--param", "a=b"], "--param goes with a recipe"),
        (["r", "--env", "NO_SUCH_VARIABLE"], "there is no variable 'NO_SUCH_VARIABLE'"),
        (["r", "--result", "x", "--generator", "vllm"], "--result goes with a command"),
        (["r", "--generator-root", "."], "--generator-root goes with an adapter"),
        (["r", "--generator", " "], "--generator is empty"),
        (["r", "--generator", "'"], "No closing quotation"),
    ],
)
def test_wrong_usage(tree: Path, words: list[str], what: str) -> None:
    recipe = tree.parent / "r.yaml"
    recipe.write_text(HEAD + MOVE)
    given = [str(recipe) if word == "r" else word for word in words]
    more = [] if "--generator" in words else ["--generator", "make"]
    run = CliRunner().invoke(app, ["render-diff", *given, *more, "--root", str(tree)])
    assert run.exit_code == 2
    assert what in run.stderr


def test_a_refused_recipe_renders_nothing(tree: Path) -> None:
    with pytest.raises(Refused, match=r"no job .*none"):
        render(tree, COPY.replace("two", "none"), Rendering("false"))


def test_a_recipe_can_not_name_a_generator(tree: Path) -> None:
    recipe = tree.parent / "r.yaml"
    for text in (
        f"generator: touch x\n{HEAD}{MOVE}",
        HEAD + MOVE.replace("to:", "generator: touch x, to:"),
    ):
        recipe.write_text(text)
        with pytest.raises(BadUsage, match="unknown option 'generator'"):
            render_recipe(str(recipe), rendering(tree), root=tree, values={})


def python(code: str, *, result: str = "", limit: float = 20.0, git: bool = False) -> list[str]:
    call = Call((sys.executable, "-c", code), result, (("GIVEN", "1"),), ("docker",), git)
    return outputs([Memory({"a/b.txt": "x", "run.sh": "#!/bin/sh\necho ran\n"})], call, limit=limit)


def test_a_command_sees_the_tree_and_little_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "secret")
    (said,) = python(
        "import os, json, subprocess; print(json.dumps([sorted(os.listdir('.')), open('a/b.txt').read(),"
        " os.listdir(os.environ['HOME']), 'SOME_TOKEN' in os.environ, os.environ['GIVEN'],"
        " subprocess.run(['docker', 'login']).returncode,"
        " subprocess.check_output('./run.sh').decode()]))"
    )
    assert json.loads(said) == [["a", "run.sh"], "x", [], False, "1", 0, "ran\n"]


def test_both_sides_have_the_same_path() -> None:
    call = Call((sys.executable, "-c", "import os; print(os.getcwd(), os.listdir('.'))"))
    one, two = outputs([Memory({"a": ""}), Memory({"b": ""})], call, limit=20)
    assert one.replace("'a'", "'b'") == two
    assert not Path(one.split()[0]).exists()


def test_a_repository_of_one_commit() -> None:
    (said,) = python(
        "import subprocess; print(subprocess.check_output(['git', 'status', '--short']).decode(),"
        " subprocess.check_output(['git', 'ls-files']).decode())",
        git=True,
    )
    assert said.split() == ["a/b.txt", "run.sh"]


FAILS = [
    pytest.param("import sys; sys.exit('a\\nbad\\n')", "", "ended with 1: a; bad", id="a code"),
    pytest.param("import sys; sys.exit(3)", "", "ended with 3: it says nothing", id="no word"),
    pytest.param("", "out.yaml", "out.yaml: the generator has not made this file", id="no file"),
    pytest.param("", "../x", "../x: the result is out of the tree", id="a file elsewhere"),
    pytest.param("import os; os.symlink('/etc/hostname', 'x')", "x", "x: the result is out of the tree", id="a link"),
    pytest.param("import os; os.mkfifo('x')", "x", "x: the generator has not made this file", id="a pipe"),
    pytest.param("import sys; sys.stdout.buffer.write(b'\\xff')", "", "not UTF-8", id="no text"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "result", "what"), FAILS)
def test_a_generator_that_fails(code: str, result: str, what: str) -> None:
    with pytest.raises(CiMigrateError) as error:
        python(code, result=result)
    assert what in str(error.value)
    assert isinstance(error.value, BadFile | Refused)


def test_a_generator_that_is_not_there() -> None:
    with pytest.raises(Refused, match=r"the generator 'no-such-command' can't be run: "):
        outputs([Memory({})], Call(("no-such-command",)), limit=5)


def test_a_generator_that_does_not_end_is_killed_with_all_it_started(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    child = f"import time; time.sleep(1.2); open({str(sign)!r}, 'w')"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    started = time.monotonic()
    with pytest.raises(Refused, match=r"the generator took more than 0\.5 seconds"):
        python(code, limit=0.5)
    assert time.monotonic() - started < 10
    time.sleep(1.0)
    assert not sign.exists()


def test_a_folder_is_copied_without_its_repository_and_links(tmp_path: Path) -> None:
    lay(tmp_path, {"a.txt": "x", ".git/config": "y"})
    os.symlink("/etc/hostname", tmp_path / "link")
    call = Call((sys.executable, "-c", "import os; print(os.listdir('.'))"))
    assert outputs([Folder.open(tmp_path)], call, limit=20) == ["['a.txt']\n"]
