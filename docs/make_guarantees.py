"""Write the page of guarantees from the figures that the tests recorded: `make guarantees`."""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "build" / "figures.json"


class Promise(NamedTuple):
    """What is promised, the tests that hold it, and the names of the figures that they record."""

    title: str
    text: str
    tests: tuple[str, ...]
    figures: tuple[str, ...] = ()


HEAD = """\
# Guarantees

What ci-migrate promises, the tests that hold each promise, and how much they tried.
`make guarantees` runs all tests and writes this page from what they count. Figures on the official
YAML test suite and on real CI files come from files that stand beside the project; where they are
absent, these tests are skipped.
"""
PROMISES = (
    Promise(
        "Nothing else changes",
        "Outside the edits every byte stays, and the new file means what was intended. Each "
        "text, item and entry of the official suite's documents is replaced, removed, copied, "
        "moved, inserted and put in a comment. Whatever is proved is then read by libyaml and "
        "by ruamel.yaml, and compared with what they read before, changed by number.",
        (
            "tests/test_suite_edits.py::test_edits",
            "tests/test_suite_edits.py::test_the_check_sees_what_is_wrong",
            "tests/test_corpus.py::test_reading_and_writing_changes_no_byte",
            "tests/test_corpus.py::test_queues_there_and_back",
            "tests/test_python_proof.py::test_what_was_not_meant",
        ),
        (
            "YAML test suite: valid documents",
            "YAML test suite: documents understood, and the rest told",
            "YAML test suite: edits proved",
            "YAML test suite: edits refused",
            "YAML test suite: edits wrong",
            "real CI files: written anew, the same",
            "real CI files: queues moved there and back",
            "real CI files: queues refused",
        ),
    ),
    Promise(
        "Proved or refused, never wrong",
        "Files are drawn in every way of writing YAML, and test files in many layouts, for "
        "every operation. What an operation must make of the data is worked out without it; "
        "pytest itself says which marks and cases a test has. `make fuzz MINUTES=60` goes on "
        "with fresh ones.",
        (
            "tests/fuzz/test_yaml.py::test_operations",
            "tests/fuzz/test_python.py::test_operations",
            "tests/fuzz/test_python.py::test_every_operation_is_drawn",
            "tests/test_found_cases.py::test_refused",
        ),
        (
            "fuzzing, YAML and lists: examples",
            "fuzzing, YAML and lists: proved",
            "fuzzing, YAML and lists: refused",
            "fuzzing, YAML and lists: wrong",
            "fuzzing, pytest files: examples",
            "fuzzing, pytest files: proved",
            "fuzzing, pytest files: refused",
            "fuzzing, pytest files: wrong",
        ),
    ),
    Promise(
        "All files or none",
        "A run is killed before and after each of its calls, or the call fails, and so is its "
        "recovery; then all files are old or all are new, and nothing else is left.",
        (
            "tests/test_transaction.py::test_killed_at_every_call",
            "tests/test_transaction.py::test_killed_while_it_recovers",
            "tests/test_transaction.py::test_a_failure_at_every_call",
            "tests/test_transaction.py::test_all_calls_fail_from_one_on",
            "tests/test_transaction.py::test_undo_killed_at_every_call",
            "tests/test_transaction.py::test_two_runs_at_once",
        ),
        (
            "kill points: of a run",
            "kill points: of a recovery",
            "kill points: of an undo",
            "calls that fail: of a run",
        ),
    ),
    Promise(
        "Twice is once",
        "A second run changes nothing; a recipe that would change its own result is refused.",
        (
            "tests/test_second_run.py::test_what_would_change_again_is_refused",
            "tests/test_vllm.py::test_a_second_run_changes_nothing",
        ),
    ),
    Promise(
        "A change can be made again",
        "`verify` runs the recipe that a patch or a commit names, and says whether the same "
        "bytes come out.",
        (
            "tests/test_verify.py::test_a_patch_is_verified",
            "tests/test_verify.py::test_a_changed_patch_is_found",
            "tests/test_verify.py::test_a_commit_is_verified",
        ),
    ),
    Promise(
        "Hostile and odd input ends in one line or a right result",
        "Alias bombs, 100 MB in one text, ten thousand levels, NUL, bytes that are no text, "
        "tabs and mixed line ends, repeated keys and anchors, unknown tags, directives, fifty "
        "documents, loops of links, paths and recipes out of the root, pipes, patterns "
        "without end, files that change meanwhile, a recipe of ten megabytes: in bounded time "
        "and memory, with nothing written outside the root.",
        (
            "tests/test_hostile.py::test_odd_texts",
            "tests/test_hostile.py::test_a_large_scalar",
            "tests/test_hostile.py::test_bytes_that_are_no_text",
            "tests/test_hostile.py::test_loops_of_links",
            "tests/test_hostile.py::test_a_link_out_of_the_root",
            "tests/test_hostile.py::test_paths_that_lead_out_of_the_root",
            "tests/test_hostile.py::test_a_recipe_uses_no_file_out_of_the_root",
            "tests/test_hostile.py::test_what_is_no_file_where_one_should_be",
            "tests/test_hostile.py::test_a_pattern_that_backtracks_for_ever",
            "tests/test_hostile.py::test_a_file_that_changes_while_it_is_read",
            "tests/test_hostile.py::test_a_recipe_of_ten_megabytes",
            "tests/test_hostile_journal.py::test_a_pipe_in_the_journal",
            "tests/test_hostile_journal.py::test_a_plan_that_leads_out",
        ),
        ("hostile and odd texts",),
    ),
    Promise(
        "Nothing of a recipe or a repository is run",
        "A recipe is data, git runs nothing that a repository names, and no command opens a "
        "connection that it is not for.",
        (
            "tests/test_hostile.py::test_no_text_of_a_recipe_is_run",
            "tests/test_hostile.py::test_recipes_that_are_none",
            "tests/test_no_network.py::test_no_command_uses_the_network",
            "tests/test_no_network.py::test_a_module_in_the_tree_is_not_imported",
        ),
    ),
    Promise(
        "Nothing hides in a report",
        "Control and direction characters are shown as escapes, and no text breaks out of its "
        "fence.",
        (
            "tests/test_visible.py::test_what_a_terminal_shows",
            "tests/test_visible.py::test_each_unseen_character",
            "tests/test_markdown.py::test_a_fence_in_a_file_does_not_end_the_diff",
            "tests/test_unproved.py::test_the_report_in_markdown_stays_in_its_fence",
        ),
    ),
)


def page(figures: Counter[str]) -> str:
    """Return the text of the page; a figure that was not recorded is 0."""
    return "\n".join([HEAD, *(_section(promise, figures) for promise in PROMISES)])


def _section(promise: Promise, figures: Counter[str]) -> str:
    rows = "".join(f"| {name} | {figures[name]:,} |\n" for name in promise.figures)
    table = f"| tried | |\n|---|---:|\n{rows}\n" if rows else ""
    tests = "".join(f"- `{test}`\n" for test in promise.tests)
    return f"## {promise.title}\n\n{promise.text}\n\n{table}Held by:\n\n{tests}"


if __name__ == "__main__":
    counted = Counter(json.loads(FIGURES.read_text()))
    (ROOT / "docs" / "guarantees.md").write_text(page(counted))
