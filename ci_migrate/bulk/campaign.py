"""A campaign: which recipes, in which repositories, with which values, and where changes go."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from ci_migrate.audit import audits_of
from ci_migrate.bulk.publishers import publisher_names
from ci_migrate.bulk.sources import source_names
from ci_migrate.errors import BadUsage, Place, nearest


class Override(NamedTuple):
    """Values for repositories whose name fits a glob, or that they are left out."""

    repositories: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...] = ()
    skip: bool = False


class Waves(NamedTuple):
    """How changes go out: `size` at once, then a `pause` in seconds, at most so many a minute.

    After `stop` failures nothing more goes out. 0 is no bound.
    """

    size: int = 0
    pause: float = 0.0
    per_minute: float = 0.0
    stop: int = 5


class Campaign(NamedTuple):
    """A campaign as its file says; paths count from `folder`, and `state` holds what is kept."""

    path: str
    folder: Path
    state: Path
    recipes: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str], ...] = ()
    overrides: tuple[Override, ...] = ()
    branch: str = ""
    base: str = ""
    title: str = ""
    body: str = ""
    author: str = ""
    allow: tuple[str, ...] = ()  # audits whose new errors stop nothing
    to: str = "patches"
    draft: bool = True
    waves: Waves = Waves()
    keep: int = 2000  # clones
    disk: int = 10 << 30  # bytes of them
    timeout: float = 600.0  # seconds for one git command


_TABLES: dict[str, dict[str, tuple[type, ...]]] = {
    "": {
        "recipes": (list,),
        "branch": (str,),
        "base": (str,),
        "title": (str,),
        "body": (str,),
        "author": (str,),
        "allow": (list,),
    },
    "publish": {"to": (str,), "draft": (bool,)},
    "waves": {"size": (int,), "pause": (int, float), "per_minute": (int, float), "stop": (int,)},
    "clones": {"keep": (int,), "disk": (str,), "timeout": (int, float)},
}
_OTHERS = ("parameters", "sources", "for")


def read_campaign(path: Path) -> Campaign:
    """Read a campaign's file; raises BadUsage, with the place, where it is wrong."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        what = f"can't read: {getattr(error, 'strerror', error)}"
        raise BadUsage(what, place=Place(str(path)), hint="check the path") from error
    return parse_campaign(str(path), text)


