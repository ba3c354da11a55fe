"""Campaigns as their users meet them: whole processes over real git repositories."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ci_migrate.bulk.journal import Journal
from ci_migrate.bulk.remote import slug
from tests.bulk.repositories import (
    AUTHOR,
    DONE,
    FILE,
    NEW,
    OLD,
    RECIPE,
    TWO,
    bare,
    bulk,
    campaign,
    commit,
    executable,
    git,
    shown,
)

BRANCH = "ci-migrate/move"


@pytest.fixture
def repos(tmp_path: Path) -> dict[str, Path]:
    """One repository for each way to end."""
    made = {
        "changes": {FILE: OLD, "src/a.c": "int a;\n"},
        "done": {FILE: DONE},
        "empty": {},
        "two": {FILE: TWO},
        "none": {"README.md": "nothing\n"},
    }
    found = {name: bare(tmp_path / "repos" / f"{name}.git", files) for name, files in made.items()}
    broken = tmp_path / "repos" / "broken.git"
    (broken / "objects").mkdir(parents=True)
    (broken / "HEAD").write_text("no head\n")
    return {**found, "broken": broken}


STATES = {
    "changes": "pushed",
    "done": "unchanged",
    "empty": "unchanged",
    "two": "refused",
    "none": "unchanged",
    "broken": "failed",
}


def states(folder: Path) -> dict[str, str]:
    journal = Journal(folder / "campaign.bulk")
    try:
        return {Path(name).stem: entry.state for name, entry in journal.entries.items()}
    finally:
        journal.close()


def test_every_repository_ends_in_its_state(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert run.returncode == 4, run.stderr
    assert states(tmp_path) == STATES
    assert shown(repos["changes"], BRANCH) == NEW
    assert shown(repos["changes"], "main") == OLD
    assert git(repos["changes"], "log", "-1", "--format=%an <%ae>", BRANCH) == AUTHOR
    assert "6 repositories: 1 pushed, 3 unchanged, 1 refused, 1 failed" in run.stdout
    assert "refused:\n    1  " in run.stdout
    assert "failed:\n    1  '…' does not appear to be a git repository\n" in run.stdout
    lines = [line.split()[0] for line in run.stdout.splitlines()[:7]]
    assert sorted(lines) == ["committed", "failed", "pushed", "refused", *["unchanged"] * 3]


def test_the_commit_can_be_verified(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    work = tmp_path / "mine"
    git(tmp_path, "clone", "-q", "-b", BRANCH, str(repos["changes"]), str(work))
    (work / "recipes").mkdir()
    (work / "recipes" / "move.yaml").write_text(RECIPE)
    command = [sys.executable, "-m", "ci_migrate", "verify", "HEAD"]
    run = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "verified: 1 file" in run.stdout


def test_a_second_run_looks_and_does_nothing(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    head = git(repos["changes"], "rev-parse", BRANCH)
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert (states(tmp_path), git(repos["changes"], "rev-parse", BRANCH)) == (STATES, head)
    assert "pushed     " not in run.stdout


def test_a_new_base_is_worked_on_anew(tmp_path: Path, repos: dict[str, Path]) -> None:
    """The base has changed in the very line: a patch would not fit, the recipe does."""
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    first = git(repos["changes"], "rev-parse", BRANCH)
    base = commit(repos["changes"], {FILE: OLD.replace("stays", "is another")})
    commit(repos["two"], {FILE: OLD})
    commit(repos["done"], {FILE: OLD})
    bulk("run", "campaign.toml", cwd=tmp_path)
    assert shown(repos["changes"], BRANCH) == NEW.replace("stays", "is another")
    assert git(repos["changes"], "rev-parse", f"{BRANCH}^") == base
    assert git(repos["changes"], "rev-parse", BRANCH) != first
    assert states(tmp_path) == {**STATES, "two": "pushed", "done": "pushed"}


def test_a_merged_change_is_done(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    git(repos["changes"], "update-ref", "refs/heads/main", BRANCH)
    bulk("run", "campaign.toml", cwd=tmp_path)
    assert states(tmp_path)["changes"] == "unchanged"


def test_a_changed_recipe_is_run_anew(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    text = RECIPE.replace("default: new", "default: newest")
    (tmp_path / "move.yaml").write_text(text)
    bulk("run", "campaign.toml", cwd=tmp_path)
    assert shown(repos["changes"], BRANCH) == NEW.replace("new ", "newest ")


def test_the_work_of_others_is_not_overwritten(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    theirs = commit(repos["changes"], {"theirs": "x\n"}, BRANCH)
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert git(repos["changes"], "rev-parse", BRANCH) == theirs
    assert states(tmp_path)["changes"] == "refused"
    assert "has a commit that is not ours" in run.stdout
    git(repos["changes"], "update-ref", "-d", f"refs/heads/{BRANCH}")
    bulk("retry", "campaign.toml", cwd=tmp_path)
    assert states(tmp_path)["changes"] == "pushed"


def test_what_failed_waits_for_a_retry(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    (repos["broken"] / "HEAD").unlink()
    (repos["broken"] / "objects").rmdir()
    repos["broken"].rmdir()
    bare(repos["broken"], {FILE: OLD})
    bulk("run", "campaign.toml", cwd=tmp_path)
    assert states(tmp_path)["broken"] == "failed"
    assert bulk("retry", "campaign.toml", "--allow-refused", cwd=tmp_path).returncode == 0
    assert states(tmp_path)["broken"] == "pushed"
    assert bulk("status", "campaign.toml", cwd=tmp_path).returncode == 0


def test_looked_at_first_and_published_later(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path, to="patches")
    bulk("run", "campaign.toml", cwd=tmp_path)
    (patch,) = (tmp_path / "campaign.bulk" / "patches").iterdir()
    work = tmp_path / "mine"
    git(tmp_path, "clone", "-q", str(repos["changes"]), str(work))
    git(work, "apply", str(patch))
    assert (work / FILE).read_text() == NEW
    assert not git(repos["changes"], "branch", "--list", BRANCH)
    run = bulk("publish", "campaign.toml", "--to", "push", cwd=tmp_path)
    assert run.returncode == 4, run.stderr
    assert shown(repos["changes"], BRANCH) == NEW


def test_a_recipe_and_a_list(tmp_path: Path, repos: dict[str, Path]) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "move.yaml").write_text(RECIPE)
    (tmp_path / "repos.txt").write_text(f"# ours\nrepos/changes.git  # one\n\n{repos['done']}\n")
    words = ("run", "move", "--repos", "repos.txt", "--param", "to=other", "--format", "json")
    run = bulk(*words, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    *events, last = map(json.loads, run.stdout.splitlines())
    assert last == {"states": {"written": 1, "unchanged": 1}}
    told = [event["state"] for event in events if event["repository"] == str(repos["changes"])]
    assert told == ["cloned", "changed", "proved", "written"]
    assert "1 written, 1 unchanged" in bulk("status", "move", cwd=tmp_path).stdout


def test_values_without_a_list_are_wrong(tmp_path: Path) -> None:
    campaign(tmp_path)
    run = bulk("run", "campaign.toml", "--param", "to=x", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "--param goes with --repos" in run.stderr


def test_several_recipes_make_a_commit_each(tmp_path: Path, repos: dict[str, Path]) -> None:
    path = campaign(tmp_path)
    second = RECIPE.replace("name: move", "name: move-on").replace("queue: old", "queue: new")
    (tmp_path / "move-on.yaml").write_text(second.replace("default: new", "default: newest"))
    path.write_text(path.read_text().replace('"./move.yaml"', '"./move.yaml", "./move-on.yaml"'))
    bulk("run", "campaign.toml", cwd=tmp_path)
    assert shown(repos["changes"], BRANCH) == NEW.replace("new ", "newest ")
    assert shown(repos["changes"], f"{BRANCH}^") == NEW
    assert git(repos["changes"], "rev-parse", f"{BRANCH}~2", "main").split("\n")[0] == git(
        repos["changes"], "rev-parse", "main"
    )


def test_values_by_repository(tmp_path: Path, repos: dict[str, Path]) -> None:
    commit(repos["done"], {FILE: OLD})
    path = campaign(tmp_path)
    more = (
        '[parameters]\nto = "a"\n[[for]]\nrepositories = ["*/done.git"]\nparameters = {to = "b"}\n'
    )
    more += '[[for]]\nrepositories = ["*/broken.git"]\nskip = true\n'
    path.write_text(path.read_text() + more)
    assert bulk("run", "campaign.toml", "--allow-refused", cwd=tmp_path).returncode == 0
    assert shown(repos["changes"], BRANCH) == NEW.replace("new ", "a ")
    assert shown(repos["done"], BRANCH) == NEW.replace("new ", "b ")


def test_clones_hold_what_is_asked_for(tmp_path: Path) -> None:
    files = {FILE: OLD, **{f"src/{n}.c": f"{n}\n" * 5000 for n in range(30)}}
    path = bare(tmp_path / "repos" / "a.git", files)
    commit(path, {"src/1.c": "other\n"})
    campaign(tmp_path)
    assert bulk("run", "campaign.toml", cwd=tmp_path).returncode == 0
    (clone,) = (tmp_path / "campaign.bulk" / "clones").iterdir()
    kinds = git(clone, "cat-file", "--batch-check=%(objecttype)", "--batch-all-objects").split()
    assert kinds.count("blob") == 2  # before and after
    assert kinds.count("commit") == 2  # the base and ours


def test_the_number_of_clones_is_bounded(tmp_path: Path) -> None:
    for number in range(6):
        bare(tmp_path / "repos" / f"{number}.git", {FILE: OLD})
    path = campaign(tmp_path)
    path.write_text(path.read_text() + "[clones]\nkeep = 2\n")
    assert bulk("run", "campaign.toml", cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "campaign.bulk" / "clones").iterdir())) <= 3
    assert set(states(tmp_path).values()) == {"pushed"}


def test_no_credential_is_shown_or_stored(tmp_path: Path) -> None:
    (tmp_path / "move.yaml").write_text(RECIPE)
    (tmp_path / "repos.txt").write_text("http://user:s3cr3t@127.0.0.1:9/a/b.git\n")
    run = bulk("run", "move.yaml", "--repos", "repos.txt", cwd=tmp_path)
    assert run.returncode == 4
    assert "http://127.0.0.1:9/a/b.git" in run.stdout
    bulk("report", "move.yaml", cwd=tmp_path)
    kept = [p for p in (tmp_path / "move.bulk").rglob("*") if p.is_file()]
    assert (tmp_path / "move.bulk" / "report.html") in kept
    for text in (run.stdout, run.stderr, *(path.read_bytes().decode("latin-1") for path in kept)):
        assert "s3cr3t" not in text


def test_no_hook_and_no_prompt(tmp_path: Path, repos: dict[str, Path]) -> None:
    """A template's hooks, and an address that runs a command, do nothing."""
    executable(tmp_path / "template" / "hooks" / "pre-push", "#!/bin/sh\ntouch ran\nexit 1\n")
    path = campaign(tmp_path)
    evil = 'urls = ["ext::sh -c touch% ran a@b:c"]'
    path.write_text(path.read_text().replace("[sources]", f"[sources]\n{evil}"))
    bulk("run", "campaign.toml", cwd=tmp_path, GIT_TEMPLATE_DIR=str(tmp_path / "template"))
    assert states(tmp_path)["changes"] == "pushed"
    assert not list(tmp_path.rglob("ran"))


