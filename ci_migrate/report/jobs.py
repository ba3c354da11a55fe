"""The jobs of a tree as a table, as JSON or as CSV."""

import csv
import io
import json

from ci_migrate.job_list import JobRow
from ci_migrate.report.visible import visible


def table(rows: tuple[JobRow, ...]) -> str:
    """Return one line a job, in columns, absent things left blank; the dialect if several are."""
    count = len(JobRow._fields) - (len({row.dialect for row in rows}) < 2)
    head = ("place", *JobRow._fields[2:count])
    cells = [head, *((f"{row.file}:{row.line}", *map(_cell, row[2:count])) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        for line in cells
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_json(rows: tuple[JobRow, ...]) -> str:
    """Return a list of objects, with null for what is absent."""
    return json.dumps([row._asdict() for row in rows], indent=2, ensure_ascii=False) + "\n"


def as_csv(rows: tuple[JobRow, ...]) -> str:
    """Return a head line and one line a job, with what is absent left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(JobRow._fields)
    writer.writerows(rows)
    return text.getvalue()


def _cell(value: object) -> str:
    return visible(str(value or "")).replace("\n", " ")
