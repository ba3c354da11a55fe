"""How a command says which part of its tests it runs.

Source: the options of pytest-shard, pytest-split, and of Jest, Vitest and Playwright; the variables
of parallel jobs in the documentation of Buildkite, GitLab and CircleCI.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Variables(NamedTuple):
    """What a CI system calls the number of a parallel job, from `first` on, and how many run."""

    number: str
    total: str
    first: int
    always: bool  # whether a job that is not parallel has them too


VARIABLES = {
    "buildkite": Variables("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0, False),
    "vllm-test-areas": Variables(
        "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0, False
    ),
    "gitlab-ci": Variables("CI_NODE_INDEX", "CI_NODE_TOTAL", 1, True),
    "circleci": Variables("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0, True),
}


class Shard(NamedTuple):
    """A part of a command's tests: the text of its number, from `first` on, and of how many.

    `command` is all of the command but the number, by which parts of the same are known.
    """

    number: str
    total: str
    first: int
    command: str


_PARTS = re.compile(r"\n|&&|\|\||;")
_VALUE = r"""["']?((?:\$\{\{[^{}]*\}\}|[^\s"'])+)"""
_PAIRS = (  # options for how many shards there are, and for the number of one; the first number
    (re.compile(rf"--num-shards[= ]{_VALUE}"), re.compile(rf"--shard-id[= ]{_VALUE}"), 0),
    (re.compile(rf"--splits[= ]{_VALUE}"), re.compile(rf"--group[= ]{_VALUE}"), 1),
)
TOTALS = ("--num-shards", "--splits", "--shard")  # options that tell how many shards there are
_BOTH = re.compile(rf"--shard[= ]{_VALUE}")


def commands_in(text: str) -> list[str]:
    """Return the commands in a text, which a shell runs one after the other."""
    return [part for one in _PARTS.split(text) if (part := one.strip())]


def shards(command: str) -> Iterator[Shard]:
    """Yield the parts that the commands in a text run."""
    if "shard" not in command and "--splits" not in command:  # most
        return
    for part in commands_in(command):
        for total, number, first in _PAIRS:
            if (all_ := total.search(part)) and (found := number.search(part)):
                yield Shard(found[1], all_[1], first, _without(part, found))
        if (both := _BOTH.search(part)) and "/" in both[1]:
            this, _, most = both[1].rpartition("/")
            yield Shard(this, most, 1, _without(part, both))


def _without(part: str, found: re.Match[str]) -> str:
    return " ".join((part[: found.start(1)] + part[found.end(1) :]).split())
