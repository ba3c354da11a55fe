"""GitLab CI: which jobs are seen, where their tags come from, and changes as people make them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal

PATH = ".gitlab-ci.yml"
OTHER = ".gitlab/ci/tests.yml"
GITLAB = load_dialect("gitlab-ci")

SEEN = {
    "tags": ("a:\n  script: x\n  tags: [q, r]\n", "a q,r"),
    "one tag": ("a:\n  script: x\n  tags: q\n", "a q"),
    "no tags": ("a:\n  script: x\n", "a -"),
    "null": ("a:\n  script: x\n  tags:\n", "a -"),
    "no others": (
        "stages: [a]\nvariables: {A: b}\ninclude: x.yml\nworkflow: {rules: []}\nimage: i\n"
        "cache: {}\nservices: []\nbefore_script: [x]\n.hidden: {script: x}\n.list: [a]\na: {script: x}\n",
        "a -",
    ),
    "keywords that are jobs": ("pages:\n  script: x\n  tags: [q]\n", "pages q"),
    "a job that triggers": (
        "default: {tags: [q]}\na: {trigger: {include: x.yml}}\nb: {trigger: g/p}\n",
        "a -; b -",
    ),
    "several documents": (
        "spec:\n  inputs:\n    x: {default: q}\n---\na: {script: x, tags: ['$[[ inputs.x ]]']}\n",
        "a q<input",
    ),
    "an input without a default": (
        "spec: {inputs: {x: }}\n---\na: {script: x, tags: ['$[[ inputs.x ]]']}\n",
        "a $[[ inputs.x ]]?",
    ),
    "default": ("default: {tags: [q]}\na: {script: x}\nb: {script: x, tags: [r]}\n", "a q<default; b r"),
    "default, not inherited": (
        "default: {tags: [q]}\na: {script: x, inherit: {default: false}}\n"
        "b: {script: x, inherit: {default: [image]}}\nc: {script: x, inherit: {default: [tags]}}\n",
        "a -; b -; c q<default",
    ),
    "default instead of null": (
        "default: {tags: [q]}\n.b: {tags: [r]}\na: {extends: .b, script: x, tags: null}\n",
        "a q<default",
    ),
    "extends": (".b:\n  tags: [q]\na:\n  extends: .b\n  script: x\n", "a q<extends"),
    "extends a job": ("b: {script: x, tags: [q]}\na: {extends: b}\n", "b q; a q<extends"),
    "extends of extends": (
        ".c: {tags: [q]}\n.b: {extends: .c}\na: {extends: [.b], script: x}\n",
        "a q<extends",
    ),
    "the last of several": (
        ".b: {tags: [q]}\n.c: {tags: [r]}\n.d: {image: i}\na: {extends: [.b, .c, .d], script: x}\n",
        "a r<extends",
    ),
    "in a circle": (".b: {extends: a}\na: {extends: .b, script: x}\n", "a -"),
    "an anchor and a merge": (
        ".b: &b\n  tags: &t [q]\na:\n  <<: *b\n  script: x\nc:\n  script: x\n  tags: *t\n",
        "a q; c q",
    ),
    "a merge below what it replaces": (
        ".b: &b {tags: [q]}\na:\n  script: x\n  tags: [r]\n  <<: *b\nc:\n  script: x\n  <<: *b\n  tags: [r]\n",
        "a q; c r",
    ),
    "a reference": (
        ".b:\n  tags: [q]\na:\n  script: x\n  tags: !reference [.b, tags]\n",
        "a q<!reference",
    ),
    "references among tags": (
        ".b: {tags: [q, r]}\n.s: s\n.u: [!reference [.s]]\n"
        "a:\n  script: x\n  tags:\n  - !reference [.b, tags]\n  - !reference [.u]\n  - t\n",
        "a q<!reference,r<!reference,s<!reference,t",
    ),
    "a reference to nothing": ("a: {script: x, tags: !reference [.b, tags]}\n", "a -"),
    "a variable of the file": ("variables: {R: q}\na: {script: x, tags: [$R]}\n", "a q<variables"),
    "a variable with a description": (
        "variables: {R: {value: q, description: d}}\na: {script: x, tags: ['${R}']}\n",
        "a q<variables",
    ),
    "a variable of the job": (
        "variables: {R: q}\n.b: {variables: {R: r}}\na: {extends: .b, script: x, tags: [$R]}\n",
        "a r<variables",
    ),
    "a variable of a variable": (
        "variables: {R: $S, S: q}\na: {script: x, tags: [$R]}\n",
        "a q<variables",
    ),
    "a variable that rules set": (
        "variables: {R: q}\na: {script: x, tags: [$R], rules: [{variables: {R: r}}]}\n",
        "a $R?",
    ),
    "a variable that the workflow sets": (
        "workflow: {rules: [{if: $X, variables: {R: r}}]}\nvariables: {R: q}\na: {script: x, tags: [$R]}\n",
        "a $R?",
    ),
    "a variable from elsewhere": ("a: {script: x, tags: [$R, 'b-$R']}\n", "a $R?,b-$R?"),
    "a matrix": (
        "a:\n  script: x\n  tags: ['${R}']\n  parallel:\n    matrix:\n    - R: [q, r]\n    - R: s\n",
        "a q<matrix,r<matrix,s<matrix",
    ),
    "a part of a job": ("a: {needs: [b]}\nb: {script: x, tags: [q]}\n", "a -; b q"),
    "an odd name": ('"a: [b]": {script: x, tags: [q]}\n', "a: [b] q"),
}  # fmt: skip


def seen(path: str, files: dict[str, str]) -> str:
    document = parse(path, files[path])
    jobs = GITLAB.jobs(document, Memory(files))
    words = []
    for job in jobs:
        queues = [
            one.text + "?" * one.opaque + (f"<{one.via}" if one.via else "") for one in job.queues
        ]
        words.append(f"{job.key} {','.join(queues) or '-'}")
    return "; ".join(words)


@pytest.mark.parametrize(("text", "expected"), SEEN.values(), ids=SEEN)
def test_jobs_that_are_seen(text: str, expected: str) -> None:
    assert GITLAB.understands(parse(PATH, text))
    assert seen(PATH, {PATH: text}) == expected


ELSEWHERE = {
    "an included template": (
        {PATH: "include: /.gitlab/ci/tests.yml\na: {extends: .b, script: x}\n", OTHER: ".b: {tags: [q]}\n"},
        PATH, "a q<extends",
    ),
    "the template of the file that includes": (
        {PATH: "include:\n- local: .gitlab/ci/tests.yml\n.b: {tags: [q]}\n", OTHER: "a: {extends: .b}\n"},
        OTHER, "a q<extends",
    ),
    "the default of the file that includes": (
        {PATH: "include: ['.gitlab/ci/*.yml']\ndefault: {tags: [q]}\n", OTHER: "a: {script: x}\n"},
        OTHER, "a q<default",
    ),
    "a job that is written in two files": (
        {PATH: "include: .gitlab/ci/tests.yml\na: {stage: t}\n", OTHER: "a: {script: x, tags: [q]}\n"},
        PATH, "a q<include",
    ),
    "what includes goes before what is included": (
        {PATH: "include: .gitlab/ci/tests.yml\n.b: {tags: [q]}\n", OTHER: ".b: {tags: [r]}\na: {extends: .b}\n"},
        OTHER, "a q<extends",
    ),
    "the last include goes before the others": (
        {PATH: "include: [.gitlab/1.yml, .gitlab/2.yml]\na: {extends: .b}\n",
         ".gitlab/1.yml": ".b: {tags: [r]}\n", ".gitlab/2.yml": ".b: {tags: [q]}\n"},
        PATH, "a q<extends",
    ),
    "an include with rules": (
        {PATH: "include:\n- .gitlab/1.yml\n- {local: .gitlab/2.yml, rules: [{if: $X}]}\na: {extends: .b}\n",
         ".gitlab/1.yml": ".b: {tags: [r]}\n", ".gitlab/2.yml": ".b: {tags: [q]}\n"},
        PATH, "a q<extends,r<extends",
    ),
    "an include of an include, in a circle": (
        {PATH: "include: .gitlab/1.yml\na: {extends: .b}\n", ".gitlab/1.yml": "include: .gitlab/2.yml\n",
         ".gitlab/2.yml": "include: .gitlab/1.yml\n.b: {tags: [q]}\n"},
        PATH, "a q<extends",
    ),
    "a triggered pipeline is another one": (
        {PATH: "default: {tags: [r]}\nt: {trigger: {include: [{local: .gitlab/ci/tests.yml}]}}\n",
         OTHER: "default: {tags: [q]}\na: {script: x}\n"},
        OTHER, "a q<default",
    ),
    "inputs of an include": (
        {PATH: "include:\n- {local: .gitlab/ci/tests.yml, inputs: {r: q}}\n- .gitlab/ci/tests.yml\n",
         OTHER: "spec: {inputs: {r: {default: s}}}\n---\na: {script: x, tags: ['$[[ inputs.r ]]']}\n"},
        OTHER, "a s<input,q<input",
    ),
    "a pipeline that begins with another file": (
        {".gitlab/main.yml": "include: .gitlab/ci/tests.yml\ndefault: {tags: [q]}\n", OTHER: "a: {script: x}\n"},
        OTHER, "a q<default",
    ),
    "a project below another folder": (
        {"p/.gitlab-ci.yml": "include: .gitlab/ci/tests.yml\n.b: {tags: [q]}\n", "p/" + OTHER: "a: {extends: .b}\n"},
        "p/" + OTHER, "a q<extends",
    ),
    "what is not here": (
        {PATH: "include: [{project: g/p, file: x.yml}, {remote: 'https://x/y.yml'}, $X/y.yml, ../z.yml, no.yml]\n"
               "a: {extends: .b}\n"},
        PATH, "a -",
    ),
    "what is no configuration": (
        {PATH: "include: .gitlab/1.yml\na: {extends: .b}\n", ".gitlab/1.yml": "- x\n"}, PATH, "a -",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "path", "expected"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_values_from_other_files(files: dict[str, str], path: str, expected: str) -> None:
    assert seen(path, files) == expected


INHERITED = {
    "from a template": (".b: {timeout: 1h, tags: [q]}\na: {extends: .b, script: x}\n", "tags timeout"),
    "from the default": ("default: {timeout: 1h}\na: {script: x}\n", "timeout"),
    "not inherited": ("default: {timeout: 1h}\na: {script: x, inherit: {default: [tags]}}\n", ""),
    "merged": (".b: &b {timeout: 1h}\na: {<<: *b, script: x, tags: [q]}\n", "timeout"),
    "perhaps from elsewhere": ("a: {extends: .b, script: x}\n", "after_script artifacts before_script cache hooks id_tokens image interruptible retry services tags timeout"),
    "a job that triggers": ("a: {trigger: g/p}\n", "tags timeout"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), INHERITED.values(), ids=INHERITED)
def test_fields_from_elsewhere(text: str, expected: str) -> None:
    (job,) = GITLAB.jobs(parse(PATH, text), Memory({PATH: text}))
    assert " ".join(sorted(job.inherited)) == expected


NONE = {
    "empty": "",
    "comments": "# script\n",
    "a list": "- script: x\n",
    "settings of something else": "categories:\n  added: {name: Added}\nimage: x\n",
    "texts": "a: b\n.c: d\n",
    "agents": "gitops:\n  manifest_projects: [{id: g/p}]\n",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_no_pipeline(text: str) -> None:
    document = parse(".gitlab/x.yml", text)
    assert not GITLAB.understands(document)
    assert GITLAB.jobs(document, Memory({".gitlab/x.yml": text})) == ()


TEXT = """\
# The pipeline of the simulator.
include:
  - local: /.gitlab/ci/tests.yml
  - project: group/templates
    file: lint.yml

