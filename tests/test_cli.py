"""The command line as a user meets it: whole processes, their output and their exit codes."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ci_migrate import __version__

EXAMPLE = Path(__file__).parents[1] / "examples" / "vllm"
JOBS = ".buildkite/test_areas/lm_eval.yaml"
PARAM = "--param"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def cli(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ci_migrate", *arguments]
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    run = subprocess.run(
        command, cwd=cwd, env={**clean, **env}, capture_output=True, stdin=subprocess.DEVNULL
    )
    return subprocess.CompletedProcess(
        command, run.returncode, run.stdout.decode(), run.stderr.decode()
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, but for the journal."""
    files = (p for p in folder.rglob("*") if p.is_file() and ".ci-migrate" not in p.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", *identity, *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout.decode()


def test_apply_writes_and_a_second_run_is_quiet(tree: Path) -> None:
    first = cli("apply", "b200-to-k8s", cwd=tree)
    assert (first.returncode, first.stderr) == (0, "")
    assert "5 files changed (31 lines added, 7 removed)" in first.stdout
    after = contents(tree)
    second = cli("apply", "b200-to-k8s", cwd=tree)
    assert second.returncode == 0
    assert second.stdout.endswith("nothing to do: b200-to-k8s has nothing left to change here\n")
    assert contents(tree) == after


@pytest.mark.parametrize(("option", "code"), [("--dry-run", 0), ("--check", 1)])
def test_looking_writes_nothing(tree: Path, option: str, code: int) -> None:
    before = contents(tree)
    run = cli("apply", "b200-to-k8s", option, cwd=tree)
    assert run.returncode == code
    assert "+  device: b200-k8s" in run.stdout
    assert contents(tree) == before


def test_check_is_quiet_where_all_is_done(tree: Path) -> None:
    cli("apply", "b200-to-k8s", cwd=tree)
    assert cli("apply", "b200-to-k8s", "--check", cwd=tree).returncode == 0


def test_the_root_can_be_named(tree: Path) -> None:
    run = cli("apply", "b200-to-k8s", "--root", "tree", "--dry-run", cwd=tree.parent)
    assert run.returncode == 0
    assert "a/.buildkite" in run.stdout


def test_parameters(tree: Path) -> None:
    run = cli("apply", "b200-to-k8s", PARAM, "to=b200-new", PARAM, "from=b200", cwd=tree)
    assert run.returncode == 0
    assert "device: b200-new  # Blackwell\n" in (tree / JOBS).read_text()


def test_the_patch_is_the_change(tree: Path, tmp_path: Path) -> None:
    patch = cli("apply", "b200-to-k8s", "--dry-run", "--format", "patch", cwd=tree).stdout
    other = tmp_path / "other"
    shutil.copytree(tree, other)
    cli("apply", "b200-to-k8s", cwd=tree)
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=other, check=True)
    assert contents(other) == contents(tree)


def test_json(tree: Path) -> None:
    run = cli("apply", "b200-to-k8s", "--format", "json", cwd=tree)
    report = json.loads(run.stdout)
    assert report["version"] == 1
    assert (report["mode"], report["outcome"], report["written"]) == ("apply", "applied", True)
    assert report["recipe"]["parameters"] == {"from": "b200", "to": "b200-k8s"}
    assert [op["edits"] for op in report["operations"]] == [3, 5, 1, 1]
    files = {file["path"]: file for file in report["files"]}
    assert files["tests/evals/gsm8k/configs/models-blackwell-ep.txt"]["status"] == "added"
    for path, file in files.items():
        assert (tree / path).read_bytes() == file["after"].encode()
        text = file["before"] or ""
        for edit in reversed(file["edits"]):
            text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
        assert text == file["after"]


def test_markdown(tree: Path) -> None:
    run = cli("apply", "b200-to-k8s", "--dry-run", "--format", "markdown", cwd=tree)
    assert run.stdout.startswith("### `b200-to-k8s`: Run every B200 job on the Kubernetes queue\n")
    assert run.stdout.count("<details>") == run.stdout.count("</details>") == 5
    assert "ci-migrate apply b200-to-k8s --param from=b200 --param to=b200-k8s" in run.stdout


