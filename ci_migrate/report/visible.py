"""Make text from files safe to show in a terminal."""

import re

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters
    r"\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # direction and other unseen ones
    r"\ud800-\udfff]"  # bytes of a name that is not UTF-8
)


def visible(text: str) -> str:
    """Return text with control and direction characters, but tab and line feed, spelled out."""
    return _HIDDEN.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {0x0D: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
