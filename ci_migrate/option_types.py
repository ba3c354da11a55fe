"""Kinds of text that options take, each read and checked in one place."""

import re
from typing import NamedTuple


class GpuBound(NamedTuple):
    """A comparison with a number of GPUs, such as `>1`."""

    sign: str
    gpus: int

    @classmethod
    def parse(cls, text: str) -> "GpuBound":
        """Read `>1`, `>=2`, `<2`, `<=1` or `2`; raises ValueError otherwise."""
        match = re.fullmatch(r"(>=|<=|>|<|)\s*(\d+)", text)
        if match is None:
            raise ValueError("is no number of GPUs; write for example '>1'")
        return cls(match[1], int(match[2]))

    def holds(self, gpus: int) -> bool:
        """Say whether a number of GPUs fits the comparison."""
        answers = {
            ">": gpus > self.gpus,
            ">=": gpus >= self.gpus,
            "<": gpus < self.gpus,
            "<=": gpus <= self.gpus,
        }
        return answers.get(self.sign, gpus == self.gpus)


class FileName(NamedTuple):
    """The plain name of a file, which a shell takes as it is."""

    text: str

    @classmethod
    def parse(cls, text: str) -> "FileName":
        """Read a name without a folder; raises ValueError otherwise."""
        if not re.fullmatch(r"[\w@%+=:,.-]+", text, re.ASCII) or text.startswith(("-", ".")):
            raise ValueError("is not the plain name of a file")
        return cls(text)


class FieldName(NamedTuple):
    """The name of a field, which needs no quotes."""

    text: str

    @classmethod
    def parse(cls, text: str) -> "FieldName":
        """Read a name that needs no quotes, or `<timeout>` for what is meant by it.

        Raises ValueError for anything else.
        """
        if not re.fullmatch(r"[a-z_][a-z0-9_-]*|<[a-z]+>", text, re.IGNORECASE):
            raise ValueError("is not the name of a field")
        return cls(text)


class FieldPath(NamedTuple):
    """The name of a field, or a path of names with dots, such as `mirror.amd.device`."""

    text: str

    @classmethod
    def parse(cls, text: str) -> "FieldPath":
        """Read names that need no quotes, joined by dots, such as `mirror.amd.device`.

        The first may be `<timeout>` or the like, for what is meant by it in every dialect; a number
        in brackets stands for an item of a list, as in `spec.containers[0].image`.

        Raises ValueError for anything else.
        """
        name = r"[a-z_][a-z0-9_-]*"
        item = r"(\[\d+\])?"
        pattern = rf"((<[a-z]+>|{name}){item}\.({name}{item}\.)*{name}|<[a-z]+>|{name})"
        if not re.fullmatch(pattern, text, re.IGNORECASE):
            raise ValueError("is not the name of a field")
        return cls(text)


class Reason(NamedTuple):
    """Why something is skipped, in words."""

    text: str

    @classmethod
    def parse(cls, text: str) -> "Reason":
        """Read any text that is not blank; raises ValueError for one that is."""
        if not text.strip():
            raise ValueError("says nothing; write why")
        return cls(text)
