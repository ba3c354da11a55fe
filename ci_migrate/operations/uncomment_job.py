"""Bring whole jobs back from behind a `#`."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.document import Document, Mapping, Scalar, parse
from ci_migrate.errors import Refused
from ci_migrate.globs import matcher
from ci_migrate.job import Dialect, Fields
from ci_migrate.job_changes import rewrites_of
from ci_migrate.job_fields import text_of
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.reversal import Undoing
from ci_migrate.selector import JobSelector, is_named, no_job_named
from ci_migrate.text import Span, counted
from ci_migrate.tree import Tree, files_with
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_uncomment import Commented, commented_parts, uncomment


@dataclass(frozen=True, slots=True)
class UncommentJob:
    """Bring jobs back that stand in comments, named by key or label.

    A `note` that comment-out-job put behind them is taken away. A job that is there is done; one
    that is neither there nor in a comment is refused, and so are two in comments.

    Example:
        - uncomment-job: {job: Old eval, note: "-- no A100 left"}
    """

    job: tuple[str, ...] = option("key or label of the job, or several")
    file: tuple[str, ...] = option("file that the job stands in, as a glob", default=())
    note: str = option("text behind the last line, which goes", default="")

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change; raises Refused where a job can't be brought back."""
        missing = [name for name in self.job if not is_named(tree, dialect, name, self.file)]
        made = [self._brought_back(tree, dialect, name) for name in missing]
        return Outcome(f"{counted(made, 'job')} brought back", rewrites_of(made))

    def undoing(self, dialect: Dialect) -> Undoing:
        """Return what undoes it; raises Refused where its words do not tell that."""
        exact = tuple(Pattern.exactly(name) for name in self.job)
        either = (JobSelector(key=exact), JobSelector(label=exact))
        jobs = JobSelector(file=self.file, any=either)
        return Undoing("comment-out-job", {"jobs": jobs, "note": self.note})

    def _brought_back(self, tree: Tree, dialect: Dialect, name: str) -> tuple[Document, YamlChange]:
        found: list[tuple[Document, Commented]] = []
        for path, text in files_with(tree, dialect.GLOBS, (name,)):
            if not self.file or matcher(self.file).fullmatch(path):
                document = parse(path, text)
                all_ = commented_parts(document, Span(0, len(text)), note=self.note)
                found += [
                    (document, part)
                    for part in all_
                    if _is_named(part, name, dialect.names(document))
                ]
        if not found:
            raise no_job_named(tree, dialect, name)
        if len(found) > 1:
            document, part = found[1]
            what = f"two jobs in comments are named '{name}'"
            raise Refused(what, place=document.place(part.lines), hint="say which with 'file'")
        ((document, part),) = found
        return document, uncomment(document, part)


def _is_named(commented: Commented, name: str, names: Fields) -> bool:
    node, key = commented.part.value, commented.part.key
    if not isinstance(node, Mapping):
        return False
    own = key.value if isinstance(key, Scalar) else None
    return name in (own, *(text_of(node, field) for field in (names.key, names.label) if field))
