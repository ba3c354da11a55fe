"""Ask a code host through its own command, `gh` or `glab`, which keeps the credentials."""

import json
import os
import re
import subprocess
import time
from email.utils import mktime_tz, parsedate_tz
from typing import Any

from ci_migrate.bulk.remote import redacted
from ci_migrate.errors import BadFile

_TIMEOUT = 120.0  # seconds for one answer
_LATER = 60.0  # seconds to wait where the host says no time


class Later(BadFile):
    """The host wants to be asked again in a number of `seconds`."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(what)
        self.seconds = seconds


def ask(*command: str) -> str:
    """Return what a command says; raises BadFile where it is missing or fails."""
    return _checked(_run(command), command[0])


def request(tool: str, path: str, **fields: str | bool) -> Any:
    """Return the host's answer to a request: one that reads, or with fields one that makes.

    Raises Later where the host asks to wait, and BadFile where it refuses.
    """
    given = [word for name, value in fields.items() for word in _field(name, value)]
    method = ["--method", "POST"] if fields else []
    run = _run((tool, "api", "--include", *method, path, *given))
    head, _, body = run.stdout.replace("\r\n", "\n").partition("\n\n")
    status = re.match(r"HTTP/\S+ (\d+)", head)
    code = int(status[1]) if status else 0
    if code in (403, 429, 503) and (seconds := _wait(code, head, run.stderr + body)):
        raise Later(f"{tool}: the host asks to wait", seconds)
    _checked(run, tool)
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadFile(f"{tool} gave no JSON", hint=f"try '{tool} api {path}'") from error


def _wait(code: int, head: str, said: str) -> float:
    """Return the seconds after which a host wants to be asked again; 0 where it refuses for good.

    Hosts say it by a number or a time in Retry-After. GitHub, where the requests of an hour are
    used up, names the second of the epoch from which on there are more.
    """
    fields = dict(re.findall(r"^([\w-]+): *(.*)$", head.lower(), re.M))
    told = fields.get("retry-after", "")
    if told.isdecimal():
        return float(told) or 1.0
    if told and (moment := parsedate_tz(told)):
        return max(mktime_tz(moment) - time.time(), 1.0)
    reset = fields.get("x-ratelimit-reset", "")
    if fields.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(float(reset) - time.time(), 1.0)
    return _LATER if code == 429 or "secondary rate limit" in said else 0.0


def _field(name: str, value: str | bool) -> tuple[str, str]:
    if isinstance(value, bool):
        return "--field", f"{name}={str(value).lower()}"
    return "--raw-field", f"{name}={value}"


def _run(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "GH_PROMPT_DISABLED": "1", "NO_PROMPT": "1", "NO_COLOR": "1"}
    try:
        return subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, timeout=_TIMEOUT
        )
    except FileNotFoundError as error:
        hint = "install it, and log in with it"
        raise BadFile(f"the command '{command[0]}' is not here", hint=hint) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadFile(f"'{command[0]}' gave no answer") from error


def _checked(run: "subprocess.CompletedProcess[str]", tool: str) -> str:
    if run.returncode:
        said = (run.stderr.strip() or run.stdout.strip()).split("\n")[0]
        raise BadFile(redacted(f"{tool}: {said}"), hint=f"check '{tool} auth status'")
    return run.stdout
