import pytest

from vllm.platforms import current_platform


@pytest.mark.skipif(
    current_platform.is_device_capability_family(100),
    reason="DeepSeek head_dim=192 not supported on SM100/SM110 (Blackwell)",
)
@pytest.mark.parametrize("model", ["eagle"])
def test_eagle_correctness_light(model):
    assert model


@pytest.mark.parametrize(
    "model",
    [
        "mimo",
        pytest.param(
            "deepseek",
            marks=pytest.mark.skipif(
                current_platform.is_device_capability_family(100),
                reason="DeepSeek MTP: TRTLLM MoE top_k check fails on Blackwell",
            ),
        ),
    ],
)  # by family
def test_mtp_correctness(model):
    assert model
