"""set-timeout: what it changes, leaves and refuses."""

import pytest

from tests.memory import changed, refusal, run

PATH = ".buildkite/area.yaml"
ALL = 'jobs: {file: "**"}'


def steps(text: str) -> dict[str, str]:
    return {PATH: "steps:\n" + text}


SET = {
    "another one": (
        "",
        "- device: q\n  timeout_in_minutes: 30\n",
        "- device: q\n  timeout_in_minutes: 60\n",
    ),
    "in quotes": (
        "",
        "- device: q\n  timeout_in_minutes: '30'\n",
        "- device: q\n  timeout_in_minutes: '60'\n",
    ),
    "a new one": ("", "- device: q\n  n: 1\n", "- device: q\n  n: 1\n  timeout_in_minutes: 60\n"),
    "behind the queue": (
        ", after: [<queue>, last]",
        "- device: q\n  n: 1\n- label: A\n",
        "- device: q\n  timeout_in_minutes: 60\n  n: 1\n- label: A\n  timeout_in_minutes: 60\n",
    ),
    "only where it is missing": (
        ", missing: true",
        "- device: q\n  timeout_in_minutes: 30\n- device: q\n",
        "- device: q\n  timeout_in_minutes: 30\n- device: q\n  timeout_in_minutes: 60\n",
    ),
    "in braces": (
        ", missing: true",
        "- {device: q}\n",
        "- {device: q, timeout_in_minutes: 60}\n",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), SET.values(), ids=SET)
def test_set_timeout(options: str, before: str, after: str) -> None:
    operation = f"  - set-timeout: {{{ALL}, minutes: 60{options}}}\n"
    assert changed(operation, steps(before)) == steps(after)


STAYS = {
    "the same": ("", "- device: q\n  timeout_in_minutes: 60\n"),
    "the same, in quotes": ("", "- device: q\n  timeout_in_minutes: '60'\n"),
    "any": (", missing: true", "- device: q\n  timeout_in_minutes: 5\n"),
}


@pytest.mark.parametrize(("options", "text"), STAYS.values(), ids=STAYS)
def test_set_timeout_leaves_alone(options: str, text: str) -> None:
    operation = f"  - set-timeout: {{{ALL}, minutes: 60{options}}}\n"
    assert changed(operation, steps(text)) == steps(text)


def test_set_timeout_refuses() -> None:
    operation = f"  - set-timeout: {{{ALL}, minutes: 60, after: [zz, <condition>]}}\n"
    assert "has no field zz or <condition>" in refusal(operation, steps("- device: q\n"))


BAZEL = {".bazelci/p.yml": "tasks:\n  a:\n    platform: q\n"}


def test_jobs_that_can_have_none_are_counted_or_named() -> None:
    operation = f"  - set-timeout: {{{ALL}, minutes: 60, missing: true}}\n"
    changeset = run(operation, BAZEL, "bazelci")
    assert [done.summary for done in changeset.done] == [
        "60 minutes for 0 jobs; 1 can have none in their CI system"
    ]
    for other in (
        operation.replace(", missing: true", ""),
        operation.replace(ALL, "jobs: {key: a}"),
    ):
        assert "'a' can have no field for timeout" in refusal(other, BAZEL, "bazelci")
