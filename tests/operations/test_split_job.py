"""split-job: a copy of the job takes the list's entries that the job is too small for."""

import pytest

from ci_migrate.errors import BadUsage
from tests.memory import changed, refusal, run

JOBS = ".buildkite/test_areas/eval.yaml"
FOLDER = "tests/evals/configs"
SMALL, LARGE = f"{FOLDER}/models.txt", f"{FOLDER}/models-large.txt"
SPLIT = """\
  - split-job:
      job: eval
      into: {key: eval-large, label: "Eval, large"}
      add: [{field: num_devices, value: 2, after: [optional, label]}]
      list: {from: models.txt, to: models-large.txt, lines: {gpus: ">1"}}
"""
JOB = """\
- label: Eval
  key: eval
  device: b200-k8s
  optional: true
  commands:
  - pytest evals/test_eval.py --config-list-file=configs/models.txt
"""
COPY = """\
- label: Eval, large
  key: eval-large
  device: b200-k8s
  optional: true
  num_devices: 2
  commands:
  - pytest evals/test_eval.py --config-list-file=configs/models-large.txt
"""
CONFIGS = {
    f"{FOLDER}/one.yaml": 'server_args: "--max-model-len 4096"\n',
    f"{FOLDER}/none.yaml": "model_name: x\n",
    f"{FOLDER}/two.yaml": "server_args: >-\n  --enforce-eager\n  --tensor-parallel-size 2\n",
    f"{FOLDER}/two-too.yaml": "server_args: '-dp 2'\n",
}


def tree(
    jobs: str, models: str = "one.yaml\ntwo.yaml\nnone.yaml\ntwo-too.yaml\n"
) -> dict[str, str]:
    return {JOBS: "steps:\n" + jobs, SMALL: models, **CONFIGS}


OTHER = "- label: Other\n  key: other\n"
LAYOUTS = {
    "between two, a blank line each": (
        f"{OTHER}\n{JOB}\n{OTHER}",
        f"{OTHER}\n{JOB}\n{COPY}\n{OTHER}",
    ),
    "last of two": (f"{OTHER}\n{JOB}", f"{OTHER}\n{JOB}\n{COPY}"),
    "last, without a final line end": (f"{OTHER}\n{JOB[:-1]}", f"{OTHER}\n{JOB}\n{COPY[:-1]}"),
    "no blank lines": (f"{OTHER}{JOB}{OTHER}", f"{OTHER}{JOB}{COPY}{OTHER}"),
    "mostly two blank lines": (
        f"{OTHER}\n\n{OTHER}\n\n{JOB}\n{OTHER}",
        f"{OTHER}\n\n{OTHER}\n\n{JOB}\n\n{COPY}\n{OTHER}",
    ),
    "comments above are copied, of the next are not": (
        f"{OTHER}\n# runs nightly\n{JOB}\n# the other\n{OTHER}",
        f"{OTHER}\n# runs nightly\n{JOB}\n# runs nightly\n{COPY}\n# the other\n{OTHER}",
    ),
    "a disabled command below is copied": (
        f"{JOB}  # - pytest old\n\n{OTHER}",
        f"{JOB}  # - pytest old\n\n{COPY}  # - pytest old\n\n{OTHER}",
    ),
    "alone": (JOB, f"{JOB}{COPY}"),
}


