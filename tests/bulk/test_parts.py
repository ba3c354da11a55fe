"""The parts of a campaign: its file, its waves, its journal, code hosts and executors."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from ci_migrate.bulk.campaign import Waves, parse_campaign
from ci_migrate.bulk.clones import Clone
from ci_migrate.bulk.executors import Executor, load_executor
from ci_migrate.bulk.forge import Later, request
from ci_migrate.bulk.journal import Journal
from ci_migrate.bulk.publishers import Change
from ci_migrate.bulk.pushing import push
from ci_migrate.bulk.remote import Remote, redacted, remote
from ci_migrate.bulk.states import STATES, Step, may_follow
from ci_migrate.bulk.waves import Clock, in_waves
from ci_migrate.bulk.work import RecipeText, Result, Task, work
from ci_migrate.errors import BadFile, BadUsage
from ci_migrate.report.bulk_progress import pause
from tests.bulk.repositories import (
    AUTHOR,
    FILE,
    NEW,
    OLD,
    RECIPE,
    bare,
    bulk,
    campaign,
    executable,
    git,
    shown,
)

GOOD = 'recipes = ["a"]\n[sources]\npaths = ["x"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recipes = [", "c.toml:1: no TOML: Invalid value"),
        ("recipes = ['a', b]", "c.toml:1:17: no TOML: Invalid value"),
        (
            GOOD + "[publish]\n\nto = 'nowhere'\n",
            "c.toml:6: unknown publisher 'nowhere'; known: br",
        ),
        (GOOD + "[waves]\nsize = '3'\n", "c.toml:5: 'size' is not a number"),
        (GOOD + "[waves]\nsise = 3\n", "c.toml:5: unknown entry 'sise'; did you mean 'size'?"),
        (GOOD + "[wavs]\nsize = 3\n", "c.toml:4: unknown entry 'wavs'; did you mean 'waves'?"),
        (GOOD.replace("paths", "path"), "c.toml:3: unknown source 'path'; did you mean 'paths'?"),
        ('recipes = ["a"]\n', "c.toml: no repositories are named"),
        ("[sources]\npaths = ['x']\n", "c.toml: no recipe is named"),
        ("branch = 'a..b'\n" + GOOD, "c.toml:1: 'a..b' is no name for a branch"),
        ("author = 'me'\n" + GOOD, "c.toml:1: an author is 'Name <mail>'"),
        (GOOD + "[clones]\ndisk = 'much'\n", "c.toml:5: 'much' is no size"),
        (GOOD + "[waves]\npause = -1\n", "c.toml:5: 'pause' is less than nothing"),
        (GOOD + "[[for]]\nparameters = {a = 'b'}\n", "c.toml: a 'for' names its repositories"),
    ],
)
def test_a_wrong_campaign_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(BadUsage) as error:
        parse_campaign("c.toml", text)
    assert str(error.value).startswith(message)


def test_a_campaign_and_its_defaults() -> None:
    more = "[parameters]\nto = 'b'\nn = 2\non = true\nall = ['a', 'b']\n[waves]\nsize = 5\n"
    read = parse_campaign("some/where/c.toml", GOOD + more)
    assert read.parameters == (("to", "b"), ("n", "2"), ("on", "true"), ("all", "a,b"))
    assert (read.branch, read.to, read.draft, read.waves.size) == (
        "ci-migrate/a",
        "patches",
        True,
        5,
    )
    assert (read.sources, read.state) == ((("paths", "x"),), Path("some/where/c.bulk"))


def test_an_unknown_parameter_is_wrong(tmp_path: Path) -> None:
    bare(tmp_path / "repos" / "a.git", {FILE: OLD})
    path = campaign(tmp_path)
    path.write_text(path.read_text() + "[parameters]\ntoo = 'x'\n")
    run = bulk("run", "campaign.toml", cwd=tmp_path)
    assert run.returncode == 2
    assert "no recipe of the campaign has a parameter 'too'; did you mean 'to'?" in run.stderr


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://user:pass@example.org/a.git", "https://example.org/a.git"),
        ("fatal: 'https://t0ken@example.org/a' failed", "fatal: 'https://example.org/a' failed"),
        ("https://u:p@a/x and ssh://git@b/y", "https://a/x and ssh://b/y"),
        ("git@example.org:a/b.git", "git@example.org:a/b.git"),
        ("https://example.org/a@b", "https://example.org/a@b"),
    ],
)
def test_credentials_are_taken_out(text: str, clean: str) -> None:
    assert redacted(text) == clean


def test_a_name_holds_no_password_of_whatever_characters() -> None:
    found = remote("https://me:it's\"mine@example.org/a.git", Path())
    assert found.name == "https://example.org/a.git"


def test_the_size_of_a_clone_is_what_it_takes(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path, 1)
    size = work(task._replace(clones=str(tmp_path / "clones"))).size
    taken = subprocess.run(["du", "-sk", tmp_path / "clones"], capture_output=True, check=True)
    assert size == pytest.approx(int(taken.stdout.split()[0]) * 1024, abs=8192)


class Asked(BaseHTTPRequestHandler):
    """A host that wants a login, and writes down which came and all commands that run then."""

    logins: ClassVar[list[str]] = []
    commands: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        self.logins.append(self.headers.get("Authorization", ""))
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                self.commands.append(path.read_bytes())
        self.send_response(404 if self.logins[-1] else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Busy(BaseHTTPRequestHandler):
    """A host that has too much to do."""

    def do_GET(self) -> None:
        self.send_response(429)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Run a host on loopback, and give its port."""
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of commands")
def test_a_login_is_no_argument_and_not_for_helpers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = tmp_path / "stored"
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "credential.helper")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"!cat >>'{stored}'; :")
    with serving(Asked) as port:
        url = f"http://me:s3%2Fcr3t%5Cn@127.0.0.1:{port}/a.git"
        with pytest.raises(BadFile, match="not found"):
            Clone.at(tmp_path, Remote("a", url), 10).head("")
    assert b64decode(Asked.logins[-1].removeprefix("Basic ")) == b"me:s3/cr3t\\n"
    assert any(b"git-remote-http" in command for command in Asked.commands)
    assert not any(b"cr3t" in command for command in Asked.commands)
    assert not stored.exists()
    assert "s3" not in repr(Remote("a", url))


