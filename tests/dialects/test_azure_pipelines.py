"""Azure Pipelines: which jobs are seen, and changes as real pipelines have had them."""

import pytest

from ci_migrate.document import parse
from ci_migrate.job_fields import field_text
from ci_migrate.recipe import load_dialect
from tests.memory import Memory, changed, refusal

PATH = "azure-pipelines.yml"
JOB = ".azure-pipelines/job.yml"
AZURE = load_dialect("azure-pipelines")

SEEN = {
    "a pool": ("jobs:\n- job: j\n  displayName: J\n  pool: q\n", "j J q -"),
    "a pool by name": ("jobs:\n- job: j\n  pool: {name: q, demands: d}\n", "j None q -"),
    "an image": ("jobs:\n- job: j\n  pool: {vmImage: q}\n  timeoutInMinutes: 5\n", "j None q 5"),
    "an image of the hosted pool": (
        "jobs:\n- job: j\n  pool: {name: Azure Pipelines, vmImage: q}\n",
        "j None q -",
    ),
    "a deployment": ("jobs:\n- deployment: d\n  pool: q\n", "d None q -"),
    "a pool of a hook": (
        "jobs:\n- deployment: d\n  strategy:\n    runOnce:\n      deploy: {pool: q, steps: []}\n",
        "d None q -",
    ),
    "no name": ("jobs:\n- job:\n  displayName: J\n", "None J - -"),
    "in a stage": ("stages:\n- stage: s\n  jobs:\n  - {job: j, pool: q}\n", "j None q -"),
    "the pool of its stage": (
        "pool: p\nstages:\n- stage: s\n  pool: q\n  jobs:\n  - job: j\n",
        "j None q -",
    ),
    "the pool of the pipeline": ("pool: {vmImage: q}\njobs:\n- job: j\n", "j None q -"),
    "steps alone": ("pool: q\nsteps:\n- script: x\n", "None None q -"),
    "below a condition": (
        "jobs:\n- ${{ if eq(variables.a, 'b') }}:\n  - ${{ if c }}:\n    - {job: j, pool: q}\n",
        "j None q -",
    ),
    "a list below a condition": ("jobs:\n  ${{ if a }}:\n  - {job: j, pool: q}\n", "j None q -"),
    "pools below conditions": (
        "jobs:\n- job: j\n  ${{ if a }}:\n    pool: p\n  ${{ else }}:\n    pool: {name: q}\n",
        "j None p, q -",
    ),
    "names below conditions": (
        "jobs:\n- job: j\n  pool:\n    ${{ if a }}:\n      name: p\n    ${{ else }}:\n      vmImage: q\n",
        "j None p, q -",
    ),
    "a matrix": (
        "jobs:\n- job: j\n  strategy:\n    matrix:\n      a: {Image: p}\n      ${{ if x }}:\n"
        "        b: {image: q}\n  pool: {vmImage: $(image)}\n",
        "j None p, q -",
    ),
    "a variable": (
        "variables: {Pool: p}\njobs:\n- job: j\n  variables:\n  - name: pool\n    value: q\n"
        "  pool: {name: $(pool)}\n",
        "j None q -",
    ),
    "a variable of the pipeline": (
        "variables:\n- {group: g}\n- {name: a.pool, value: q}\n"
        "jobs:\n- {job: j, pool: \"${{ variables['a.pool'] }}\"}\n",
        "j None q -",
    ),
    "a variable that is not there": ("jobs:\n- {job: j, pool: $(x)}\n", "j None $(x) -"),
    "the default of a parameter": (
        "parameters:\n- {name: Pool, type: string, default: q}\n"
        "jobs:\n- job: j\n  pool: ${{ parameters.pool }}\n",
        "j None q -",
    ),
    "a default with parts": (
        "parameters:\n  pool: {name: q, os: linux}\njobs:\n- {job: j, pool: '${{ parameters.pool }}'}\n",
        "j None q -",
    ),
    "the values of a parameter": (
        "parameters:\n- {name: p, default: q, values: [q, r]}\n"
        "jobs:\n- job: j\n  pool: {vmImage: \"${{ parameters['p'] }}\"}\n",
        "j None q, r -",
    ),
    "a loop": (
        "parameters:\n- name: all\n  type: object\n  default:\n  - {n: a, pool: p}\n  - {n: b, pool: q}\n"
        "jobs:\n- ${{ each one in parameters.all }}:\n  - {job: 'j', pool: '${{ one.pool }}'}\n",
        "j None p, q -",
    ),
    "a loop of pairs": (
        "parameters:\n- name: all\n  default: {a: p, b: q}\n"
        "jobs:\n- ${{ each one in parameters.all }}:\n  - {job: j, pool: '${{ one.value }}'}\n",
        "j None p, q -",
    ),
    "a default that goes round in circles": (
        "parameters: {a: '${{ parameters.b.x }}', b: '${{ parameters.a.x }}', c: '${{ parameters.c }}'}\n"
        "jobs:\n- ${{ each i in parameters.a }}:\n  - job: j\n    pool: {name: '${{ i.x }}'}\n",
        "j None ${{ i.x }} -",
    ),
    "an object that is a default": (
        "parameters: {a: {x: {y: q}}}\njobs:\n- {job: j, pool: '${{ parameters.a.x.y }}'}\n",
        "j None q -",
    ),
    "a template elsewhere": (
        "jobs:\n- template: job.yml@other\n  parameters: {pool: {name: q}, timeoutInMinutes: 5}\n",
        "None None q 5",
    ),
    "what an extended template is given": (
        "extends:\n  template: x.yml@other\n  parameters:\n    pool: {name: q}\n",
        "None None q -",
    ),
    "jobs that a template is given": (
        "extends:\n  template: x.yml@other\n  parameters:\n    stages:\n    - stage: s\n      jobs:\n"
        "      - template: y.yml@other\n        parameters:\n          all:\n          - {job: j, pool: q}\n",
        "j None q -",
    ),
}


