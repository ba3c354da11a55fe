"""No command opens a connection or imports what lies in the tree."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import cli
from tests.test_visible import COMMANDS, tree

__all__ = ["tree"]

# Whatever a command does, a look-up of a name or a connection ends it with a code of its own.
GUARD = """\
import os, sys
NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"}
sys.addaudithook(lambda event, _: os._exit(99) if event in NETWORK else None)
sys.argv[0] = "ci-migrate"
"""
RUN = "from ci_migrate.cli import main\nmain()\n"
CONNECT = "import socket\nsocket.create_connection(('127.0.0.1', 9))\n"


def guarded(code: str, *words: str, cwd: Path) -> int:
    command = [sys.executable, "-c", GUARD + code, *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    "words",
    [
        *COMMANDS.values(),
        ("apply", "r"),
        ("recover",),
        ("schema",),
        ("verify", "HEAD"),
        ("--help",),
    ],
    ids=lambda words: "-".join(words[:4]).encode("ascii", "backslashreplace").decode(),
)
def test_no_command_uses_the_network(tree: Path, words: tuple[str, ...]) -> None:
    assert guarded(RUN, *words, cwd=tree) in (0, 1, 2, 3)


def test_the_guard_sees_a_connection(tmp_path: Path) -> None:
    assert guarded(CONNECT, cwd=tmp_path) == 99


@pytest.mark.parametrize("module", ["yaml", "typer", "ruamel", "difflib", "json", "gc"])
def test_a_module_in_the_tree_is_not_imported(tree: Path, module: str) -> None:
    (tree / f"{module}.py").write_text("open('ran', 'w')\n")
    assert cli("apply", "r", "--dry-run", "--format", "json", cwd=tree).returncode == 0
    assert not (tree / "ran").exists()
