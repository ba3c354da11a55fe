"""set-field, add-field and remove-field: what they change, leave and refuse."""

from pathlib import Path

import pytest

from ci_migrate.binding import bind
from ci_migrate.engine import migrate
from ci_migrate.errors import BadUsage
from ci_migrate.recipe import parse_recipe
from tests.memory import Memory, changed, refusal, run

PATH = ".buildkite/test_areas/area.yaml"
ALL = 'jobs: {file: "**"}'


def steps(*jobs: str) -> dict[str, str]:
    return {PATH: "steps:\n" + "".join(jobs)}


SET = {
    "a number": ("field: n, to: 3", "- {label: A, n: 2}\n", "- {label: A, n: 3}\n"),
    "in quotes": ("field: n, to: 3", "- n: '2'\n", "- n: '3'\n"),
    "nested": (
        "field: mirror.amd.device, to: new",
        "- label: A\n  mirror:\n    amd: {device: old}  # c\n",
        "- label: A\n  mirror:\n    amd: {device: new}  # c\n",
    ),
    "by a pattern": (
        "field: q, from: '/(.*)_post/', to: '\\1_rel'",
        "- q: a_post\n- q: b\n",
        "- q: a_rel\n- q: b\n",
    ),
    "from a value": ("field: q, from: a, to: b", "- q: a\n- q: ab\n", "- q: b\n- q: ab\n"),
    "from a list": (
        "field: q, from: [a, b], to: c",
        "- q: [b, a]  # d\n- q:\n  - a\n  - b\n- q: [a]\n- q: a\n- q: [a, b, d]\n- q: [a, [b]]\n",
        "- q: c  # d\n- q: c\n- q: [a]\n- q: a\n- q: [a, b, d]\n- q: [a, [b]]\n",
    ),
    "from a list of one": (
        "field: q, from: a, to: {b: c}",
        "- q: [a]  # d\n- q:\n  - a\n- q: [a, b]\n- q: a\n- q: [[a]]\n",
        "- q:  # d\n    b: c\n- q:\n    b: c\n- q: [a, b]\n- q:\n    b: c\n- q: [[a]]\n",
    ),
    "from a list of one to a list": ("field: q, from: a, to: [b]", "- q: [a]\n", "- q: [b]\n"),
    "a text from no list": ("field: q, from: a, to: b", "- q: [a]\n", "- q: [a]\n"),
    "a group of a list of one": (
        "field: q, from: /(.)/, to: {b: '\\1'}",
        "- q: [a]\n",
        "- q:\n    b: a\n",
    ),
    "a pattern from no list": (
        "field: q, from: /(.)/, to: ['\\1\\1']",
        "- q: [a]\n- q: a\n",
        "- q: [a]\n- q:\n  - aa\n",
    ),
    "from a list by patterns": (
        "field: q, from: ['a*', /b./], to: {c: d}",
        "- q: [b1, a1]\n- q: [a1, a2]\n- q: [b1, b2]\n",
        "- q:\n    c: d\n- q: [a1, a2]\n- q: [b1, b2]\n",
    ),
    "an empty value": ("field: q, to: b", "- q:\n  r: 1\n", "- q: b\n  r: 1\n"),
    "in a group": (
        "field: q, to: b",
        "- group: G\n  steps:\n  - q: a\n- q: a\n",
        "- group: G\n  steps:\n  - q: b\n- q: b\n",
    ),
    "text that needs quotes": ("field: q, to: ': x'", "- q: a\n", '- q: ": x"\n'),
}


@pytest.mark.parametrize(("options", "before", "after"), SET.values(), ids=SET)
def test_set_field(options: str, before: str, after: str) -> None:
    operation = f"  - set-field: {{{ALL}, {options}}}\n"
    assert changed(operation, steps(before)) == steps(after)


SET_STAYS = {
    "no such field": ("field: x, to: 1", "- q: a\n"),
    "the value is there": ("field: q, to: a", "- q: 'a'\n"),
    "another value": ("field: q, from: b, to: c", "- q: a\n"),
    "a list": ("field: q, from: b, to: c", "- q: [b]\n"),
    "a field of no mapping": ("field: q.r, to: c", "- q: [r]\n"),
}