def seen_by(folder: Path, *, piped: bool) -> str:
    """Return what a person sees of a run in a terminal, or what a pipe gets of it there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ci_migrate", "bulk", "run", "campaign.toml"]
    out = subprocess.PIPE if piped else theirs
    env = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=theirs, env=env)
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # which Linux tells where nobody writes any more
        while more := os.read(ours, 1 << 16):
            seen += more
    os.close(ours)
    told = process.communicate()[0] or b""
    return (told if piped else seen).decode()


def test_the_display_counts_what_is_done_already(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    seen = seen_by(tmp_path, piped=False)  # where what failed is left alone
    assert "6/6" in seen
    assert "0 changed, 0 refused, 0 failed" in seen
    assert "6 repositories: 1 pushed, 3 unchanged, 1 refused, 1 failed" in seen
    assert "unchanged  " not in seen


def test_a_pipe_gets_lines_also_in_a_terminal(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    told = seen_by(tmp_path, piped=True)
    assert "\x1b" not in told
    assert len([line for line in told.splitlines() if line.startswith("unchanged  ")]) == 3


def test_what_is_left_out_counts_no_more(tmp_path: Path, repos: dict[str, Path]) -> None:
    path = campaign(tmp_path)
    assert bulk("run", "campaign.toml", "--allow-refused", cwd=tmp_path).returncode == 4
    path.write_text(path.read_text() + '[[for]]\nrepositories = ["*/broken.git"]\nskip = true\n')
    run = bulk("run", "campaign.toml", "--allow-refused", cwd=tmp_path)
    assert (run.returncode, "failed" in run.stdout) == (0, False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 4),
        (("--allow-refused",), 4),
        (("--allow-failed",), 3),
        (("--allow-failed", "--allow-refused"), 0),
    ],
)
def test_exit_codes_are_chosen(
    tmp_path: Path, repos: dict[str, Path], words: tuple[str, ...], code: int
) -> None:
    campaign(tmp_path)
    for command in ("run", "publish", "retry"):
        assert bulk(command, "campaign.toml", *words, cwd=tmp_path).returncode == code


def test_an_unknown_recipe_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "repos.txt").write_text("a.git\n")
    run = bulk("run", "b200-to-k8", "--repos", "repos.txt", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("no recipe 'b200-to-k8'; did you mean 'b200-to-k8s'?")
    assert [path.name for path in tmp_path.iterdir()] == ["repos.txt"]


def test_what_did_not_go_out_is_told(tmp_path: Path) -> None:
    for number in range(3):
        repo = bare(tmp_path / "repos" / f"{number}.git", {FILE: OLD})
        executable(repo / "hooks" / "pre-receive", "#!/bin/sh\nexit 1\n")
    path = campaign(tmp_path)
    path.write_text(path.read_text() + "[waves]\nstop = 2\n")
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert run.returncode == 4
    assert "3 repositories: 1 committed, 2 failed" in run.stdout
    assert run.stderr == "1 change did not go out; the next run sends the rest\n"


def test_two_runs_at_once(tmp_path: Path, repos: dict[str, Path]) -> None:
    campaign(tmp_path)
    journal = Journal(tmp_path / "campaign.bulk")
    with journal.running():
        run = bulk("run", "campaign.toml", cwd=tmp_path)
    journal.close()
    assert run.returncode == 3
    assert "another run of this campaign" in run.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed_at_random_and_gone_on_with(tmp_path: Path, jobs: str) -> None:
    want = {}
    for number in range(24):
        kind = ("pushed", "unchanged", "refused")[number % 3]
        text = {"pushed": OLD, "unchanged": DONE, "refused": TWO}[kind]
        bare(tmp_path / "repos" / f"{number}.git", {FILE: text})
        want[str(number)] = kind
    campaign(tmp_path)
    command = [sys.executable, "-m", "ci_migrate", "bulk", "run", "campaign.toml", "--jobs", jobs]
    for moment in (0.25, 0.7, 0.4, 0.9, 0.55):
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 3, run.stderr
    assert states(tmp_path) == want
    for name, state in want.items():
        if state == "pushed":
            path = tmp_path / "repos" / f"{name}.git"
            assert shown(path, BRANCH) == NEW
            assert git(path, "rev-list", "--count", f"main..{BRANCH}") == "1"
    journal = Journal(tmp_path / "campaign.bulk")
    ended = [name for _, _, name, state, _ in journal.events() if state == "pushed"]
    journal.close()
    assert len(ended) == len(set(ended)) == 8


def test_the_page_shows_text_as_text(tmp_path: Path) -> None:
    bad = OLD.replace("stays", "<script>alert(1)</script>")
    bare(tmp_path / "repos" / "a&b.git", {FILE: bad})
    campaign(tmp_path)
    bulk("run", "campaign.toml", cwd=tmp_path)
    run = bulk("report", "campaign.toml", cwd=tmp_path)
    page = Path(tmp_path / run.stdout.strip()).read_text()
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "a&amp;b.git" in page
    assert not re.search(r"""(?:src|href)=["'](?!https://)""", page)
    assert "default-src 'none'" in page
    assert "script-src 'sha256-" in page


def test_patch_names_are_of_one_repository(tmp_path: Path) -> None:
    assert slug("https://example.org/a/b.git") != slug("https://example.org/a-b.git")
    assert re.fullmatch(r"[\w.-]+", slug("https://example.org/../ä b/ü.git"))