@pytest.mark.parametrize(("before", "after"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layouts(before: str, after: str) -> None:
    result = changed(SPLIT, tree(before))
    assert result[JOBS] == "steps:\n" + after
    assert result[SMALL] == "one.yaml\nnone.yaml\n"
    assert result[LARGE] == "two.yaml\ntwo-too.yaml\n"


def test_windows_line_ends_and_a_mark_are_kept() -> None:
    before = tree(f"{OTHER}\n{JOB}\n{OTHER}")
    before = {path: text.replace("\n", "\r\n") for path, text in before.items()}
    before[JOBS] = "\ufeff" + before[JOBS]
    result = changed(SPLIT, before)
    after = f"steps:\n{OTHER}\n{JOB}\n{COPY}\n{OTHER}"
    assert result[JOBS] == "\ufeff" + after.replace("\n", "\r\n")
    assert result[LARGE] == "two.yaml\r\ntwo-too.yaml\r\n"


LISTS = {
    "comments travel with their entry": (
        "# all models\n\none.yaml\n# big\ntwo.yaml\n",
        "# all models\n\none.yaml\n",
        "# big\ntwo.yaml\n",
    ),
    "no final line end": ("one.yaml\ntwo.yaml", "one.yaml\n", "two.yaml\n"),
    "blanks around": ("  two.yaml \none.yaml\n", "one.yaml\n", "  two.yaml \n"),
}


@pytest.mark.parametrize(("before", "small", "large"), LISTS.values(), ids=LISTS.keys())
def test_lists(before: str, small: str, large: str) -> None:
    result = changed(SPLIT, tree(JOB, before))
    assert (result[SMALL], result[LARGE]) == (small, large)


def test_models_that_come_later_follow() -> None:
    files = {**tree(f"{JOB}{COPY}", "one.yaml\ntwo-too.yaml\n"), LARGE: "two.yaml\n"}
    result = changed(SPLIT, files)
    assert result[JOBS] == files[JOBS]
    assert (result[SMALL], result[LARGE]) == ("one.yaml\n", "two.yaml\ntwo-too.yaml\n")


def test_a_split_job_is_left_alone() -> None:
    files = {**tree(f"{JOB}{COPY}", "one.yaml\n"), LARGE: "two.yaml\n"}
    assert changed(SPLIT, files) == files
    assert run(SPLIT, files).done[0].summary == "'eval' is split already"


def test_quotes_of_the_old_values_stay() -> None:
    job = JOB.replace("label: Eval", 'label: "Eval"').replace("key: eval", "key: 'eval'")
    copy = COPY.replace("label: Eval, large", 'label: "Eval, large"')
    copy = copy.replace("key: eval-large", "key: 'eval-large'")
    assert changed(SPLIT, tree(job))[JOBS] == f"steps:\n{job}{copy}"


@pytest.mark.parametrize(
    "spelling", ["--config-list-file configs/models.txt", "'--config-list-file=configs/models.txt'"]
)
def test_spellings_of_the_list_option(spelling: str) -> None:
    job = JOB.replace("--config-list-file=configs/models.txt", spelling)
    job = job.replace("  - pytest", "  - >-\n    pytest")
    after = changed(SPLIT, tree(job))[JOBS]
    assert after.count(spelling) == after.count(spelling.replace("models", "models-large")) == 1


REFUSALS: dict[str, tuple[dict[str, str], str]] = {
    "no such job": (tree(OTHER), ".buildkite: no job has the key 'eval'"),
    "two such jobs": (tree(JOB + JOB), f"{JOBS}:2:3: two jobs have the key 'eval'"),
    "no such list": (
        tree(JOB.replace("models.txt", "others.txt")),
        f"{JOBS}:2:3: job 'eval' reads no list 'models.txt'; it reads: configs/others.txt",
    ),
    "the list is missing": (
        {JOBS: f"steps:\n{JOB}"},
        f"{SMALL}: the list does not exist",
    ),
    "a config is missing": (tree(JOB, "gone.yaml\n"), f"{SMALL}:1:1: 'gone.yaml' names no file"),
    "nothing to move": (
        tree(JOB, "one.yaml\n"),
        f"{JOBS}:7:5: no entry of models.txt fits >1 GPUs",
    ),
    "the label is taken": (
        tree(JOB + '- {label: "Eval, large", key: x}\n'),
        f"{JOBS}:8:3: a job has the label 'Eval, large' already",
    ),
    "the key is another job's": (
        tree(JOB + "- {label: x, key: eval-large}\n"),
        f"{JOBS}:8:3: job 'eval-large' exists and does not read {LARGE}",
    ),
    "the field is there": (
        tree(JOB + "  num_devices: 1\n"),
        f"{JOBS}:2:3: job 'eval' has a field num_devices already",
    ),
    "no field to stand below": (
        tree(JOB.replace("  optional: true\n", "").replace("label: Eval\n  ", "")),
        f"{JOBS}:2:3: job 'eval' has no",
    ),
    "an anchor would be doubled": (
        tree(JOB.replace("optional: true", "optional: &o true")),
        f"{JOBS}:2:3: this item holds an anchor",
    ),
    "an entry is in both lists": (
        {**tree(f"{JOB}{COPY}", "one.yaml\ntwo.yaml\n"), LARGE: "two.yaml\n"},
        f"{SMALL}:2:1: 'two.yaml' stands in {LARGE} already",
    ),
    "the new job is too small": (
        {**tree(JOB, "one.yaml\nfour.yaml\n"), f"{FOLDER}/four.yaml": "server_args: -tp 2 -pp 2\n"},
        f"{SMALL}:2:1: 'four.yaml' needs 4 GPUs, and the new job gets 2",
    ),
    "another job reads the list": (
        tree(JOB + JOB.replace("key: eval", "key: eval-b")),
        f"{JOBS}:8:3: job 'eval-b' reads {SMALL} too, and would lose what moves",
    ),
    "the new job is too small for what comes later": (
        {
            **tree(f"{JOB}{COPY}", "one.yaml\nfour.yaml\n"),
            **{LARGE: "two.yaml\n", f"{FOLDER}/four.yaml": "server_args: -tp 4\n"},
        },
        f"{SMALL}:2:1: 'four.yaml' needs 4 GPUs, and the new job gets 2",
    ),
    "no entry would stay": (
        tree(JOB, "two.yaml\n"),
        f"{SMALL}:1:1: no entry of models.txt would stay on 'eval'",
    ),
    "two new jobs": (
        {**tree(f"{JOB}{COPY}{COPY}"), LARGE: ""},
        f"{JOBS}:8:3: 2 jobs have the key 'eval-large'",
    ),
    "it ends in a block that would grow": (
        {**tree(JOB.replace("  - pytest", "  - |+\n    pytest"))},
        f"{JOBS}:7:5: a line put below this block of lines would change its value",
    ),
    "a list that an alias repeats": (
        {**tree(JOB), JOBS: f"steps: &s\n{JOB}other: *s\n"},
        f"{JOBS}:2:10: this is repeated by the alias *s",
    ),
    "a size is no number": (
        {**tree(JOB, "odd.yaml\n"), f"{FOLDER}/odd.yaml": "server_args: -tp $N\n"},
        f"{FOLDER}/odd.yaml:1:14: server_args: '-tp $N' does not give a whole number",
    ),
}


@pytest.mark.parametrize(("files", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses(files: dict[str, str], error: str) -> None:
    assert refusal(SPLIT, files).startswith(error)


def test_an_anchored_list_is_split_like_any_other() -> None:
    files = {**tree(JOB), JOBS: f"steps: &s !!seq  # all\n{JOB}"}
    assert changed(SPLIT, files)[JOBS] == f"steps: &s !!seq  # all\n{JOB}{COPY}"


def test_line_ends_are_those_around() -> None:
    files = {**tree(JOB), JOBS: f"steps:\r\n{JOB}"}
    assert changed(SPLIT, files)[JOBS] == f"steps:\r\n{JOB}{COPY}"


def test_a_byte_order_mark_stays_where_it_is() -> None:
    files = tree(JOB, "\ufefftwo.yaml\none.yaml\n")
    result = changed(SPLIT, files)
    assert (result[SMALL], result[LARGE]) == ("\ufeffone.yaml\n", "two.yaml\n")


WRONG = {
    "a folder in the name": ("to: models-large.txt", "to: ../large.txt"),
    "a name that a shell takes apart": ("to: models-large.txt", "to: large models.txt"),
    "the key of the old job": ("key: eval-large", "key: eval"),
    "the name of the old list": ("to: models-large.txt", "to: models.txt"),
    "a field that is no name": ("field: num_devices", "field: 'a: b'"),
    "a field added twice": (
        "add: [{field: num_devices, value: 2, after: [optional, label]}]",
        "add: [{field: a, value: 2, after: label}, {field: a, value: 3, after: label}]",
    ),
}


@pytest.mark.parametrize(("old", "new"), WRONG.values(), ids=WRONG)
def test_recipes_that_are_wrong(old: str, new: str) -> None:
    assert old in SPLIT
    with pytest.raises(BadUsage, match=r"test\.yaml:\d+:\d+: "):
        run(SPLIT.replace(old, new), tree(JOB))


def test_what_stays_and_does_not_fit_is_a_warning() -> None:
    operation = SPLIT.replace('">1"', '">2"').replace("value: 2", "value: 4")
    files = tree(JOB, "two.yaml\nfour.yaml\n")
    files[f"{FOLDER}/four.yaml"] = "server_args: -tp 4\n"
    (done,) = run(operation, files).done
    (finding,) = done.findings
    assert str(finding.place) == f"{SMALL}:1:1"
    assert finding.message == "'two.yaml' needs 2 GPUs and stays on 'eval', which has 1"