stages: [build, test, deploy]   # in this order

variables:
  GPU_RUNNER: "gpu-old"

default:
  image: registry.example.com/ci:1.4
  retry: 1
  tags:
    - docker-old

.gpu:
  # two of them
  tags: [ "$GPU_RUNNER" ]
  timeout: 2h

build:
  stage: build
  script:
    - make -j8
    - make install   # into dist
  artifacts:
    paths: [dist]

"build docs":
  stage: build
  tags: ["docker-old", 'big']
  script: make docs

# Runs on the old machines.
gpu tests:
  extends: .gpu
  stage: test
  needs: [build]
  script:
    - nvidia-smi
    - |
      export MODE=fast
      pytest -v tests/gpu

      # twice
      pytest -v tests/gpu
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      needs: ["build", "build docs"]
    - !reference [.gpu, rules]

deploy:
  stage: deploy
  needs:
    - job: gpu tests
      artifacts: false
    - job: build
  script: [./deploy.sh]
  environment: {name: prod, on_stop: stop}
stop:
  stage: deploy
  script: [./stop.sh]
  dependencies:
    - build
"""
TESTS = """\
unit:
  needs:
  - build
  script:
  - pytest tests/unit
  timeout: 30 minutes

slow:
  extends: unit
  tags: [docker-old]
  script:
  - pytest tests/slow
