"""CircleCI: which jobs are seen, on which resource classes, and changes as people make them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal

PATH = ".circleci/config.yml"
MORE = ".circleci/workflows/nightly.yml"
CIRCLECI = load_dialect("circleci")

SEEN = {
    "its own class": ("jobs:\n  a:\n    docker: [{image: i}]\n    resource_class: q\n", "a q"),
    "no class": ("jobs:\n  a:\n    docker: [{image: i}]\n", "a -"),
    "no jobs": ("workflows:\n  w:\n    jobs: [o/j, {h: {type: approval}}]\n", ""),
    "a name with spaces": ("jobs:\n  Code Style: {machine: true, resource_class: n/r}\n", "Code Style n/r"),
    "an executor": (
        "executors: {e: {docker: [{image: i}], resource_class: q}}\n"
        "jobs:\n  a: {executor: e}\n  b: {executor: {name: e}}\n  c: {executor: e, resource_class: r}\n",
        "a q<executor; b q<executor; c r",
    ),
    "an executor without a class": ("executors: {e: {machine: true}}\njobs: {a: {executor: e}}\n", "a -"),
    "an executor of an orb": ("orbs: {o: o/o@1}\njobs: {a: {executor: o/e}, b: {executor: {name: o/e, size: r}}}\n", "a o/e?; b o/e?"),
    "a parameter of an executor": (
        "executors:\n  e: {parameters: {size: {default: q}}, machine: true, resource_class: << parameters.size >>}\n"
        "jobs:\n  a: {executor: e}\n  b: {executor: {name: e, size: r}}\n",
        "a q<default; b r<parameter",
    ),
    "a parameter that nobody gives": (
        "jobs:\n  a: {parameters: {size: {default: q}}, resource_class: <<parameters.size>>}\n",
        "a q<default",
    ),
    "a parameter without a default": (
        "jobs:\n  a: {parameters: {size: {type: string}}, resource_class: << parameters.size >>}\n",
        "a << parameters.size >>?",
    ),
    "what workflows give": (
        "jobs:\n  a: {parameters: {size: {default: q}}, resource_class: << parameters.size >>}\n"
        "workflows:\n  w: {jobs: [a: {size: r}]}\n  v: {jobs: [a: {size: s}, b]}\n",
        "a s<parameter,r<parameter",
    ),
    "what one workflow gives": (
        "jobs:\n  a: {parameters: {size: {default: q}}, resource_class: << parameters.size >>}\n"
        "workflows: {w: {jobs: [a, a: {size: r}]}}\n",
        "a r<parameter,q<default",
    ),
    "a matrix": (
        "jobs:\n  a: {resource_class: << parameters.size >>}\n"
        "workflows: {w: {jobs: [a: {matrix: {parameters: {size: [q, r]}}}]}}\n",
        "a q<matrix,r<matrix",
    ),
    "a value of a matrix under another name": (
        "jobs:\n  a: {resource_class: << parameters.size >>}\n"
        "workflows: {w: {jobs: [a: {size: << matrix.s >>, matrix: {parameters: {s: [q]}}}]}}\n",
        "a q<matrix",
    ),
    "executors in a matrix": (
        "executors: {e: {machine: true, resource_class: q}, f: {macos: {xcode: 1}, resource_class: r}}\n"
        "jobs: {a: {executor: << parameters.on >>, parameters: {on: {type: executor}}}}\n"
        "workflows: {w: {jobs: [a: {matrix: {parameters: {on: [e, f, o/g]}}}]}}\n",
        "a q<executor,r<executor,o/g<matrix?",
    ),
    "a parameter of the pipeline": (
        "parameters: {size: {type: string, default: q}}\njobs: {a: {resource_class: << pipeline.parameters.size >>}}\n",
        "a q<parameter",
    ),
    "one of them, given by a workflow": (
        "parameters: {size: {default: q}}\njobs: {a: {resource_class: << parameters.s >>}}\n"
        "workflows: {w: {jobs: [a: {s: << pipeline.parameters.size >>}]}}\n",
        "a q<parameter",
    ),
    "other templates": (
        "jobs: {a: {resource_class: << pipeline.git.branch >>}, b: {resource_class: 'x-<< parameters.s >>'}}\n",
        "a << pipeline.git.branch >>?; b x-<< parameters.s >>?",
    ),
    "an anchor and a merge": (
        ".d: &d\n  resource_class: q\njobs:\n  a:\n    <<: *d\n  b: {<<: *d, resource_class: r}\n", "a q; b r",
    ),
}  # fmt: skip


def seen(path: str, files: dict[str, str]) -> str:
    jobs = CIRCLECI.jobs(parse(path, files[path]), Memory(files))
    words = []
    for job in jobs:
        queues = [
            one.text + (f"<{one.via}" if one.via else "") + "?" * one.opaque for one in job.queues
        ]
        words.append(f"{job.key} {','.join(queues) or '-'}")
    return "; ".join(words)


@pytest.mark.parametrize(("text", "expected"), SEEN.values(), ids=SEEN)
def test_jobs_that_are_seen(text: str, expected: str) -> None:
    assert CIRCLECI.understands(parse(PATH, text)) == 2
    assert seen(PATH, {PATH: text}) == expected


NONE = {
    "empty": "",
    "a version": "version: 2.1\n",
    "a list": "- jobs\n",
    "something else": "name: suite\ndiscover: ls\n",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_no_configuration(text: str) -> None:
    document = parse(PATH, text)
    assert not CIRCLECI.understands(document)
    assert CIRCLECI.jobs(document, Memory({PATH: text})) == ()


def test_odd_jobs_and_workflows() -> None:
    text = (
        "jobs:\n  a: b\n  c: [d]\n  e: {steps: x, executor: {}}\nexecutors: x\n"
        "workflows:\n  version: 2\n  w: {jobs: x}\n  v: {jobs: [[a], {}, {a: b, c: d}]}\n"
    )
    assert seen(PATH, {PATH: text}) == "e -"
    assert [one.node.value for one in CIRCLECI.references(parse(PATH, text))] == []


INHERITED = {
    "an executor": ("executors: {e: {docker: [], environment: {}, parameters: {}}}\njobs: {a: {executor: e}}\n", "docker environment"),
    "an executor of an orb": ("jobs: {a: {executor: o/e}}\n", "docker environment machine macos resource_class shell"),
    "a merge": (".d: &d {resource_class: q}\njobs: {a: {<<: *d, docker: []}}\n", "resource_class"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), INHERITED.values(), ids=INHERITED)
def test_fields_from_elsewhere(text: str, expected: str) -> None:
    (job,) = CIRCLECI.jobs(parse(PATH, text), Memory({PATH: text}))
    assert " ".join(sorted(job.inherited)) == expected


TEXT = """\
version: 2.1
orbs:
  node: circleci/node@5.1.0   # kept by a bot

