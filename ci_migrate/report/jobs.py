"""The jobs of a tree as a table, as JSON or as CSV."""

import csv
import io

from ci_migrate.job_list import JobRow
from ci_migrate.report.visible import json_text, one_line


def table(rows: tuple[JobRow, ...]) -> str:
    """Return one line a job, in columns, absent things left blank; the dialect if several are."""
    count = len(JobRow._fields) - (len({row.dialect for row in rows}) < 2)
    head = ("place", *JobRow._fields[2:count])
    cells = [
        head,
        *((one_line(f"{row.file}:{row.line}"), *map(_cell, row[2:count])) for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        for line in cells
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_json(rows: tuple[JobRow, ...]) -> str:
    """Return a list of objects, with null for what is absent."""
    return json_text([row._asdict() for row in rows])


def as_csv(rows: tuple[JobRow, ...], *, exact: bool) -> str:
    """Return a head line and one line a job, what is absent left empty; visible if not exact."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(JobRow._fields)
    writer.writerows(rows if exact else (map(_cell, row) for row in rows))
    return text.getvalue()


def _cell(value: object) -> str:
    return one_line(str(value or ""))
