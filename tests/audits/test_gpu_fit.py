"""Tests whose marks ask for more GPUs than any job gives them."""

import pytest

from tests.audits.surveys import FILE, lines, repository

PATH = "tests/a/test_x.py"
TEST = "@multi_gpu_test(num_gpus=2)\ndef test_big(): pass\n\n\ndef test_small(): pass\n"
CASE = "@pytest.mark.parametrize(\n    'x', [pytest.param(1, marks=multi_gpu_marks(num_gpus=4))]\n)\ndef test_big(): pass\n"
IN_CLASS = "class TestA:\n    @utils.multi_gpu_test(num_gpus=2)\n    def test_big(self): pass\n"


def _jobs(*jobs: tuple[str, str], text: str = TEST) -> dict[str, str]:
    steps = "".join(
        f"- label: {key}\n  key: {key}\n  device: {device}\n  commands:\n  - {command}\n"
        for key, (device, command) in zip("abc", jobs, strict=False)
    )
    return {**repository(steps, "tests/a/more.py"), PATH: text}


def _needs(name: str = "test_big", gpus: int = 2, most: str = "1 GPU", line: int = 1) -> str:
    return f"{PATH}:{line} warning '{name}' needs {gpus} GPUs, and no job that runs it gets more than {most}"


FOUND = [
    pytest.param(_jobs(("h100", "pytest a/test_x.py")), _needs(), id="one job"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py"), ("mi300_1", "pytest a")), _needs(), id="another that has too few"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py::test_big")), _needs(), id="the test alone"),
    pytest.param(_jobs(("h100\n  num_devices: 2", "pytest a/test_x.py"), text=CASE), _needs(gpus=4, most="2 GPUs", line=2), id="a case"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py"), text=IN_CLASS), _needs("TestA::test_big", line=2), id="in a class"),
]  # fmt: skip
QUIET = [
    pytest.param(_jobs(("h100\n  num_devices: 2", "pytest a/test_x.py")), id="enough"),
    pytest.param(_jobs(("b200", "pytest a/test_x.py")), id="enough by the host"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py"), ("h100\n  num_devices: 2", "pytest a -m 'distributed'")), id="another job has enough"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py"), ("h200", "pytest a")), id="another of which it is not known"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py -k small")), id="only some tests"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py::test_small")), id="another test"),
    pytest.param(_jobs(("h100", "pytest a")), id="a folder, which may have others"),
    pytest.param(_jobs(("h200", "pytest a/test_x.py")), id="a queue of which no number is known"),
    pytest.param(_jobs(("h100", "pytest a/test_x.py"), text=TEST.replace("=2", "=N")), id="a number that Python works out"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "line"), FOUND)
def test_finds(files: dict[str, str], line: str) -> None:
    assert lines("gpu-fit", files) == [line]


@pytest.mark.parametrize("files", QUIET)
def test_is_quiet(files: dict[str, str]) -> None:
    assert lines("gpu-fit", files) == []


def test_a_queue_that_gives_less_is_told() -> None:
    before = _jobs(("b200", "pytest a/test_x.py"))
    after = {**before, FILE: before[FILE].replace("b200", "b200-k8s")}
    assert lines("gpu-fit", after, before) == [_needs()]
