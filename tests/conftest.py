"""Figures that tests record, such as how much was proved: `--figures=build/figures.json` writes them."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Return a function that records a figure by name; what several tests record is added up."""

    def record(name: str, value: int) -> None:
        request.node.user_properties.append(("figure", (name, value)))

    return record


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", metavar="PATH", help="write the tests' figures there, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--figures")
    if path and not hasattr(config, "workerinput"):  # xdist's workers report to the one that writes
        config.pluginmanager.register(_Figures(Path(path)))


class _Figures:
    """Gathers what the reports of passed tests hold; they come from all processes that run tests."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        recorded: list[tuple[str, Any]] = report.user_properties
        if report.when == "call" and report.passed:
            for name, value in (pair for kind, pair in recorded if kind == "figure"):
                self.values[name] += value

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.values, indent=2, sort_keys=True, ensure_ascii=False)
        self.path.write_text(text + "\n", encoding="utf-8")
