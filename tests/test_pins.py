"""What tests and the build install is pinned, with hashes, and the pins fit what is asked for."""

import re
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PINS = (ROOT / "requirements" / "ci.txt").read_text()
BUILD = (ROOT / "requirements" / "build.in").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\s<>=!;\[]", line)[0].lower() for line in requirements}


def test_all_that_is_asked_for_is_pinned() -> None:
    pinned = names(re.findall(r"^[\w.\-]+==.*", PINS, re.M))
    build = [line for line in BUILD.splitlines() if not line.startswith("#")]
    wanted = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"] + build
    assert {name.replace(".", "-") for name in names(wanted)} <= pinned
    assert set(PROJECT["build-system"]["requires"]) <= set(build)


def test_each_pin_is_one_version_with_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n", "", PINS, flags=re.M).strip())
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(
            r"[\w.\-]+==[\w.]+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", block
        ), block


def test_the_pins_name_no_host() -> None:
    assert not re.search("://|--(index|extra-index|find-links|trusted)", PINS)
