"""Run a command on a copy of a tree, in a folder of its own, and return what it makes.

The command is one that the user has named. It sees no variables of the environment but a few that
are harmless and those that are given, and a home folder that is empty.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ci_migrate.errors import BadFile, CiMigrateError, Place, Refused
from ci_migrate.generators import Call
from ci_migrate.git_process import GitFailed
from ci_migrate.git_process import run as run_git
from ci_migrate.tree import Tree, decode

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "SYSTEMROOT")
_LARGEST = 64 << 20  # bytes of a result
_SAID = 3  # last lines of what a command that failed said


def outputs(trees: Iterable[Tree], call: Call, *, limit: float) -> list[str]:
    """Return what a command makes of each tree, run in a folder of the same path.

    Each run may take `limit` seconds. Raises Refused for a command that fails, that takes too long,
    or that makes no text.
    """
    with tempfile.TemporaryDirectory(prefix="ci-migrate-", ignore_cleanup_errors=True) as above:
        return [
            _output(tree, call, Path(above), number, limit) for number, tree in enumerate(trees)
        ]


def _output(tree: Tree, call: Call, above: Path, number: int, limit: float) -> str:
    folder = above / "tree"
    folder.mkdir()
    try:
        _lay(tree, folder)
        if call.words:
            said = _run(call, folder, above / f"of{number}", limit)
        return decode(call.result, _result(folder, call.result)) if call.result else said
    except OSError as error:
        what = f"a copy for the generator can't be made: {error.strerror}"
        raise BadFile(what, place=Place(str(folder)), hint="check the disk") from error
    finally:
        folder.rename(above / f"done{number}")


def _lay(tree: Tree, folder: Path) -> None:
    """Write the files of a tree below a folder; a script can be run there."""
    for path in tree.paths(("**",)):
        content = tree.read(path)
        if content is None:
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if content.startswith(b"#!"):
            target.chmod(0o755)


def _run(call: Call, folder: Path, own: Path, limit: float) -> str:
    home, bin_ = own / "home", own / "bin"
    for path in (home, bin_):
        path.mkdir(parents=True)
    for name in call.stand_ins:
        (bin_ / name).write_text("#!/bin/sh\nexit 0\n")
        (bin_ / name).chmod(0o755)
    if call.git:
        _commit(folder)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "PYTHONHASHSEED": "0"}
    environment["PATH"] = os.pathsep.join([str(bin_), environment.get("PATH", os.defpath)])
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict(call.env),
    }
    with (own / "stdout").open("w+b") as out, (own / "stderr").open("w+b") as errors:
        code = _wait(call.words, folder, environment, limit, out.fileno(), errors.fileno())
        out.seek(0)
        errors.seek(0)
        if code:
            raise _failed(call, f"ended with {code}", errors.read(_LARGEST) or out.read(_LARGEST))
        return "" if call.result else decode("standard output", _bounded(out.read(_LARGEST + 1)))


def _wait(
    words: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    limit: float,
    out: int,
    errors: int,
) -> int:
    """Run a command to its end; kills all that it has started if it takes too long."""
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        what = f"the generator '{words[0]}' can't be run: {why}"
        raise Refused(what, hint="check --generator") from error
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired as error:
        what = f"the generator took more than {limit:g} seconds"
        raise Refused(what, hint="give it more with --time-limit") from error
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _commit(folder: Path) -> None:
    """Make a repository of a folder, with one commit of all that is in it."""
    own = {"GIT_AUTHOR_NAME": "ci-migrate", "GIT_AUTHOR_EMAIL": "ci-migrate@localhost"}
    own |= {"GIT_COMMITTER_NAME": "ci-migrate", "GIT_COMMITTER_EMAIL": "ci-migrate@localhost"}
    own |= {"GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z"}
    try:
        for words in (
            ("init", "--quiet", "--initial-branch", "main"),
            ("add", "--all", "--force"),
            ("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", "The tree"),
        ):
            run_git(str(folder), words, more=own)
    except GitFailed as error:
        what = f"a repository for the generator can't be made: {error}"
        raise Refused(what, hint="check git") from error


def _result(folder: Path, path: str) -> bytes:
    found = (folder / path).resolve()
    if not found.is_relative_to(folder.resolve()):
        raise Refused("the result is out of the tree", place=Place(path), hint="name one inside")
    if not found.is_file():
        raise Refused(
            "the generator has not made this file", place=Place(path), hint="check --result"
        )
    with found.open("rb") as file:
        return _bounded(file.read(_LARGEST + 1))


def _bounded(content: bytes) -> bytes:
    if len(content) > _LARGEST:
        raise Refused("the generator makes more than can be compared", hint="render less")
    return content


def _failed(call: Call, how: str, said: bytes) -> CiMigrateError:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    told = "; ".join(lines[-_SAID:]) or "it says nothing"
    return Refused(f"the generator '{call.words[0]}' {how}: {told}", hint="run it by hand")