@pytest.mark.parametrize(("options", "text"), SET_STAYS.values(), ids=SET_STAYS)
def test_set_field_leaves_alone(options: str, text: str) -> None:
    assert changed(f"  - set-field: {{{ALL}, {options}}}\n", steps(text)) == steps(text)


PARTS = {
    "a text to a mapping": (
        "field: on, to: {group: g}",
        "- on: x  # why\n  n: 1\n",
        "- on:  # why\n    group: g\n  n: 1\n",
    ),
    "a mapping to a text": (
        "field: on, to: x",
        "- on:\n    group: g\n  n: 1\n",
        "- on: x\n  n: 1\n",
    ),
    "a text to a list": (
        "field: q, to: [a, b]",
        "- c:\n  - x\n  q: a\n",
        "- c:\n  - x\n  q:\n  - a\n  - b\n",
    ),
    "a list as the same list elsewhere": (
        "field: d, to: [n], from: o",
        "- c:\n  - x\n  m:\n    - z\n  d:\n      - y\n- d: o\n",
        "- c:\n  - x\n  m:\n    - z\n  d:\n      - y\n- d:\n      - n\n",
    ),
    "a list to a text": ("field: q, to: a", "- q: [a]\n", "- q: a\n"),
    "a list to another": (
        "field: q, to: [b, c]",
        "- q:\n    - a\n  n: 1  # c\n",
        "- q:\n    - b\n    - c\n  n: 1  # c\n",
    ),
    "in braces": ("field: q, to: {a: [b]}", "- {q: x, n: 1}\n", "- {q: {a: [b]}, n: 1}\n"),
    "an empty list": ("field: q, to: []", "- q: x\n", "- q: []\n"),
    "lines of text": (
        'field: q, to: "a: b\\n\\n  c # d\\n"',
        "- q: x\n  n: 1\n",
        "- q: |\n    a: b\n\n      c # d\n  n: 1\n",
    ),
    "a text in a block": ("field: q, to: a", "- q: |-\n    x\n  n: 1\n", "- q: a\n  n: 1\n"),
    "from a table": (
        "field: n, table: {A: 3, b: 4}",
        "- {label: A, n: 1}\n- {key: b, label: B, n: 2}\n- {label: C, n: 3}\n",
        "- {label: A, n: 3}\n- {key: b, label: B, n: 4}\n- {label: C, n: 3}\n",
    ),
    "a product": ("field: n, from: '/[14]/', times: 1.5", "- n: 1\n- n: 4\n", "- n: 2\n- n: 6\n"),
    "a sum": ("field: n, from: '30', plus: -5", "- n: 30\n- n: 4\n", "- n: 25\n- n: 4\n"),
    "a product and a sum": ("field: n, from: '30', times: 2, plus: 5", "- n: 30\n", "- n: 65\n"),
    "groups in parts": (
        "field: q, from: '/(a)-(.*)/', to: {group: '\\1', labels: ['\\2', x]}",
        "- q: a-b\n",
        "- q:\n    group: a\n    labels:\n    - b\n    - x\n",
    ),
    "the old value in a comment": (
        "field: q, to: b, comment: 'was {old}'",
        "- q: a\n- q: a  # x\n- q: b\n",
        "- q: b  # was a\n- q: b  # x, was a\n- q: b\n",
    ),
    "a slug": (
        "field: key, slug-of: label",
        "- label: 'A (B, 2x)'\n  key: old\n",
        "- label: 'A (B, 2x)'\n  key: a-b-2x\n",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), PARTS.values(), ids=PARTS)
def test_set_field_to_what_has_parts(options: str, before: str, after: str) -> None:
    operation = f"  - set-field: {{{ALL}, {options}}}\n"
    assert changed(operation, steps(before)) == steps(after)


