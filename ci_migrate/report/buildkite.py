"""A run as an annotation of a Buildkite build, in its Markdown."""

from ci_migrate.report.markdown import within
from ci_migrate.run import Run

LIMIT = 250_000  # characters, of four bytes at most: an annotation holds a mebibyte


def render(run: Run) -> str:
    """Return the annotation; what does not fit is left out and named."""
    return within(run, LIMIT)