"""
FILES = {PATH: TEXT, OTHER: TESTS}
COPY = """\
"build docs for arm":
  stage: build
  tags: [arm]
  script: make docs

"""

CHANGES = {
    "a queue, wherever it is written": (
        "set-queue: {jobs: {queue: docker-old}, to: docker-k8s, leaves: 0}",
        TEXT.replace("docker-old", "docker-k8s"),
        TESTS.replace("docker-old", "docker-k8s"),
    ),
    "a queue in a variable": (
        "set-queue: {jobs: {key: gpu tests, queue: gpu-old}, to: gpu-k8s}",
        TEXT.replace("gpu-old", "gpu-k8s"),
        TESTS,
    ),
    "one of several tags": (
        'set-queue: {jobs: {key: build docs, queue: big}, to: "size: huge"}',
        TEXT.replace("'big'", "'size: huge'"),
        TESTS,
    ),
    "a variable, for its tags": (
        "set-field: {at: {file: .gitlab-ci.yml, path: '\".gpu\"'}, field: tags, to: [gpu, h200]}",
        TEXT.replace('tags: [ "$GPU_RUNNER" ]', "tags: [gpu, h200]"),
        TESTS,
    ),
    "timeouts where there are none": (
        "set-timeout: {jobs: {file: '**', without: [trigger]}, minutes: 90, missing: true, after: [stage]}",
        TEXT.replace("  stage: build\n", "  stage: build\n  timeout: 1h 30m\n").replace(
            "  stage: deploy\n", "  stage: deploy\n  timeout: 1h 30m\n"
        ),
        TESTS,
    ),
    "another timeout": (
        "set-timeout: {jobs: {key: [unit, slow]}, minutes: 60}",
        TEXT,
        TESTS.replace("30 minutes", "1 hour").replace(
            "  - pytest tests/slow\n", "  - pytest tests/slow\n  timeout: 1h\n"
        ),
    ),
    "tags where there are none": (
        "add-field: {jobs: {file: '**', without: [<queue>]}, field: tags, value: [x]}",
        TEXT,
        TESTS,
    ),
    "an image": (
        "edit-text: {files: '.gitlab-ci.yml', find: 'ci:1.4', replace: 'ci:1.5', expect: 1}",
        TEXT.replace("ci:1.4", "ci:1.5"),
        TESTS,
    ),
    "a job's name, wherever it stands": (
        "rename-job: {from: build, to: compile}",
        TEXT.replace("\nbuild:", "\ncompile:")
        .replace("needs: [build]", "needs: [compile]")
        .replace('["build", "build docs"]', '["compile", "build docs"]')
        .replace("job: build\n", "job: compile\n")
        .replace("    - build\n", "    - compile\n"),
        TESTS.replace("- build", "- compile"),
    ),
    "a name in quotes": (
        "rename-job: {from: build docs, to: docs}",
        TEXT.replace('"build docs"', '"docs"'),
        TESTS,
    ),
    "a name that stops an environment, and one that is extended": (
        "rename-job: {names: {stop: halt, unit: units}}",
        TEXT.replace("on_stop: stop", "on_stop: halt").replace("\nstop:", "\nhalt:"),
        TESTS.replace("unit:", "units:").replace("extends: unit", "extends: units"),
    ),
    "a copy for other machines": (
        "copy-job: {job: build docs, set: {<key>: build docs for arm, tags: [arm]}}",
        TEXT.replace("# Runs on", COPY + "# Runs on"),
        TESTS,
    ),
    "a job out of the file": (
        "move-job: {jobs: {key: build docs}, to: .gitlab/ci/tests.yml}",
        TEXT.replace(TEXT[TEXT.index('"build docs":') : TEXT.index("# Runs")], ""),
        TESTS + "\n" + TEXT[TEXT.index('"build docs":') : TEXT.index("\n# Runs")],
    ),
    "a job above another": (
        "move-job: {jobs: {key: slow}, before: unit}",
        TEXT,
        TESTS[TESTS.index("slow:") :] + "\n" + TESTS[: TESTS.index("\nslow:")],
    ),
    "a new job": (
        "add-job: {after: build, job: {lint: {stage: build, script: [ruff check]}}}",
        TEXT.replace(
            '"build docs":\n',
            'lint:\n  stage: build\n  script:\n    - ruff check\n\n"build docs":\n',
        ),
        TESTS,
    ),
    "a new job at the end": (
        "add-job: {file: .gitlab/ci/tests.yml, job: {fast: {extends: unit}}}",
        TEXT,
        TESTS + "\nfast:\n  extends: unit\n",
    ),
    "a job less": (
        "delete-job: {jobs: {key: slow}}",
        TEXT,
        TESTS[: TESTS.index("\nslow:")],
    ),
    "a job in a comment": (
        "comment-out-job: {jobs: {key: slow}, note: (too slow)}",
        TEXT,
        TESTS[: TESTS.index("slow:")]
        + "# slow:\n#   extends: unit\n#   tags: [docker-old]\n#   script:\n#   - pytest tests/slow (too slow)\n",
    ),
    "a command": (
        "edit-item: {jobs: {file: '**'}, find: pytest -v tests, replace: pytest --verbose tests}",
        TEXT.replace("pytest -v", "pytest --verbose"),
        TESTS,
    ),
    "commands shared out": (
        "split-commands: {job: build, into: [{set: {<key>: build}, commands: ['make -j8']}, {set: {<key>: install}}]}",
        TEXT.replace(
            "    - make install   # into dist\n  artifacts:\n    paths: [dist]\n",
            "  artifacts:\n    paths: [dist]\n\ninstall:\n  stage: build\n  script:\n"
            "    - make install   # into dist\n  artifacts:\n    paths: [dist]\n",
        ),
        TESTS,
    ),
    "a job in shards": (
        "shard-job: {jobs: {key: slow}, shards: 3, command: pytest, after: [extends],"
        " flags: [--shard $CI_NODE_INDEX/$CI_NODE_TOTAL]}",
        TEXT,
        TESTS.replace("  extends: unit\n", "  extends: unit\n  parallel: 3\n").replace(
            "tests/slow\n", "tests/slow --shard $CI_NODE_INDEX/$CI_NODE_TOTAL\n"
        ),
    ),
    "what it waits for": (
        "insert-item: {jobs: {key: unit}, list: <needs>, item: build docs, place: last}",
        TEXT,
        TESTS.replace("  - build\n", "  - build\n  - build docs\n"),
    ),
    "when it runs": (
        "set-field: {jobs: {key: gpu tests}, field: <condition>, to: [{when: always}]}",
        TEXT.replace(
            TEXT[TEXT.index("    - if:") : TEXT.index("\ndeploy:")], "    - when: always\n"
        ),
        TESTS,
    ),
}


@pytest.mark.parametrize(("operation", "text", "tests"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, text: str, tests: str) -> None:
    for dialect in ("gitlab-ci", ""):
        assert changed(f"  - {operation}\n", FILES, dialect) == {PATH: text, OTHER: tests}


def test_a_job_comes_back_from_a_comment() -> None:
    job = TEXT[TEXT.index("gpu tests:") : TEXT.index("\ndeploy:")]
    alone = {PATH: f"# first\na: {{script: x}}\n\n{job}"}
    out = changed("  - comment-out-job: {jobs: {key: gpu tests}}\n", alone, "gitlab-ci")
    assert out[PATH] != alone[PATH]
    assert changed("  - uncomment-job: {job: gpu tests}\n", out, "gitlab-ci") == alone


def test_a_job_with_aliases_comes_back_from_a_comment() -> None:
    lines = "# a:\n#   <<: *b\n#   script: [*c]\n#   variables: {D: &d e, F: *d}\n"
    above = ".b: &b {image: &c i}\n" + lines + "g: {script: x}\n"
    operation = "  - uncomment-job: {job: a}\n"
    after = above.replace("# ", "")
    assert changed(operation, {PATH: above}, "gitlab-ci") == {PATH: after}
    below = ".b: &b {image: i}\n" + lines + "g: {script: &c x}\n"
    assert "the anchor of the alias *c" in refusal(operation, {PATH: below}, "gitlab-ci")


def test_a_job_with_an_alias_moves_below_its_anchor() -> None:
    text = "a:\n  <<: *b\n  script: x\n"
    above = "c: &b\n  script: y\n  tags: [q]\nd:\n  script: z\n"
    operation = "  - move-job: {jobs: {key: a}, after: c}\n"
    after = above.replace("d:", text + "d:")
    assert changed(operation, {PATH: above + text}, "gitlab-ci") == {PATH: after}


NEW = {
    "nothing": ("''", ""),
    "a line": ("'---'", "---\n"),
    "a comment": ('"# Nightly jobs.\\n"', "# Nightly jobs.\n"),
    "other entries": ('"stages: [test]\\n"', "stages: [test]\n\n"),
}


@pytest.mark.parametrize(("head", "lines"), NEW.values(), ids=NEW)
def test_jobs_move_to_a_new_file(head: str, lines: str) -> None:
    new = ".gitlab/ci/nightly.yml"
    operation = f"  - move-job: {{jobs: {{key: slow}}, to: {new}, head: {head}}}\n"
    unit, slow = TESTS.split("\nslow:")
    assert changed(operation, FILES, "gitlab-ci") == {
        PATH: TEXT,
        OTHER: unit,
        new: f"{lines}slow:{slow}",
    }


MARKED = "\ufeffa:\r\n  script: x\r\n\r\nb:\r\n  script: y\r\n"
BESIDE_A_MARK = {
    "a copy": ("copy-job: {job: a, set: {<key>: c}}", "a:|  script: x||c:|  script: x||b:|  script: y|"),
    "a comment": ("comment-out-job: {jobs: {key: a}}", "# a:|#   script: x||b:|  script: y|"),
    "a job less": ("delete-job: {jobs: {key: a}}", "b:|  script: y|"),
    "another place": ("move-job: {jobs: {key: a}, after: b}", "b:|  script: y||a:|  script: x|"),
    "above": ("move-job: {jobs: {key: b}, before: a}", "b:|  script: y||a:|  script: x|"),
    "a new job": (
        "add-job: {before: a, job: {n: {script: z}}}", "n:|  script: z||a:|  script: x||b:|  script: y|",
    ),
    "a name": ("rename-job: {from: a, to: 'n: m'}", '"n: m":|  script: x||b:|  script: y|'),
}  # fmt: skip


@pytest.mark.parametrize(("operation", "after"), BESIDE_A_MARK.values(), ids=BESIDE_A_MARK)
def test_the_first_job_behind_a_byte_order_mark(operation: str, after: str) -> None:
    expected = "\ufeff" + after.replace("|", "\r\n")
    after_it = changed(f"  - {operation}\n", {PATH: MARKED}, "gitlab-ci")
    assert after_it == {PATH: expected}
    if "comment" in operation:
        assert changed("  - uncomment-job: {job: a}\n", after_it, "gitlab-ci") == {PATH: MARKED}


MATRIX = """\
spec:
  inputs:
    runner: {default: q}
