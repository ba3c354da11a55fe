"""A small pipeline in each dialect: the job `kernels` on the queue `q`, and `docs`, which waits for it.

Where the dialect has no such field, the line is not there.
"""

PIPELINES = {
    "azure-pipelines": (
        "azure-pipelines.yml",
        """\
jobs:
# the slow one
- job: kernels
  displayName: All kernels
  pool: q
  timeoutInMinutes: 30
  steps:
  - script: export MODE=fast
  - script: pytest kernels
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
    name: All kernels
    platform: q
    shell_commands:
    - export MODE=fast
    - pytest kernels
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
  - label: All kernels
    key: kernels
    timeout_in_minutes: 30
    commands:
      - export MODE=fast
      - pytest kernels
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
      - run: pytest kernels
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
    name: All kernels
    runs-on: q
    timeout-minutes: 30
    steps:
      - run: export MODE=fast
      - run: pytest kernels
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
    - pytest kernels
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
  context: All kernels
  cluster: q
  interval: 6h
  decoration_config:
    timeout: 30m
  spec:
    containers:
    - args:
      - export MODE=fast
      - pytest kernels
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
- label: All kernels
  key: kernels
  timeout_in_minutes: 30
  device: q
  commands:
  - export MODE=fast
  - pytest kernels
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
