"""Builds a folder of CI files for benchmarks: the same bytes every time."""

from pathlib import Path

OLD, NEW = "mi325_1", "mi355_1"
QUEUES = ("h100", "h200", "mi300_1", "arm_cpu", "cpu-small")

_HEAD = "group: Area {area}\ndepends_on:\n  - image-build\nsteps:\n"
_JOB = """\
- label: Area {area} Part {part} # {note}
  key: area-{area}-part-{part}
  timeout_in_minutes: {minutes}
  device: {queue}
  optional: true
  source_file_dependencies:
    - src/area_{area}/
    - src/common/part_{part}.py
    - tests/area_{area}/part_{part}/
  commands:
    - export PART={part}  # shard of the area
    - pytest -v -s tests/area_{area}/part_{part} -k "not slow" --durations=10

"""


def build(folder: Path, *, files: int, every: int) -> list[Path]:
    """Write `files` files of about 4 KB; one in `every` has one job on the old queue.

    Returns the files that have one.
    """
    matching = []
    for area in range(files):
        path = (
            folder / ".buildkite" / "test_areas" / f"part_{area % 20:02}" / f"area_{area:05}.yaml"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        hit = area % every == every // 2
        path.write_text(_HEAD.format(area=area) + "".join(_jobs(area, hit=hit)))
        if hit:
            matching.append(path)
    return matching


def _jobs(area: int, *, hit: bool) -> list[str]:
    return [
        _JOB.format(
            area=area,
            part=part,
            note="keep with the docs" if part % 3 else "see the owners",
            minutes=15 + 5 * (part % 4),
            queue=OLD if hit and part == 5 else QUEUES[(area + part) % len(QUEUES)],
        )
        for part in range(9)
    ]
