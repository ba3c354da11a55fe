"""The JSON Schema takes every recipe that the tool takes, and refuses what it refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from ci_migrate.recipe import operation_names
from ci_migrate.schema import schema

ROOT = Path(__file__).parents[1]
RECIPES = [*(ROOT / "recipes").glob("*.yaml"), *(ROOT / "tests" / "replays").rglob("*.yaml")]
VALIDATOR = Draft202012Validator(schema())


def load(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    printed = subprocess.run(
        [sys.executable, "-m", "ci_migrate", "schema"], capture_output=True, check=True
    )
    assert json.loads(printed.stdout) == schema()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_recipes_fit(path: Path) -> None:
    VALIDATOR.validate(load(path.read_text()))


GOOD = """\
name: a
title: A
dialect: vllm-test-areas
operations:
  - set-queue: {jobs: {queue: a, except: [{label: b}]}, to: c, leaves: 0}
"""


WRONG = [
    ("title: A\n", ""),
    ("title:", "titel:"),
    ("set-queue", "set-queues"),
    ("queue: a", "quue: a"),
    ("label: b", "labl: b"),
    ("leaves: 0", "leaves: no"),
    ("to: c", "to: [c]"),
    (", to: c", ""),
    ("vllm-test-areas", "vllm"),
]


@pytest.mark.parametrize(("old", "new"), WRONG)
def test_what_is_wrong_does_not_fit(old: str, new: str) -> None:
    assert VALIDATOR.is_valid(load(GOOD))
    assert old in GOOD
    assert not VALIDATOR.is_valid(load(GOOD.replace(old, new)))


def test_every_operation_is_described() -> None:
    described = {
        name
        for operation in schema()["properties"]["operations"]["items"]["oneOf"]
        for name in operation["properties"]
    }
    assert described == {*operation_names(), "use", "when"}
