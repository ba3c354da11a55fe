"""Make text from files safe to show in a terminal."""

import json
import re

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    r"\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # other unseen ones
    r"\u2028\u2029"  # line ends to some readers
    r"\ud800-\udfff]"  # bytes of a name that is not UTF-8
)


def visible(text: str) -> str:
    """Return text with control and direction characters, but tab and line feed, spelled out."""
    return _HIDDEN.sub(_spelled, text)


def one_line(text: str) -> str:
    """Return text that is visible and stays in its line: a line feed is spelled out as well."""
    return visible(text).replace("\n", "\\n")


def json_text(value: object) -> str:
    """Return a value as JSON to be read by people too: the same value, in visible characters."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 0x0D:
        return "\\r"
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
