"""Run git so that nothing in a repository's own files can make it run anything else.

A repository's config can name commands: a file system monitor, hooks, filters for content, a
program that checks signatures, helpers that fetch. Which of them git would run here is known, and
each is switched off by settings that go before the repository's. It takes git 2.31 or newer.
"""

import os
import re
from collections.abc import Mapping

_ALWAYS = ("--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects")
_SETTINGS = {
    "core.fsmonitor": "",  # off in every version; old ones take `false` for a command
    "core.hooksPath": os.devnull,
    "log.showSignature": "false",
    "core.alternateRefsCommand": "",
}
_ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # what stops a fetch in versions that do not know the one above
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_GRAFT_FILE": os.devnull,
}
# What counts of what the user has set, or git in a hook that a push runs; the other variables lead
# to another repository, or another index, than that of the folder that was named.
_KEPT = re.compile(
    "GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|PARAMETERS|COUNT|(KEY|VALUE)_[0-9]+)|EXEC_PATH"
    "|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|QUARANTINE_PATH|CEILING_DIRECTORIES)"
)
_FILTER = re.compile(r"(filter\..*\.)(?:clean|smudge|process|required)", re.S | re.I)
_OWN_SCOPES = ("local", "worktree")


class GitFailed(Exception):
    """git could not be run, or ended with an error; its first line says why."""


def run(
    folder: str,
    words: tuple[str, ...],
    *,
    settings: Mapping[str, str] | None = None,
    given: bytes = b"",
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Run git in a folder and return what it says; raises GitFailed.

    It gets more `settings` than ours, and `more` in its environment.
    """
    import subprocess  # only a run that writes, or reads a revision, needs it

    environment = {**_environment({**_SETTINGS, **(settings or {})}), **(more or {})}
    try:
        done = subprocess.run(
            ["git", *_ALWAYS, *words],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitFailed(str(error.strerror)) from error
    except ValueError as error:  # a NUL among the words
        raise GitFailed(str(error)) from error
    if done.returncode:
        raise GitFailed(done.stderr.decode(errors="replace").strip().split("\n")[0])
    return done.stdout


def without_filters(folder: str) -> Mapping[str, str]:
    """Return settings that empty the filters of a repository's own config; the user's stay.

    Only what compares files with what is committed runs any.
    """
    words = iter(
        run(folder, ("config", "--list", "--show-scope", "--name-only", "-z")).split(b"\0")
    )
    settings: dict[str, str] = {}
    for scope, name in zip(words, words, strict=False):
        found = _FILTER.fullmatch(os.fsdecode(name))
        if found and os.fsdecode(scope) in _OWN_SCOPES:
            settings |= {f"{found[1]}{kind}": "" for kind in ("clean", "smudge", "process")}
            settings[f"{found[1]}required"] = "false"
    return settings


def with_settings(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with settings of git in it, behind those that are there and stay."""
    given = environment.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    more = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (name, value) in enumerate(settings.items(), first):
        more |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {**environment, **more}


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith("GIT_") or _KEPT.fullmatch(n)}
    return {**with_settings(kept, settings), **_ENVIRONMENT}
