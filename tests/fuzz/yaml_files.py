"""Job files, written in every way that YAML has for the same data.

The data is drawn first: texts, lists and mappings. Then it is written, each value in a style, with
comments, blank lines, anchors and aliases around it. What a file means is known without reading it.
"""

import json
import re
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st

from ci_migrate.text import BYTE_ORDER_MARK
from tests.readers import Row

_T = TypeVar("_T")
Data = Any  # a text, a list of data, or a dict of data by text

TEXTS = (
    "pytest -v tests/a",
    "pytest -v tests/b --shard=2",
    "b200",
    "true",
    "1.20",
    "",
    "# no comment",
    "a: b",
    "it's",
    'say "x"',
    "é 漢 🧪",
    "- dash",
    "[x, y]",
    "*star",
    "back\\slash",
    "two  blanks",
    "cd tests\npytest -v\n",
    "one\n\n  two",
    "kept\n\n",
    "cost $5",
)
QUEUES = ("b200", "h100", "cpu: small")
FIELDS = ("optional", "num_devices", "source_file_dependencies", "env", "mirror", "agents")
NAMES = ("alpha", "beta", "gamma", "delta")


class JobFile(NamedTuple):
    """A file with jobs, and what it means."""

    text: str
    jobs: list[dict[str, Data]]


@st.composite
def job_files(draw: st.DrawFn) -> JobFile:
    """Draw a file of one to four jobs."""
    jobs = [draw(_jobs(name)) for name in NAMES[: draw(st.integers(1, 4))]]
    writer = _Writer(draw)
    text = draw(st.sampled_from(["", "", "# é: [\n", "---\n", "group: &g Tests # x\n", "\n"]))
    if draw(st.integers(0, 9)):
        text += "steps:" + writer.value(jobs, 0)
    else:
        text += "steps: " + writer.flow(jobs, 0) + "\n"
    text += draw(st.sampled_from(["", "", "env:\n  A: '1'\n", "# end\n"]))
    if not writer.open and draw(st.integers(0, 3)) == 0:
        text = text.rstrip("\n")
    ends = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "mixed"]))
    if ends == "mixed":
        text = "".join(
            line + ("\r\n" if number % 2 else "\n") for number, line in enumerate(text.split("\n"))
        )[:-1].removesuffix("\r")
    else:
        text = text.replace("\n", ends)
    return JobFile(draw(st.sampled_from(["", "", BYTE_ORDER_MARK])) + text, jobs)


@st.composite
def _jobs(draw: st.DrawFn, name: str) -> dict[str, Data]:
    job: dict[str, Data] = {"label": f"Tests {name}"}
    if draw(st.integers(0, 5)):
        job["key"] = name
    if draw(st.booleans()):
        job["device"] = draw(st.sampled_from(QUEUES))
    texts = st.sampled_from(TEXTS)
    job["commands"] = draw(st.lists(texts, min_size=1, max_size=4, unique=True))
    for field in draw(st.lists(st.sampled_from(FIELDS), max_size=3, unique=True)):
        job[field] = draw(_FIELD[field])
    return job


_SOME = st.sampled_from(TEXTS)
_FIELD: dict[str, st.SearchStrategy[Data]] = {
    "optional": st.just("true"),
    "num_devices": st.sampled_from(["1", "2"]),
    "source_file_dependencies": st.lists(_SOME, max_size=3, unique=True),
    "env": st.dictionaries(st.sampled_from(["A", "B", "c d"]), _SOME, max_size=2),
    "mirror": st.fixed_dictionaries(
        {"amd": st.fixed_dictionaries({"device": st.sampled_from(QUEUES)})}
    ),
    "agents": st.lists(st.dictionaries(st.sampled_from(["x", "y"]), _SOME, min_size=1), max_size=2),
}
_PLAIN = re.compile(r"[a-z0-9](?:[\w ./=-]*[\w./=-])?", re.I)
_GAPS = ("", "", "", "", "\n", "# at the left: [\n", "{}# here\n", "{}    # deeper\n", "  \n")
_COMMENTS = ("", "", "", "  # why", " # é: [x")


