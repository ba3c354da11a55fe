"""A campaign in words: what came of how many repositories, and for which reasons."""

from collections import Counter
from collections.abc import Iterator, Mapping

from ci_migrate.bulk.journal import Entry
from ci_migrate.bulk.states import STATES, Step
from ci_migrate.report.visible import visible
from ci_migrate.text import counted

_NAMED = 3  # repositories of each group


def summary(entries: Mapping[str, Entry]) -> str:
    """Return the summary, grouped by outcome and, where something is wrong, by error."""
    return visible("".join(f"{line}\n" for line in _lines(entries)))


def counted_states(entries: Mapping[str, Entry]) -> str:
    """Return in a line how many repositories are in which state."""
    found = Counter(entry.state for entry in entries.values())
    states = ", ".join(f"{found[state]} {state}" for state in STATES if found[state])
    return (
        f"{counted(entries, 'repository')}: {states}" if states else "no repository was looked at"
    )


def line(name: str, steps: tuple[Step, ...]) -> str:
    """Return in a line what came of a repository."""
    last = steps[-1]
    told = {key: value for step in steps for key, value in step.data.items()}
    note = told.get("error") or told.get("url") or told.get("written") or told.get("note") or ""
    if not note and told.get("files"):
        note = counted(told["files"], "file")
    return visible(f"{last.state:<9}  {name}" + (f"  {note}" if note else "")).replace("\n", " | ")


def _lines(entries: Mapping[str, Entry]) -> Iterator[str]:
    for state in ("refused", "failed"):
        groups: dict[str, list[str]] = {}
        for name, entry in sorted(entries.items()):
            if entry.state == state:
                what = str(entry.data.get("what", "")).replace(name, "…")
                groups.setdefault(what, []).append(name)
        if groups:
            yield f"{state}:"
        for what, names in sorted(groups.items(), key=lambda group: -len(group[1])):
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"{len(names):>5}  {what}".replace("\n", " ")
            yield f"       {', '.join(names[:_NAMED])}{more}"
        if groups:
            yield ""
    if told := Counter(a for entry in entries.values() for a in _audits(entry)):
        yield "new findings of audits, in how many repositories; the report has them:"
        yield from (f"{count:>5}  {name}" for name, count in sorted(told.items()))
        yield ""
    yield counted_states(entries)


def _audits(entry: Entry) -> set[str]:
    """Return the ids of audits that found something that is wrong, or may be."""
    found = entry.data.get("findings", ())
    return {finding["audit"] for finding in found if finding["severity"] != "note"}
