"""The value that a field must have to be changed: a text, or a list of texts."""

from collections.abc import Iterable

from ci_migrate.document import Node, Scalar, Sequence, resolved
from ci_migrate.finding import Finding
from ci_migrate.job import Holder, Job
from ci_migrate.job_fields import own_name
from ci_migrate.pattern import Pattern


def is_of(node: Node | None, patterns: tuple[Pattern, ...], *, lists: bool) -> bool:
    """Say whether a value is a text that fits the pattern, or a list that has just what fits each.

    How the list is ordered makes no difference. With `lists`, one of one text is as good as that.
    """
    node = resolved(node)
    if len(patterns) == 1 and not lists and not isinstance(node, Scalar):
        return False
    texts = texts_of(node)
    return texts is not None and len(texts) == len(patterns) and _all_fit(patterns, texts)


def texts_of(node: Node | None) -> list[str] | None:
    """Return the text that a value is, or those of a list; None if there is anything else in it."""
    items = [resolved(item) for item in node.items] if isinstance(node, Sequence) else [node]
    texts = [item.value for item in items if isinstance(item, Scalar)]
    return texts if len(texts) == len(items) else None


def kept_queues(
    jobs: Iterable[Holder], field: str, patterns: tuple[Pattern, ...]
) -> tuple[Finding, ...]:
    """Find the jobs that keep a queue which was to go, for it is not all that their field says.

    They have it in a list with others, or from a matrix and the like.
    """
    own = (j for j in jobs if isinstance(j, Job) and own_name(j, field) == j.names.queue)
    found = []
    for job in own:
        if job.queues and _all_fit(patterns, [origin.text for origin in job.queues]):
            where = f"where {job.names.queue} says more, or takes it from elsewhere"
            what = f"job '{job.name}' stays on {job.queue_name}, {where}"
            found.append(Finding(job.document.place(job.node), what))
    return tuple(found)


def _all_fit(patterns: tuple[Pattern, ...], texts: list[str]) -> bool:
    return all(any(pattern.fits(text) for text in texts) for pattern in patterns)
