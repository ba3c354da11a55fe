"""How many GPUs a vLLM command line asks for, in every spelling that vLLM takes."""

import pytest

from ci_migrate.gpu_needs import gpus_for


@pytest.mark.parametrize(
    ("arguments", "gpus"),
    [
        ("", 1),
        ("--enforce-eager --max-model-len 4096", 1),
        ("--tensor-parallel-size 2", 2),
        ("--tensor-parallel-size=2", 2),
        ("--tensor_parallel_size 2", 2),
        ("-tp 2", 2),
        ("-tp=2", 2),
        ("-pp 2", 2),
        ("--pipeline-parallel-size 4", 4),
        ("-dp 8", 8),
        ("--data-parallel-size=2", 2),
        ("-tp 2 -pp 2 -dp 2", 8),
        ("-tp 4 --tensor-parallel-size 2", 2),
        ("--enable-expert-parallel -tp 2", 2),
        ("--speculative-config '{\"tensor-parallel-size\": 4}' -tp 2", 2),
        ("--data-parallel-size-local 4", 1),
        ("-dcp 4", 1),
    ],
)
def test_spellings(arguments: str, gpus: int) -> None:
    assert gpus_for(arguments) == gpus


@pytest.mark.parametrize("arguments", ["-tp", "-tp two", "-tp=0", "-tp $N", "--x 'open"])
def test_what_can_not_be_told(arguments: str) -> None:
    with pytest.raises(ValueError, match=r"whole number|No closing"):
        gpus_for(arguments)