@pytest.mark.parametrize(("text", "seen"), SEEN.values(), ids=SEEN)
def test_jobs_that_are_seen(text: str, seen: str) -> None:
    document = parse(PATH, text)
    assert AZURE.understands(document)
    (job,) = AZURE.jobs(document, Memory({PATH: text}))
    timeout = field_text(job, "<timeout>") or "-"
    assert f"{job.key} {job.label} {job.queue_name or '-'} {timeout}" == seen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1\n",
        "jobs: 1\n",
        "jobs:\n  build: {runs-on: x}\n",
        "steps:\n- {name: a}\n",
        "stages:\n- build\n",
        "variables: {a: b}\nbuild: {script: x}\n",
        "- job: j\n",
        "extends: x\npool: q\n",
    ],
)
def test_what_is_no_pipeline(text: str) -> None:
    assert not AZURE.understands(parse(PATH, text))


@pytest.mark.parametrize(
    "text",
    [
        "parameters: {a: b}\nsteps:\n- script: x\n",
        "variables:\n- {name: a, value: b}\n",
        "extends:\n  template: x.yml\n",
        "stages:\n- template: x.yml\n",
    ],
)
def test_templates_are_understood_and_have_no_jobs(text: str) -> None:
    document = parse("eng/template.yml", text)
    assert AZURE.understands(document) == 1
    assert AZURE.jobs(document, Memory({})) == ()


