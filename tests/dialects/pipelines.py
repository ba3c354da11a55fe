"""A small pipeline in each dialect, and what a new item and a new job of it look like.

The job `kernels` is on the queue `q`, and so is `docs`, which waits for it where jobs can.
"""

PIPELINES = {
    "azure-pipelines": (
        "azure-pipelines.yml",
        """\
jobs:
# the slow one
- job: kernels
  pool: q
  timeoutInMinutes: 30
  steps:
  - script: export MODE=fast
  - script: pytest fast
  - script: pytest more

- job: docs
  dependsOn: kernels
  pool: q
  steps:
  - script: make docs
""",
    ),
    "bazelci": (
        ".bazelci/presubmit.yml",
        """\
tasks:
  # the slow one
  kernels:
    platform: q
    shell_commands:
    - export MODE=fast
    - pytest fast
    - pytest more

  docs:
    platform: q
    shell_commands:
    - make docs
""",
    ),
    "buildkite": (
        ".buildkite/pipeline.yml",
        """\
steps:
  # the slow one
  - label: Kernels
    key: kernels
    timeout_in_minutes: 30
    commands:
      - export MODE=fast
      - pytest fast
      - pytest more
    agents:
      queue: q

  - label: docs
    key: docs
    depends_on: kernels
    commands:
      - make docs
    agents:
      queue: q
""",
    ),
    "circleci": (
        ".circleci/config.yml",
        """\
version: 2.1
jobs:
  # the slow one
  kernels:
    machine: true
    resource_class: q
    steps:
      - run: export MODE=fast
      - run: pytest fast
      - run: pytest more

  docs:
    machine: true
    resource_class: q
    steps:
      - run: make docs
workflows:
  all:
    jobs:
      - kernels
      - docs:
          requires: [kernels]
""",
    ),
    "github-actions": (
        ".github/workflows/tests.yml",
        """\
on: push
jobs:
  # the slow one
  kernels:
    runs-on: q
    timeout-minutes: 30
    steps:
      - run: export MODE=fast
      - run: pytest fast
      - run: pytest more

  docs:
    needs: kernels
    runs-on: q
    steps:
      - run: make docs
""",
    ),
    "gitlab-ci": (
        ".gitlab-ci.yml",
        """\
# the slow one
kernels:
  tags: [q]
  timeout: 30m
  script:
    - export MODE=fast
    - pytest fast
    - pytest more

docs:
  needs: [kernels]
  tags: [q]
  script:
    - make docs
""",
    ),
    "prow": (
        "config/jobs/kernels.yaml",
        """\
periodics:
# the slow one
- name: kernels
  cluster: q
  interval: 6h
  decoration_config:
    timeout: 30m
  spec:
    containers:
    - args:
      - export MODE=fast
      - pytest fast
      - pytest more

- name: docs
  cluster: q
  interval: 6h
  spec:
    containers:
    - args:
      - make docs
""",
    ),
    "vllm-test-areas": (
        ".buildkite/test_areas/kernels.yaml",
        """\
group: Kernels
steps:
# the slow one
- label: Kernels
  key: kernels
  timeout_in_minutes: 30
  device: q
  commands:
  - export MODE=fast
  - pytest fast --config-list-file=models.txt
  - pytest more

- label: docs
  key: docs
  depends_on: kernels
  device: q
  commands:
  - make docs
""",
    ),
}

# What a list of vLLM's holds: a model that needs a GPU, and one that needs two.
FILES = {
    "tests/models.txt": "small.yaml\nlarge.yaml\n",
    "tests/small.yaml": "server_args: --max-model-len 4096\n",
    "tests/large.yaml": "server_args: --tensor-parallel-size 2\n",
}

# Where a job's commands stand, if that is not what every dialect calls `<commands>`.
LISTS = {"azure-pipelines": "steps", "prow": "'spec.containers[0].args'"}
LABELLED = ("buildkite", "vllm-test-areas")  # where each job of these has a label
NEW_ITEM = {
    "azure-pipelines": "{script: fresh}",
    "circleci": "{run: fresh}",
    "github-actions": "{run: fresh}",
}
NEW_JOB = {
    "azure-pipelines": "{job: fresh, pool: q, steps: [{script: make}]}",
    "bazelci": "{fresh: {platform: q, shell_commands: [make]}}",
    "buildkite": "{label: fresh, key: fresh, command: make}",
    "circleci": "{fresh: {machine: true, resource_class: q, steps: [{run: make}]}}",
    "github-actions": "{fresh: {runs-on: q, steps: [{run: make}]}}",
    "gitlab-ci": "{fresh: {tags: [q], script: [make]}}",
    "prow": "{name: fresh, cluster: q, interval: 6h, spec: {containers: [{args: [make]}]}}",
    "vllm-test-areas": "{label: fresh, key: fresh, device: q, commands: [make]}",
}