def test_output_to_a_file(tree: Path) -> None:
    run = cli("apply", "b200-to-k8s", "--dry-run", "--output", "../report.txt", cwd=tree)
    assert run.stdout == ""
    assert "5 files would change" in (tree.parent / "report.txt").read_text()


REFUSED = "tests/v1/e2e/spec_decode/test_spec_decode.py"


def test_a_refusal_is_whole_and_says_where(tree: Path) -> None:
    path = tree / REFUSED
    path.write_text(path.read_text().replace("test_mtp_correctness", "test_mtp_correct"))
    before = contents(tree)
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert run.returncode == 3
    assert run.stdout == ""
    error, conclusion = run.stderr.splitlines()
    assert error == (
        f"{REFUSED}:57:1: skip-param: no test 'test_mtp_correctness'; "
        "did you mean 'test_mtp_correct'?"
    )
    assert conclusion == "b200-to-k8s is refused; nothing was written"
    assert contents(tree) == before
    report = json.loads(cli("apply", "b200-to-k8s", "--format", "json", cwd=tree).stdout)
    assert (report["outcome"], report["written"], report["files"]) == ("refused", False, [])
    assert report["failures"][0]["operation"] == "skip-param"
    assert report["failures"][0]["place"] == {"path": REFUSED, "line": 57, "column": 1}


def test_uncommitted_changes_stop_it(tree: Path) -> None:
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "start")
    (tree / JOBS).write_text((tree / JOBS).read_text() + "# more\n")
    (tree / "README").write_text("not touched by the recipe")
    before = contents(tree)
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert run.returncode == 3
    assert run.stderr.startswith(f"{JOBS}: the file has changes that are not committed")
    assert contents(tree) == before
    assert cli("apply", "b200-to-k8s", "--dry-run", cwd=tree).returncode == 0
    assert cli("apply", "b200-to-k8s", "--allow-dirty", cwd=tree).returncode == 0


def test_a_folder_of_a_repository(tree: Path) -> None:
    """Git names files from the top of the repository, the tool from its root."""
    top = tree.parent
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "start")
    (tree / JOBS).write_text((tree / JOBS).read_text() + "# more\n")
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert run.returncode == 3
    assert f"{JOBS}: the file has changes" in run.stderr
    git(top, "commit", "-aqm", "more")
    assert cli("apply", "b200-to-k8s", cwd=tree).returncode == 0


def test_a_file_git_does_not_know_stops_it(tree: Path) -> None:
    git(tree, "init", "-q")
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert run.returncode == 3
    assert "changes that are not committed" in run.stderr


RECIPE = """\
name: mine
title: Mine
dialect: vllm-test-areas
parameters:
  to: {help: queue to join}
operations:
  - set-queue: {jobs: {queue: b200}, to: $to}
"""
WRONG = {
    "unknown key": ("title:", "titel:", ":2:1: unknown option 'titel'; did you mean 'title'?"),
    "missing key": ("title: Mine\n", "", ":1:1: 'title' is missing"),
    "unknown operation": ("set-queue", "set-queues", ":7:5: unknown operation 'set-queues'; did"),
    "unknown dialect": ("vllm-test-areas", "vllm", ":3:10: unknown dialect 'vllm'; did you mean"),
    "unknown option": ("jobs:", "job:", ":7:17: unknown option 'job'; did you mean 'jobs'?"),
    "unknown field": ("queue: b200", "quue: b200", ":7:24: unknown option 'quue'; did you mean"),
    "missing option": (", to: $to", "", ":7:16: 'to' is missing; it is the queue to join"),
    "wrong type": ("to: $to", "to: [a]", ":7:42: a single value is needed here, not a list"),
    "no number": ("to: $to", "to: $to, leaves: no", ":7:55: a whole number is needed here"),
    "unknown parameter": ("$to", "$too", ":7:42: unknown parameter '$too'; did you mean '$to'?"),
    "twice": ("title: Mine\n", "title: Mine\ntitle: B\n", ":3:1: 'title' stands twice"),
    "no YAML": ("title: Mine", "title: [Mine", ":3:8: not valid YAML"),
    "another name": ("name: mine", "name: yours", ":1:7: the recipe is named 'yours'"),
    "no operations": (
        "operations:\n  - set-queue: {jobs: {queue: b200}, to: $to}\n",
        "operations: []\n",
        ":1:1: the recipe has no operations",
    ),
    "a parameter twice": (
        "  to: {help: queue to join}",
        "  to: {help: a}\n  to: {help: b}",
        ":6:3: 'to' stands twice",
    ),
    "an alias": (
        "title: Mine",
        "title: &t Mine\ndescription: *t",
        ":3:14: a recipe has no aliases",
    ),
    "two documents": ("name: mine", "a: b\n---\nname: mine", ":3:1: a recipe is one YAML document"),
    "operations": ("  - set-queue: {jobs", "  - {a: 1, b: 2}\n  - set-queue: {jobs", ":7:5: an op"),
}