class Time:
    """A clock whose sleep passes at once and is remembered."""

    def __init__(self) -> None:
        self.moment, self.slept = 0.0, []  # type: tuple[float, list[float]]

    def sleep(self, seconds: float) -> None:
        self.moment += seconds
        if seconds:
            self.slept.append(seconds)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.moment, self.sleep)


def test_waves_have_a_size_a_pause_and_a_rate() -> None:
    time_ = Time()
    sent = list(in_waves(range(5), lambda n: True, Waves(2, 600, 30), time_.clock))
    assert sent == [0, 1, 2, 3, 4]
    assert time_.slept == [2.0, 600.0, 2.0, 600.0]


def test_a_long_pause_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    pause(2.0)
    assert capsys.readouterr() == ("", "")
    pause(900.0)
    assert capsys.readouterr() == ("", "nothing goes out for 900 s\n")
    assert slept == [2.0, 900.0]


def test_waves_stop_where_too_many_fail() -> None:
    assert list(in_waves(range(9), lambda n: n % 2 == 0, Waves(stop=2), Time().clock)) == [
        0,
        1,
        2,
        3,
    ]


def test_a_host_that_wants_to_be_asked_later_is() -> None:
    time_, asked = Time(), []

    def send(number: int) -> bool:
        asked.append(number)
        if len(asked) < 3:
            raise Later("busy", 7)
        return True

    assert list(in_waves([1], send, Waves(), time_.clock)) == [1]
    assert time_.slept == [7, 7]


