"""Marks that tests share."""

from collections.abc import Callable

import pytest


def single_gpu_only(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs one GPU."""
    return pytest.mark.filterwarnings("default")(test)