executors:
  gpu:
    machine:
      image: linux-cuda-12:2023.05.1
    resource_class: gpu.old.small  # two of them

# Jobs, by what they need.
jobs:

  build:
    docker:
      - image: cimg/python:3.11
        environment: {CI: "1"}
    resource_class: medium
    steps:
      - checkout
      - run: make
      - run:
          name: Install
          command: |
            make install
            pytest tests/smoke

  lint:
    docker:
      - image: cimg/python:3.11
    steps: [checkout, {run: ruff check}]

  # Slow ones
  gpu-tests:
    executor: gpu
    parallelism: 2
    steps:
      - run: pytest -v tests/gpu
      - when:
          condition: << pipeline.parameters.slow >>
          steps:
            - run: pytest -v tests/slow
      - store_artifacts:
          path: out

  deploy:
    docker: [{image: cimg/base:stable}]
    resource_class: << parameters.size >>
    parameters:
      size: {type: string, default: "medium"}
    steps:
      - run: ./deploy.sh

workflows:
  main:
    jobs:
      - build
      - lint:
          context: [ team ]
      - gpu-tests:
          requires: [build, lint]
          filters: {branches: {only: main}}
      - hold:
          type: approval
          requires:
            - gpu-tests
      - deploy:
          name: build
          requires:
            - hold
            - gpu-tests: success
  nightly:
    jobs:
      - deploy: {size: large, requires: [build]}
      - build:
          name: nightly-build
      - gpu-tests:
          requires:
            - nightly-build
            - deploy