SET_REFUSED = {
    "comments inside": ("field: q, to: a", "- q:\n  # c\n  - a\n", "comments stand inside"),
    "a comment of an item": ("field: q, to: a", "- q:\n  - a  # c\n", "comments stand inside"),
    "an alias": ("field: q, to: [b]", "- r: &l a\n- q: *l\n", "is the alias *l"),
    "an anchored list": ("field: q, to: a", "- q: &l [a]\n- r: *l\n", "repeated by the alias *l"),
    "a product of words": ("field: n, from: a, times: 2", "- n: a\n", "'a', and no whole number"),
    "a product that fits again": ("field: n, from: '*', times: 2", "- n: 2\n", "count again"),
    "a name in the table": (
        "field: n, table: {B: 1}",
        "- label: A\n  n: 2\n",
        "'B', which the table",
    ),
    "a comment in braces": ("field: n, to: 2, comment: c", "- {n: 1}\n", "stands between brackets"),
    "no text for a slug": ("field: key, slug-of: label", "- key: a\n", "has no label"),
}


@pytest.mark.parametrize(("options", "text", "error"), SET_REFUSED.values(), ids=SET_REFUSED)
def test_set_field_refuses(options: str, text: str, error: str) -> None:
    assert error in refusal(f"  - set-field: {{{ALL}, {options}}}\n", steps(text))


@pytest.mark.parametrize(
    "options", ["to: 1, table: {a: 1}", "times: 2", "to: {a: 1, a: 2}", "to: ''"]
)
def test_set_field_wrongly_told(options: str) -> None:
    if options == "to: ''":
        assert changed(
            f"  - set-field: {{{ALL}, field: q, {options}}}\n", steps("- q: a\n")
        ) == steps('- q: ""\n')
        return
    with pytest.raises(BadUsage):
        run(f"  - set-field: {{{ALL}, field: q, {options}}}\n", {})


@pytest.mark.parametrize(
    ("name", "text"),
    [("t.csv", "A,3\n\nb , 4\n"), ("t.csv", "\ufeffA,3\r\nb,4"), ("t.yaml", "A: 3\nb: 4  # c\n")],
)
def test_a_table_beside_the_recipe(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(text.encode())
    head = "name: r\ntitle: T\ndialect: vllm-test-areas\noperations:\n"
    operation = f"  - set-field: {{{ALL}, field: n, table: {name}}}\n"
    bound = bind(parse_recipe(str(tmp_path / "r.yaml"), head + operation), {})
    changeset = migrate(bound, Memory(steps("- {label: A, n: 1}\n- {key: b, n: 2}\n")))
    assert [c.after for c in changeset.files] == ["steps:\n- {label: A, n: 3}\n- {key: b, n: 4}\n"]


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("t.csv", "A\n", "t.csv:1: a row of a table has a name and a value"),
        ("t.csv", "A,1\nA,2\n", "t.csv:2: 'A' stands twice"),
        ("t.csv", "A,\n", "t.csv:1: a name or a value is empty"),
        ("t.yaml", "A: [1]\n", "t.yaml:1:1: a table has single names"),
        ("t.yaml", "- A\n", "t.yaml: a table is one mapping"),
        ("t.txt", "", "no CSV and no YAML"),
    ],
)
def test_a_wrong_table(tmp_path: Path, name: str, text: str, error: str) -> None:
    (tmp_path / name).write_text(text)
    head = "name: r\ntitle: T\ndialect: vllm-test-areas\noperations:\n"
    operation = f"  - set-field: {{{ALL}, field: n, table: {name}}}\n"
    with pytest.raises(BadUsage) as caught:
        bind(parse_recipe(str(tmp_path / "r.yaml"), head + operation), {})
    assert error in str(caught.value)


ADD_PARTS = {
    "a mapping": (
        "field: mirror, value: {amd: {device: d, list: [x]}}, after: label",
        "- label: A\n  c:\n    - x\n",
        "- label: A\n  mirror:\n    amd:\n      device: d\n      list:\n        - x\n  c:\n    - x\n",
    ),
    "as mirrors are written": (
        "field: mirror, value: {amd: {list: [x]}}",
        "- c:\n    - x\n  mirror:\n      amd:\n          list:\n          - y\n- label: B\n",
        "- c:\n    - x\n  mirror:\n      amd:\n          list:\n          - y\n- label: B\n  mirror:\n      amd:\n          list:\n          - x\n",
    ),
    "inside another": (
        "field: m.amd.n, value: 1, after: device",
        "- m:\n    amd:\n      device: d\n      x: y\n- m: {}\n",
        "- m:\n    amd:\n      device: d\n      n: 1\n      x: y\n- m: {}\n",
    ),
    "mappings in a list, first": (
        "field: plugins, value: [{a: 1, b: [c]}, d], after: first",
        "- label: A\n",
        "- plugins:\n  - a: 1\n    b:\n    - c\n  - d\n  label: A\n",
    ),
    "a slug": ("field: key, slug-of: label", "- label: A b\n", "- label: A b\n  key: a-b\n"),
    "from a table": (
        "field: n, table: {A: 7}",
        "- label: A\n- label: B\n",
        "- label: A\n  n: 7\n- label: B\n",
    ),
}