---
a:
  script: x
  tags: [$RUNNER, "$[[ inputs.runner ]]"]
  parallel:
    matrix:
      - RUNNER: [q, r]   # the old ones
        MODE: [fast]
      - RUNNER: q
"""
ROWS = {
    "a queue": (
        "set-queue: {jobs: {queue: q}, to: s, leaves: 0}",
        MATRIX.replace("default: q", "default: s").replace("[q", "[s").replace(": q\n", ": s\n"),
    ),
    "a value of a row": (
        "insert-item: {at: {file: .gitlab-ci.yml, path: 'a.parallel.matrix[0]'}, list: RUNNER, item: t, place: last}",
        MATRIX.replace("[q, r]", "[q, r, t]"),
    ),
    "a row": (
        "insert-item: {jobs: {key: a}, list: parallel.matrix, item: {RUNNER: u}, place: last}",
        MATRIX + "      - RUNNER: u\n",
    ),
    "a job at the end": (
        "add-job: {file: .gitlab-ci.yml, job: {b: {script: y}}}",
        MATRIX + "b:\n  script: y\n",
    ),
}


@pytest.mark.parametrize(("operation", "after"), ROWS.values(), ids=ROWS)
def test_changes_of_a_matrix(operation: str, after: str) -> None:
    for dialect in ("gitlab-ci", ""):
        assert changed(f"  - {operation}\n", {PATH: MATRIX}, dialect) == {PATH: after}


def test_tags_where_there_are_none() -> None:
    text = "a:\n  stage: t\n  script: x\nb: {script: y, tags: [q]}\nc:\n  trigger: g/p\n"
    operation = "  - add-field: {jobs: {file: '**', without: [<queue>]}, field: <queue>, value: [z], after: [stage]}\n"
    after = text.replace("t\n  script", "t\n  tags:\n    - z\n  script")
    assert changed(operation, {PATH: text}, "gitlab-ci") == {PATH: after}


SHARED = """\
variables: {R: old}
default: {tags: [old]}
.base: &base
  tags: &tags [old]
