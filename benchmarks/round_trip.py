"""Renames a queue as one would with ruamel.yaml: load, change, dump; only files that name it."""

import sys
from pathlib import Path

from ruamel.yaml import YAML

old, new = sys.argv[1:]
yaml = YAML()
yaml.preserve_quotes = True
yaml.width = 10_000
for path in sorted(Path(".buildkite").rglob("*.yaml")):
    if old.encode() not in path.read_bytes():
        continue
    data = yaml.load(path)
    for job in data["steps"]:
        if job.get("device") == old:
            job["device"] = new
    yaml.dump(data, path)