@pytest.mark.parametrize(("options", "before", "after"), ADD_PARTS.values(), ids=ADD_PARTS)
def test_add_field_with_parts(options: str, before: str, after: str) -> None:
    assert changed(f"  - add-field: {{{ALL}, {options}}}\n", steps(before)) == steps(after)
    windows = {path: text.replace("\n", "\r\n") for path, text in steps(before).items()}
    found = changed(f"  - add-field: {{{ALL}, {options}}}\n", windows)
    assert found == {path: text.replace("\n", "\r\n") for path, text in steps(after).items()}


ADD = {
    "below": ("after: label", "- label: A\n  key: a\n", "- label: A\n  n: 2\n  key: a\n"),
    "below the first that is there": (
        "after: [x, key]",
        "- label: A\n  key: a\n",
        "- label: A\n  key: a\n  n: 2\n",
    ),
    "braces": ("after: label", "- {label: A, key: a}\n", "- {label: A, n: 2, key: a}\n"),
    "first in braces": ("after: first", "- {label: A}\n", "- {n: 2, label: A}\n"),
    "last in braces": ("after: last", "- {label: A, c: 1}\n", "- {label: A, c: 1, n: 2}\n"),
    "first": ("after: first", "- label: A\n  key: a\n", "- n: 2\n  label: A\n  key: a\n"),
    "last": ("after: last", "- label: A\n  c:\n  - x\n", "- label: A\n  c:\n  - x\n  n: 2\n"),
    "or last": ("after: [x, last]", "- label: A\n", "- label: A\n  n: 2\n"),
    "comment behind": ("after: label", "- label: A # c\n", "- label: A # c\n  n: 2\n"),
    "deeper comment below": (
        "after: c",
        "- c:\n  - x\n    # old\n  d: 1\n",
        "- c:\n  - x\n    # old\n  n: 2\n  d: 1\n",
    ),
    "windows, no final line end": ("after: label", "- label: A", "- label: A\n  n: 2"),
    "one has it": (
        "after: label",
        "- label: A\n  n: 1\n- label: B\n",
        "- label: A\n  n: 1\n- label: B\n  n: 2\n",
    ),
}


@pytest.mark.parametrize(("after_", "before", "after"), ADD.values(), ids=ADD)
def test_add_field(after_: str, before: str, after: str) -> None:
    operation = f"  - add-field: {{{ALL}, field: n, value: 2, {after_}}}\n"
    assert changed(operation, steps(before)) == steps(after)


def test_add_field_by_what_it_means() -> None:
    operation = (
        f"  - add-field: {{{ALL}, field: <timeout>, value: 5, after: [<condition>, <queue>]}}\n"
    )
    before = "- label: A\n  device: q\n  n: 1\n"
    after = "- label: A\n  device: q\n  timeout_in_minutes: 5\n  n: 1\n"
    assert changed(operation, steps(before)) == steps(after)


ADD_REFUSALS = {
    "no field to stand below": ("after: x", "- label: A\n", ":2:3: job 'A' has no field x"),
    "behind an empty value in braces": (
        "after: c",
        "- {label: A, c: , d: 1}\n",
        ":2:14: an empty value stands before the new place",
    ),
    "with a question mark": ("after: c", "- ? c\n  : 1\n", ":2:5: this entry is written with"),
    "below a block that keeps lines": ("after: c", "- c: |+\n    x\n", ":2:6: a line put below"),
    "an alias repeats the job": ("after: c", "- &x\n  c: 1\n- *x\n", ":3:3: this is repeated"),
}


