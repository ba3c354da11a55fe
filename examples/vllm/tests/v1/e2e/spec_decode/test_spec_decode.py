import pytest

from tests.utils import single_gpu_only
from vllm.platforms import current_platform


@pytest.mark.parametrize("method", ["ngram", "suffix"])
@single_gpu_only
def test_ngram_and_suffix_correctness(method: str):
    assert method


@single_gpu_only
@pytest.mark.parametrize(
    ["model_setup", "expected_accuracy_threshold"],
    [
        (
            (
                "eagle",
                "example/deepseek-v3-random",
                "example/eagle-deepseek-v3-random",
                1,
            ),
            0.0,
        ),
    ],
    ids=["deepseek_eagle"],
)
@pytest.mark.parametrize("attn_backend", ["FLASH_ATTN", "TRITON_ATTN"])
def test_eagle_correctness_light(
    model_setup: tuple[str, str, str, int],
    expected_accuracy_threshold: float,
    attn_backend: str,
):
    assert current_platform and model_setup and attn_backend
    assert expected_accuracy_threshold == 0.0


@pytest.mark.parametrize(
    ["model_setup", "mm_enabled", "expected_accuracy_threshold"],
    [
        (("mtp", "example/MiMo-7B-Base", 1), False, 0.5),  # ref: 65%-70%
        (("mtp", "example/DeepSeek-V3-4layers-MTP-FP8", 1), False, 0.0),  # dummy model
        (
            ("mtp", "example/Qwen3.5-0.8B-Base", 1),
            False,
            0.20,
        ),  # hybrid + MTP, ref: ~34%-35%
    ],
    ids=["mimo", "deepseek", "qwen3_5-hybrid"],
)
@single_gpu_only
def test_mtp_correctness(
    model_setup: tuple[str, str, int],
    mm_enabled: bool,
    expected_accuracy_threshold: float,
):
    assert model_setup and not mm_enabled
    assert expected_accuracy_threshold >= 0