.used:
  tags: [old]
a: {script: x}
b: {<<: *base, script: x}
c: {script: x, tags: *tags}
d: {extends: .used, script: x}
e: {script: x, tags: !reference [.used, tags]}
f: {script: x, tags: [$R]}
g:
  script: x
  tags: ["${Q}"]
  parallel: {matrix: [{Q: [old, other]}, {Q: old}]}
h:
  <<: *base
  script: x
  tags: [other]
"""


def test_values_are_changed_where_they_are_written() -> None:
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0, expect: 7}\n"
    assert changed(operation, {PATH: SHARED}, "gitlab-ci") == {PATH: SHARED.replace("old", "new")}


def test_values_are_changed_in_files_that_hold_no_job() -> None:
    files = {PATH: "include: .gitlab/1.yml\na: {script: x, tags: [!reference [.q], $R]}\n"}
    files[".gitlab/1.yml"] = ".q: old\nvariables: {R: old}\n"
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0}\n"
    after = {**files, ".gitlab/1.yml": ".q: new\nvariables: {R: new}\n"}
    for dialect in ("gitlab-ci", ""):
        assert changed(operation, files, dialect) == after


SET_REFUSED = {
    "the default": ("jobs: {key: a}, to: new", "2:18: 'old' is written here for slow too"),
    "a template": ("jobs: {key: d}, to: new", "6:10: 'old' is written here for e too"),
    "a merged one": ("jobs: {key: b}, to: new", "4:16: 'old' is written here for c too"),
    "several": ("jobs: {key: g}, to: new", "job 'g' is on several queues: old, other"),
}


@pytest.mark.parametrize(("options", "error"), SET_REFUSED.values(), ids=SET_REFUSED)
def test_values_that_others_have_too_stay(options: str, error: str) -> None:
    files = {PATH: SHARED + "include: .gitlab/1.yml\n", ".gitlab/1.yml": "slow: {script: x}\n"}
    assert error in refusal(f"  - set-queue: {{{options}}}\n", files, "gitlab-ci")


TRIGGER = "a: {trigger: g/p}\nb: {script: x}\n"
REFUSALS = {
    "a value in a file that is not looked at": (
        "set-queue: {jobs: {key: a}, to: new}",
        {PATH: "include: ci/x.yml\na: {extends: .b, script: x}\n", "ci/x.yml": ".b: {tags: [old]}\n"},
        "ci/x.yml:1:13: 'old' of job 'a' is written in ci/x.yml",
    ),
    "a timeout of a job that triggers": (
        "set-timeout: {jobs: {key: a}, minutes: 5}", {PATH: TRIGGER},
        "'a' starts another pipeline, and can have no timeout",
    ),
    "no such field": (
        "set-field: {jobs: {key: a}, field: <gpus>, to: 2}", {PATH: TRIGGER}, "no field for gpus",
    ),
    "no label": (
        "rename-job: {of: label, from: a, to: b}", {PATH: TRIGGER}, "no job has the label 'a'",
    ),
    "a job that others need": (
        "delete-job: {jobs: {key: build}}", FILES, "this needs the job 'build', which would be deleted",
    ),
    "a job that others need, in a comment": (
        "comment-out-job: {jobs: {key: unit}}", FILES, "this needs the job 'unit', which would be in a comment",
    ),
    "a name that others need": (
        "split-commands: {job: unit, into: [{set: {<key>: u1}, commands: [x]}, {set: {<key>: u2}}]}",
        FILES, "this needs the job 'unit', which would have no part of that name",
    ),
    "an alias to another file": (
        "move-job: {jobs: {key: a}, to: .gitlab/ci/tests.yml}",
        {PATH: ".b: &b {tags: [q]}\na:\n  <<: *b\n  script: x\n", OTHER: TESTS},
        f"{PATH}:3:7: the anchor of the alias *b is not above the new place",
    ),
    "an alias above its anchor": (
        "move-job: {jobs: {key: a}, before: c}",
        {PATH: "c:\n  script: x\n.b: &b {tags: [q]}\na:\n  <<: *b\n  script: x\n"},
        f"{PATH}:5:7: the anchor of the alias *b is not above the new place",
    ),
    "a copy of an anchor": (
        "copy-job: {job: a, set: {<key>: b}}", {PATH: "a: &a\n  script: x\n"}, "holds an anchor",
    ),
    "a copy without a name": (
        "copy-job: {job: b, set: {script: y}}", {PATH: "b:\n  script: x\n"}, "would have the key of job 'b'",
    ),
    "the name of a part": (
        "rename-job: {from: a, to: b}",
        {PATH: "include: .gitlab/1.yml\na: {stage: x}\n", ".gitlab/1.yml": "a: {script: x}\n"},
        "two jobs would have the key 'b'",
    ),
    "a matrix in shards": (
        "shard-job: {jobs: {key: g}, shards: 2, command: x}", {PATH: SHARED}, "a list or a mapping",
    ),
    "a line of two commands": (
        "shard-job: {jobs: {key: gpu tests}, shards: 2, command: pytest, flags: [-x]}", FILES,
        "'pytest' is not in one whole line of this command",
    ),
    "a head that jobs can't stand below": (
        "move-job: {jobs: {key: slow}, to: .gitlab/new.yml, head: '- x'}", FILES,
        "'head' ends with something that no job can stand beside",
    ),
    "the only job": (
        "move-job: {jobs: {key: a}, to: .gitlab/new.yml, head: ''}", {PATH: "a:\n  script: x\n"},
        "nothing would be left here",
    ),
    "no list of models": (
        "split-job: {job: b, into: {key: e, label: E}, list: {from: x, to: y, lines: {gpus: '>1'}}}",
        {PATH: TRIGGER}, "job 'b' reads no list 'x'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("operation", "files", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, files: dict[str, str], error: str) -> None:
    assert error in refusal(f"  - {operation}\n", files, "gitlab-ci")


def test_templates_are_left_alone_unless_they_are_written_out() -> None:
    text = "a: {script: x, tags: ['arch:$ARCH']}\n"
    operation = "  - set-queue: {{jobs: {{queue: '{}'}}, to: new}}\n"
    assert changed(operation.format("*"), {PATH: text}, "gitlab-ci") == {PATH: text}
    named = operation.format("arch:$ARCH")
    assert changed(named, {PATH: text}, "gitlab-ci") == {PATH: text.replace("arch:$ARCH", "new")}


TIMES = {
    "1h 30m": "90", "90m": "90", "90 minutes": "90", "1 hour and 30 minutes": "90", "1h30m": "90",
    "1 hours 30 minutes": "90", "3600s": "60", "1d": "1440", "1w 1d": "11520",
}  # fmt: skip


@pytest.mark.parametrize(("written", "minutes"), TIMES.items())
def test_a_timeout_that_says_it_already_stays(written: str, minutes: str) -> None:
    text = f"a:\n  script: x\n  timeout: {written}\n"
    operation = f"  - set-timeout: {{jobs: {{key: a}}, minutes: {minutes}}}\n"
    assert changed(operation, {PATH: text}, "gitlab-ci") == {PATH: text}


@pytest.mark.parametrize(
    ("old", "new"), [("1 hour", "2 hours 1 minute"), ("60", "2h 1m"), ("$T", "2h 1m")]
)
def test_a_timeout_is_written_as_the_old_one(old: str, new: str) -> None:
    text = f"a:\n  script: x\n  timeout: {old}\n"
    operation = "  - set-timeout: {jobs: {key: a}, minutes: 121}\n"
    assert changed(operation, {PATH: text}, "gitlab-ci") == {PATH: text.replace(old, new)}