PIPELINE = """\
trigger: [main]   # and nothing else

variables:
- group: secrets
- name: _pool
  value: NetCore-Public

resources:
  containers:
  - container: linux
    image: mcr.example.com/prereqs:centos-7

stages:
- stage: Build
  jobs:
  - job: Windows
    displayName: 'Windows: build'
    pool:
      name: NetCore1ESPool-Public
      demands: ImageOverride -equals windows.vs2019.amd64.open
    timeoutInMinutes: 90
    steps:
    - task: UseDotNet@2
    - script: eng\\common\\cibuild.cmd
        -configuration Release
      displayName: Build

  # the slow ones
  - job: Unix
    pool:
      vmImage: $(image)
    strategy:
      matrix:
        Linux: {image: ubuntu-20.04, py: "3.8"}
        macOS:
          image: macOS-12
          py: "3.8"
    steps:
    - bash: ./build.sh
    - ${{ if eq(variables['Build.Reason'], 'PullRequest') }}:
      - pwsh: ./more.ps1

  - ${{ if ne(variables['System.TeamProject'], 'public') }}:
    - job: Sign
      dependsOn:
      - Windows
      - ${{ if true }}:
        - Unix
      condition: and(succeeded(), eq(dependencies.Windows.outputs['v.set'], 'x'))
      pool: 'ubuntu-20.04'
      steps:
      - task: UseDotNet@2

- stage: Publish
  dependsOn: Build
  condition: eq(dependencies.Build.outputs['Windows.v.set'], 'x')
  jobs:
  - deployment: Push
    dependsOn: []
    environment: prod
    variables:
      v: $[ stageDependencies.Build.Windows.outputs['v.set'] ]
    pool: NetCore1ESPool-Public
    strategy:
      runOnce:
        deploy:
          steps:
          - script: ./push.sh
"""
WINDOWS = PIPELINE[PIPELINE.index("  - job: Windows") : PIPELINE.index("\n  # the slow")]
UNIX = PIPELINE[PIPELINE.index("  # the slow") : PIPELINE.index("\n  - ${{ if ne(")]
CHANGES = {
    "a pool": (
        "set-queue: {jobs: {queue: NetCore1ESPool-Public}, to: NetCore-Public, leaves: 0, expect: 2}",
        PIPELINE.replace("NetCore1ESPool-Public", "NetCore-Public"),
    ),
    "an image, in the matrix too": (
        "set-queue: {jobs: {queue: ubuntu-20.04}, to: ubuntu-24.04, leaves: 0, expect: 2}",
        PIPELINE.replace("ubuntu-20.04", "ubuntu-24.04"),
    ),
    "timeouts where there are none": (
        "set-timeout: {jobs: {file: '**'}, minutes: 60, missing: true, after: [<queue>]}",
        PIPELINE.replace(
            "      vmImage: $(image)\n", "      vmImage: $(image)\n    timeoutInMinutes: 60\n"
        )
        .replace("pool: 'ubuntu-20.04'\n", "pool: 'ubuntu-20.04'\n      timeoutInMinutes: 60\n")
        .replace(
            "    pool: NetCore1ESPool-Public\n",
            "    pool: NetCore1ESPool-Public\n    timeoutInMinutes: 60\n",
        ),
    ),
    "a task's version": (
        "edit-text: {files: '**/azure-pipelines*.yml', find: UseDotNet@2, replace: UseDotNet@3, expect: 2}",
        PIPELINE.replace("UseDotNet@2", "UseDotNet@3"),
    ),
    "a container's image": (
        "set-field: {at: {file: azure-pipelines.yml, path: 'resources.containers[*]'}, field: image, "
        "from: '/(.*):centos-7/', to: '\\1:azurelinux-3.0'}",
        PIPELINE.replace("centos-7", "azurelinux-3.0"),
    ),
    "a job's name, wherever it is named": (
        "rename-job: {from: Windows, to: Windows_NT}",
        PIPELINE.replace("job: Windows", "job: Windows_NT")
        .replace("- Windows\n", "- Windows_NT\n")
        .replace("dependencies.Windows.", "dependencies.Windows_NT.")
        .replace("Build.Windows.", "Build.Windows_NT.")
        .replace("['Windows.", "['Windows_NT."),
    ),
    "another leg of a matrix": (
        "add-field: {jobs: {key: Unix}, field: strategy.matrix.Linux_py313, "
        "value: {image: ubuntu-24.04, py: '3.13'}}",
        PIPELINE.replace(
            '          py: "3.8"\n',
            '          py: "3.8"\n        Linux_py313:\n          image: ubuntu-24.04\n          py: "3.13"\n',
        ),
    ),
    "a demand that becomes an image": (
        "rename-field: {jobs: {queue: NetCore1ESPool-Public, fields: {pool.demands: '*'}}, "
        "field: pool.demands, to: image}",
        PIPELINE.replace("      demands:", "      image:"),
    ),
    "and its text": (
        "set-field: {jobs: {key: Windows}, field: pool.demands, from: '/ImageOverride -equals (.*).vs2019(.*)/', "
        "to: 'ImageOverride -equals \\1.vs2022\\2'}",
        PIPELINE.replace("vs2019", "vs2022"),
    ),
    "a job for another pool": (
        "copy-job: {job: Windows, set: {<key>: Windows_ARM, <label>: 'Windows: ARM', <queue>: ARM-Pool}}",
        PIPELINE.replace(
            WINDOWS,
            WINDOWS
            + "\n"
            + WINDOWS.replace("job: Windows", "job: Windows_ARM")
            .replace("Windows: build", "Windows: ARM")
            .replace("NetCore1ESPool-Public", "ARM-Pool"),
        ),
    ),
    "the order of jobs": (
        "move-job: {jobs: {key: Unix}, before: Windows}",
        PIPELINE.replace(WINDOWS + "\n" + UNIX, UNIX + "\n" + WINDOWS),
    ),
    "a new job": (
        "add-job: {after: Windows, job: {job: Lint, pool: {vmImage: ubuntu-24.04}, steps: [{script: make lint}]}}",
        PIPELINE.replace(
            WINDOWS,
            WINDOWS + "\n  - job: Lint\n    pool:\n      vmImage: ubuntu-24.04\n"
            "    steps:\n    - script: make lint\n",
        ),
    ),
    "a script": (
        "edit-item: {jobs: {command: ./more.ps1}, find: ./more.ps1, replace: ./fewer.ps1}",
        PIPELINE.replace("./more.ps1", "./fewer.ps1"),
    ),
    "shards": (
        "shard-job: {jobs: {key: Windows}, shards: 2, command: cibuild, after: timeoutInMinutes, "
        "flags: ['/shard:\\$(System.JobPositionInPhase)']}",
        PIPELINE.replace(
            "timeoutInMinutes: 90\n", "timeoutInMinutes: 90\n    strategy:\n      parallel: 2\n"
        ).replace("Release\n", "Release /shard:$(System.JobPositionInPhase)\n"),
    ),
    "a text that becomes a mapping": (
        "set-field: {jobs: {key: Push}, field: pool, from: '/NetCore1ESPool-(.*)/', to: {name: 'NetCore-\\1', os: linux}}",
        PIPELINE.replace(
            "    pool: NetCore1ESPool-Public\n",
            "    pool:\n      name: NetCore-Public\n      os: linux\n",
        ),
    ),
}


