"""The page of a campaign: every repository, its state, its diff; one file that needs no other."""

import html
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from ci_migrate.bulk.journal import Entry
from ci_migrate.errors import Place
from ci_migrate.report.bulk_text import counted_states
from ci_migrate.report.visible import visible

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src '{digest}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ --line: #8884; --added: #1a7f3722; --gone: #cf222e22; --bad: #cf222e; --good: #1a7f37 }}
@media (prefers-color-scheme: dark) {{ :root {{ --bad: #ff8a80; --good: #56d364 }} }}
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto;
 padding: 0 1rem }}
h1 {{ font-size: 1.4rem }}
.find {{ display: flex; flex-wrap: wrap; gap: .5rem; position: sticky; top: 0; padding: .6rem 0;
 background: Canvas; border-bottom: 1px solid var(--line) }}
input {{ flex: 1 1 20rem; font: inherit; padding: .4rem .6rem }}
button {{ font: inherit; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 1rem;
 background: none; color: inherit; cursor: pointer }}
button[aria-pressed=true] {{ background: CanvasText; color: Canvas }}
details {{ border-bottom: 1px solid var(--line); padding: .35rem 0 }}
summary {{ cursor: pointer; display: grid; grid-template-columns: 6.5rem 1fr auto; gap: 1rem }}
summary > span:nth-child(2) {{ overflow-wrap: anywhere }}
.state {{ font-weight: 600 }}
.failed, .refused {{ color: var(--bad) }}
.opened, .pushed, .committed, .written {{ color: var(--good) }}
.note {{ opacity: .75 }}
pre {{ overflow-x: auto; padding: .6rem; border: 1px solid var(--line); border-radius: .3rem;
 font: 13px/1.45 ui-monospace, monospace }}
pre span {{ display: block; min-height: 1.45em }}
.a {{ background: var(--added) }} .g {{ background: var(--gone) }} .h {{ opacity: .6 }}
</style>
</head>
<body>
"""
_SCRIPT = """
const box = document.getElementById("box"), rows = [...document.querySelectorAll("details")];
const buttons = [...document.querySelectorAll("button")], said = document.getElementById("said");
let state = "";
function show() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const fits = (!state || row.dataset.state === state) && words.every(w => text.includes(w));
    row.hidden = !fits;
    count += fits;
  }
  said.textContent = count + " of " + rows.length + " shown";
}
box.addEventListener("input", show);
for (const button of buttons) button.addEventListener("click", () => {
  state = state === button.dataset.state ? "" : button.dataset.state;
  for (const one of buttons) one.setAttribute("aria-pressed", one.dataset.state === state);
  show();
});
show();
"""
_CLASSES = {"+": "a", "-": "g", "@": "h"}


def page(title: str, entries: Mapping[str, Entry]) -> str:
    """Return the page as HTML; what comes from repositories is text in it and nothing else."""
    return "".join(_parts(title, entries))


def _parts(title: str, entries: Mapping[str, Entry]) -> Iterator[str]:
    digest = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
    yield _HEAD.format(title=_text(title), digest=f"sha256-{digest}")
    yield f"<h1>{_text(title)}</h1>\n<p>{_text(counted_states(entries))}</p>\n"
    yield '<div class="find"><input id="box" type="search" aria-label="Search" autofocus '
    yield 'placeholder="repository, file, error or a word of a diff">\n'
    for state in sorted({entry.state for entry in entries.values()}):
        yield f'<button data-state="{state}" aria-pressed="false">{state}</button>\n'
    yield '<span id="said" role="status"></span></div>\n'
    for name, entry in sorted(entries.items()):
        yield from _row(name, entry)
    yield f"<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _row(name: str, entry: Entry) -> Iterator[str]:
    data = entry.data
    note = data.get("what") or data.get("note") or ", ".join(data.get("files", ()))
    yield f'<details data-state="{entry.state}"><summary>'
    yield f'<span class="state {entry.state}">{entry.state}</span><span>{_text(name)}</span>'
    yield f'<span class="note">{_text(_short(note))}</span></summary>\n'
    yield from _facts(data)
    if "error" in data:
        yield f"<pre>{_text(data['error'])}</pre>\n"
    if data.get("findings"):
        lines = "\n".join(map(_finding, data["findings"]))
        yield f"<pre>{_text(lines)}</pre>\n"
    if "patch" in data:
        lines = data["patch"].removesuffix("\n").split("\n")
        yield f"<pre>{''.join(map(_line, lines))}</pre>\n"
    yield "</details>\n"


def _facts(data: Mapping[str, Any]) -> Iterator[str]:
    told = {name: data[name] for name in ("base", "branch", "commit", "written") if data.get(name)}
    facts = " · ".join(f"{name} {_text(str(value))}" for name, value in told.items())
    url = str(data.get("url", ""))
    if url.startswith("https://"):
        facts += f' · <a href="{_text(url)}" rel="noreferrer">{_text(url)}</a>'
    if facts:
        yield f"<p>{facts}</p>\n"


def _line(line: str) -> str:
    kind = "h" if line.startswith(("---", "+++", "diff ")) else _CLASSES.get(line[:1], "")
    return f'<span class="{kind}">{_text(line)}</span>' if kind else f"<span>{_text(line)}</span>"


def _finding(told: Mapping[str, Any]) -> str:
    place = Place(told["path"], told["line"], told["column"])
    return f"{place}: {told['severity']}: {told['message']} [{told['audit']}]"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _text(text: str) -> str:
    return html.escape(visible(text))
