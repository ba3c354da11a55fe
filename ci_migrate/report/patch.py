"""A unified diff that `git apply` and `patch -p1` take."""

from collections.abc import Iterator

from ci_migrate.changeset import FileChange
from ci_migrate.record import trailers
from ci_migrate.report.diff import hunks
from ci_migrate.run import Run


def render(run: Run) -> str:
    """Return the changes of a run as one patch, below the record of how they were made."""
    patches = [file_patch(change) for change in run.changeset.files]
    return "".join([trailers(run), "\n", *patches]) if patches else ""


def file_patch(change: FileChange) -> str:
    """Return the patch of one file."""
    return "".join(_lines(change))


def _lines(change: FileChange) -> Iterator[str]:
    old, new = _quoted(f"a/{change.path}"), _quoted(f"b/{change.path}")
    yield f"diff --git {old} {new}\n"
    if change.before is None:
        yield "new file mode 100644\n"
    if change.after is None:
        yield "deleted file mode 100644\n"
    changed = hunks(change)
    if changed:
        yield f"--- {_in_header(old) if change.before is not None else '/dev/null'}\n"
        yield f"+++ {_in_header(new) if change.after is not None else '/dev/null'}\n"
    for hunk in changed:
        yield hunk.header + "\n"
        for line in hunk.lines:
            yield line.mark + line.text
            if not line.text.endswith("\n"):
                yield "\n\\ No newline at end of file\n"


def _quoted(path: str) -> str:
    """Return a path as git writes it: in quotes with escapes if it holds odd characters."""
    known = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    escaped = "".join(
        known.get(chr(byte)) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")
        for byte in path.encode("utf-8", "surrogateescape")
    )
    return path if escaped == path else f'"{escaped}"'


def _in_header(path: str) -> str:
    """End a path with blanks in it by a tab, as git does, so that `patch` reads it whole."""
    return f"{path}\t" if " " in path else path