@pytest.mark.parametrize(("operation", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(operation: str, after: str) -> None:
    for dialect in ("azure-pipelines", ""):
        assert changed(f"  - {operation}\n", {PATH: PIPELINE}, dialect) == {PATH: after}


STEPS = """\
# one job, with no name
pool:
  vmImage: ubuntu-20.04
strategy:
  parallel: 2
steps:
- script: make
"""


def test_a_pipeline_of_steps_is_a_job() -> None:
    operation = "  - set-queue: {jobs: {queue: ubuntu-20.04}, to: ubuntu-24.04, leaves: 0}\n"
    assert changed(operation, {PATH: STEPS}, "") == {PATH: STEPS.replace("20.04", "24.04")}
    operation = "  - add-field: {jobs: {file: '**'}, field: container, value: c, after: <queue>}\n"
    assert changed(operation, {PATH: STEPS}, "") == {
        PATH: STEPS.replace("strategy", "container: c\nstrategy")
    }
    for operation in ("delete-job", "comment-out-job", "move-job"):
        to = ", to: x.yml, head: 'jobs:'" if operation == "move-job" else ""
        error = refusal(f"  - {operation}: {{jobs: {{file: '**'}}{to}}}\n", {PATH: STEPS}, "")
        assert f"{PATH}:2:1: job '{PATH}' is the whole of its file" in error
    operation = "  - set-timeout: {jobs: {file: '**'}, minutes: 5}\n"
    assert "no field for timeout" in refusal(operation, {PATH: STEPS}, "")


TEMPLATE = """\
parameters:
- name: name
  type: string
- name: vmImage
  type: string
  default: ubuntu-20.04
- name: timeout
  type: number
  default: 60

jobs:
- job: ${{ parameters.name }}
  timeoutInMinutes: ${{ parameters.timeout }}
  pool:
    vmImage: ${{ parameters.vmImage }}
  steps:
  - script: make
- job: Report
  dependsOn: ${{ parameters.name }}
  pool: {vmImage: ubuntu-20.04}
"""
ONE = TEMPLATE[: TEMPLATE.index("- job: Report")]
USES = """\
pool: {vmImage: windows-2019}
jobs:
- template: .azure-pipelines/job.yml
  parameters:
    name: Linux
- template: /.azure-pipelines/job.yml@self
  parameters: {name: Mac, vmImage: macOS-12, timeout: 30}
- job: Last
  dependsOn: [Linux, Mac]
"""


def test_what_a_template_is_given_is_its_queue() -> None:
    files = {PATH: USES, JOB: ONE}
    jobs = AZURE.jobs(parse(PATH, USES), Memory(files))
    seen = [(job.key, job.queue_name, job.names.queue, job.names.timeout) for job in jobs]
    assert seen == [
        ("Linux", "ubuntu-20.04", "parameters.vmImage", "parameters.timeout"),
        ("Mac", "macOS-12", "parameters.vmImage", "parameters.timeout"),
        ("Last", "windows-2019", "pool", "timeoutInMinutes"),
    ]


GIVEN = {
    "what is passed": (
        "set-queue: {jobs: {queue: macOS-12}, to: macOS-15, leaves: 0}",
        {PATH: USES.replace("macOS-12", "macOS-15"), JOB: TEMPLATE},
    ),
    "a default, for all that have it": (
        "set-queue: {jobs: {queue: ubuntu-20.04}, to: ubuntu-24.04, leaves: 0, expect: 3}",
        {PATH: USES, JOB: TEMPLATE.replace("ubuntu-20.04", "ubuntu-24.04")},
    ),
    "an image that is not passed": (
        "set-queue: {jobs: {queue: ubuntu-20.04, key: Report}, to: ubuntu-24.04}",
        {PATH: USES, JOB: TEMPLATE.replace("{vmImage: ubuntu-20.04}", "{vmImage: ubuntu-24.04}")},
    ),
    "the pool around": (
        "set-queue: {jobs: {queue: windows-2019}, to: windows-2022, leaves: 0, expect: 1}",
        {PATH: USES.replace("windows-2019", "windows-2022"), JOB: TEMPLATE},
    ),
}


@pytest.mark.parametrize(("operation", "after"), GIVEN.values(), ids=GIVEN)
def test_values_are_changed_where_they_are_written(operation: str, after: dict[str, str]) -> None:
    files = {PATH: USES, JOB: TEMPLATE}
    for dialect in ("azure-pipelines", ""):
        assert changed(f"  - {operation}\n", files, dialect) == after


def test_a_template_of_one_job_lends_it_its_name() -> None:
    files = {PATH: USES, JOB: ONE}
    renamed = "  - rename-job: {from: Linux, to: Linux_x64}\n"
    assert changed(renamed, files, "") == {PATH: USES.replace("Linux", "Linux_x64"), JOB: ONE}
    timeout = "  - set-timeout: {jobs: {key: Mac}, minutes: 45}\n"
    assert changed(timeout, files, "") == {PATH: USES.replace("30", "45"), JOB: ONE}
    copied = "  - copy-job: {job: Linux, set: {<key>: Linux_ARM}}\n"
    entry = USES[USES.index("- template") : USES.index("- template: /")]
    assert changed(copied, files, "") == {
        PATH: USES.replace(entry, entry + entry.replace("Linux", "Linux_ARM")),
        JOB: ONE,
    }


def test_a_new_job_below_a_template() -> None:
    files = {PATH: USES, JOB: ONE}
    operation = "  - add-job: {after: Linux, job: {job: New, pool: q}}\n"
    assert changed(operation, files, "") == {
        PATH: USES.replace("- template: /", "- job: New\n  pool: q\n- template: /"),
        JOB: ONE,
    }
    operation = "  - add-job: {after: Linux, job: {pool: q}}\n"
    assert "the new job has no job and no displayName" in refusal(operation, files, "")


def test_parameters_that_are_passed_on() -> None:
    outer = ".azure-pipelines/outer.yml"
    files = {
        PATH: "jobs:\n- template: .azure-pipelines/outer.yml\n  parameters: {name: A, vmImage: old}\n",
        outer: "parameters:\n  x: y\njobs:\n- template: job.yml\n  parameters:\n"
        "    ${{ each parameter in parameters }}:\n      ${{ parameter.key }}: ${{ parameter.value }}\n",
        JOB: ONE,
    }
    (job,) = AZURE.jobs(parse(PATH, files[PATH]), Memory(files))
    assert (job.key, job.queue_name, job.names.queue) == ("A", "old", "parameters.vmImage")


def test_a_template_that_uses_itself_ends() -> None:
    text = f"jobs:\n- template: {PATH}\n- template: {PATH}\n  parameters: {{jobs: [{{job: a}}]}}\n"
    assert len(AZURE.jobs(parse(PATH, text), Memory({PATH: text}))) >= 2


VARIABLES = "eng/variables.yml"


def test_variables_of_other_files() -> None:
    files = {
        PATH: "variables:\n- template: eng/variables.yml\n  parameters: {pool: old}\n"
        "jobs:\n- {job: a, pool: {name: $(PublicPool)}}\n- {job: b, pool: {name: $(Passed)}}\n",
        VARIABLES: "parameters: {pool: x}\nvariables:\n- name: PublicPool\n  value: old\n"
        "- name: Passed\n  value: ${{ parameters.pool }}\n",
    }
    after = {path: text.replace("old", "new") for path, text in files.items()}
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0, expect: 2}\n"
    assert changed(operation, files, "") == after


def test_variables_that_a_template_has_from_where_it_is_used() -> None:
    files = {
        PATH: "variables: {Pool: old}\njobs:\n- template: .azure-pipelines/job.yml\n",
        JOB: "jobs:\n- job: a\n  pool: $(Pool)\n- job: b\n  pool: old\n",
    }
    after = {path: text.replace("old", "new") for path, text in files.items()}
    operation = "  - set-queue: {jobs: {queue: old}, to: new, leaves: 0, expect: 2}\n"
    assert changed(operation, files, "") == after


def test_a_job_that_only_hooks_name_pools_for_is_on_that_of_its_stage_too() -> None:
    text = (
        "pool: p\njobs:\n- deployment: d\n  strategy:\n    runOnce:\n"
        "      preDeploy: {pool: server}\n      deploy: {steps: []}\n"
    )
    (job,) = AZURE.jobs(parse(PATH, text), Memory({PATH: text}))
    assert job.queue_name == "p, server"


def test_names_of_one_file() -> None:
    other = "azure-pipelines-pr.yml"
    text = "jobs:\n- job: A\n- job: B\n  dependsOn: A\n"
    files = {PATH: text, other: text}
    after = {PATH: text.replace("A", "C"), other: text}
    operation = f"  - rename-job: {{from: A, to: C, file: {PATH}}}\n"
    assert changed(operation, files, "azure-pipelines") == after
    gone = {PATH: "jobs:\n- job: B\n", other: text}
    files = {PATH: "jobs:\n- job: A\n- job: B\n", other: text}
    operation = f"  - delete-job: {{jobs: {{key: A, file: {PATH}}}}}\n"
    assert changed(operation, files, "azure-pipelines") == gone


SHARED = """\
parameters:
- {name: pool, default: old, values: [old, other]}
pool: old-default
jobs:
- job: a
- job: b
- {job: c, pool: '${{ parameters.pool }}'}
- job: d
  pool: {vmImage: $(image)}
  strategy:
    matrix:
      x: {image: one}
      y: {image: two}
- template: job.yml@other
  parameters: {name: e}
- job: f
  dependsOn: a
  ${{ if g }}:
    timeoutInMinutes: 5
"""
REFUSALS = {
    "the pool of others": (
        "set-queue: {jobs: {key: a}, to: new}",
        f"{PATH}:3:7: 'old-default' is written here for b, number 5, f too",
    ),
    "several images": (
        "set-queue: {jobs: {key: d}, to: new}",
        f"{PATH}:8:3: job 'd' is on several queues: one, two",
    ),
    "a timeout of a template that can't be read": (
        "set-timeout: {jobs: {fields: {parameters.name: e}}, minutes: 5}",
        "'number 5' can have no field for timeout in its CI system",
    ),
    "no GPUs": ("set-field: {jobs: {key: a}, field: <gpus>, to: 2}", "no field for gpus"),
    "a job that another waits for, in a comment": (
        "comment-out-job: {jobs: {key: a}}",
        f"{PATH}:17:14: this needs the job 'a', which would be in a comment",
    ),
    "a job that another waits for": (
        "delete-job: {jobs: {key: a}}",
        f"{PATH}:17:14: this needs the job 'a', which would be deleted",
    ),
    "no flags for shards": (
        "shard-job: {jobs: {key: b}, shards: 2, command: x}",
        "which flags tell a command of azure-pipelines its shard is not known",
    ),
    "steps to share out": (
        "split-commands: {job: b, into: [{set: {<key>: x}, commands: y}, {set: {<key>: z}}]}",
        "no field for commands",
    ),
    "no list of models": (
        "split-job: {job: a, into: {key: e, label: E}, list: {from: x, to: y, lines: {gpus: '>1'}}}",
        "job 'a' reads no list 'x'",
    ),
}


@pytest.mark.parametrize(("operation", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(operation: str, error: str) -> None:
    assert error in refusal(f"  - {operation}\n", {PATH: SHARED}, "azure-pipelines")


def test_a_timeout_below_a_condition_is_one() -> None:
    operation = "  - set-timeout: {jobs: {key: f}, minutes: 9, missing: true}\n"
    assert changed(operation, {PATH: SHARED}, "azure-pipelines") == {PATH: SHARED}


def test_expressions_are_left_alone_unless_they_are_written_out() -> None:
    text = "jobs:\n- {job: a, pool: $(Pool)}\n"
    operation = "  - set-queue: {{jobs: {{queue: {}}}, to: new}}\n"
    assert changed(operation.format("'*'"), {PATH: text}, "") == {PATH: text}
    assert changed(operation.format("'\\$(Pool)'"), {PATH: text}, "") == {
        PATH: text.replace("$(Pool)", "new")
    }