"""
STEPS = TEXT[TEXT.index("  lint:\n") : TEXT.index("\n  # Slow")]

CHANGES = {
    "a class, wherever it is written": (
        "set-queue: {jobs: {queue: medium}, to: medium.gen2, leaves: 0}",
        TEXT.replace("medium", "medium.gen2"),
    ),
    "a class of an executor": (
        "set-queue: {jobs: {key: gpu-tests, queue: gpu.old.small}, to: gpu.new.small}",
        TEXT.replace("gpu.old.small", "gpu.new.small"),
    ),
    "a class that a workflow gives": (
        "set-queue: {jobs: {key: deploy, queue: large}, to: xlarge}",
        TEXT.replace("size: large", "size: xlarge"),
    ),
    "a class where there is none": (
        "add-queue: {jobs: {file: '**'}, queue: small, after: [docker]}",
        TEXT.replace("3.11\n    steps", "3.11\n    resource_class: small\n    steps"),
    ),
    "images": (
        "set-field: {at: {file: '.circleci/*.yml', path: 'jobs.*.docker[*]'}, field: image,"
        " from: '/cimg\\/python:(.*)/', to: 'cimg/python:3.12', expect: 2}",
        TEXT.replace("python:3.11", "python:3.12"),
    ),
    "an orb": (
        "set-field: {at: {file: '.circleci/*.yml', path: orbs}, field: node, to: circleci/node@6.3.0}",
        TEXT.replace("node@5.1.0", "node@6.3.0"),
    ),
    "a context": (
        "insert-item: {at: {file: '.circleci/*.yml', path: 'workflows.*.jobs[*].lint'}, list: context,"
        " item: deploys, place: last}",
        TEXT.replace("[ team ]", "[ team, deploys ]"),
    ),
    "a name, in the workflows that call it so": (
        "rename-job: {from: build, to: compile}",
        TEXT.replace("\n  build:", "\n  compile:")
        .replace("      - build\n", "      - compile\n")
        .replace("      - build:\n", "      - compile:\n")
        .replace("requires: [build]}", "requires: [compile]}"),
    ),
    "a name with a status": (
        "rename-job: {from: gpu-tests, to: gpu}",
        TEXT.replace("gpu-tests", "gpu"),
    ),
    "a copy for another machine": (
        "copy-job: {job: lint, set: {<key>: lint-arm}, add: [{field: resource_class, value: arm.medium, after: docker}]}",
        TEXT.replace(
            STEPS,
            STEPS
            + "\n"
            + STEPS.replace("lint", "lint-arm").replace(
                "    steps", "    resource_class: arm.medium\n    steps"
            ),
        ),
    ),
    "a run of it": (
        "insert-item: {at: {file: '.circleci/*.yml', path: workflows.main}, list: jobs,"
        " item: {lint-arm: {requires: [build]}}, after: build}",
        TEXT.replace(
            "      - build\n",
            "      - build\n      - lint-arm:\n          requires:\n            - build\n",
        ),
    ),
    "a new job": (
        "add-job: {before: gpu-tests, job: {docs: {executor: gpu, steps: [checkout]}}}",
        TEXT.replace(
            "  # Slow ones\n",
            "  docs:\n    executor: gpu\n    steps:\n      - checkout\n\n  # Slow ones\n",
        ),
    ),
    "a job in another place": (
        "move-job: {jobs: {key: deploy}, before: lint}",
        TEXT.replace(TEXT[TEXT.index("\n  deploy:") : TEXT.index("\nworkflows")], "").replace(
            "  lint:\n    d",
            TEXT[TEXT.index("  deploy:\n") : TEXT.index("workflows")] + "  lint:\n    d",
        ),
    ),
    "a command": (
        "edit-item: {jobs: {file: '**'}, find: pytest -v tests, replace: pytest --verbose tests}",
        TEXT.replace("pytest -v", "pytest --verbose"),
    ),
    "a command in a block": (
        "edit-item: {jobs: {command: tests/smoke}, find: tests/smoke, replace: tests/small, expect: 1}",
        TEXT.replace("tests/smoke", "tests/small"),
    ),
    "commands shared out": (
        "split-commands: {job: build, shared: [checkout], into: [{set: {<key>: build}, commands: [make]},"
        " {set: {<key>: smoke}}]}",
        TEXT.replace(
            "      - run:\n          name: Install\n          command: |\n            make install\n"
            "            pytest tests/smoke\n",
            "\n  smoke:\n"
            + TEXT[TEXT.index("    docker:\n") : TEXT.index("      - run: make\n")]
            + TEXT[TEXT.index("      - run:\n          name") : TEXT.index("\n  lint")],
        ),
    ),
    "more machines": (
        "shard-job: {jobs: {key: gpu-tests}, shards: 4, command: tests/gpu, flags: [--split]}",
        TEXT.replace("parallelism: 2", "parallelism: 4").replace(
            "tests/gpu\n", "tests/gpu --split\n"
        ),
    ),
    "a line of several, for more machines": (
        "shard-job: {jobs: {key: build}, shards: 2, command: pytest, flags: [--split], after: [resource_class]}",
        TEXT.replace("class: medium\n", "class: medium\n    parallelism: 2\n").replace(
            "smoke\n", "smoke --split\n"
        ),
    ),
    "a variable": (
        "add-field: {jobs: {key: lint}, field: <env>, value: {MODE: fast}, after: [docker]}",
        TEXT.replace("    steps: [", "    environment:\n      MODE: fast\n    steps: ["),
    ),
}


@pytest.mark.parametrize(("operation", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, after: str) -> None:
    for dialect in ("circleci", ""):
        assert changed(f"  - {operation}\n", {PATH: TEXT}, dialect) == {PATH: after}


def test_a_job_goes_with_what_runs_it() -> None:
    text = TEXT.replace("[build, lint]", "[build]")
    after = text.replace(STEPS + "\n", "").replace(
        "      - lint:\n          context: [ team ]\n", ""
    )
    operation = "  - delete-job: {jobs: {key: lint}}\n"
    for dialect in ("circleci", ""):
        assert changed(operation, {PATH: text}, dialect) == {PATH: after}


FILES = {
    PATH: "jobs:\n  a:\n    docker: [{image: i}]\n    resource_class: << parameters.size >>\n"
    "  b: {docker: [{image: i}]}\n",
    MORE: "workflows:\n  w:\n    jobs:\n      - a: {size: medium}\n      - b: {requires: [a]}\n",
}


def test_workflows_in_other_files() -> None:
    assert seen(PATH, FILES) == "a medium<parameter; b -"
    operation = (
        "  - set-queue: {jobs: {queue: medium}, to: large}\n  - rename-job: {from: a, to: c}\n"
    )
    after = {
        PATH: FILES[PATH].replace("  a:", "  c:"),
        MORE: FILES[MORE].replace("medium", "large").replace("- a", "- c").replace("[a]", "[c]"),
    }
    for dialect in ("circleci", ""):
        assert changed(operation, FILES, dialect) == after


def test_a_job_moves_to_a_new_file() -> None:
    new = ".circleci/docs.yml"
    operation = f'  - move-job: {{jobs: {{key: b}}, to: {new}, head: "version: 2.1\\njobs:\\n"}}\n'
    files = {PATH: FILES[PATH].replace("  b: {docker", "  b:\n    x: {docker")}
    assert changed(operation, files, "circleci") == {
        PATH: FILES[PATH][: FILES[PATH].index("  b:")],
        new: "version: 2.1\njobs:\n  b:\n    x: {docker: [{image: i}]}\n",
    }


def test_a_job_that_nothing_runs_goes_into_a_comment_and_back() -> None:
    text = "jobs:\n  a: {machine: true}\n  b:\n    machine: true\n    steps:\n      - run: |\n          x\n\n          # y\n"
    out = changed("  - comment-out-job: {jobs: {key: b}}\n", {PATH: text}, "circleci")
    assert out[PATH].count("  # ") == 7
    assert changed("  - uncomment-job: {job: b}\n", out, "circleci") == {PATH: text}


SHARED = """\
executors:
  e: {machine: true, resource_class: << parameters.size >>, parameters: {size: {default: old}}}
