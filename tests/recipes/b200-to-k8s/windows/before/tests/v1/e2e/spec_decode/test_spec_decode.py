import pytest

from vllm.platforms import current_platform


@pytest.mark.parametrize("model", ["eagle"])
def test_eagle_correctness_light(model):
    assert model


@pytest.mark.parametrize("model", ["mimo", "deepseek"])  # by family
def test_mtp_correctness(model):
    assert model
