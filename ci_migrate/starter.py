"""Write the files that a new recipe starts from: the recipe, its first case, the schema."""

import json
import os
import re
from pathlib import Path

from ci_migrate.errors import BadFile, BadUsage, Place
from ci_migrate.files import Folder
from ci_migrate.recipe import load_dialect
from ci_migrate.schema import schema

_RECIPE = """\
# yaml-language-server: $schema=../recipe.schema.json
name: {name}
title: Run every {old} job on {new}
dialect: {dialect}
parameters:
  from: {{default: {old}, help: queue to leave}}
  to: {{default: {new}, help: queue to join}}
operations:
  - set-queue: {{jobs: {{queue: $from}}, to: $to, leaves: 0}}
"""


def write_starter(name: str, root: Path, dialect: str) -> tuple[Path, ...]:
    """Write a recipe that moves a queue, with a case that passes; return the files written.

    Raises BadUsage for a name that is none or is taken, BadFile where it can't be written,
    Refused where a link leads out of the root.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise BadUsage(f"'{name}' is no name for a recipe", hint="use a-z, 0-9 and -")
    example = load_dialect(dialect).EXAMPLE
    folder = root / ".ci-migrate" / "recipes"
    old, new = "old-queue", "new-queue"
    case = folder / name / "first"
    files = {
        folder / f"{name}.yaml": _RECIPE.format(name=name, old=old, new=new, dialect=dialect),
        case / "before" / example.path: example.text.format(queue=old),
        case / "after" / example.path: example.text.format(queue=new),
    }
    inside = Folder.open(root).inside
    for path in files:
        inside(os.path.relpath(path, root))
        if path.exists():
            raise BadUsage("this is there already", place=Place(str(path)), hint="choose a name")
    described = folder.parent / "recipe.schema.json"
    files[described] = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        except OSError as error:
            what = f"can't write: {error.strerror}"
            raise BadFile(what, place=Place(str(path)), hint="check the folder") from error
    return tuple(files)
