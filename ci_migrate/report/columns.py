"""Rows of texts as lines of text with their columns aligned."""

from collections.abc import Sequence


def aligned(table: Sequence[tuple[str, ...]], sides: str) -> str:
    """Return rows with their columns aligned, each to the left or to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = (
        "  ".join(
            text.rjust(width) if side == "r" else text.ljust(width)
            for text, width, side in zip(row, widths, sides, strict=True)
        )
        for row in table
    )
    return "".join(line.rstrip() + "\n" for line in lines)
