"""What calls of pytest, and of scripts, run: the files and folders that they name."""

from collections.abc import Iterator
from typing import NamedTuple

from ci_migrate.job import Workspace
from ci_migrate.shell_calls import Call, below_root


class Named(NamedTuple):
    """A path that a call names: as it is written, and from the root, if that is known.

    `role` says what for: `test`, `script`, `install`, `ignore` or `deselect`.
    """

    role: str
    written: str
    path: str | None


class Run(NamedTuple):
    """A call that runs tests or a script: what it names, and by what it chooses among that."""

    call: Call
    named: tuple[Named, ...]
    keyword: str = ""  # of -k
    marks: str = ""  # of -m

    def of(self, role: str) -> Iterator[Named]:
        """Yield what it names in one role."""
        return (one for one in self.named if one.role == role)


def run_of(call: Call, workspace: Workspace) -> Run | None:
    """Return what a call runs; None if it is neither pytest nor a known way to run a script."""
    words = _unwrapped(call.words)
    if not words:
        return None
    program = words[0].rpartition("/")[2]
    if program == "pytest":
        return _pytest(call, words[1:], workspace)
    if program in _SHELLS:
        return _script(call, words[1:], _VALUED_BY_SHELLS, workspace)
    if program == "torchrun" or _is_python(program):
        return _script(call, words[1:], _VALUED_BY_PYTHON, workspace)
    if words[:2] == ("uv", "pip"):
        words = words[1:]
    if words[0] in ("pip", "pip3"):
        return _pip(call, words[1:], workspace)
    if words[0].endswith((".sh", ".py")):
        return Run(call, (_name("script", words[0], call, workspace),))
    return None


_SHELLS = ("bash", "sh")
_VALUED_BY_SHELLS = frozenset(("-o", "-O"))
_VALUED_BY_PYTHON = frozenset((
    "-X", "-W", "--nnodes", "--nproc-per-node", "--nproc_per_node", "--rdzv_backend",
    "--rdzv-backend", "--rdzv_endpoint", "--rdzv-endpoint", "--rdzv_id", "--rdzv-id",
    "--master_addr", "--master-addr", "--master_port", "--master-port", "--node_rank",
    "--node-rank",
))  # fmt: skip
_VALUED_BY_PYTEST = frozenset((
    "-k", "-m", "-n", "-c", "-p", "-o", "-r", "-W", "--ignore", "--ignore-glob", "--deselect",
    "--maxfail", "--timeout", "--durations", "--junitxml", "--junit-xml", "--rootdir",
    "--confcutdir", "--basetemp", "--tb", "--dist", "--cov", "--cov-report", "--cov-config",
    "--reruns", "--import-mode", "--log-level", "--log-cli-level", "--capture", "--color",
    "--override-ini", "--numprocesses", "--shard-id", "--num-shards", "--splits", "--group",
    "--html", "--durations-min", "--last-failed-no-failures",
))  # fmt: skip
_FLAGS_OF_PYTEST = frozenset((
    "--exitfirst", "--lf", "--last-failed", "--ff", "--failed-first", "--forked", "--verbose",
    "--quiet", "--collect-only", "--co", "--no-header", "--no-summary", "--strict-markers",
    "--runxfail", "--pdb", "--disable-warnings", "--cache-clear", "--full-trace", "--showlocals",
    "--no-cov", "--doctest-modules",
))  # fmt: skip


def _unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without a program that does nothing but start another."""
    while words:
        starts = _starters(words)
        if not starts:
            return words
        words = words[starts:]
    return ()


def _starters(words: tuple[str, ...]) -> int:
    """Return how many words at the front only start what is behind them."""
    name = words[0].rpartition("/")[2]
    if words[:2] in (("uv", "run"), ("poetry", "run"), ("pipenv", "run")):
        return 2
    if name == "timeout" and words[1:] and not words[1].startswith("-"):
        return 2
    if words[1:3] == ("-m", "pytest") and _is_python(name):
        return 2
    return 3 if words[:4] == ("coverage", "run", "-m", "pytest") else 0


def _is_python(program: str) -> bool:
    return program.removeprefix("python").replace(".", "").isdecimal() or program == "python"


def _script(
    call: Call, words: tuple[str, ...], valued: frozenset[str], workspace: Workspace
) -> Run | None:
    """Return the script that an interpreter runs: the first word that is no option of its own."""
    rest = iter(words)
    for word in rest:
        if word in valued:
            next(rest, "")
        elif word in ("-c", "-m", "-", "--module"):  # code, or a module, and no file
            return None
        elif word.startswith("-"):
            if "c" in word and not word.startswith("--"):  # as in `bash -lc`
                return None
        else:
            return Run(call, (_name("script", word, call, workspace),))
    return None


def _pytest(call: Call, words: tuple[str, ...], workspace: Workspace) -> Run:
    named: list[Named] = []
    keyword = marks = ""
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            named.append(_name("test", word, call, workspace))
            continue
        short = not word.startswith("--")
        if short and word[:2] in ("-k", "-m", "-p", "-n", "-o", "-W", "-c") and len(word) > 2:
            option, value = word[:2], word[2:]
        elif option in _VALUED_BY_PYTEST:
            value = value if equals else next(rest, "")
        elif not equals and not short and option not in _FLAGS_OF_PYTEST:
            next(rest, "")  # of a plugin: it may take a value, which is no test then
            continue
        if option == "-k":
            keyword = value
        elif option == "-m":
            marks = value
        elif option in ("--ignore", "--deselect"):
            named.append(_name(option[2:], value, call, workspace))
    return Run(call, tuple(named), keyword, marks)


def _pip(call: Call, words: tuple[str, ...], workspace: Workspace) -> Run | None:
    """Return what pip reads: lists of requirements, and packages by their folder."""
    named: list[Named] = []
    for before, word in zip(("", *words), words, strict=False):
        listed = before in ("-r", "--requirement", "-c", "--constraint")
        if listed or (word.startswith(("./", "../")) and before != "--target"):
            named.append(_name("install", word.partition("[")[0], call, workspace))
    return Run(call, tuple(named)) if named else None


def _name(role: str, written: str, call: Call, workspace: Workspace) -> Named:
    path = below_root(written.partition("::")[0].partition("[")[0], call.folder, workspace)
    return Named(role, written, path)