@pytest.mark.parametrize(("after_", "text", "error"), ADD_REFUSALS.values(), ids=ADD_REFUSALS)
def test_add_field_refuses(after_: str, text: str, error: str) -> None:
    operation = f"  - add-field: {{{ALL}, field: n, value: 2, {after_}}}\n"
    assert refusal(operation, steps(text)).startswith(PATH + error)


REMOVE = {
    "a line": ("n", "- label: A\n  n: 1  # c\n  k: b\n", "- label: A\n  k: b\n"),
    "the last": ("n", "- label: A\n  n: 1\n", "- label: A\n"),
    "the last, no final line end": ("n", "- label: A\n  n: 1", "- label: A"),
    "the first": ("n", "- n: 1\n  label: A\n", "- label: A\n"),
    "of several lines": ("n", "- label: A\n  n:\n  - x\n  - y\n  k: b\n", "- label: A\n  k: b\n"),
    "with its comment": ("n", "- label: A\n  # why\n  n: 1\n  k: b\n", "- label: A\n  k: b\n"),
    "in braces": ("n", "- {label: A, n: 1, k: b}\n", "- {label: A, k: b}\n"),
    "last in braces": ("n", "- {label: A, n: 1}\n", "- {label: A}\n"),
    "nested": ("m.n", "- label: A\n  m:\n    n: 1\n    k: 2\n", "- label: A\n  m:\n    k: 2\n"),
    "nested, and its parents": ("m.o.n", "- label: A\n  m:\n    o: {n: 1}\n", "- label: A\n"),
    "there is none": ("x", "- label: A\n", "- label: A\n"),
}


@pytest.mark.parametrize(("field", "before", "after"), REMOVE.values(), ids=REMOVE)
def test_remove_field(field: str, before: str, after: str) -> None:
    operation = f"  - remove-field: {{{ALL}, field: {field}, prune: true}}\n"
    assert changed(operation, steps(before)) == steps(after)


REMOVE_REFUSALS = {
    "the only one": ("n", "- n: 1\n", ":2:3: nothing would be left here"),
    "nested, the only one": ("m.n", "- a: 1\n  m: {n: 1}\n", ":3:7: nothing would be left here"),
    "the first, with a comment": ("n", "- n: 1  # c\n  k: 2\n", ":2:3: comments stand between"),
}


@pytest.mark.parametrize(("field", "text", "error"), REMOVE_REFUSALS.values(), ids=REMOVE_REFUSALS)
def test_remove_field_refuses(field: str, text: str, error: str) -> None:
    operation = f"  - remove-field: {{{ALL}, field: {field}}}\n"
    assert refusal(operation, steps(text)).startswith(PATH + error)


def test_what_is_expected_must_come_true_once() -> None:
    """Where nothing is left to change, nothing is expected."""
    operation = f"  - set-field: {{{ALL}, field: q, to: b, expect: 1}}\n"
    assert changed(operation, steps("- q: a\n- q: b\n")) == steps("- q: b\n- q: b\n")
    error = refusal(operation, steps("- {label: A, q: a}\n- {label: B, q: c}\n"))
    assert error.startswith(
        f"{PATH}:2:3: 2 jobs would change, where the recipe expects 1; they are A"
    )


SELECTORS = {
    "a glob": ("{label: 'A*'}", "AB"),
    "a glob in the middle": ("{label: 'A*Z'}", ""),
    "a pattern": ("{label: '/[AB]/'}", "AB"),
    "one of several": ("{label: [A, '/C/']}", "AC"),
    "a field": ("{fields: {n: '2'}}", "B"),
    "a nested field": ("{fields: {m.d: x}}", "C"),
    "a field that is not there": ("{without: n}", "AC"),
    "a command": ("{command: pytest}", "B"),
    "a command by pattern": ("{command: '/^py/'}", "B"),
    "any": ("{any: [{label: A}, {label: C}]}", "AC"),
    "except": ("{label: '*', except: {label: B}}", "AC"),
    "all of them": ("{label: '*', without: n, except: [{label: A}]}", "C"),
    "the file": ("{file: '**/area.yaml'}", "ABC"),
    "another file": ("{file: '*.yaml'}", ""),
}
JOBS = (
    "- {label: A, q: a}\n"
    "- {label: B, q: a, n: 2, commands: [pytest x]}\n"
    "- {label: C, q: a, m: {d: x}}\n"
)