def parse_campaign(path: str, text: str) -> Campaign:
    """Read a campaign from TOML; raises BadUsage, with the place, where it is wrong."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+), column (\d+)", str(error))
        end = text.count("\n") + 1
        place = Place(path, int(where[1]), int(where[2])) if where else Place(path, end)
        what = f"no TOML: {str(error).partition(' (at')[0]}"
        raise BadUsage(what, place=place, hint="mend the campaign") from error
    return _Reader(path, text).campaign(told)


class _Reader:
    """What reads a campaign's values, and knows where they stand."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def campaign(self, told: Mapping[str, Any]) -> Campaign:
        plain = {k: v for k, v in told.items() if k not in (*_OTHERS, *(t for t in _TABLES if t))}
        top = self._table("", plain)
        publish, waves, clones = (
            self._table(name, told.get(name, {})) for name in ("publish", "waves", "clones")
        )
        recipes = self._texts("", "recipes", top.get("recipes", []))
        if not recipes:
            self._fail("", "recipes", "no recipe is named", 'write recipes = ["NAME"]')
        to = publish.get("to", "patches")
        if to not in publisher_names():
            hint = nearest(to, publisher_names())
            self._fail("publish", "to", f"unknown publisher '{to}'", hint)
        author = top.get("author", "")
        if author and not re.fullmatch(r"[^<>\n]+ <[^<>\s]+>", author):
            self._fail("", "author", "an author is 'Name <mail>'", "write it so")
        branch = top.get("branch", f"ci-migrate/{Path(recipes[0]).stem}")
        if not re.fullmatch(r"(?!.*(\.\.|//|@\{|\.lock$|/$|\.$))[\w][\w./+-]*", branch):
            self._fail("", "branch", f"'{branch}' is no name for a branch", "use letters, - and /")
        place = Path(self.path)
        return Campaign(
            path=self.path,
            folder=place.parent,
            state=place.parent if place.parent.suffix == ".bulk" else place.with_suffix(".bulk"),
            recipes=recipes,
            sources=self._sources(told.get("sources", {})),
            parameters=self._values("parameters", told.get("parameters", {})),
            overrides=self._overrides(told.get("for", [])),
            branch=branch,
            base=top.get("base", ""),
            title=top.get("title", ""),
            body=top.get("body", ""),
            author=author,
            allow=self._audits(top.get("allow", [])),
            to=to,
            draft=publish.get("draft", True),
            waves=Waves(**waves),
            keep=clones.get("keep", 2000),
            disk=self._bytes(clones.get("disk", "10 GB")),
            timeout=float(clones.get("timeout", 600)),
        )

    def _table(self, name: str, told: Any) -> dict[str, Any]:
        if not isinstance(told, dict):
            self._fail("", name, f"'{name}' is a table", f"write [{name}]")
        for key, value in told.items():
            kinds = _TABLES[name].get(key)
            if kinds is None:
                known = [*_TABLES[name], *(() if name else (*_OTHERS, *filter(None, _TABLES)))]
                self._fail(name, key, f"unknown entry '{key}'", nearest(key, known))
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                kind = {list: "list", str: "text", bool: "true or false"}.get(kinds[0], "number")
                self._fail(name, key, f"'{key}' is not a {kind}", "mend the value")
            if isinstance(value, int | float) and value < 0:
                self._fail(name, key, f"'{key}' is less than nothing", "mend the value")
        return told

    def _sources(self, told: Any) -> tuple[tuple[str, str], ...]:
        if not isinstance(told, dict) or not told:
            self._fail("", "sources", "no repositories are named", "write [sources]")
        found: list[tuple[str, str]] = []
        for kind, given in told.items():
            if kind not in source_names():
                hint = nearest(kind, source_names())
                self._fail("sources", kind, f"unknown source '{kind}'", hint)
            texts = [given] if isinstance(given, str) else self._texts("sources", kind, given)
            found += [(kind, text) for text in texts]
        return tuple(found)

    def _overrides(self, told: Any) -> tuple[Override, ...]:
        if not isinstance(told, list):
            self._fail("", "for", "'for' is a list of tables", "write [[for]]")
        found = []
        for one in told:
            for key in one:
                if key not in Override._fields:
                    self._fail("for", key, f"unknown entry '{key}'", nearest(key, Override._fields))
            globs = self._texts("for", "repositories", one.get("repositories", []))
            values = self._values("for", one.get("parameters", {}))
            if not globs or not isinstance(one.get("skip", False), bool):
                self._fail("for", "repositories", "a 'for' names its repositories", "add globs")
            found.append(Override(globs, values, one.get("skip", False)))
        return tuple(found)

    def _values(self, name: str, told: Any) -> tuple[tuple[str, str], ...]:
        if not isinstance(told, dict):
            self._fail(name, "parameters", "parameters are names with values", 'write to = "x"')
        found = []
        for key, value in told.items():
            if isinstance(value, list):
                value = ",".join(map(str, value))
            if isinstance(value, bool):
                value = str(value).lower()
            if not isinstance(value, str | int | float):
                self._fail(name, key, f"'{key}' has no plain value", "write a text")
            found.append((key, str(value)))
        return tuple(found)

    def _audits(self, told: Any) -> tuple[str, ...]:
        try:
            return audits_of(self._texts("", "allow", told))
        except BadUsage as error:
            if error.place is not None:
                raise
            self._fail("", "allow", error.what, error.hint)

    def _texts(self, table: str, key: str, told: Any) -> tuple[str, ...]:
        if not isinstance(told, list) or not all(isinstance(text, str) and text for text in told):
            self._fail(table, key, f"'{key}' is a list of texts", "mend the value")
        return tuple(told)

    def _bytes(self, text: str) -> int:
        told = re.fullmatch(r"(\d+(?:\.\d+)?) ?(MB|GB|TB)", text)
        if told is None:
            self._fail("clones", "disk", f"'{text}' is no size", "write '10 GB'")
        return int(float(told[1]) * {"MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}[told[2]])

    def _fail(self, table: str, key: str, what: str, hint: str) -> NoReturn:
        """Raise BadUsage at the line that names the key in its table."""
        within = ""
        for number, line in enumerate(self.lines, 1):
            if head := re.match(r"\s*\[+([\w.]+)\]", line):
                within = head[1]
                if table == "" and within == key:
                    raise BadUsage(what, place=Place(self.path, number), hint=hint)
            elif within == table and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                raise BadUsage(what, place=Place(self.path, number), hint=hint)
        raise BadUsage(what, place=Place(self.path), hint=hint)
