"""What a generator makes otherwise after a change, for people and as JSON."""

from collections.abc import Iterator
from typing import Any

from ci_migrate import __version__
from ci_migrate.explained import Explained, ExplainedJob
from ci_migrate.job_touches import Touch
from ci_migrate.render import RenderDiff
from ci_migrate.rendered import Path, Rendered
from ci_migrate.report.visible import json_text, one_line
from ci_migrate.text import counted

_VERSION = 1
_LONGEST = 60  # characters of a value


def as_text(diff: RenderDiff) -> str:
    """Return the jobs that differ, each value with what explains it, and the counts."""
    lines = [line for job in diff.jobs for line in _job(job)]
    return "".join(f"{one_line(line)}\n" for line in (*lines, conclusion(diff)))


def as_json(diff: RenderDiff) -> str:
    """Return all values that differ; see docs/render-diff.md for what it holds."""
    return json_text(
        {
            "version": _VERSION,
            "tool": {"name": "ci-migrate", "version": __version__},
            "change": diff.change,
            "rendered": {"before": diff.before, "after": diff.after},
            "unexplained": diff.unexplained,
            "jobs": [_job_value(job) for job in diff.jobs],
        }
    )


def conclusion(diff: RenderDiff) -> str:
    """Return a sentence that says how much differs, and how much of it is unexplained."""
    values = counted([value for job in diff.jobs for value in job.values], "value")
    of = f"{max(diff.before, diff.after)} rendered jobs"
    named = sum(bool(job.diff.name) for job in diff.jobs)
    what = f"{named} of {of} differ, in {values}" if diff.jobs else f"none of {of} differs"
    return f"{what}; {counted(range(diff.unexplained), 'unexplained change')}"


def _job(job: ExplainedJob) -> Iterator[str]:
    name = job.diff.name or "outside of jobs"
    if job.diff.before is None or job.diff.after is None:
        kind = "new" if job.diff.before is None else "gone"
        reasons = dict.fromkeys(map(_why, job.values))
        yield f"{name}: {kind}, {counted(job.values, 'value')}  [{', '.join(reasons)}]"
        return
    yield name
    for path, values in _together(job, job.diff.before, job.diff.after).items():
        where = ".".join(path)
        change = values[0].change
        if len(values) > 1:
            kind = "new" if change.before is None else "gone"
            told = f"{counted(values, 'value')} {kind}"
        else:
            told = f"{_short(change.before)} → {_short(change.after)}"
        reasons = dict.fromkeys(map(_why, values))
        yield f"  {where}: {told}  [{', '.join(reasons)}]"


def _together(job: ExplainedJob, before: Rendered, after: Rendered) -> dict[Path, list[Explained]]:
    """Return the values by path, those together below a path that is on one side only."""
    found: dict[Path, list[Explained]] = {}
    for value in job.values:
        change = value.change
        path = change.path
        other = after if change.after is None else before if change.before is None else None
        if other is not None and path not in found:
            path = _outermost(path, other)
        found.setdefault(path, []).append(value)
    return found


def _outermost(path: Path, other: Rendered) -> Path:
    """Return the shortest start of a path below which another job has nothing."""
    for length in range(1, len(path)):
        start = path[:length]
        if not any(leaf[:length] == start for leaf in other.leaves):
            return start
    return path


def _why(value: Explained) -> str:
    return ", ".join(dict.fromkeys(map(_touch, value.touches))) or "unexplained"


def _touch(touch: Touch) -> str:
    by = touch.operation or str(touch.place)
    return f"{by}: {touch.field}" if touch.field else by


def _short(text: str | None) -> str:
    if text is None:
        return "nothing"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _job_value(job: ExplainedJob) -> dict[str, Any]:
    before, after = job.diff.before, job.diff.after
    return {
        "name": job.diff.name or None,
        "status": "added" if before is None else "deleted" if after is None else "modified",
        "values": [
            {
                "path": list(value.change.path),
                "before": value.change.before,
                "after": value.change.after,
                "explained": [
                    {
                        "operation": touch.operation or None,
                        "field": touch.field or None,
                        "path": touch.place.path,
                        "line": touch.place.line,
                    }
                    for touch in value.touches
                ],
            }
            for value in job.values
        ],
    }