def test_the_journal_is_only_added_to(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.running():
        journal.record("a", [Step("cloned", {"key": "k"}), Step("unchanged")])
        with pytest.raises(ValueError, match="'pushed' does not follow 'unchanged'"):
            journal.record("a", [Step("failed"), Step("cloned"), Step("unchanged"), Step("pushed")])
    journal.close()
    base = sqlite3.connect(tmp_path / "journal.sqlite")
    for statement in ("DELETE FROM events", "UPDATE events SET state = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            base.execute(statement)
    base.close()
    journal = Journal(tmp_path)
    assert {name: entry.state for name, entry in journal.entries.items()} == {"a": "unchanged"}
    journal.close()


def test_every_repository_may_begin_and_fail_anew() -> None:
    for state in STATES:
        assert may_follow(state, "cloned")
        assert may_follow(state, "failed")
        assert not may_follow(None, state) or state in ("cloned", "failed")
    assert not may_follow("unchanged", "pushed")
    assert not may_follow("cloned", "proved")


GH = """\
#!{python}
# Answers like `gh api --include`, from a file that keeps what was asked.
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
log = here / "asked"
asked = log.read_text().splitlines() if log.exists() else []
log.write_text("\\n".join([*asked, json.dumps(sys.argv[1:])]) + "\\n")
path = sys.argv[3] if sys.argv[3] != "--method" else sys.argv[5]
posts = [line for line in asked if "POST" in line]
if sys.argv[1:3] == ["repo", "list"]:
    print(json.dumps([{{"url": "file://{repo}"}}])); sys.exit()
if "POST" in sys.argv:
    if not posts:
        print("HTTP/2.0 429 Too Many Requests\\nRetry-After: 1\\n\\n{{}}"); sys.exit(1)
    print("HTTP/2.0 201 Created\\n\\n" + json.dumps({{"html_url": "https://h/1", "web_url": "https://h/1"}}))
elif "?" in path:
    print("HTTP/2.0 200 OK\\n\\n" + os.environ.get("FOUND", "[]"))
else:
    print("HTTP/2.0 200 OK\\n\\n" + json.dumps({{"default_branch": "main"}}))
"""


@pytest.mark.parametrize(("to", "tool"), [("github", "gh"), ("gitlab", "glab")])
def test_a_request_is_opened_once(tmp_path: Path, to: str, tool: str) -> None:
    repo = bare(tmp_path / "host" / "org" / "a.git", {FILE: OLD})
    executable(tmp_path / "bin" / tool, GH.format(python=sys.executable, repo=repo))
    path = campaign(tmp_path, to=to)
    path.write_text(path.read_text().replace('folder = "repos"', f'paths = ["file://{repo}"]'))
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    run = bulk("run", "campaign.toml", cwd=tmp_path, **env)
    assert run.returncode == 0, run.stdout
    assert "opened     file://" in run.stdout
    assert "https://h/1" in run.stdout
    assert shown(repo, "ci-migrate/move") == NEW
    again = bulk("run", "campaign.toml", cwd=tmp_path, **env)
    assert again.returncode == 0
    asked = [json.loads(line) for line in (tmp_path / "bin" / "asked").read_text().splitlines()]
    posts = [words for words in asked if "POST" in words]
    assert len(posts) == 2  # the first was answered by Retry-After
    told = dict(word.split("=", 1) for word in posts[1] if "=" in word)
    assert told["title"].endswith("Move the jobs of the old queue")
    assert told.get("draft") == "true" or told["title"].startswith("Draft: ")
    assert told.get("base", told.get("target_branch")) == "main"


@pytest.mark.parametrize(
    ("to", "tool", "found", "end"),
    [
        ("github", "gh", {"state": "closed", "merged_at": None}, "refused"),
        ("github", "gh", {"state": "closed", "merged_at": "2026-01-01T00:00:00Z"}, "opened"),
        ("github", "gh", {"state": "open", "merged_at": None}, "as it was"),
        ("gitlab", "glab", {"state": "closed"}, "refused"),
        ("gitlab", "glab", {"state": "merged"}, "opened"),
        ("gitlab", "glab", {"state": "opened"}, "as it was"),
    ],
)
def test_what_somebody_closed_is_not_asked_for_again(
    tmp_path: Path, to: str, tool: str, found: dict[str, str | None], end: str
) -> None:
    repo = bare(tmp_path / "host" / "org" / "a.git", {FILE: OLD})
    executable(tmp_path / "bin" / tool, GH.format(python=sys.executable, repo=repo))
    (tmp_path / "bin" / "asked").write_text('["POST"]\n')  # no Retry-After this time
    path = campaign(tmp_path, to=to)
    path.write_text(path.read_text().replace('folder = "repos"', f'paths = ["file://{repo}"]'))
    earlier = [{**found, "html_url": "https://h/0", "web_url": "https://h/0"}]
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "FOUND": json.dumps(earlier)}
    run = bulk("run", "campaign.toml", cwd=tmp_path, **env)
    posts = (tmp_path / "bin" / "asked").read_text().count("POST") - 1
    assert (run.returncode, posts) == (3 if end == "refused" else 0, int(end == "opened"))
    pushed = git(repo, "branch", "--list", "ci-migrate/move")
    assert bool(pushed) == (end != "refused")
    assert ("was closed, and not merged: https://h/0" in run.stdout) == (end == "refused")


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("429 Too Many Requests\nRetry-After: 7", 7),
        ("429 Too Many Requests", 60),
        ("503 Service Unavailable\nretry-after: {date}", 90),
        ("403 Forbidden\nX-Ratelimit-Remaining: 0\nX-Ratelimit-Reset: {epoch}", 90),
        ("403 Forbidden\nX-Ratelimit-Remaining: 0\nX-Ratelimit-Reset: 1", 1),
        ("403 Forbidden\nX-Ratelimit-Remaining: 9\nX-Ratelimit-Reset: {epoch}", None),
        ("404 Not Found", None),
    ],
)
def test_how_long_a_host_wants_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, seconds: float | None
) -> None:
    moment = time.time() + 90
    head = head.format(date=formatdate(moment, usegmt=True), epoch=int(moment))
    executable(tmp_path / "gh", f"#!/bin/sh\nprintf 'HTTP/2.0 %s\\n\\n{{}}' '{head}'\nexit 1\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(Later if seconds else BadFile) as caught:
        request("gh", "x", a="b")
    if isinstance(caught.value, Later):
        assert caught.value.seconds == pytest.approx(seconds, abs=3)
    else:
        assert seconds is None


def test_a_busy_host_is_pushed_to_later(tmp_path: Path) -> None:
    with serving(Busy) as port:
        clone = Clone.at(tmp_path, Remote("a", f"http://127.0.0.1:{port}/a.git"), 10)
        change = Change("a", clone, "", "0" * 40, "b", "", ("0" * 40,), "", "", True, tmp_path)
        with pytest.raises(Later):
            push(change)


def test_a_missing_command_is_a_failure(tmp_path: Path) -> None:
    repo = bare(tmp_path / "repos" / "a.git", {FILE: OLD})
    path = campaign(tmp_path, to="gitlab")
    path.write_text(path.read_text().replace('folder = "repos"', f'paths = ["file://{repo}"]'))
    bin_ = tmp_path / "bin"
    executable(bin_ / "git", f'#!/bin/sh\nPATH={os.environ["PATH"]} exec git "$@"\n')
    run = bulk("run", "campaign.toml", cwd=tmp_path, PATH=str(bin_))
    assert run.returncode == 4
    assert "the command 'glab' is not here" in run.stdout
    assert not git(repo, "branch", "--list", "ci-migrate/move")


def test_github_lists_its_repositories(tmp_path: Path) -> None:
    repo = bare(tmp_path / "host" / "org" / "a.git", {FILE: OLD})
    executable(tmp_path / "bin" / "gh", GH.format(python=sys.executable, repo=repo))
    path = campaign(tmp_path, to="push")
    path.write_text(path.read_text().replace('folder = "repos"', 'github = "org"'))
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    assert bulk("run", "campaign.toml", cwd=tmp_path, **env).returncode == 0
    assert shown(repo, "ci-migrate/move") == NEW


def tasks(folder: Path, count: int) -> Iterator[Task]:
    for number in range(count):
        repo = bare(folder / "repos" / f"{number}.git", {FILE: OLD})
        text = RecipeText("move", "move.yaml", RECIPE)
        yield Task(
            Remote(str(repo), f"file://{repo}"), (text,), (), "key", author=AUTHOR, branch="b"
        )


def test_work_never_raises(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path, 1)
    assert [step.state for step in work(task).steps][-1] == "committed"
    for wrong in (
        task._replace(remote=Remote("x", "file:///nowhere")),
        task._replace(recipes=(RecipeText("move", "move.yaml", "nonsense"),)),
        task._replace(base="no-such-branch"),
        task._replace(clones="/dev/null/x"),
    ):
        (step,) = work(wrong).steps
        assert step.state == "failed"
        assert step.data["error"]


def test_a_killed_process_is_replaced(tmp_path: Path) -> None:
    """One of the repositories kills the process that works on it; the others still come."""
    good = list(tasks(tmp_path, 4))
    executor = load_executor("local", jobs=2, scheduler="")
    results = []
    killed = False
    for result in executor.results(good):
        results.append(result)
        if not killed:
            killed = True
            pool = executor._pool  # type: ignore[attr-defined]
            os.kill(next(iter(pool._processes)), 9)
    executor.close()
    assert Counter(r.name for r in results) == Counter(t.remote.name for t in good)
    assert {r.steps[-1].state for r in results} == {"committed"}


def test_dask_needs_a_scheduler() -> None:
    with pytest.raises(BadUsage, match="needs a scheduler"):
        load_executor("dask", jobs=1, scheduler="")
    with pytest.raises(BadUsage, match="goes with --executor dask"):
        load_executor("local", jobs=1, scheduler="tcp://x:1")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A real scheduler and two real workers, each a process of its own, on loopback."""
    told = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    run = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    words = ["--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(told)]
    started = [subprocess.Popen([*run, *words], **quiet)]  # type: ignore[call-overload]
    while not told.exists() or not told.read_text():
        time.sleep(0.05)
    address = json.loads(told.read_text())["address"]
    run = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
    words = ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    started += [subprocess.Popen([*run, *words], **quiet) for _ in range(2)]  # type: ignore[call-overload]
    yield address, started
    for process in reversed(started):
        process.kill()
        process.wait()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:(distributed|dask|tornado).*")
def test_dask_loses_a_worker_and_no_result(
    tmp_path: Path, cluster: tuple[str, list["subprocess.Popen[bytes]"]]
) -> None:
    address, (_, lost, _) = cluster
    executor: Executor = load_executor("dask", jobs=1, scheduler=address)
    deadline = time.monotonic() + 15
    while len(executor._client.nthreads()) < 2 and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.05)
    good = list(tasks(tmp_path, 24))
    results: list[Result] = []
    for result in executor.results(good):
        results.append(result)
        if len(results) == 4:
            lost.kill()
    executor.close()
    assert Counter(r.name for r in results) == Counter(t.remote.name for t in good)
    assert {r.steps[-1].state for r in results} == {"committed"}


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ci_migrate.bulk.executors.dask._PATIENCE", 0.5)
    with pytest.raises(BadFile, match="can't be reached"):
        load_executor("dask", jobs=1, scheduler="tcp://127.0.0.1:9")
