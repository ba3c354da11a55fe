"""Take comments away from jobs, or from whole files."""

from dataclasses import dataclass

from ci_migrate.changeset import Outcome
from ci_migrate.comments import Comment
from ci_migrate.job import Dialect, Holder
from ci_migrate.job_changes import change_comments, change_jobs
from ci_migrate.options import option
from ci_migrate.pattern import Pattern
from ci_migrate.places import PlaceSelector, check_target, find_holders
from ci_migrate.selector import JobSelector
from ci_migrate.tree import Tree
from ci_migrate.yaml_change import YamlChange
from ci_migrate.yaml_comments import remove_comment, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveComment:
    """Remove comments of the chosen jobs, or of one field of theirs, line by line.

    A comment alone on its line goes with the line, one behind something without leaving blanks.

    Example:
        - remove-comment: {jobs: {key: nightly}, comment: "TODO: *"}
        - remove-comment: {jobs: {queue: b200-k8s}, field: device, comment: was b200}
    """

    jobs: JobSelector | None = option("jobs to change", default=None)
    at: PlaceSelector | None = option("place that is no job, in their stead", default=None)
    field: str = option("name of the field, or a path of names; all of the job without", default="")
    comment: Pattern = option("what the comment says, without its #")
    expect: int | None = option("how many jobs must change, if any does", default=None)

    def __post_init__(self) -> None:
        """Check that what to change is told; raises ValueError if not."""
        check_target(self.jobs, self.at)

    def apply(self, *, tree: Tree, dialect: Dialect) -> Outcome:
        """Work out the change."""
        chosen = find_holders(tree, dialect, self.jobs, self.at)
        changes = change_jobs(chosen, self._remove, expect=self.expect)
        summary = f"comments '{self.comment.text}' removed from {changes}"
        return Outcome(summary, changes.rewrites)

    def _remove(self, job: Holder) -> YamlChange | None:
        def removed(comment: Comment) -> YamlChange | None:
            fits = self.comment.fits(words_of(comment))
            return remove_comment(job.document, comment) if fits else None

        return change_comments(job, self.field, removed)
