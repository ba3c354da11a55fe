"""The tests of a file that need several GPUs, as their marks say."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ci_migrate.skip_marks import decorated_in


class Marked(NamedTuple):
    """A test with a mark, on it or on a case: how many GPUs that needs, and its line."""

    name: str
    gpus: int
    line: int


def marked_in(text: str, marks: Mapping[str, str]) -> Iterator[Marked]:
    """Yield the tests with a mark that gives a number, such as `multi_gpu_test(num_gpus=2)`.

    `marks` are the functions, each with the name of its argument.
    """
    for function, argument in marks.items():
        call = re.compile(rf"\b{re.escape(function)}\(\s*{re.escape(argument)}\s*=\s*(\d+)\s*\)")
        for test in decorated_in(text, f"{function}(", call.search):
            for match in call.finditer(test.alone):
                line = test.alone.count("\n", 0, match.start()) + 1
                yield Marked(test.name, int(match[1]), line)