jobs:
  a: {executor: e}
  b: {executor: e}
  c: &c {docker: [], resource_class: old}
  d:
    <<: *c
    resource_class: other
  f: *c
"""


def test_values_are_changed_where_they_are_written() -> None:
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0, expect: 4}\n"
    assert changed(operation, {PATH: SHARED}, "circleci") == {PATH: SHARED.replace("old", "new")}


REFUSALS = {
    "a value that others have too": (
        "set-queue: {jobs: {key: a}, to: new}", {PATH: SHARED}, f"{PATH}:2:90: 'old' is written here for b too",
    ),
    "a value that an alias repeats": (
        "set-queue: {jobs: {key: c}, to: new}", {PATH: SHARED}, "'old' is written here for f too",
    ),
    "a job without a class": (
        "set-queue: {jobs: {key: lint}, to: new}", {PATH: TEXT}, "job 'lint' names no queue",
    ),
    "a timeout": (
        "set-timeout: {jobs: {key: lint}, minutes: 5}", {PATH: TEXT}, "no field for timeout",
    ),
    "a timeout, where there is none": (
        "set-timeout: {jobs: {key: lint}, minutes: 5, missing: true}", {PATH: TEXT}, "no field for timeout",
    ),
    "a job that others wait for": (
        "delete-job: {jobs: {key: lint}}", {PATH: TEXT}, f"{PATH}:61:29: this needs the job 'lint'",
    ),
    "a workflow without jobs": (
        "delete-job: {jobs: {key: a}}",
        {PATH: "jobs: {a: {machine: true}, b: {machine: true}}\nworkflows: {w: {jobs: [a]}}\n"},
        "nothing would be left here",
    ),
    "a job in a comment that a workflow runs": (
        "comment-out-job: {jobs: {key: lint}}", {PATH: TEXT}, "this runs the job 'lint', which would be in a comment",
    ),
    "a job that a workflow runs, out of its file": (
        "move-job: {jobs: {key: lint}, to: .circleci/x.yml, head: 'jobs:'}", {PATH: TEXT},
        "this runs the job 'lint', which would stand in another file",
    ),
    "a name that a workflow runs": (
        "split-commands: {job: lint, into: [{set: {<key>: l}, commands: [checkout]}, {set: {<key>: m}}]}",
        {PATH: TEXT}, "this runs the job 'lint', which would have no part of that name",
    ),
    "a step that goes nowhere": (
        "split-commands: {job: build, into: [{set: {<key>: build}, commands: [make]}, {set: {<key>: m}, commands: [checkout]}]}",
        {PATH: TEXT}, "this command goes to no part of 'build'",
    ),
    "no list of models": (
        "split-job: {job: build, into: {key: e, label: E}, list: {from: x, to: y, lines: {gpus: '>1'}}}",
        {PATH: TEXT}, "job 'build' reads no list 'x'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("operation", "files", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, files: dict[str, str], error: str) -> None:
    assert error in refusal(f"  - {operation}\n", files, "circleci")


def test_executors_of_orbs_are_left_alone_unless_they_are_written_out() -> None:
    text = "jobs:\n  a: {executor: win/old}\n"
    operation = "  - set-queue: {{jobs: {{queue: {}}}, to: win/new}}\n"
    assert changed(operation.format('"win/*"'), {PATH: text}, "circleci") == {PATH: text}
    after = text.replace("win/old", "win/new")
    assert changed(operation.format("win/old"), {PATH: text}, "circleci") == {PATH: after}
