"""Options for every operation on YAML and lists, and what each must do to the data.

An operation is drawn with the jobs that it finds. Where the effect is easily told, it is worked out
here once more, on plain data; `None` stands for one that is only held to what holds for all.
"""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.fuzz.yaml_files import FIELDS, NAMES, QUEUES, TEXTS, Data

Jobs = list[dict[str, Data]]
Effect = Callable[[Jobs], Jobs]


class Drawn(NamedTuple):
    """The options of an operation, and what it must make of the jobs, if that is told here."""

    options: dict[str, Any]
    effect: Effect | None = None


class Chosen(NamedTuple):
    """A selector, and whether it fits a job."""

    options: dict[str, Any]
    fits: Callable[[dict[str, Data]], bool]


LIST = "lists/models.txt"
OTHER = "lists/more.txt"
PATH = ".buildkite/area.yaml"
LISTS = ("commands", "source_file_dependencies")

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Drawer:
    """Draws the parts of options."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def text(self) -> str:
        return str(self.one(*TEXTS, "new", "x" * 90))

    def name(self) -> str:
        return str(self.one(*NAMES[:3], "Tests alpha", "nobody"))

    def value(self) -> Data:
        return self.one(
            self.text(), self.text(), [self.text(), "b"], {"k": self.text(), "l": ["m"]}
        )

    def chosen(self) -> dict[str, Chosen]:
        """Return jobs, or now and then the same jobs by their place."""
        name, queue, field = self.name(), self.one(*QUEUES), self.one(*FIELDS)
        found = self.one(
            Chosen({"key": name}, lambda job: job.get("key") == name),
            Chosen({"key": [*NAMES[:2]]}, lambda job: job.get("key") in NAMES[:2]),
            Chosen({"queue": queue}, lambda job: job.get("device") == queue),
            Chosen({"label": "*a"}, lambda job: job["label"].endswith("a")),
            Chosen({"file": "**"}, lambda job: True),
            Chosen({"without": field}, lambda job: field not in job),
        )
        if self.one(*range(5)) == 0:
            at = {"file": PATH, "path": "steps[*]"}
            return {"at": Chosen(at, lambda job: True)}
        return {"jobs": found}

    def place(self) -> dict[str, Any]:
        return dict(
            [
                self.one(
                    ("place", "first"),
                    ("place", "last"),
                    ("after", self.text()),
                    ("before", "b200"),
                )
            ]
        )


def each(where: dict[str, Chosen], change: Callable[[dict[str, Data]], dict[str, Data]]) -> Effect:
    """Return the effect of changing each chosen job."""
    (chosen,) = where.values()
    return lambda jobs: [change(job) if chosen.fits(job) else job for job in jobs]


def told(where: dict[str, Chosen]) -> dict[str, Any]:
    return {name: chosen.options for name, chosen in where.items()}


def same(jobs: Jobs) -> Jobs:
    return jobs


def set_field(draw: Drawer) -> Drawn:
    where, value = draw.chosen(), draw.value()
    field = draw.one("label", "device", "commands", *FIELDS, "env.A", "mirror.amd.device")
    options = {**told(where), "field": field, "to": value}
    if isinstance(value, str) and "\n" not in value and draw.one(True, False):
        options["comment"] = "was {old}"
    return Drawn(options, each(where, lambda job: _set(job, field.split("."), value, only=True)))


def add_field(draw: Drawer) -> Drawn:
    where, value = draw.chosen(), draw.value()
    field = draw.one("timeout", "env", "optional", "env.B", "mirror.nvidia", "mirror.amd.zz")
    options = {**told(where), "field": field, "value": value}
    options["after"] = draw.one("first", "last", ["device", "last"], ["commands"])
    return Drawn(options, each(where, lambda job: _set(job, field.split("."), value, only=False)))


def remove_field(draw: Drawer) -> Drawn:
    where = draw.chosen()
    field = draw.one("key", "device", "commands", *FIELDS, "env.A")
    return Drawn(
        {**told(where), "field": field}, each(where, lambda job: _without(job, field.split(".")))
    )


def rename_field(draw: Drawer) -> Drawn:
    where, old = draw.chosen(), draw.one("key", "device", "commands", *FIELDS)

    def rename(job: dict[str, Data]) -> dict[str, Data]:
        return {"fresh" if key == old else key: value for key, value in job.items()}

    return Drawn({**told(where), "field": old, "to": "fresh"}, each(where, rename))


def _items(draw: Drawer, change: Callable[[list[Data]], list[Data]], **options: Any) -> Drawn:
    where, field = draw.chosen(), draw.one(*LISTS)

    def changed(job: dict[str, Data]) -> dict[str, Data]:
        held = job.get(field)
        return {**job, field: change(held)} if isinstance(held, list) else job

    return Drawn({**told(where), "list": field, **options}, each(where, changed))


def insert_item(draw: Drawer) -> Drawn:
    new, place = draw.value(), draw.place()

    def inserted(items: list[Data]) -> list[Data]:
        at = _position(items, place)
        return items if new in items or at is None else [*items[:at], new, *items[at:]]

    return _items(draw, inserted, item=new, **place)


def remove_item(draw: Drawer) -> Drawn:
    gone = draw.text()
    return _items(draw, lambda items: [item for item in items if item != gone], item=gone)


def comment_out_item(draw: Drawer) -> Drawn:
    gone, note = draw.text(), draw.one("", "-- why")
    return _items(
        draw, lambda items: [item for item in items if item != gone], item=gone, note=note
    )


def replace_item(draw: Drawer) -> Drawn:
    old, new = draw.text(), draw.one([draw.value()], [draw.value(), draw.text()])

    def replaced(items: list[Data]) -> list[Data]:
        return [n for item in items for n in (new if item == old else [item])]

    drawn = _items(draw, replaced, item=old, by=new)
    return drawn if old not in new else Drawn(drawn.options)


def edit_item(draw: Drawer) -> Drawn:
    find, new = (
        draw.one("pytest", " ", "a", "\n", "é", '"', "x"),
        draw.one("X", "Z: #", "'", '"', ""),
    )
    return _items(draw, lambda items: [i.replace(find, new) for i in items], find=find, replace=new)


def move_item(draw: Drawer) -> Drawn:
    item, place = draw.text(), draw.place()

    def moved(items: list[Data]) -> list[Data]:
        at = _position(items, place)
        if item not in items or at is None:
            return items
        rest = [*items[:at], None, *items[at:]]
        rest.remove(item)
        return [item if other is None else other for other in rest]

    return _items(draw, moved, item=item, **place)


def uncomment_item(draw: Drawer) -> Drawn:
    return Drawn({**told(draw.chosen()), "list": draw.one(*LISTS), "item": draw.one("*", "here")})


def set_queue(draw: Drawer) -> Drawn:
    old, new = draw.one(*QUEUES), draw.one("fresh", "a: b", "1.20")

    def moved(jobs: Jobs) -> Jobs:
        return [{**job, "device": new} if job.get("device") == old else job for job in jobs]

    return Drawn({"jobs": {"queue": old}, "to": new}, moved)


def add_queue(draw: Drawer) -> Drawn:
    def added(jobs: Jobs) -> Jobs:
        return [{"device": "fresh"} | job for job in jobs]

    return Drawn(
        {"jobs": {"file": "**"}, "queue": "fresh", "after": draw.one("label", "last")}, added
    )


def set_timeout(draw: Drawer) -> Drawn:
    def timed(jobs: Jobs) -> Jobs:
        return [{**job, "timeout_in_minutes": "60"} for job in jobs]

    return Drawn({"jobs": {"file": "**"}, "minutes": 60}, timed)


def add_comment(draw: Drawer) -> Drawn:
    options = {**told(draw.chosen()), "text": draw.one("new: [", "two\nlines", "was {value}")}
    if draw.one(True, False):
        options |= {"field": draw.one("label", "device", "commands", *FIELDS)}
        options |= {"where": draw.one("above", "behind")}
    return Drawn(options, same)


def edit_comment(draw: Drawer) -> Drawn:
    field = draw.one({}, {"field": draw.one("label", "commands")})
    return Drawn(
        {**told(draw.chosen()), **field, "find": draw.one("e", "here"), "replace": "X: ["}, same
    )


def remove_comment(draw: Drawer) -> Drawn:
    field = draw.one({}, {"field": draw.one("label", "commands")})
    return Drawn({**told(draw.chosen()), **field, "comment": draw.one("*", "here", "why")}, same)


def delete_job(draw: Drawer) -> Drawn:
    where = {"jobs": draw.chosen().get("jobs") or Chosen({"key": "beta"}, _is("beta"))}
    fits = where["jobs"].fits
    return Drawn(told(where), lambda jobs: [job for job in jobs if not fits(job)])


def comment_out_job(draw: Drawer) -> Drawn:
    drawn = delete_job(draw)
    return drawn._replace(options={**drawn.options, "note": draw.one("", "-- why")})


def uncomment_job(draw: Drawer) -> Drawn:
    return Drawn({"job": draw.name()})


def rename_job(draw: Drawer) -> Drawn:
    of, old = draw.one(("key", draw.name()), ("label", "Tests beta"))
    new = draw.one("fresh", "a: b #", "1.20")

    def renamed(jobs: Jobs) -> Jobs:
        return [{**job, of: new} if job.get(of) == old else job for job in jobs]

    return Drawn({"of": of, "from": old, "to": new}, renamed)


def copy_job(draw: Drawer) -> Drawn:
    name = draw.one(*NAMES[:3])
    new = {"key": "fresh", "label": draw.one("Fresh", "it's: #"), **draw.one({}, {"device": "x"})}

    def copied(jobs: Jobs) -> Jobs:
        made = [[job, {**job, **new}] if job.get("key") == name else [job] for job in jobs]
        return [job for pair in made for job in pair]

    return Drawn({"job": name, "set": new}, copied)


def add_job(draw: Drawer) -> Drawn:
    side, beside = draw.one("after", "before"), draw.one(*NAMES[:3])
    new = {"key": "fresh", "label": draw.text() + "!", "commands": [draw.text()], "env": {"A": "b"}}

    def added(jobs: Jobs) -> Jobs:
        keys = [job.get("key") for job in jobs]
        at = keys.index(beside) + (side == "after") if beside in keys else len(jobs)
        return [*jobs[:at], new, *jobs[at:]]

    return Drawn({side: beside, "job": new}, added)


def move_job(draw: Drawer) -> Drawn:
    name, beside = draw.one(*NAMES[:3]), draw.one(*NAMES[:3])
    if draw.one(*range(4)) == 0:
        where = {"to": ".buildkite/other.yaml", "head": "group: New\nsteps:\n"}
        return Drawn({"jobs": {"key": name}, **where}, lambda jobs: _but(jobs, name))
    side = draw.one("after", "before")

    def moved(jobs: Jobs) -> Jobs:
        keys = [job.get("key") for job in jobs]
        if name == beside or name not in keys or beside not in keys:
            return jobs
        rest = _but(jobs, name)
        at = [job.get("key") for job in rest].index(beside) + (side == "after")
        return [*rest[:at], jobs[keys.index(name)], *rest[at:]]

    return Drawn({"jobs": {"key": name}, side: beside}, moved)


def split_commands(draw: Drawer) -> Drawn:
    parts = [
        {"set": {"label": "Fresh", "key": "fresh"}, "commands": draw.one("pytest*", draw.text())}
    ]
    return Drawn({"job": draw.name(), "into": [*parts, {"set": {"label": "Rest", "key": "rest"}}]})


def shard_job(draw: Drawer) -> Drawn:
    options = {"shards": draw.one(1, 3), "command": draw.one("pytest", "tests/a")}
    return Drawn({"jobs": {"file": "**"}, **options, "after": draw.one("commands", "last")})


def split_job(draw: Drawer) -> Drawn:
    moved = {"from": "models.txt", "to": "models-large.txt", "lines": {"entry": "b*"}}
    return Drawn({"job": draw.name(), "into": {"key": "fresh", "label": "Fresh"}, "list": moved})


def edit_text(draw: Drawer) -> Drawn:
    options = {
        "find": draw.one("b200", "Tests", "é", "/[ab]+/"),
        "replace": draw.one("new", "", "\\"),
    }
    return Drawn({"files": draw.one("**", "**/*.txt", PATH), **options})


def add_lines(draw: Drawer) -> Drawn:
    return Drawn({"file": LIST, "lines": draw.one(["new"], ["a", "new", "é"])}, same)


def remove_lines(draw: Drawer) -> Drawn:
    return Drawn({"file": LIST, "lines": {"entry": draw.one("a", "b*", "*")}}, same)


def sort_lines(draw: Drawer) -> Drawn:
    return Drawn({"file": LIST, "ignore-case": draw.one(True, False)}, same)


def create_list(draw: Drawer) -> Drawn:
    return Drawn({"file": draw.one(LIST, "lists/fresh.txt"), "lines": ["# c", "a", "b"]}, same)


def move_lines(draw: Drawer) -> Drawn:
    to = draw.one(OTHER, "lists/fresh.txt")
    return Drawn({"from": LIST, "to": to, "lines": {"entry": draw.one("a", "b*", "*")}}, same)


def partition_lines(draw: Drawer) -> Drawn:
    into = [{"to": draw.one(LIST, "lists/x.txt"), "lines": {"entry": draw.one("b*", "a")}}]
    return Drawn({"from": LIST, "into": [*into, {"to": "lists/y.txt"}]}, same)


def rename_list(draw: Drawer) -> Drawn:
    return Drawn({"from": LIST, "to": "lists/fresh.txt", "also": draw.one("**/*.md", "**/*.yaml")})


OPERATIONS: dict[str, Callable[[Drawer], Drawn]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        *(set_field, add_field, remove_field, rename_field, set_queue, add_queue, set_timeout),
        *(insert_item, remove_item, comment_out_item, uncomment_item, replace_item, edit_item),
        *(move_item, add_comment, edit_comment, remove_comment, delete_job, comment_out_job),
        *(uncomment_job, rename_job, copy_job, add_job, move_job, split_commands, shard_job),
        *(split_job, edit_text, add_lines, remove_lines, sort_lines, create_list, move_lines),
        *(partition_lines, rename_list),
    )
}


def _position(items: list[Data], place: dict[str, str]) -> int | None:
    """Return where a place is in a list; None where it has nothing to go by."""
    if "place" in place:
        return 0 if place["place"] == "first" else len(items)
    (side, text), *_ = place.items()
    fitting = [number for number, item in enumerate(items) if item == text]
    if not fitting:
        return None
    return fitting[-1] + 1 if side == "after" else fitting[0]


def _is(name: str) -> Callable[[dict[str, Data]], bool]:
    return lambda job: job.get("key") == name


def _but(jobs: Jobs, name: str) -> Jobs:
    return [job for job in jobs if job.get("key") != name]


def _set(job: dict[str, Data], path: list[str], value: Data, *, only: bool) -> dict[str, Data]:
    """Return a job with a value at a path: only where one is there, or only where none is."""
    made = copy.deepcopy(job)
    inner: Data = made
    for name in path[:-1]:
        inner = inner.get(name) if isinstance(inner, dict) else None
    if isinstance(inner, dict) and (path[-1] in inner) == only:
        inner[path[-1]] = value
    return made


def _without(job: dict[str, Data], path: list[str]) -> dict[str, Data]:
    made = copy.deepcopy(job)
    inner: Data = made
    for name in path[:-1]:
        inner = inner.get(name) if isinstance(inner, dict) else None
    if isinstance(inner, dict):
        inner.pop(path[-1], None)
    return made
