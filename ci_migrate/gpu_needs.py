"""How many GPUs a vLLM command line asks for.

Source: vLLM's engine arguments; a model needs tensor times pipeline times data parallel size
GPUs. Its parser takes `--name N` and `--name=N`, underscores for dashes, and the last one wins.
"""

import shlex

_SIZES = {
    "--tensor-parallel-size": "tensor",
    "-tp": "tensor",
    "--pipeline-parallel-size": "pipeline",
    "-pp": "pipeline",
    "--data-parallel-size": "data",
    "-dp": "data",
}
_SIGNS = ("-tp", "-pp", "-dp", "parallel")


def may_ask(arguments: str) -> bool:
    """Say, without splitting them, whether arguments can have a size in them; most have none."""
    return any(sign in arguments for sign in _SIGNS)


def gpus_for(arguments: str) -> int:
    """Return the GPUs that vLLM needs when started with `arguments`, as a shell splits them.

    Raises ValueError if they can't be split, or if a size is not a whole number above zero.
    """
    words = shlex.split(arguments)
    sizes = {"tensor": 1, "pipeline": 1, "data": 1}
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        name = name.replace("_", "-") if name.startswith("--") else name
        if name not in _SIZES:
            continue
        if not equals:
            value = words[index + 1] if index + 1 < len(words) else ""
        if not value.isdecimal() or len(value) > 6 or int(value) < 1:
            raise ValueError(f"'{name} {value}' does not give a whole number above zero")
        sizes[_SIZES[name]] = int(value)
    return sizes["tensor"] * sizes["pipeline"] * sizes["data"]
