"""The floors of docs/architecture.md: a module imports from its own floor or a lower one."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ci_migrate"
MODULES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _floors() -> dict[str, int]:
    """Read the floors from the picture in the documentation, so that it stays true."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    picture = text.split("```floors\n")[1].split("```")[0]
    floors: dict[str, int] = {}
    floor = -1
    for line in picture.splitlines():
        number, names = re.fullmatch(r"(\d| )  (.*)", line.rstrip()).groups()  # type: ignore[union-attr]
        floor = int(number) if number.strip() else floor
        floors.update(dict.fromkeys(names.split(), floor))
    return floors


FLOORS = _floors()


def _unit(module: str) -> str:
    """Return what stands for a module in the picture: itself, or its folder."""
    parts = module.split(".")[1:]
    if not parts:
        return "__init__"
    return f"{parts[0]}/*" if f"{parts[0]}/*" in FLOORS else parts[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("ci_migrate")
        ):
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield deeper if deeper in NAMES else node.module
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("ci_migrate"))


NAMES = {_name(path) for path in MODULES}


def test_every_module_stands_on_a_floor() -> None:
    units = {_unit(name) for name in NAMES} - {"__init__"}
    assert units == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_go_down(path: Path) -> None:
    here = _unit(_name(path))
    for imported in _imports(path):
        there = _unit(imported)
        if there != "__init__" and here != "__init__":
            assert FLOORS[there] <= FLOORS[here], f"{_name(path)} imports {imported}"


@pytest.mark.parametrize("folder", ["operations", "dialects", "audits"])
def test_siblings_do_not_know_one_another(folder: str) -> None:
    for path in (PACKAGE / folder).glob("*.py"):
        assert not [name for name in _imports(path) if name.startswith(f"ci_migrate.{folder}")]


def test_there_is_no_cycle() -> None:
    graph = {_name(path): set(_imports(path)) - {"ci_migrate"} for path in MODULES}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_heavy_libraries_stay_where_they_belong(path: Path) -> None:
    """typer and rich on the upper floors, libcst where Python is read, ruamel as second reader."""
    allowed = {
        "typer": FLOORS[_unit(_name(path))] >= 6 if _unit(_name(path)) in FLOORS else False,
        "rich": FLOORS.get(_unit(_name(path)), 0) >= 6,
        "ruamel": path.stem == "second_reader",
        "sqlite3": _name(path) == "ci_migrate.bulk.journal",
        "distributed": False,
        "libcst": path.stem.startswith(("python_", "pytest_")) or path.stem == "case_selector",
    }
    for node in ast.walk(ast.parse(path.read_text())):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert allowed.get(name.split(".")[0], True), f"{_name(path)} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
