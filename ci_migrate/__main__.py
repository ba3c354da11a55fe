"""Run the command line as ``python -m ci_migrate``."""

import os
import sys


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted, and Python puts nothing into the path
        return ""


# `-m` puts the current folder first, and a module in a stranger's tree would be imported in the
# place of a library's. ci_migrate itself is already found, and its own modules are below it.
if sys.path and sys.path[0] in ("", _current_folder()):
    del sys.path[0]

from ci_migrate.cli import main  # noqa: E402

main()