class _Writer:
    """Writes data; `open` says that a block of text came last, which lines below would change."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.open = False
        self.kept = False
        self.anchors: list[tuple[str, Data]] = []

    def one(self, *choices: _T) -> _T:
        return self.draw(st.sampled_from(choices))

    def value(self, data: Data, column: int) -> str:
        """Return what stands behind a colon or a dash in a column, to the end of its last line."""
        self.open = self.kept = False
        if (alias := self._alias(data)) is not None:
            return f" *{alias}{self.one(*_COMMENTS)}\n"
        lead = self._anchor(data)
        if isinstance(data, str):
            return self._text(lead, data, column)
        if not data or self.one(*range(6)) == 0:
            return f" {lead}{self.flow(data, column + 2)}{self.one(*_COMMENTS)}\n"
        head = f" {lead}".rstrip() + self.one(*_COMMENTS) + "\n"
        if isinstance(data, list):
            return head + self._items(data, column + self.one(0, 2, 2, 4))
        return head + self._entries(data, " " * (column + self.one(1, 2, 4)))

    def flow(self, data: Data, column: int) -> str:
        """Return data between brackets, lines of it in a column."""
        if isinstance(data, str):
            return self._quoted(data, column, flow=True)
        new, last = self.one((" ", ""), (" ", ""), (f"\n{' ' * column}", f",\n{' ' * column}"))
        inner = [
            self.flow(item, column + 2)
            if isinstance(data, list)
            else f"{self._key(item)}: {self.flow(data[item], column + 2)}"
            for item in data
        ]
        left, right = "[]" if isinstance(data, list) else "{}"
        if not inner:
            return left + right
        return left + (new if "\n" in new else "") + f",{new}".join(inner) + last + right

    def _items(self, items: list[Data], column: int) -> str:
        indent = " " * column
        text = ""
        for item in items:
            text += self._gap(indent) + indent + "-"
            if isinstance(item, dict) and item and self.one(*range(8)):
                gap = " " * self.one(1, 1, 1, 3)
                inner = " " * (column + 1 + len(gap))
                text += gap + self._entries(item, inner).removeprefix(inner)
            else:
                text += self.value(item, column)
        return text

    def _entries(self, data: dict[str, Data], indent: str) -> str:
        text = ""
        for key, value in data.items():
            text += (self._gap(indent) if text else "") + f"{indent}{self._key(key)}:"
            text += self.value(value, len(indent))
        return text

    def _gap(self, indent: str) -> str:
        if self.kept:
            return ""
        return self.one(*_GAPS[: 7 if self.open else None]).format(indent if not self.open else "")

    def _key(self, key: str) -> str:
        return self.one(key, key, key, f"'{key}'", f'"{key}"')

    def _alias(self, data: Data) -> str | None:
        known: list[str] = [name for name, value in self.anchors if value == data]
        return self.one(known[-1], None) if known else None

    def _anchor(self, data: Data) -> str:
        if self.one(*range(12)):
            return ""
        if self.one(*range(4)) == 0:
            return "!!str " if isinstance(data, str) else ""
        self.anchors.append((f"x{len(self.anchors)}", data))
        return f"&{self.anchors[-1][0]} "

    def _text(self, lead: str, text: str, column: int) -> str:
        body = text.rstrip("\n")
        if body and body[0] not in " \n" and self.one(*range(3 if "\n" not in text else 1)) == 0:
            mark = {0: "-", 1: "", 2: "+"}[len(text) - len(body)]
            more = self.one(1, 2, 4)
            header = (
                ("|" if "\n" in body else self.one("|", ">")) + self.one("", "", str(more)) + mark
            )
            self.open, self.kept = True, mark == "+"
            lines = [" " * (column + more) + line if line else "" for line in text.split("\n")]
            end = "\n" if mark == "-" else ""
            return f" {lead}{header}{self.one('', ' # c')}\n" + "\n".join(lines).rstrip(" ") + end
        return f" {lead}{self._quoted(text, column + 2)}".rstrip(" ") + self.one(*_COMMENTS) + "\n"

    def _quoted(self, text: str, column: int, *, flow: bool = False) -> str:
        ways = [json.dumps(text, ensure_ascii=False)]
        one_line = "\n" not in text
        if one_line:
            ways.append("'" + text.replace("'", "''") + "'")
        if _PLAIN.fullmatch(text):
            ways += [text, text]
        if not text and not flow:
            ways.append("")
        written = self.one(*ways)
        words = written.split(" ")
        foldable = one_line and text not in QUEUES  # a queue is looked for as it reads
        if len(words) == 2 and all(words) and foldable and self.one(*range(5)) == 0:
            slash = " \\" if written.startswith('"') and self.one(True, False) else ""
            return f"{words[0]}{slash}\n{' ' * max(column, 1)}{words[1]}"
        return written


def built(row: Row) -> list[Data]:
    """Return the data of each document that a row of events tells, aliases followed."""
    events = iter(row)
    known: dict[str, Data] = {}

    def node(event: Any) -> Data:
        if event.kind == "alias":
            return known[event.anchor]
        made: Data = event.value
        if event.kind in ("list", "mapping"):
            inner = []
            while (following := next(events)).kind != "end":
                inner.append(node(following))
            made = inner
            if event.kind == "mapping":
                made = dict(zip(inner[::2], inner[1::2], strict=True))
        if event.anchor:
            known[event.anchor] = made
        return made

    return [node(next(events)) for event in events if event.kind == "document"]