@pytest.mark.parametrize(("old", "new", "error"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_recipe(tmp_path: Path, old: str, new: str, error: str) -> None:
    assert old in RECIPE
    (tmp_path / "mine.yaml").write_text(RECIPE.replace(old, new))
    run = cli("apply", "mine.yaml", PARAM, "to=x", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"mine.yaml{error}")
    assert run.stderr.count("\n") == 1


USAGE = {
    "no such recipe": (["apply", "b200"], "no recipe 'b200'; did you mean 'b200-to-k8s'?"),
    "missing parameter": (["apply", "mine"], "recipe 'mine' needs a value for 'to'; add --param"),
    "unknown parameter": (
        ["apply", "mine", PARAM, "too=x"],
        "no parameter 'too'; did you mean 'to'?",
    ),
    "empty": (
        ["apply", "mine", PARAM, "to="],
        "parameter 'to' of recipe 'mine' is empty; write --param",
    ),
    "no value": (["apply", "mine", PARAM, "to"], "'--param to' has no value; write"),
    "twice": (["apply", "mine", PARAM, "to=a", PARAM, "to=b"], "parameter 'to' is given twice"),
    "both modes": (["apply", "mine", "--check", "--dry-run"], "exclude each other"),
    "unknown option": (["apply", "mine", "--dry"], "No such option"),
    "unknown format": (["apply", "mine", "--format", "xml"], "'xml'"),
    "no recipe": (["apply"], "ci-migrate apply: Missing argument 'RECIPE'; see ci-migrate apply"),
    "no such command": (["aply", "mine"], "No such command 'aply'"),
}


@pytest.mark.parametrize(("arguments", "error"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage(tmp_path: Path, arguments: list[str], error: str) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "mine.yaml").write_text(RECIPE)
    run = cli(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert error in run.stderr
    assert run.stderr.count("\n") == 1


FAILED = {
    "no such recipe file": (["apply", "gone.yaml"], "gone.yaml: can't read: No such file"),
    "no such root": (["apply", "b200-to-k8s", "--root", "gone"], "gone: no such folder"),
}


@pytest.mark.parametrize(("arguments", "error"), FAILED.values(), ids=FAILED.keys())
def test_what_can_not_be_read(tmp_path: Path, arguments: list[str], error: str) -> None:
    run = cli(*arguments, cwd=tmp_path)
    assert run.returncode == 4
    assert run.stderr.startswith(error)


BROKEN = {
    "not UTF-8": (b"steps:\n- device: b200 # \xff\n", ":2: not UTF-8 (byte 0xff)"),
    "not YAML": (b"steps: [b200 \n", ":2:1: not valid YAML"),
}


@pytest.mark.parametrize(("content", "error"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_broken_is_said_and_stops_nothing(
    tree: Path, content: bytes, error: str
) -> None:
    path = ".buildkite/test_areas/broken.yaml"
    (tree / path).write_bytes(content)
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert (run.returncode, run.stderr) == (0, "")
    assert f"warning: {path}{error}" in run.stdout
    assert run.stdout.count("the file is left as it is") == 1
    assert "5 files changed" in run.stdout
    assert (tree / path).read_bytes() == content


def test_a_folder_where_a_file_is_expected(tree: Path) -> None:
    (tree / REFUSED).unlink()
    (tree / REFUSED).mkdir()
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert run.returncode == 4
    assert run.stderr.startswith(f"{REFUSED}: skip-test: ")


@pytest.mark.parametrize("kind", ["ignored", "overlooked", "another repository's"])
def test_what_git_can_not_bring_back_stops_it(tree: Path, kind: str) -> None:
    if kind == "another repository's":
        git(tree / ".buildkite", "init", "-q")
        git(tree / ".buildkite", "commit", "-q", "--allow-empty", "-m", "start")
    git(tree, "init", "-q")
    if kind == "ignored":
        (tree / ".gitignore").write_text(".buildkite/\n")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "start")
    if kind == "overlooked":
        git(tree, "update-index", "--assume-unchanged", JOBS)
        (tree / JOBS).write_text((tree / JOBS).read_text() + "# more\n")
    before = contents(tree / ".buildkite")
    run = cli("apply", "b200-to-k8s", cwd=tree)
    assert run.returncode == 3, run.stderr
    assert "git does not know it" in run.stderr
    assert contents(tree / ".buildkite") == before


def test_a_report_that_can_not_be_written_stops_it_before_anything(tree: Path) -> None:
    before = contents(tree)
    run = cli("apply", "b200-to-k8s", "--output", "gone/report.txt", cwd=tree)
    assert run.returncode == 4
    assert run.stderr.startswith("gone/report.txt: a report can't be written here")
    assert contents(tree) == before


def test_a_full_disk_behind_the_output_is_one_line(tree: Path) -> None:
    shell = f"{sys.executable} -m ci_migrate apply b200-to-k8s > /dev/full"
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    run = subprocess.run(["sh", "-c", shell], cwd=tree, capture_output=True, env=buffered)
    assert run.returncode == 4
    error = run.stderr.decode()
    assert error.startswith("standard output: the report can't be written: No space left")
    assert "the changes are written" in error
    assert "Traceback" not in error


def test_a_name_that_is_not_utf8_is_shown(tree: Path) -> None:
    path = os.fsencode(tree) + b"/.buildkite/test_areas/\xff.yaml"
    with open(path, "wb") as file:
        file.write(b"steps:\n- device: b200\n")
    for format in ("text", "json", "markdown", "patch"):
        run = cli("apply", "b200-to-k8s", "--dry-run", "--format", format, cwd=tree)
        assert run.returncode == 0
        assert "\\udcff" in run.stdout or "\\377" in run.stdout


def test_a_recipe_that_is_no_file(tree: Path) -> None:
    os.mkfifo(tree / "pipe.yaml")
    run = cli("apply", "pipe.yaml", cwd=tree)
    assert (run.returncode, run.stderr.split(";")[0]) == (4, "pipe.yaml: not a file")


def test_one_wrong_recipe_does_not_hide_the_others(tree: Path) -> None:
    (tree / "recipes").mkdir()
    (tree / "recipes" / "bad.yaml").write_text("name: bad\n")
    run = cli("list", cwd=tree)
    assert run.returncode == 2
    assert re.search("^b200-to-k8s +Run every", run.stdout, re.MULTILINE)
    assert run.stderr.startswith("recipes/bad.yaml:1:1: 'title' is missing")
    assert cli("list", "--root", "gone", cwd=tree).returncode == 4


def test_recipes_of_the_tree_come_first(tree: Path) -> None:
    for folder, title in ((".ci-migrate/recipes", "near"), ("recipes", "far")):
        (tree / folder).mkdir(parents=True)
        mine = RECIPE.replace("title: Mine", f"title: {title}")
        (tree / folder / "mine.yaml").write_text(mine)
        (tree / folder / "b200-to-k8s.yaml").write_text(mine.replace("mine", "b200-to-k8s"))
    listed = cli("list", cwd=tree).stdout
    names = [line.split("  ")[0].strip() for line in listed.splitlines()]
    assert names == sorted({*names, "b200-to-k8s", "mine"})
    assert listed.count("near") == 2
    assert "far" not in listed


def test_list_and_show(tmp_path: Path) -> None:
    listed = cli("list", cwd=tmp_path).stdout
    assert re.search(
        "^b200-to-k8s +Run every B200 job on the Kubernetes queue$", listed, re.MULTILINE
    )
    assert re.search("^rename-queue +Give a queue another name", listed, re.MULTILINE)
    shown = cli("show", "b200-to-k8s", cwd=tmp_path).stdout
    for part in ("from  queue to leave (default b200)", "2. split-job", "gpus: >1", "pull/42387"):
        assert part in shown


def test_jobs(tree: Path) -> None:
    table = cli("jobs", "--where", "label=*B200*", "--where", "queue=b200", cwd=tree).stdout
    lines = [line.split("  ") for line in table.splitlines()]
    assert lines[0][0] == "place"
    assert [line[0] for line in lines[1:]] == [
        f"{JOBS}:18",
        ".buildkite/test_areas/spec_decode.yaml:15",
        ".buildkite/test_areas/spec_decode.yaml:27",
    ]
    rows = json.loads(cli("jobs", "--format", "json", cwd=tree).stdout)
    assert rows[1] == {
        "file": JOBS,
        "line": 18,
        "key": "lm-eval-small-models-b200",
        "label": "LM Eval Small Models (B200)",
        "queue": "b200",
        "gpus": None,
        "timeout": "120",
        "dialect": "vllm-test-areas",
    }
    two = cli("jobs", "--where", "num_devices=2", "--format", "csv", cwd=tree).stdout.splitlines()
    assert two[0] == "file,line,key,label,queue,gpus,timeout,dialect"
    assert two[1].endswith(",b200-k8s,2,90,vllm-test-areas")
    assert len(two) == 2


def test_jobs_of_a_tree_that_is_not_all_understood(tree: Path) -> None:
    (tree / ".buildkite" / "odd.yaml").write_text("steps: [\n")
    run = cli("jobs", "--where", "command=/pytest .*mtp/", cwd=tree)
    assert run.returncode == 4
    assert "spec-decode-mtp-nightly-b200" in run.stdout
    assert run.stderr.startswith(".buildkite/odd.yaml:")
    for wrong in ("label", "label=/[/", "=x"):
        assert cli("jobs", "--where", wrong, cwd=tree).returncode == 2
    assert cli("jobs", "--dialect", "vlm", cwd=tree).returncode == 2


def test_version_and_help(tmp_path: Path) -> None:
    assert cli("--version", cwd=tmp_path).stdout == f"ci-migrate {__version__}\n"
    shown = cli("apply", "--help", cwd=tmp_path, COLUMNS="200").stdout
    for part in ("--allow-dirty", "3  refused", "4  a file could not be read or written"):
        assert part in shown


def test_without_words_there_is_help(tmp_path: Path) -> None:
    run = cli(cwd=tmp_path)
    assert (run.returncode, run.stderr) == (2, "")
    assert "Usage: ci-migrate" in run.stdout


def test_completion_of_recipe_names(tmp_path: Path) -> None:
    run = cli(
        cwd=tmp_path,
        _CI_MIGRATE_COMPLETE="complete_bash",
        COMP_WORDS="ci-migrate apply b2",
        COMP_CWORD="2",
    )
    assert run.stdout.split() == ["b200-to-k8s"]
    (tmp_path / "tree" / "recipes").mkdir(parents=True)
    (tmp_path / "tree" / "recipes" / "b3.yaml").write_text(RECIPE)
    run = cli(
        cwd=tmp_path,
        _CI_MIGRATE_COMPLETE="complete_bash",
        COMP_WORDS="ci-migrate apply --root tree b",
        COMP_CWORD="4",
    )
    assert run.stdout.split() == [
        "b200-to-k8s",
        "b3",
        "bump-action",
        "bump-image",
        "bump-pinned-action",
    ]


def test_quick_commands_import_little(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom ci_migrate.cli import main\nsys.argv = ['ci-migrate', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'yaml', 'ruamel', 'libcst', 'ci_migrate.engine'} & sys.modules.keys()\n"
        "assert not heavy, heavy\n"
    )
    for words in (["--version"], ["--help"], ["apply", "--help"]):
        command = [sys.executable, "-c", code, *words]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def test_yaml_alone_takes_no_libcst_and_no_rich(tree: Path) -> None:
    code = (
        "import sys\nfrom ci_migrate.cli import main\n"
        "sys.argv = ['ci-migrate', 'apply', 'mine.yaml', '--param', 'to=x', '--allow', 'gpu-fit']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert not {'ruamel', 'libcst', 'rich.console'} & sys.modules.keys()\n"
    )
    (tree / "mine.yaml").write_text(RECIPE)
    subprocess.run([sys.executable, "-c", code], cwd=tree, check=True, capture_output=True)


def in_a_terminal(*arguments: str, cwd: Path, **env: str) -> str:
    """Run the command with its output on a terminal, and return what it drew."""
    ours, theirs = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "CI", "COLUMNS")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ci_migrate", *arguments],
        cwd=cwd,
        stdout=theirs,
        stdin=subprocess.DEVNULL,
        env={**clean, "TERM": "xterm-256color", **env},
    )
    os.close(theirs)
    drawn = b""
    try:
        while part := os.read(ours, 4096):
            drawn += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return drawn.decode()


def test_a_terminal_shows_colors_unless_they_are_not_wanted(tree: Path) -> None:
    dry = ("apply", "b200-to-k8s", "--dry-run")
    colored = in_a_terminal(*dry, cwd=tree, COLUMNS="100")
    assert "\x1b[32m+\x1b" in colored.replace("[0m", "") or "\x1b[32m+" in colored
    assert "\x1b[1;7;32m" in colored  # the changed words
    for plain in (
        in_a_terminal(*dry, "--no-color", cwd=tree),
        in_a_terminal(*dry, cwd=tree, NO_COLOR="1"),
    ):
        assert "\x1b[32m" not in plain
        assert "\x1b[31m" not in plain
    assert "\x1b" not in cli(*dry, cwd=tree).stdout


def test_the_table_keeps_to_the_width(tree: Path) -> None:
    drawn = in_a_terminal("apply", "b200-to-k8s", "--dry-run", "--no-color", cwd=tree, COLUMNS="60")
    table = re.sub("\x1b[^m]*m", "", drawn).split("operation")[1].split("warning: ")[0]
    assert max(map(len, table.splitlines())) <= 60
    assert "is_device_capability_family" in table.replace("\r\n", "").replace(" ", "")


def test_nothing_from_a_file_reaches_the_terminal_raw(tree: Path) -> None:
    path = tree / ".buildkite/test_areas/odd.yaml"
    path.write_text("steps:\n- label: '[red]\u202e[/red]'\n  device: b200\n")
    drawn = in_a_terminal("apply", "b200-to-k8s", "--dry-run", "--no-color", cwd=tree)
    assert "[red]\\u202e[/red]" in drawn
    assert "\u202e" not in drawn


def test_a_reader_that_stops_is_no_error(tree: Path) -> None:
    command = f"{sys.executable} -m ci_migrate apply b200-to-k8s --dry-run"
    shell = f"({command}; echo $? >code) | head -1"
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    run = subprocess.run(
        ["sh", "-c", shell], cwd=tree, capture_output=True, check=True, env=buffered
    )
    assert run.stdout == b"b200-to-k8s: Run every B200 job on the Kubernetes queue\n"
    assert run.stderr == b""
    assert (tree / "code").read_text() == "0\n"