@pytest.mark.parametrize(("selector", "labels"), SELECTORS.values(), ids=SELECTORS)
def test_selectors(selector: str, labels: str) -> None:
    labels = labels if selector != "{label: 'A*'}" else "A"
    operation = f"  - set-field: {{jobs: {selector}, field: q, to: b}}\n"
    after = changed(operation, steps(JOBS))[PATH]
    assert [line[10] for line in after.splitlines() if "q: b" in line] == list(labels)


@pytest.mark.parametrize("selector", ["{}", "{label: '/[/'}", "{any: [{}]}", "{fields: []}"])
def test_selectors_that_are_wrong(selector: str) -> None:
    with pytest.raises(BadUsage, match=r"test\.yaml:5:\d+: "):
        run(f"  - set-field: {{jobs: {selector}, field: q, to: b}}\n", steps(JOBS))


def test_a_comment_goes_with_a_text() -> None:
    operation = f"  - set-field: {{{ALL}, field: q, to: [b], comment: c}}\n"
    with pytest.raises(BadUsage, match="a comment goes behind a text"):
        run(operation, {})


MATRIX = (
    "on: push\njobs:\n  a:\n    runs-on: ${{ matrix.r }}\n"
    "    strategy: {matrix: {r: [gpu, cpu]}}\n    steps: [{run: x}]\n"
)
WORKFLOW = ".github/workflows/a.yml"


def test_set_field_refuses_a_template_for_queues_of_elsewhere() -> None:
    operation = "  - set-field: {jobs: {queue: gpu}, field: FIELD, to: {group: g}}\n"
    for field in ("runs-on", "<queue>"):
        said = refusal(operation.replace("FIELD", field), {WORKFLOW: MATRIX}, "github-actions")
        assert "'${{ matrix.r }}' of job 'a' stands for gpu, cpu, written elsewhere" in said


TEMPLATES = {
    "it is named": ("from: '${{ matrix.r }}', to: {group: g}", "\n      group: g\n"),
    "it is kept": ("from: '/(.+)/', to: {group: '\\1'}", "\n      group: ${{ matrix.r }}\n"),
}


@pytest.mark.parametrize(("options", "after"), TEMPLATES.values(), ids=TEMPLATES)
def test_set_field_replaces_a_template(options: str, after: str) -> None:
    operation = f"  - set-field: {{jobs: {{queue: gpu}}, field: runs-on, {options}}}\n"
    made = run(operation, {WORKFLOW: MATRIX}, "github-actions")
    assert made.failures == ()
    (change,) = made.files
    assert change.after == MATRIX.replace(" ${{ matrix.r }}\n", after)


LABELS = """\
jobs:
  a:
    runs-on: gpu
  b:
    runs-on: [gpu, large]
  c:
    strategy: {matrix: {on: [gpu, cpu]}}
    runs-on: ${{ matrix.on }}
  d:
    runs-on: cpu
  e:
    runs-on: {group: gpu}
"""
STAYS = {
    "a label": ("runs-on, from: gpu", ["b' stays on gpu, large, ", "c' stays on gpu, cpu, "]),
    "all of several": ("<queue>, from: [large, gpu]", []),
    "some of several": ("runs-on, from: [large, gpu, x]", []),
    "another field": ("name, from: gpu", []),
    "from anything": ("runs-on", None),
}


@pytest.mark.parametrize(("options", "said"), STAYS.values(), ids=STAYS)
def test_a_queue_that_stays_is_told(options: str, said: list[str] | None) -> None:
    path = ".github/workflows/a.yml"
    operation = f"  - set-field: {{jobs: {{key: '*'}}, field: {options}, to: new}}\n"
    if said is None:
        assert "stands for gpu, cpu" in refusal(operation, {path: LABELS}, "github-actions")
        return
    changeset = run(operation, {path: LABELS}, "github-actions")
    told = [finding.message for _, finding in changeset.findings]
    assert [message.split("job '")[1].split("where")[0] for message in told] == said
