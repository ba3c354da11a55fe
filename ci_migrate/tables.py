"""Values from a table, which stands in a recipe or in a file beside it."""

import csv
from pathlib import Path
from typing import NamedTuple

from ci_migrate.document import Mapping, Scalar, parse
from ci_migrate.errors import BadFile, BadUsage, Place
from ci_migrate.options import Given, GivenFields, GivenText
from ci_migrate.style import Value
from ci_migrate.tree import decode


class Table(NamedTuple):
    """Values by a name, such as the key or the label of a job."""

    values: dict[str, Value]

    @classmethod
    def read_given(cls, given: Given) -> "Table":
        """Read a mapping of names to values, or the name of a CSV or YAML file beside the recipe.

        A CSV file has a name and a value a line, and no head. Raises BadUsage, with the place,
        where the table is wrong.
        """
        if isinstance(given, GivenText):
            return cls(_read(given))
        if not isinstance(given, GivenFields):
            what = "a table is a mapping of names to values, or the name of a file with one"
            raise BadUsage(what, place=given.place, hint="write 'table: {job-a: 30}'")
        values: dict[str, Value] = {}
        for key, value in given.fields:
            if not isinstance(value, GivenText):
                what = "a value of a table is a single one"
                raise BadUsage(what, place=value.place, hint="write one value a name")
            _add(values, key.text, Value(value.text, value.quoted), key.place)
        return cls(values)


def _read(given: GivenText) -> dict[str, Value]:
    path = Path(given.place.path).parent / given.text
    try:
        text = decode(str(path), path.read_bytes())
    except OSError as error:
        what = f"the table '{given.text}' can't be read: {error.strerror}"
        raise BadUsage(what, place=given.place, hint="put it beside the recipe") from error
    except BadFile as error:
        raise BadUsage(error.what, place=error.place, hint=error.hint) from error
    if path.suffix == ".csv":
        return _from_csv(str(path), text)
    if path.suffix in (".yaml", ".yml"):
        return _from_yaml(str(path), text)
    what = f"the table '{given.text}' is no CSV and no YAML file"
    raise BadUsage(what, place=given.place, hint="name it .csv or .yaml")


def _from_csv(path: str, text: str) -> dict[str, Value]:
    values: dict[str, Value] = {}
    rows = csv.reader(text.removeprefix("\ufeff").splitlines())
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != 2:
            what = f"a row of a table has a name and a value, and this one has {len(cells)} cells"
            raise BadUsage(what, place=Place(path, number), hint="write NAME,VALUE")
        _add(values, cells[0], Value(cells[1]), Place(path, number))
    return values


def _from_yaml(path: str, text: str) -> dict[str, Value]:
    try:
        document = parse(path, text)
    except BadFile as error:
        raise BadUsage(error.what, place=error.place, hint=error.hint) from error
    root = document.roots[0] if len(document.roots) == 1 else None
    values: dict[str, Value] = {}
    if not isinstance(root, Mapping):
        what = "a table is one mapping of names to values"
        raise BadUsage(what, place=Place(path), hint="write 'job-a: 30', a job a line")
    for key, value in root.entries:
        if not isinstance(key, Scalar) or not isinstance(value, Scalar):
            what = "a table has single names and values"
            raise BadUsage(what, place=document.place(key), hint="write one value a name")
        _add(values, key.value, Value(value.value, bool(value.style)), document.place(key))
    return values


def _add(values: dict[str, Value], name: str, value: Value, place: Place) -> None:
    if not name or not value.text:
        raise BadUsage("a name or a value is empty", place=place, hint="fill it in")
    if name in values:
        raise BadUsage(f"'{name}' stands twice", place=place, hint="keep one")
    values[name] = value
