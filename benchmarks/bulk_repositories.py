"""Makes git repositories for a campaign, of several CI systems and in every kind of disorder."""

import subprocess
from collections.abc import Callable
from pathlib import Path

OLD, NEW = "pool-old", "pool-new"

_FILES: dict[str, tuple[str, str]] = {
    "vllm": (
        ".buildkite/test_areas/a.yaml",
        "steps:\n- label: A {n}\n  device: {q}  # keep\n- label: B\n  device: other\n",
    ),
    "github": (
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a{n}:\n    runs-on: {q}  # keep\n    steps:\n      - run: make\n",
    ),
    "gitlab": (".gitlab-ci.yml", "a{n}:\n  tags: [{q}]  # keep\n  script:\n    - make\n"),
    "circleci": (
        ".circleci/config.yml",
        "version: 2.1\njobs:\n  a{n}:\n    machine: true\n    resource_class: {q}  # keep\n"
        "    steps: [checkout]\nworkflows:\n  w:\n    jobs: [a{n}]\n",
    ),
    "azure": (
        "azure-pipelines.yml",
        "jobs:\n- job: a{n}\n  pool: {q}  # keep\n  steps:\n  - script: make\n",
    ),
}
_BLOCK = "steps:\n- label: A {n}\n  device: |-\n    {q}\n"  # a queue on lines is refused
_KINDS = ("vllm", "github", "gitlab", "circleci", "azure")


def build(folder: Path, count: int) -> dict[str, str]:
    """Make the repositories, and return the state in which each must end, by its path."""
    made: dict[str, str] = {}
    for number in range(count):
        path = folder / f"{number // 100:02}" / f"r{number:05}"
        make, state = _kind(number)
        make(path, number)
        made[str(path)] = state
    return made


def _kind(number: int) -> tuple[Callable[[Path, int], None], str]:
    """Of twenty: eleven to change, two of them dirty or huge, five done, and four in disorder."""
    match number % 20:
        case 0:
            return _empty, "unchanged"
        case 1:
            return _broken, "failed"
        case 2:
            return _on_lines, "refused"
        case 3:
            return _dirty, "pushed"
        case 4 if number % 100 == 4:
            return _huge, "pushed"
        case 5 | 6 | 7 | 8 | 9:
            return _done, "unchanged"
        case 10:
            return _without_ci, "unchanged"
        case _:
            return _usual, "pushed"


def _usual(path: Path, number: int) -> None:
    _bare(path, {**_ci(number, OLD), **_code(20)})


def _done(path: Path, number: int) -> None:
    _bare(path, {**_ci(number, NEW), **_code(20)})


def _on_lines(path: Path, number: int) -> None:
    _bare(path, {_FILES["vllm"][0]: _BLOCK.format(n=number, q=OLD), **_code(5)})


def _without_ci(path: Path, number: int) -> None:
    _bare(path, _code(10))


def _huge(path: Path, number: int) -> None:
    large = {f"data/{part}.bin": f"{part}" * (1 << 21) for part in range(4)}
    _bare(path, {**_ci(number, OLD), **_code(3000), **large})


def _empty(path: Path, number: int) -> None:
    _bare(path, {})


def _broken(path: Path, number: int) -> None:
    _bare(path, _ci(number, OLD))
    (path / "HEAD").write_text("nothing that git could read\n")


def _dirty(path: Path, number: int) -> None:
    """Make a repository with its files, some of which are changed and not committed."""
    _bare(path / ".git", {**_ci(number, OLD), **_code(5)})
    git(path / ".git", "config", "core.bare", "false")
    git(path, "reset", "-q", "--hard")
    for name in _ci(number, OLD):
        (path / name).write_text("not: [valid\n")


def _ci(number: int, queue: str) -> dict[str, str]:
    path, text = _FILES[_KINDS[number // 20 % len(_KINDS)]]
    return {path: text.format(n=number, q=queue)}


def _code(count: int) -> dict[str, str]:
    text = "int f(void) {{ return {n}; }}\n" * 9
    return {f"src/part_{n % 7}/{n}.c": text.format(n=n) for n in range(count)}


def _bare(path: Path, files: dict[str, str]) -> None:
    path.mkdir(parents=True)
    git(path, "init", "-q", "--bare", "-b", "main", "--template=")
    git(path, "config", "uploadpack.allowFilter", "true")
    if not files:
        return
    stream = ["commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 1\nx\n"]
    for name, text in files.items():
        stream.append(f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n")
    git(path, "fast-import", "--quiet", given="".join(stream))


def git(folder: Path, *words: str, given: str | None = None) -> str:
    """Run git in a folder and return what it says."""
    run = subprocess.run(
        ["git", *words], cwd=folder, input=given, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()
